"""Random subset sum: batched solvers behind one `solve`, one algorithm per file."""

from .coverage import Coverage, coverage
from .laws import LAWS, sample
from .solution import Solution
from .solve import available_methods, solve
from .sums import subset_sums
from .volume import volume_paths

__all__ = [
    "LAWS",
    "Coverage",
    "Solution",
    "available_methods",
    "coverage",
    "sample",
    "solve",
    "subset_sums",
    "volume_paths",
]
