"""What a check can say, and how it calls a learner's function without being hurt by it."""

import copy
import linecache
import traceback
from dataclasses import dataclass

import numpy as np

RIGHT, WRONG, NOT_ATTEMPTED = "right", "wrong", "not attempted"


@dataclass(frozen=True)
class Outcome:
    """The result of one check: `status` is RIGHT, WRONG or NOT_ATTEMPTED, `text` what the learner reads."""

    name: str
    status: str
    text: str

    def __str__(self):
        mark = {RIGHT: "✓ Right.", WRONG: "✗ Not yet.", NOT_ATTEMPTED: "○ Not attempted."}[self.status]
        return f"{self.name}  {mark} {self.text}"


class WrongAnswer(Exception):
    """Raised inside a check's test: the text for the learner."""


class NotAttempted(Exception):
    """Raised inside a check's test when the stub is still there."""


class CheckFailed(AssertionError):
    """Raised by `check` with SLT_STRICT=1, for answers that are wrong or missing."""


def call(answer, **inputs):
    """The learner's function on copies of the named inputs. Its exceptions become words, with the line they came from."""
    if not callable(answer):
        raise WrongAnswer(f"check needs your function, but got {show(answer)}: pass its name without parentheses.")
    try:
        got = answer(*copy.deepcopy(list(inputs.values())))
    except NotImplementedError:
        raise NotAttempted from None
    except Exception as error:
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise WrongAnswer(lines(inputs, f"your code raised {shorten(what)}{line_of(error)}")) from error
    if got is None:
        raise WrongAnswer(lines(inputs, "you returned None", "usual reason: no `return`, or a value printed instead"))
    return got


def line_of(error):
    """Where in the learner's code an exception arose: ", in line 3: …", the innermost line outside installed packages."""
    frames = [f for f in traceback.extract_tb(error.__traceback__)[1:] if "site-packages" not in f.filename]
    if not frames:
        return ""
    frame = frames[-1]
    source = (frame.line or linecache.getline(frame.filename, frame.lineno)).strip()
    return f", in line {frame.lineno} of {frame.name}: {source}"


def require(condition, inputs, got, expected, reason):
    """Refuse an answer unless the condition holds: on which input, what came back, what was expected, the usual reason."""
    if not condition:
        raise WrongAnswer(lines(inputs, f"you returned {show(got)}", f"expected {expected}", f"usual reason: {reason}"))


def lines(inputs, *findings):
    """A message: the input, then one finding per line."""
    return "\n    ".join((f"On the input {show_inputs(inputs)}" if inputs else "Without input", *findings))


def numbers(got, inputs, shape=(), advice="something else was returned"):
    """The answer as real numbers of the given shape (a float for shape ()), or a refusal that says what was expected."""
    wanted = "one number" if shape == () else f"an array of shape {shape}"
    try:
        array = np.asarray(got.detach() if hasattr(got, "detach") else got)
        fits = array.shape == shape and array.dtype.kind in "biuf"
    except (ValueError, TypeError, RuntimeError):  # ragged lists and other things that are no array
        fits = False
    require(fits, inputs, got, wanted, advice)
    return float(array) if shape == () else array


def likely(got, expected, alternatives, otherwise):
    """The reason for a wrong number: the first (reason, value) of a typical mistake that gives this number."""
    for reason, value in alternatives.items():
        if np.allclose(got, value) and not np.allclose(value, expected):
            return reason
    return otherwise


def show_inputs(inputs):
    return ", ".join(f"{name} = {show(value)}" for name, value in inputs.items())


def show(value):
    """A value in one short line, numbers to four digits."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(show(one) for one in value[:6]) + (", …" if len(value) > 6 else "")
        return f"[{inside}]" if isinstance(value, list) else f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {show(one)}' for key, one in list(value.items())[:2])}, …}}"
    return shorten(" ".join(repr(value).split()))


def shorten(text):
    return text if len(text) <= 120 else text[:117] + "…"
