"""Random subset sum: batched solvers behind one `solve`, one algorithm per file."""

from .solution import Solution
from .solve import available_methods, solve
from .sums import subset_sums

__all__ = ["Solution", "available_methods", "solve", "subset_sums"]
