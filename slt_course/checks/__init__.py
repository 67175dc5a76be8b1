"""Instant checks of the exercises: right, wrong or not attempted, with a sentence that helps.

>>> check("00.best_mask", lambda items, target: None)  # doctest: +ELLIPSIS
00.best_mask  ✗ Not yet. On the input ...
"""

import importlib
import os
import pkgutil
from collections.abc import Callable
from typing import Any

from .cells import older_function
from .engine import judge_cases
from .exercise import Exercise
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

__all__ = ["CheckFailed", "Exercise", "Outcome", "check", "exercises", "grade", "judge", "progress"]


def lessons() -> list[str]:
    """The numbers of the lessons that have exercises, such as "03"."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return [name.removeprefix("lesson_") for name in names if name.startswith("lesson_")]


def exercises(lesson: str | None = None) -> dict[str, Exercise]:
    """dict from name to Exercise: of one lesson ("03"), which alone is then loaded, or of all."""
    if lesson is None:
        return {name: one for number in lessons() for name, one in exercises(number).items()}
    module = importlib.import_module(f".lesson_{lesson}", __package__)
    return module.EXERCISES


def check(name: str, answer: Callable[..., Any]) -> None:
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


def grade(name: str, answer: Callable[..., Any]) -> None:
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


def judge(name: str, answer: Callable[..., Any]) -> Outcome:
    """The Outcome of an answer, without printing or remembering it."""
    lesson = str(name).split(".")[0]
    known = exercises(lesson if lesson in lessons() else None)
    if name not in known:
        raise ValueError(f"no exercise is called {name!r}: the names are {', '.join(known)}")
    exercise, watched = known[name], Watched(answer)
    try:
        judge_cases(exercise, watched if callable(answer) else answer)
    except NotAttempted:
        advice = "Replace the line that raises NotImplementedError, run the cell, and check again."
        return Outcome(name, NOT_ATTEMPTED, advice)
    except WrongAnswer as wrong:
        return Outcome(name, WRONG, str(wrong))
    except Exception as error:
        if watched.arguments is None:  # nothing came back yet: this is our fault alone
            raise
        return Outcome(name, WRONG, watched.unreadable(error))
    return Outcome(name, RIGHT, exercise.insight)


def progress() -> None:
    """Print a bar per lesson: which exercises you have solved on this machine."""
    print(progress_bars(exercises()))
