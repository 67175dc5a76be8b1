"""An exercise as data, and the one engine that judges answers to all of them."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from .outcome import WrongAnswer, call, lines, numbers, show

Inputs = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What an exercise asks, which mistakes are usual, and what to say.

    All functions below take the inputs of a case by name, in the order of the learner's arguments.

    Attributes:
        cases: () -> list of inputs (dicts), on which every answer is judged.
        draw: (rng) -> one more input of the kind that the exercise describes. With it a test looks
            for answers that are wrong somewhere, but not on the cases.
        answer: a right answer: a number, an array, or a tuple of these. If it is None on some case,
            learners may return None as well.
        mistakes: reason -> function that gives what a learner who makes this mistake returns. A
            reason is named only if its function explains the answers to all cases.
        otherwise: the reason where no mistake explains them; for a tuple one reason for each part.
        insight: what to learn from a right answer.
        advice: what to return, for an answer of another kind; for a tuple one for each part.
        kind: what is expected instead of an answer that is no tuple, such as "two numbers".
        raised: words of an exception -> the usual reason of an answer that raises it.
        rtol, atol: how far a right number may be from `answer`.
        accept: where several answers are right. (found, **inputs) -> None for a right one, else
            (what was expected, the reason), with the number of the wrong part before these where
            there are parts. `answer` is then one of the right ones.
        read: where an answer is no numbers. (got, inputs) -> what `accept` takes, a tuple where
            it has parts; it raises WrongAnswer for what it cannot read.
        together: what only all answers show. (cases, answers) -> None, or (inputs, what was
            returned, what was expected, the reason).
    """

    cases: Callable[[], list[Inputs]]
    insight: str
    answer: Callable[..., Any]
    draw: Callable[[np.random.Generator], Inputs]
    mistakes: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    otherwise: str | tuple[str, ...] = ""
    advice: str | tuple[str, ...] = "something else was returned"
    kind: str = ""
    raised: Mapping[str, str] = field(default_factory=dict)
    rtol: float = 1e-5
    atol: float = 1e-8
    accept: Callable[..., tuple[str, str] | None] | None = None
    read: Callable[[Any, Inputs], Any] | None = None
    together: Callable[[list[Inputs], list[Any]], tuple | None] | None = None

    @cached_property
    def solved(self) -> list[tuple[Inputs, Any]]:
        """The exercise's own cases, each with the right answer."""
        return self.solve(self.cases())

    @cached_property
    def none_counts(self) -> bool:
        """Whether None is an answer, and not a `return` that was forgotten."""
        return any(right is None for _, right in self.solved)

    def solve(self, cases: list[Inputs]) -> list[tuple[Inputs, Any]]:
        return [(inputs, self.answer(**copy.deepcopy(inputs))) for inputs in cases]


def refuse_wrong(exercise: Exercise, answer: Callable[..., Any], drawn: list[Inputs] | None = None):
    """Raise WrongAnswer unless the answer is right on all cases, or on the drawn ones if given."""
    solved = exercise.solved if drawn is None else exercise.solve(drawn)
    found = []
    for inputs, right in solved:
        got = ask(exercise, answer, inputs, first=not found and right is not None)
        found.append(read(exercise, got, inputs, right))
        problem = problem_with(exercise, found[-1], inputs, right)
        if problem:
            part, expected, reason = problem
            reason = explanation(exercise, answer, solved, found, part) or reason
            raise WrongAnswer(message(inputs, got, expected, reason))
    problem = exercise.together and exercise.together([inputs for inputs, _ in solved], found)
    if problem:
        inputs, got, expected, reason = problem
        reason = explanation(exercise, answer, solved, found, None) or reason
        raise WrongAnswer(message(inputs, got, expected, reason))


def ask(exercise: Exercise, answer: Callable[..., Any], inputs: Inputs, first: bool = False):
    """What the learner's function returns: None on the first case is a `return` forgotten."""
    try:
        if first or not exercise.none_counts:
            return call(answer, **inputs)
        return call(lambda *arguments: [answer(*arguments)], **inputs)[0]
    except WrongAnswer as wrong:
        for words, reason in exercise.raised.items():
            if words in str(wrong.__cause__):
                raise WrongAnswer(f"{wrong}\n    usual reason: {reason}") from wrong.__cause__
        raise


def message(inputs: Inputs, got: Any, expected: str, reason: str) -> str:
    """What a wrong answer is told."""
    return lines(
        inputs, f"you returned {show(got)}", f"expected {expected}", f"usual reason: {reason}"
    )


def read(exercise: Exercise, got: Any, inputs: Inputs, right: Any):
    """The answer as `problem_with` takes it: a tuple of arrays unless the exercise says."""
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


def problem_with(exercise: Exercise, found: Any, inputs: Inputs, right: Any):
    """What is wrong on one case: (number of the part, what was expected, the reason), or None."""
    if exercise.accept:
        one = not exercise.read and len(found) == 1
        problem = exercise.accept(found[0] if one else found, **inputs)
        return problem and (problem if len(problem) == 3 else (None, *problem))
    for part, (mine, wanted) in enumerate(zip(found, as_parts(right))):
        if not close(exercise, mine, wanted):
            why = exercise.otherwise
            return part, show(right), why if isinstance(why, str) else why[part]
    return None


def explanation(exercise, answer, solved, found, part):
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


def agrees(exercise, mistake, inputs, right, found, parts):
    """Whether a mistake gives (these parts of) an answer; None if it has no answer to this case."""
    try:
        with np.errstate(all="ignore"):
            wrong = read(exercise, mistake(**copy.deepcopy(inputs)), inputs, right)
    except Exception:
        return None
    if exercise.read and isinstance(found, tuple):
        return all(np.array_equal(*pair) for pair in zip(wrong[parts], found[parts]))
    if exercise.read:
        return bool(np.all(wrong == found))
    return all(close(exercise, *pair) for pair in zip(wrong[parts], found[parts]))


def as_parts(answer):
    return answer if isinstance(answer, tuple) else (answer,)


def close(exercise, mine, wanted):
    """Whether two numbers or arrays agree up to rounding; NaN equals NaN, in mistakes."""
    return np.allclose(mine, wanted, exercise.rtol, exercise.atol, equal_nan=True)
