"""An exercise as data. `engine.py` judges answers to all of them."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

Inputs = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What an exercise asks, which mistakes are usual, and what to say.

    All functions below take the inputs of a case by name, in the order of the learner's arguments.

    Attributes:
        cases: () -> list of inputs (dicts), on which every answer is judged.
        draw: (rng) -> one more input of the kind that the exercise describes. With it a test looks
            for answers that are wrong somewhere, but not on the cases.
        answer: a right answer: a number, an array, or a tuple of these. If it is None for a case,
            learners may return None.
        mistakes: reason -> function that gives what a learner who makes this mistake returns. A
            reason is named only if its function explains the answers to all cases.
        otherwise: the reason where no mistake explains them; for a tuple one reason for each part.
        insight: what to learn from a right answer.
        advice: what to return, for an answer of another kind; for a tuple one for each part.
        nearly: (a relative error, the reason for a number that is not right, but within it).
        kind: what is expected instead of an answer that is no tuple, such as "two numbers".
        raised: words of an exception -> the usual reason of an answer that raises it.
        parts: names of the parts of a tuple, to show what was expected.
        rtol, atol: how far a right number may be from `answer`.
        in_words: (right, **inputs) -> the right answer in words, where its numbers say too little.
        accept: where several answers are right. (found, **inputs) -> None for a right one, else
            (what was expected, the reason), or with the number of the part that is wrong as a
            third. `answer` is then one of the right ones.
        read: where an answer is no numbers. (got, inputs) -> what `accept` takes (a tuple of arrays
            has parts, as above); it raises WrongAnswer for what it cannot read.
        together: what only all answers show. (cases, answers) -> None, or (inputs, what was
            returned, what was expected, the reason).
        cost: what no value shows. (answer) -> None, or (inputs, what the answer took, what was
            expected, the reason).
    """

    cases: Callable[[], list[Inputs]]
    insight: str
    answer: Callable[..., Any]
    draw: Callable[[np.random.Generator], Inputs]
    mistakes: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    otherwise: str | tuple[str, ...] = ""
    advice: str | tuple[str, ...] = "something else was returned"
    nearly: tuple[float, str] | None = None
    kind: str = ""
    raised: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    rtol: float = 1e-5
    atol: float = 1e-8
    in_words: Callable[..., str] | None = None
    accept: Callable[..., tuple | None] | None = None
    read: Callable[[Any, Inputs], Any] | None = None
    together: Callable[[list[Inputs], list[Any]], tuple | None] | None = None
    cost: Callable[[Callable[..., Any]], tuple | None] | None = None

    @cached_property
    def solved(self) -> list[tuple[Inputs, Any]]:
        """The exercise's own cases, each with the right answer."""
        return self.solve(self.cases())

    @cached_property
    def none_counts(self) -> bool:
        """Whether None is an answer, and not a `return` that was forgotten."""
        return any(right is None for _, right in self.solved)

    def solve(self, cases: list[Inputs]) -> list[tuple[Inputs, Any]]:
        """Pair inputs with their right answers."""
        return [(inputs, self.answer(**copy.deepcopy(inputs))) for inputs in cases]
