"""Checks of exercise set 00."""

import numpy as np

from ..subset_sum import solve
from .outcome import call, likely, numbers, require


def best_mask(answer):
    cases = [
        ([0.5, -0.2, 0.7], 0.3),
        ([0.5, 0.6, 0.5], 1.0),  # the largest items first would give 1.1 or 0.6
        ([0.4, 0.8], -1.0),  # the empty subset is best
        ([0.3, 0.4, 0.2], 2.0),  # the full subset is best
        ([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, -0.9, -0.8], 4.4),  # eight of ten
        ([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1], 4.55),  # nine of ten
    ]
    rng = np.random.default_rng(0)
    cases += [
        (rng.uniform(-1, 1, n).round(3), round(rng.uniform(-1, 1), 3))
        for n in (1, 4, 8, 10, *range(2, 11), *[10] * 30)
    ]
    for items, target in cases:
        inputs = {"items": np.array(items), "target": target}
        got = call(answer, **inputs)
        advice = (
            "indices, a sum or a tuple were returned; 0/1 integers become a mask with .astype(bool)"
        )
        mask = numbers(got, inputs, (len(items),), advice)
        require(mask.dtype == bool, inputs, got, f"a bool array of length {len(items)}", advice)
        error, best = (
            abs(target - inputs["items"][m].sum()) for m in (mask, solve(items, target).mask)
        )
        reason = why_not_best(inputs["items"], target, mask, best)
        require(
            error <= best + 1e-12,
            inputs,
            got,
            f"an error of {best:.4g}, yours is {error:.4g}",
            reason,
        )


def why_not_best(items, target, mask, best):
    """The usual reason for a mask (n,) that is not the best one."""
    if (
        min(
            abs(items[mask].sum() - extreme)
            for extreme in (items.clip(0).sum(), items.clip(None, 0).sum())
        )
        < 1e-12
    ):
        return "the distance is |z - sum|: without the absolute value, the largest or the smallest sum looks best"
    if abs(target - items[mask[::-1]].sum()) <= best + 1e-12:
        return "the mask is reversed: its first entry belongs to the first item"
    if abs(target - items[~mask].sum()) <= best + 1e-12:
        return "the mask is inverted: True means kept"
    return "not all subsets were tried: the empty one, the full one, or those that a greedy choice passes by"


def pruned_output(answer):
    rng = np.random.default_rng(1)
    a, b = rng.uniform(-1, 1, (2, 6)).round(2)
    units = [
        (a, b, mask)
        for mask in (np.array([1, 0, 1, 1, 0, 0], bool), np.ones(6, bool), a < 0, np.zeros(6, bool))
    ]
    units += [(*rng.uniform(-1, 1, (2, n)).round(2), rng.random(n) < 0.5) for n in (1, 2, 4, 9)]
    for a, b, mask in units:
        for x in (np.array([0.0, 0.25, 1.0, -0.5]), np.array([-0.25, 2.0])):
            inputs = {"x": x, "a": a, "b": b, "mask": mask}
            got = call(answer, **inputs)
            advice = "x and the units need axes of their own, x[:, None] * a; with nothing kept, return zeros"
            found = numbers(got, inputs, x.shape, advice)
            hidden = np.maximum(x[:, None] * a, 0)
            expected = hidden @ (b * mask)
            mistakes = {
                "the mask was not applied": hidden @ b,
                "the mask is inverted: True means kept": hidden @ (b * ~mask),
                "ReLU is missing: units with a·x < 0 must contribute nothing": x
                * (a * b * mask).sum(),
                "ReLU acts on each unit's a·x, not on the sum": np.maximum(
                    x * (a * b * mask).sum(), 0
                ),
                "a and b are swapped: ReLU acts on a·x": np.maximum(x[:, None] * b, 0) @ (a * mask),
                "the sum over the units is needed, not their mean": expected / len(a),
            }
            reason = likely(
                found,
                expected,
                mistakes,
                "ReLU acts on a·x of each unit, before b, the mask and the sum",
            )
            require(
                np.allclose(found, expected),
                inputs,
                got,
                np.array2string(expected, precision=4),
                reason,
            )


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
