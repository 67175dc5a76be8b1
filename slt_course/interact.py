"""One way to put sliders on a drawing: live in a notebook, a few still frames everywhere else."""

from __future__ import annotations

import inspect
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from IPython.display import DisplayHandle, display
from IPython.utils.capture import capture_output

if TYPE_CHECKING:
    import ipywidgets


def explore(
    draw: Callable[..., object], start: Mapping[str, Any] | None = None, **choices: Iterable[Any]
) -> None:
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
    >>> explore(lambda n, distribution: print(n, distribution), n=[4, 8], distribution=["uniform"])
    4 uniform
    8 uniform
    """
    listed = {name: list(values) for name, values in choices.items()}
    _check_choices(start or {}, listed)
    first = _first_values(start or {}, listed)
    check_arguments(draw, first)
    if os.environ.get("SLT_STATIC") == "1":
        for values in _still_frames(first, listed):
            draw(**values)
        return
    import ipywidgets

    sliders = {name: slider(name, values, first[name]) for name, values in listed.items()}
    box = ipywidgets.VBox(list(sliders.values()))
    # updates of an ordinary output from a slider are not known to work there
    if "google.colab" in sys.modules:
        display(ipywidgets.VBox([box, ipywidgets.interactive_output(draw, sliders)]))
        return
    display(view_of(box), raw=True)
    frame = _Frame(draw)

    def show_present(_: object = None) -> None:
        frame.show(**{name: widget.value for name, widget in sliders.items()})

    show_present()
    for widget in sliders.values():
        widget.observe(show_present, names="value")


def slider(name: str, values: list[Any], start: Any) -> ipywidgets.SelectionSlider:
    """A slider over the values of one argument."""
    import ipywidgets

    return ipywidgets.SelectionSlider(
        options=[(_label_of(value), value) for value in values],
        value=start,
        description=name.replace("_", " "),
        continuous_update=False,
        style={"description_width": "initial"},
        layout={"width": "24em"},
    )


def _label_of(value: Any) -> str:
    """What a slider shows for a value: floats without trailing zeros."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def view_of(widget: ipywidgets.Widget) -> dict[str, Any]:
    """What a front end needs to show a widget, with words for a notebook without its kernel."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {
        "application/vnd.jupyter.widget-view+json": view,
        "text/plain": "Sliders: run this cell to move them.",
    }


class _Frame:
    """The space below the sliders, where what `draw` shows and prints is replaced each time."""

    def __init__(self, draw: Callable[..., object]) -> None:
        self.draw = draw
        self.outputs: list[DisplayHandle] = []  # of the cell, one for each thing that draw shows

    def show(self, **values: Any) -> None:
        """Draw a frame over the one before."""
        with capture_output() as captured:
            try:
                self.draw(**values)
            except Exception:
                if not self.outputs:
                    raise
                # an exception in a slider's callback is shown nowhere else
                print(traceback.format_exc())
        shown = [(output.data, output.metadata or {}) for output in captured.outputs]
        if captured.stdout:
            shown.append(({"text/plain": captured.stdout.rstrip()}, {}))
        if not self.outputs:
            self.outputs = [display({"text/plain": ""}, raw=True, display_id=True) for _ in shown]
        for output, (data, metadata) in zip(self.outputs, shown):
            output.update(data, metadata=metadata, raw=True)


def _first_values(start: Mapping[str, Any], choices: Mapping[str, list[Any]]) -> dict[str, Any]:
    """A start value for every argument: the middle choice for what `start` omits."""
    return {name: start.get(name, values[len(values) // 2]) for name, values in choices.items()}


def _still_frames(start: dict[str, Any], choices: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """The lowest, the start and the highest value of the first parameter, each frame once.

    The other parameters stay at their start.
    """
    name, values = next(iter(choices.items()))
    indices = sorted({0, values.index(start[name]), len(values) - 1})
    return [start | {name: values[index]} for index in indices]


def _check_choices(start: Mapping[str, Any], choices: Mapping[str, list[Any]]) -> None:
    """Refuse arguments without choices, and start values that are not among them."""
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


def check_arguments(draw: Callable[..., object], values: Mapping[str, Any]) -> None:
    """Refuse a drawing function that cannot be called with these arguments."""
    try:
        inspect.signature(draw).bind(**values)
    except TypeError as error:
        raise ValueError(
            f"explore: the drawing function and the choices do not fit together: {error}"
        ) from None
