"""What a check can say, and how it calls a learner's function without being hurt by it."""

import copy
import inspect
import linecache
import sysconfig
import textwrap
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

RIGHT, WRONG, NOT_ATTEMPTED = "right", "wrong", "not attempted"
WIDTH = 88  # of a printed line: notebooks break longer ones inside words
_OURS = (
    str(Path(__file__).parents[1]),
    *(sysconfig.get_path(part) for part in ("stdlib", "platstdlib")),
)


@dataclass(frozen=True)
class Outcome:
    """The result of one check: `status` is RIGHT, WRONG or NOT_ATTEMPTED, `text` what the learner
    reads.
    """

    name: str
    status: str
    text: str

    def __str__(self):
        mark = {RIGHT: "✓ Right.", WRONG: "✗ Not yet.", NOT_ATTEMPTED: "○ Not attempted."}[
            self.status
        ]
        return wrapped(f"{self.name}  {mark} {self.text}")


def wrapped(text):
    """The text with long lines broken between words, what follows a break indented."""
    return "\n".join(part for line in text.split("\n") for part in _wrapped_line(line))


def _wrapped_line(line):
    if len(line) <= WIDTH:
        return [line]
    words = line.lstrip()
    indent = " " * (len(line) - len(words))
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


class WrongAnswer(Exception):
    """Raised inside a check's test: the text for the learner."""


class NotAttempted(Exception):
    """Raised inside a check's test when the stub is still there."""


class CheckFailed(AssertionError):
    """Raised by `check` with SLT_STRICT=1, for answers that are wrong or missing."""


class Watched:
    """A learner's function that remembers its last call: a check that cannot read it shows it."""

    def __init__(self, answer):
        self.answer, self.got = answer, None
        self.arguments: Any = None

    def __call__(self, *arguments, **named):
        self.arguments, self.got = (arguments, named), None
        self.got = self.answer(*arguments, **named)
        return self.got

    def unreadable(self, error):
        """What to say when the check's own code fails on what came back."""
        positional, named = self.arguments
        try:
            inputs = inspect.signature(self.answer).bind(*positional, **named).arguments
        except (TypeError, ValueError):  # built-in functions have no signature
            inputs = {"arguments": positional}
        return lines(
            inputs,
            f"you returned {show(self.got)}",
            "expected a value of the kind that the exercise describes: the check could not read "
            "this one",
            f"it met {name_and_words(error)}",
        )


def call(answer, **inputs):
    """The learner's function on copies of the named inputs.

    Its exceptions become words, with the line they came from.
    """
    if not callable(answer):
        raise WrongAnswer(
            f"check needs your function, but got {show(answer)}: pass its name without parentheses."
        )
    arguments = copy.deepcopy(list(inputs.values()))
    try:
        got = answer(*arguments)
    except (Exception, SystemExit) as error:
        # torch raises it for other reasons
        if isinstance(error, NotImplementedError) and ": raise " in line_of(error):
            raise NotAttempted from None
        raise WrongAnswer(
            lines(inputs, f"your code raised {name_and_words(error)}{line_of(error)}")
        ) from error
    if got is None:
        raise WrongAnswer(
            lines(
                inputs, "you returned None", "usual reason: no `return`, or a value printed instead"
            )
        )
    return got


def line_of(error):
    """Where in the learner's code an exception arose: ", in line 3 of f: …"."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if _is_learners(frame.filename)
    ]
    if not frames:
        return ""
    frame = frames[-1]
    source = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
    return f", in line {frame.lineno} of {frame.name}: {source}"


def _is_learners(filename):
    """Whether code is neither ours nor Python's nor an installed package's (compiled ones name
    their .pyx source).
    """
    installed = (
        "site-packages" in filename
        or "dist-packages" in filename
        or filename.endswith((".pyx", ".pxd", ".pxi"))
    )
    return not (installed or filename.startswith((*_OURS, "<frozen ")))


def name_and_words(error):
    """An exception as Python prints it, on one line."""
    return _shorten(" ".join("".join(traceback.format_exception_only(error)).split()), 1000)


def require(condition, inputs, got, expected, reason):
    """Refuse an answer unless the condition holds: on which input, what came back, what was
    expected, the usual reason.
    """
    if not condition:
        raise WrongAnswer(
            lines(
                inputs,
                f"you returned {show(got)}",
                f"expected {expected}",
                f"usual reason: {reason}",
            )
        )


def lines(inputs, *findings):
    """A message: the input, then one finding per line."""
    return "\n    ".join(
        (f"On the input {show_inputs(inputs)}" if inputs else "Without input", *findings)
    )


def numbers(got, inputs, shape=(), advice="something else was returned"):
    """The answer as real numbers of the given shape (a float for shape ()), or a refusal that says
    what was expected.
    """
    wanted = "one number" if shape == () else f"an array of shape {shape}"
    try:
        array = np.asarray(got.detach() if hasattr(got, "detach") else got)
        fits = array.shape == shape and array.dtype.kind in "biuf" and not np.ma.is_masked(got)
    except Exception:  # ragged lists, sparse tensors, objects that fail in their own ways
        fits = False
    require(fits, inputs, got, wanted, advice)
    return float(array) if shape == () else array


def kept(got, inputs, shape, advice):
    """The answer as a bool array of the given shape, True = kept, or a refusal."""
    mask = numbers(got, inputs, shape, advice)
    reason = "a mask says which items are kept: True or 1 = kept, else False or 0"
    binary = ((mask == 0) | (mask == 1)).all()
    require(binary, inputs, got, "True or False for each item", reason)
    return mask.astype(bool)


def show_inputs(inputs):
    return ", ".join(f"{name} = {show(value)}" for name, value in inputs.items())


def show(value):
    """A value in one short line, numbers to four digits.

    Whatever it is, showing it does not fail.
    """
    try:
        return _shorten(short(value), 240)
    except Exception:  # a __repr__ that raises, a list that holds itself
        return f"an object of type {type(value).__name__}"


def short(value):
    try:
        value = value.tolist() if hasattr(value, "tolist") else value
    except Exception:  # sparse tensors have the method and refuse it: their repr says what they are
        pass
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(short(one) for one in value[:6]) + (", …" if len(value) > 6 else "")
        return (
            f"[{inside}]"
            if isinstance(value, list)
            else f"({inside},)"
            if len(value) == 1
            else f"({inside})"
        )
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {short(one)}' for key, one in list(value.items())[:2])}, …}}"
    return _shorten(" ".join(repr(value).split()))


def _shorten(text, most=120):
    return text if len(text) <= most else text[: most - 3] + "…"
