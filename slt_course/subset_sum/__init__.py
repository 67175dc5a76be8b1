"""Random subset sum: batched solvers behind one `solve`, one algorithm per file."""

from .coverage import Coverage, coverage
from .distributions import DISTRIBUTIONS, sample
from .solution import Solution
from .solve import available_methods, solve
from .sums import subset_sums
from .volume import volume_paths

__all__ = [
    "DISTRIBUTIONS",
    "Coverage",
    "Solution",
    "available_methods",
    "coverage",
    "sample",
    "solve",
    "subset_sums",
    "volume_paths",
]
