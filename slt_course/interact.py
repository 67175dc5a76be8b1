"""One way to put sliders on a drawing: live in a notebook, a few still frames everywhere else."""

import inspect
import os
import sys
import traceback

from IPython.display import display
from IPython.utils.capture import capture_output


def explore(draw, start=None, **choices):
    """Call `draw(**values)` with a slider for every argument.

    In a live notebook the sliders are ipywidgets: click one, then use the arrow keys. The frame
    below them is an ordinary output, so that a saved notebook shows the last one without its
    kernel. With SLT_STATIC=1 in the environment (stored outputs, the website, tests) up to three
    frames are drawn instead, the first parameter moving.

    Args:
        draw: function that draws one figure; it should take well under a second.
        start: dict of first values; for what it omits, the middle choice.
        choices: for each argument of `draw`, a sequence of the values its slider can take.

    Raises:
        ValueError: no choices for an argument, an argument that `draw` does not take, or a start
            value that is no choice.

    >>> import os; os.environ["SLT_STATIC"] = "1"
    >>> explore(lambda n, law: print(n, law), n=[4, 8, 12], law=["uniform"])
    4 uniform
    8 uniform
    12 uniform
    """
    choices = {name: list(values) for name, values in choices.items()}
    start = first_values(draw, start or {}, choices)
    if os.environ.get("SLT_STATIC") == "1":
        for values in still_frames(start, choices):
            draw(**values)
        return
    import ipywidgets

    sliders = {
        name: ipywidgets.SelectionSlider(
            options=[
                (f"{value:g}" if isinstance(value, float) else str(value), value)
                for value in values
            ],
            value=start[name],
            description=name.replace("_", " "),
            continuous_update=False,
            style={"description_width": "initial"},
            layout={"width": "24em"},
        )
        for name, values in choices.items()
    }
    box = ipywidgets.VBox(list(sliders.values()))
    # updates of an ordinary output from a slider are not known to work there
    if "google.colab" in sys.modules:
        display(ipywidgets.VBox([box, ipywidgets.interactive_output(draw, sliders)]))
        return
    display(view_of(box), raw=True)
    frame = Frame(draw)
    frame.show(**{name: slider.value for name, slider in sliders.items()})
    for slider in sliders.values():
        slider.observe(
            lambda _: frame.show(**{name: s.value for name, s in sliders.items()}), names="value"
        )


def view_of(widget):
    """What a front end needs to show a widget, and what a notebook without its kernel shows in its
    place.
    """
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {
        "application/vnd.jupyter.widget-view+json": view,
        "text/plain": "Sliders: run this cell to move them.",
    }


class Frame:
    """The place below the sliders: what `draw` shows and prints, in outputs of the cell that are
    replaced each time.
    """

    def __init__(self, draw):
        self.draw, self.places = draw, []

    def show(self, **values):
        """Draw a frame in place of the one before."""
        with capture_output() as captured:
            try:
                self.draw(**values)
            except Exception:
                if not self.places:
                    raise
                # an exception in a slider's callback is shown nowhere else
                print(traceback.format_exc())
        shown = [(output.data, output.metadata or {}) for output in captured.outputs]
        if captured.stdout:
            shown.append(({"text/plain": captured.stdout.rstrip()}, {}))
        if not self.places:
            self.places = [display({"text/plain": ""}, raw=True, display_id=True) for _ in shown]
        for place, (data, metadata) in zip(self.places, shown):
            place.update(data, metadata=metadata, raw=True)


def first_values(draw, start, choices):
    """A start value for every argument, if choices, start and `draw` fit together."""
    if not choices:
        raise ValueError(
            "explore: give at least one argument of the drawing function a sequence of choices, "
            "as in n=range(4, 21)"
        )
    unknown = [name for name in start if name not in choices]
    empty = [name for name, values in choices.items() if not values]
    if unknown or empty:
        raise ValueError(
            f"explore: {unknown + empty} need a sequence of choices, as in n=range(4, 21)"
        )
    for name, value in start.items():
        if value not in choices[name]:
            raise ValueError(
                f"explore: start value {name}={value!r} is not among its choices {choices[name]}"
            )
    start = {name: start.get(name, values[len(values) // 2]) for name, values in choices.items()}
    try:
        inspect.signature(draw).bind(**start)
    except TypeError as error:
        raise ValueError(
            f"explore: the drawing function and the choices do not fit together: {error}"
        ) from None
    return start


def still_frames(start, choices):
    """The lowest, the start and the highest value of the first parameter, the others at their
    start: each frame once.
    """
    first, values = next(iter(choices.items()))
    places = sorted({0, values.index(start[first]), len(values) - 1})
    return [start | {first: values[place]} for place in places]
