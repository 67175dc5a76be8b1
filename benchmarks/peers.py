"""What one would write or call without this package: one instance at a time."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp


def horowitz_sahni(items, target):
    """Exact optimum of one instance in numpy: sort one half's sums, look the other half's up by bisection. Error only."""
    half = len(items) // 2
    left, right = (all_sums(part) for part in (items[:half], items[half:]))
    left.sort()
    place = np.searchsorted(left, target - right)
    below = left[np.maximum(place - 1, 0)] + right
    above = left[np.minimum(place, len(left) - 1)] + right
    return min(abs(target - below).min(), abs(target - above).min())


def all_sums(items):
    sums = np.zeros(1)
    for item in items:
        sums = np.concatenate([sums, sums + item])
    return sums


def integer_program(items, target):
    """The usual model for scipy's HiGHS, min t with |target - sum| <= t; the error recomputed from rounded binaries."""
    n = len(items)
    cost, integrality = np.r_[np.zeros(n), 1.0], np.r_[np.ones(n), 0.0]
    rows = LinearConstraint([np.r_[items, 1.0], np.r_[-items, 1.0]], [target, -target], np.inf)
    bounds = Bounds(np.zeros(n + 1), np.r_[np.ones(n), np.inf])
    solution = milp(cost, constraints=rows, integrality=integrality, bounds=bounds)
    if solution.x is None:
        return np.nan
    return abs(target - items @ np.round(solution.x[:n]))
