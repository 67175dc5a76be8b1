"""The one engine that judges answers to all exercises."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from .exercise import Exercise, Inputs
from .outcome import WrongAnswer, call, lines, numbers, show, show_inputs


def judge_cases(
    exercise: Exercise, answer: Callable[..., Any], drawn: list[Inputs] | None = None
) -> None:
    """Raise WrongAnswer unless the answer is right on all cases, or on the drawn ones if given."""
    solved = exercise.solved if drawn is None else exercise.solve(drawn)
    found: list[Any] = []
    for inputs, right in solved:
        got = ask(exercise, answer, inputs, first=not found and right is not None)
        found.append(read(exercise, got, inputs, right))
        problem = _problem_with(exercise, found[-1], inputs, right)
        if problem:
            expected, reason, part = problem
            reason = _explanation(exercise, answer, solved, found, part) or reason
            raise WrongAnswer(message(inputs, got, expected, reason))
    problem = exercise.together and exercise.together([inputs for inputs, _ in solved], found)
    if problem:
        inputs, got, expected, reason = problem
        reason = _explanation(exercise, answer, solved, found, None) or reason
        raise WrongAnswer(message(inputs, got, expected, reason))
    problem = exercise.cost and exercise.cost(answer)
    if problem:
        raise WrongAnswer(message(*problem))


def ask(exercise: Exercise, answer: Callable[..., Any], inputs: Inputs, first: bool = False):
    """What the learner's function returns: None on the first case is a `return` forgotten."""
    try:
        if first or not exercise.none_counts or not callable(answer):
            return call(answer, **inputs)
        return call(lambda *arguments: [answer(*arguments)], **inputs)[0]
    except WrongAnswer as wrong:
        for words, reason in exercise.raised.items():
            if words in str(wrong.__cause__):
                raise WrongAnswer(f"{wrong}\n    usual reason: {reason}") from wrong.__cause__
        raise


def message(inputs: Inputs, got: Any, expected: str, reason: str) -> str:
    """What a wrong answer is told."""
    returned, usual = f"you returned {show(got)}", f"usual reason: {reason}"
    return lines(inputs, returned, f"expected {expected}", usual)


def read(exercise: Exercise, got: Any, inputs: Inputs, right: Any):
    """The answer as `_problem_with` takes it: a tuple of arrays unless the exercise says."""
    if exercise.read:
        return exercise.read(got, inputs)
    if not isinstance(right, tuple):
        return (numbers(got, inputs, np.shape(right), exercise.advice),)
    advice = exercise.advice if isinstance(exercise.advice, tuple) else (exercise.advice,) * 9
    if not (isinstance(got, tuple | list | np.ndarray) and len(got) == len(right)):
        raise WrongAnswer(message(inputs, got, exercise.kind or f"{len(right)} values", advice[0]))
    return tuple(
        numbers(part, inputs, np.shape(like), why) for part, like, why in zip(got, right, advice)
    )


def _problem_with(exercise: Exercise, found: Any, inputs: Inputs, right: Any):
    """What is wrong on one case: (what was expected, the reason, number of the part), or None."""
    if exercise.accept:
        one = not exercise.read and len(found) == 1
        problem = exercise.accept(found[0] if one else found, **inputs)
        return problem and (*problem, None)[:3]
    for part, (mine, wanted) in enumerate(zip(found, _as_parts(right))):
        if not close(exercise, mine, wanted):
            why = exercise.otherwise
            if exercise.nearly and np.allclose(mine, wanted, exercise.nearly[0], atol=0):
                why = exercise.nearly[1]
            reason = why if isinstance(why, str) else why[part]
            return in_words(exercise, right, inputs), reason, part
    return None


def in_words(exercise: Exercise, right: Any, inputs: Inputs) -> str:
    """The right answer as a wrong one is told it."""
    if exercise.in_words:
        return exercise.in_words(right, **inputs)
    return show_inputs(dict(zip(exercise.parts, _as_parts(right)))) or show(right)


def _explanation(exercise, answer, solved, found, part) -> str | None:
    """The reason of the first mistake that gives the same answers to all cases, or None.

    If none gives the whole answers, one that gives their first wrong part.
    """
    refused = len(found) - 1
    for inputs, right in solved[len(found) :]:
        try:
            found.append(read(exercise, ask(exercise, answer, inputs), inputs, right))
        except Exception:  # this answer is refused already: what else it does explains nothing
            break
    seen = [(inputs, right, mine) for (inputs, right), mine in zip(solved, found)]
    for parts in (slice(None), slice(part, None if part is None else part + 1)):
        for reason, mistake in exercise.mistakes.items():
            same = [agrees(exercise, mistake, *case, parts) for case in seen]
            if same[refused] and False not in same:
                return reason
    return None


def agrees(exercise, mistake, inputs, right, found, parts) -> bool | None:
    """Whether a mistake gives (these parts of) an answer; None if it has no answer to this case."""
    try:
        with np.errstate(all="ignore"):
            wrong = read(exercise, mistake(**copy.deepcopy(inputs)), inputs, right)
    except Exception:
        return None
    if not isinstance(found, tuple):
        return bool(np.all(wrong == found))
    pairs = zip(wrong[parts], found[parts])
    if all(isinstance(part, (float, np.ndarray)) for part in found):
        return all(close(exercise, *pair) for pair in pairs)
    return all(np.array_equal(*pair) for pair in pairs)


def _as_parts(answer: Any) -> tuple:
    return answer if isinstance(answer, tuple) else (answer,)


def close(exercise: Exercise, mine, wanted) -> bool:
    """Whether two numbers or arrays agree up to rounding; NaN equals NaN, in mistakes."""
    return np.allclose(mine, wanted, exercise.rtol, exercise.atol, equal_nan=True)
