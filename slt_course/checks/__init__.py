"""Instant checks of the exercises: right, wrong or not attempted, with a sentence that helps.

>>> check("00.best_mask", lambda items, target: None)  # doctest: +ELLIPSIS
00.best_mask  ✗ Not yet. On the input ...
"""

import os

from . import (
    lesson_00,
    lesson_01,
    lesson_02,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_06,
    lesson_07,
    lesson_08,
    lesson_09,
    lesson_10,
    lesson_11,
)
from .cells import older_function
from .outcome import (
    NOT_ATTEMPTED,
    RIGHT,
    WRONG,
    CheckFailed,
    NotAttempted,
    Outcome,
    Watched,
    WrongAnswer,
)
from .progress import progress_bars, record

CHECKS = (  # name -> (test, insight)
    lesson_00.CHECKS
    | lesson_01.CHECKS
    | lesson_02.CHECKS
    | lesson_03.CHECKS
    | lesson_04.CHECKS
    | lesson_05.CHECKS
    | lesson_06.CHECKS
    | lesson_07.CHECKS
    | lesson_08.CHECKS
    | lesson_09.CHECKS
    | lesson_10.CHECKS
    | lesson_11.CHECKS
)

__all__ = ["CHECKS", "CheckFailed", "Outcome", "check", "grade", "judge", "progress"]


def check(name, answer):
    """Check the answer to an exercise and print the outcome; right ones are remembered for
    `progress()`.

    Args:
        name: of the exercise, as its cell gives it: "03.covered_share".
        answer: your function.

    Raises:
        ValueError: no exercise of that name. CheckFailed: with SLT_STRICT=1 in the environment, for
        an answer that is wrong or missing.
    """
    report(name, answer, strict=os.environ.get("SLT_STRICT") == "1")


def grade(name, answer):
    """`check` for nbgrader's cells: a wrong or missing answer always raises, whatever earlier cells
    did to SLT_STRICT.
    """
    report(name, answer, strict=True)


def report(name, answer, strict):
    outcome = judge(name, answer)
    print(outcome)
    if note := older_function(answer):
        print(note)
    if outcome.status == RIGHT:
        record(name)
    elif strict:
        raise CheckFailed(str(outcome))


def judge(name, answer):
    """The Outcome of an answer, without printing or remembering it."""
    if name not in CHECKS:
        raise ValueError(f"no exercise is called {name!r}: the names are {', '.join(CHECKS)}")
    test, insight = CHECKS[name]
    watched = Watched(answer)
    try:
        test(watched if callable(answer) else answer)
    except NotAttempted:
        return Outcome(
            name,
            NOT_ATTEMPTED,
            "Replace the line that raises NotImplementedError, run the cell, and check again.",
        )
    except WrongAnswer as wrong:
        return Outcome(name, WRONG, str(wrong))
    except Exception as error:
        if watched.arguments is None:  # nothing came back yet: this is our fault alone
            raise
        return Outcome(name, WRONG, watched.unreadable(error))
    return Outcome(name, RIGHT, insight)


def progress():
    """Print a bar per lesson: which exercises you have solved on this machine."""
    print(progress_bars(CHECKS))
