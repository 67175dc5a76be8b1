"""The generic tool: each instance as a mixed-integer linear program for scipy's HiGHS, one at a time.

min t  subject to  |z - sum x_i b_i| <= t, b binary. A solver's "binary" is a float within about 1e-6 of 0 or 1: it is
rounded, and the sum recomputed from the mask, or the reported error would be below the true optimum. For the same reason
the optimum is found only up to about 1e-6 of the largest item. Slow, from milliseconds to seconds per instance: for
comparison, not for work.
"""

import numpy as np
import torch
from scipy.optimize import Bounds, LinearConstraint, milp

from . import greedy
from .arrays import namespace

ITEM_LIMIT = 64
SECONDS = 60  # per instance; then the best subset so far, or the greedy one


def search(items, target, tolerance=None):
    """Mask (rows, n) of the best subset that HiGHS finds. `tolerance` is not needed."""
    mask = greedy.search(items, target)
    for row in range(len(items)):
        found = solve_one(as_numpy(items[row]), float(target[row]))
        if found is not None:
            mask[row] = namespace(mask).asarray(found)
    return mask


def as_numpy(row):
    return row.cpu().numpy() if isinstance(row, torch.Tensor) else row


def solve_one(items, target):
    """Bool (n,) for one instance, or None if HiGHS ends without a solution."""
    n, unit = len(items), abs(items).max(initial=0.0) or 1.0
    items, target = items / unit, target / unit
    rows = LinearConstraint([np.r_[items, 1.0], np.r_[-items, 1.0]], [target, -target], np.inf)
    bounds, integrality = Bounds(np.zeros(n + 1), np.r_[np.ones(n), np.inf]), np.r_[np.ones(n), 0.0]
    cost = np.r_[np.zeros(n), 1.0]
    options = {"time_limit": SECONDS, "mip_rel_gap": 0.0}
    answer = milp(cost, constraints=rows, integrality=integrality, bounds=bounds, options=options)
    return None if answer.x is None else np.round(answer.x[:n]).astype(bool)
