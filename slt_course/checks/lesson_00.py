"""Checks of exercise set 00."""

import numpy as np

from ..subset_sum import solve
from .outcome import call, is_numbers, require


def best_mask(answer):
    cases = [
        (np.array([0.5, -0.2, 0.7]), 0.3),
        (np.array([0.6, 0.6, 0.5, 0.5]), 1.0),  # the largest items first would give 1.2 or 0.6
        (np.array([0.4, 0.8]), -1.0),  # the empty subset is best
        (np.array([-0.3, -0.6, -0.2]), -0.8),
    ]
    rng = np.random.default_rng(0)
    cases += [(rng.uniform(-1, 1, n).round(3), round(rng.uniform(-1, 1), 3)) for n in (1, 4, 8, 10)]
    for items, target in cases:
        got = call(answer, items, target)
        mask = np.asarray(got)
        shaped = mask.shape == items.shape and mask.dtype == bool
        require(
            shaped,
            (items, target),
            got,
            f"a bool array of length {len(items)}",
            "indices, 0/1 numbers or a sum were returned",
        )
        error, best = abs(target - items[mask].sum()), float(solve(items, target).error)
        reason = "not all subsets were tried; a greedy choice or a forgotten empty subset misses the best"
        require(error <= best + 1e-12, (items, target), got, f"an error of {best:.4g}, yours is {error:.4g}", reason)


def pruned_output(answer):
    rng = np.random.default_rng(1)
    x = np.array([0.0, 0.25, 1.0, -0.5])
    a, b = rng.uniform(-1, 1, (2, 6)).round(2)
    masks = np.ones(6, bool), np.array([1, 0, 1, 1, 0, 0], bool), np.zeros(6, bool), a < 0
    cases = [(sign * x, a, b, mask) for mask in masks for sign in (1, -1)]
    for x, a, b, mask in cases:
        got = call(answer, x, a, b, mask)
        expected = (np.maximum(a * x[:, None], 0) * b * mask).sum(1)
        inputs = (x, a, b, mask)
        reason = "x and the units need axes of their own: x[:, None] * a"
        require(is_numbers(got, x.shape), inputs, got, f"an array of shape {x.shape}", reason)
        linear = np.allclose(got, (a * b * mask).sum() * x)
        everything = np.allclose(got, (np.maximum(a * x[:, None], 0) * b).sum(1))
        outside = np.allclose(got, np.maximum((a * x[:, None] * b * mask).sum(1), 0))
        reason = "ReLU acts on a·x of each unit, before b, the mask and the sum"
        if everything:
            reason = "the mask was not applied"
        elif linear:
            reason = "ReLU is missing: units with a·x < 0 must contribute nothing"
        elif outside:
            reason = "ReLU acts on each unit's a·x, not on the sum"
        require(np.allclose(got, expected), inputs, got, np.array2string(expected, precision=4), reason)


CHECKS = {
    "00.best_mask": (
        best_mask,
        "Any mask with the smallest error passes: it is checked by its sum. Trying all 2^n subsets is the definition, "
        "and the yardstick for every faster method of the course.",
    ),
    "00.pruned_output": (
        pruned_output,
        "This is the whole construction: for x >= 0 the output is x times the sum of a·b over the kept units with a > 0, so "
        "choosing the mask is choosing a subset sum.",
    ),
}
