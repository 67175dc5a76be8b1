"""A program in units in which its numbers are of size 1, as HiGHS needs them: its tolerances and
limits are absolute.
"""

from dataclasses import dataclass

import numpy as np

from .models import Program


@dataclass(frozen=True, eq=False)
class Units:
    """The exponents of the powers of two that rows and profits are divided by: dividing by them is
    exact.
    """

    rows: np.ndarray  # (m,) int
    profit: int

    @classmethod
    def of(cls, program):
        """Those in which the largest entry of every row of A, and of c, is in [1/2, 1)."""
        sizes = abs(program.A).max(1)
        sizes = np.where(sizes > 0, sizes, abs(program.b))
        return cls(np.frexp(sizes)[1], int(np.frexp(abs(program.c).max())[1]))

    def scaled(self, program):
        """The same program in these units: another b may be 0 or infinite in them, if it does not
        matter or always does.
        """
        with np.errstate(over="ignore", under="ignore"):
            b = np.ldexp(program.b, -self.rows)
            A, c = np.ldexp(program.A, -self.rows[:, None]), np.ldexp(program.c, -self.profit)
        return Program(c, A, np.clip(b, -FINITE, FINITE), program.upper)

    def price_from(self, dual):
        """Prices of these units, profit per row's unit, in the program's own."""
        return np.ldexp(dual, self.profit - self.rows)

    def price_to(self, dual):
        return np.ldexp(dual, self.rows - self.profit)


FINITE = 1e19  # HiGHS takes 1e20 for infinity
