"""Random integer programs: the gap to the linear relaxation, and its repair by a subset sum.

`program` has programs and `models` random ones; `relaxation` and `optimum` ask scipy's HiGHS
(`highs`, in the `units` that it needs, `status` where it fails); `repair` rounds and repairs with
the search of `flips`, which asks `between` for subset sums; `decays` fits how the gap falls with n,
and `prediction` counts it.
"""

from .between import subsets_between
from .decays import DECAYS, Exponent, fitted_exponent
from .models import gaussian, packing
from .optimum import Optimum, optimum
from .prediction import predicted_gap
from .program import Program, ProgramError
from .relaxation import GapTerms, Relaxation, gap_identity, relax
from .repair import Repair, repair

__all__ = [
    "DECAYS",
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
