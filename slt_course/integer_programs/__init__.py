"""Random integer programs: the gap between a program and its linear relaxation, and its repair by a
subset sum.

`models` has programs, `relaxation` and `optimum` ask scipy's HiGHS (`highs`, in the `units` that it
needs), `repair` rounds and repairs with the search of `flips`, `laws` fits how the gap falls with
n.
"""

from .flips import subsets_between
from .laws import LAWS, Exponent, fitted_exponent, predicted_gap
from .models import Program, ProgramError, gaussian, packing
from .optimum import Optimum, optimum
from .relaxation import GapTerms, Relaxation, gap_identity, relax
from .repair import Repair, repair

__all__ = [
    "LAWS",
    "Exponent",
    "GapTerms",
    "Optimum",
    "Program",
    "ProgramError",
    "Relaxation",
    "Repair",
    "fitted_exponent",
    "gap_identity",
    "gaussian",
    "optimum",
    "packing",
    "predicted_gap",
    "relax",
    "repair",
    "subsets_between",
]
