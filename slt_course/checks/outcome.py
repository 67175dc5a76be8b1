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


def call(answer, *arguments):
    """The learner's function on copies of the arguments. Its exceptions become words, with the line they came from."""
    if not callable(answer):
        raise WrongAnswer(f"check needs your function, but got {show(answer)}: pass its name without parentheses.")
    try:
        return answer(*copy.deepcopy(arguments))
    except NotImplementedError:
        raise NotAttempted from None
    except Exception as error:
        raise WrongAnswer(
            f"On the input {show(*arguments)} your code raised {type(error).__name__}: {error}{line_of(error)}."
        ) from error


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
        raise WrongAnswer(
            f"On the input {show(*inputs)} you returned {show(got)}; expected: {expected}. Usual reason: {reason}."
        )


def is_numbers(got, shape=()):
    """Whether an answer is a real number, or an array of them of the given shape. NaN counts as a number."""
    try:
        return np.shape(got) == shape and np.asarray(got).dtype.kind in "biuf"
    except ValueError:  # ragged lists
        return False


def show(*values):
    """Values in one short line."""
    texts = (" ".join(repr(value.tolist() if hasattr(value, "tolist") else value).split()) for value in values)
    return ", ".join(text if len(text) <= 120 else text[:117] + "…" for text in texts)
