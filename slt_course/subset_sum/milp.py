"""The generic tool: each instance as a mixed-integer linear program for scipy's HiGHS.

min t  subject to  |z - sum x_i b_i| <= t, b binary. A solver's "binary" is a float within about
1e-6 of 0 or 1: it is rounded, and the sum recomputed from the mask, or the reported error would be
below the true optimum. For the same reason the optimum is found only up to about 1e-6 of the
largest item. One instance at a time, and slow, from milliseconds to seconds each: for comparison,
not for work.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from . import greedy
from .arrays import Array, namespace, to_numpy
from .interrupts import interruptible

ITEM_LIMIT = 64
SECONDS = 60  # per instance; then the best subset so far, or the greedy one


def search(items: Array, target: Array, tolerance: Array | None = None) -> Array:
    """Return the mask (rows, n) of the best subset that HiGHS finds. `tolerance` is not needed."""
    mask = greedy.search(items, target)
    for row in range(len(items)):
        found = interruptible(solve_one, to_numpy(items[row]), float(target[row]))
        if found is not None:
            mask[row] = namespace(mask).asarray(found)
    return mask


def solve_one(items: np.ndarray, target: float) -> np.ndarray | None:
    """Return the mask bool (n,) of one instance, or None if HiGHS ends without a solution."""
    n = len(items)
    unit = abs(items).max(initial=0.0) or 1.0
    items = items / unit
    # A target far beyond the reach has the same optimum as one just beyond; HiGHS dislikes numbers
    # of very different size.
    target = np.clip(target / unit, items[items < 0].sum() - 1, items[items > 0].sum() + 1)
    # The variables are b_1 … b_n and t.
    rows = LinearConstraint([np.r_[items, 1.0], np.r_[-items, 1.0]], [target, -target], np.inf)
    answer = milp(
        np.r_[np.zeros(n), 1.0],
        constraints=rows,
        integrality=np.r_[np.ones(n), 0.0],
        bounds=Bounds(np.zeros(n + 1), np.r_[np.ones(n), np.inf]),
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )
    return None if answer.x is None else np.round(answer.x[:n]).astype(bool)
