"""A program in units in which its numbers are of size 1: HiGHS's tolerances are absolute."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .program import Program

_FINITE = 1e19  # HiGHS takes 1e20 for infinity


@dataclass(frozen=True, eq=False)
class Units:
    """Powers of two that rows and profits are divided by, as exponents: the division is exact."""

    rows: np.ndarray  # (m,) int
    profit: int

    @classmethod
    def of(cls, program: Program) -> Units:
        """Return those in which the largest entry of each row of A, and of c, is in [1/2, 1)."""
        sizes = abs(program.A).max(1)
        sizes = np.where(sizes > 0, sizes, abs(program.b))
        return cls(np.frexp(sizes)[1], int(np.frexp(abs(program.c).max())[1]))

    def scaled(self, program: Program) -> Program:
        """Return the same program in these units.

        An entry of b may be 0 or very large in them, if it does not matter or always does.
        """
        with np.errstate(over="ignore", under="ignore"):
            b = np.ldexp(program.b, -self.rows)
            A = np.ldexp(program.A, -self.rows[:, None])
            c = np.ldexp(program.c, -self.profit)
        return Program(c, A, np.clip(b, -_FINITE, _FINITE), program.upper)

    def scaled_prices(self, prices: np.ndarray) -> np.ndarray:
        """Return a program's prices (m,), profit per unit of each row, in these units."""
        return np.ldexp(prices, self.rows - self.profit)

    def program_prices(self, prices: np.ndarray) -> np.ndarray:
        """Return prices (m,) that are in these units in those of the program."""
        return np.ldexp(prices, self.profit - self.rows)
