"""An integer program, and the error that says why it has no answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


class ProgramError(ValueError):
    """A program without the answer asked for: infeasible, unbounded, or not solved in time."""

    status: str  # the word for it, with which the message begins

    def __init__(self, status: str, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status


@dataclass(frozen=True, eq=False, init=False)
class Program:
    """max c·x subject to A x <= b, with integers x_j from 0 to `upper`: a 0/1 program if it is 1.

    Args:
        c: (n,) profits. Finite numbers, any sign, as in A and b.
        A: (m, n), column A_j is what x_j uses.
        b: (m,) what there is.
        upper: largest value of every x_j, one number >= 1; numpy.inf for none.

    Raises:
        ValueError: shapes that do not fit, NaN or inf, numbers whose sum is infinite, no variable
            or no constraint, upper below 1.

    >>> Program([3, 2, 2], [[2, 1, 1]], [2]).feasible([0, 1, 1])
    True
    """

    c: np.ndarray  # (n,) float64
    A: np.ndarray  # (m, n) float64
    b: np.ndarray  # (m,) float64
    upper: float

    def __init__(self, c: ArrayLike, A: ArrayLike, b: ArrayLike, upper: float = 1.0) -> None:
        object.__setattr__(self, "c", check_numbers(c, "c", axes=1))
        object.__setattr__(self, "A", check_numbers(A, "A", axes=2))
        object.__setattr__(self, "b", check_numbers(b, "b", axes=1))
        object.__setattr__(self, "upper", upper)
        m, n = self.A.shape
        if self.c.shape != (n,) or self.b.shape != (m,):
            raise ValueError(
                f"A has shape ({m}, {n}): c needs {n} entries, not {len(self.c)}, "
                f"and b {m}, not {len(self.b)}"
            )
        if not upper >= 1:
            raise ValueError(f"upper is {upper}: give 1 for a 0/1 program, more, or numpy.inf")

    @property
    def rounding(self) -> float:
        """Part of |A||x| + |b| by which float64 may miss A x - b in any order: (n + 1)·2^-52."""
        return (len(self.c) + 1) * np.finfo(float).eps

    def feasible(self, x: ArrayLike, tolerance: float | None = None) -> bool:
        """Tell whether x is admissible: integers from 0 to `upper` with A x <= b.

        Args:
            x: (n,) numbers or bool.
            tolerance: each row may exceed b by this part of |A||x| + |b|; None for `rounding`.

        Raises:
            ValueError: x of another length.
        """
        x = np.asarray(x, dtype=float)
        if x.shape != self.c.shape:
            raise ValueError(
                f"x has shape {x.shape}: give {len(self.c)} entries, one for each column"
            )
        admissible = (x == np.round(x)) & (x >= 0) & (x <= self.upper)
        return bool(admissible.all() and self.rows_hold(x, tolerance).all())

    def rows_hold(self, x: np.ndarray, tolerance: float | None = None) -> np.ndarray:
        """Tell, as bool (m,), in which rows A x <= b, up to a tolerance.

        Args:
            x: (n,) any real numbers.
            tolerance: each row may exceed b by this part of |A||x| + |b|; None for `rounding`.
        """
        allowed = self.rounding if tolerance is None else tolerance
        with np.errstate(over="ignore", invalid="ignore"):  # of a huge x; NaN is no yes
            size = abs(self.A) @ abs(x) + abs(self.b)
            return self.A @ x - self.b <= allowed * size

    def restricted(self, columns: np.ndarray, x: np.ndarray) -> Program | None:
        """Return the program in some columns (n,) bool, with the others fixed at their x (n,).

        None without columns.
        """
        if not columns.any():
            return None
        used = self.A @ np.where(columns, 0.0, x)
        return Program(self.c[columns], self.A[:, columns], self.b - used, self.upper)


def check_numbers(values: ArrayLike, name: str, axes: int) -> np.ndarray:
    """Return `values` as a float64 array, or raise ValueError.

    Raises:
        ValueError: no real numbers, another number of axes, an empty axis, NaN or inf, numbers
            whose sum is infinite.
    """
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} is not an array of real numbers: give {name} with {axes} axis or axes"
        ) from None
    if array.ndim != axes or 0 in array.shape or not np.isfinite(array).all():
        raise ValueError(
            f"{name} has shape {array.shape}: {axes} axis or axes of finite numbers, none "
            "empty, needed"
        )
    with np.errstate(over="ignore"):
        if not np.isfinite(abs(array).sum(-1)).all():
            raise ValueError(
                f"{name} has sums beyond 1.8e308, the largest float64: give {name} in a larger unit"
            )
    return array
