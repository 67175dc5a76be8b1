"""Checks of exercise set 00."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

import numpy as np

from .exercise import Exercise

EXERCISES: dict[str, Exercise] = {}
NO_MASK = "indices, a sum or a tuple were returned; 0/1 integers become a mask with .astype(bool)"
NOT_ALL = (
    "not all subsets were tried: the empty one, the full one, or those that a greedy choice "
    "passes by"
)


def mask_cases():
    falling = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]
    cases = [
        ([0.5, -0.2, 0.7], 0.3),
        ([0.5, 0.6, 0.5], 1.0),  # the largest items first would give 1.1 or 0.6
        ([0.4, 0.8], -1.0),  # the empty subset is best
        ([0.3, 0.4, 0.2], 2.0),  # the full subset is best
        ([*falling, -0.9, -0.8], 4.4),  # eight of ten
        ([*falling, 0.15, 0.1], 4.55),  # nine of ten
    ]
    rng = np.random.default_rng(0)
    cases += [(rng.uniform(-1, 1, n).round(3), round(rng.uniform(-1, 1), 3)) for n in range(1, 7)]
    cases += [(rng.uniform(-1, 1, n), rng.uniform(-1, 1)) for n in (7, 8, 9, *[10] * 30)]
    return [{"items": np.array(items), "target": target} for items, target in cases]


def best_mask(items, target, distance=abs, some=slice(None)):
    """The mask whose sum is nearest to the target, among some of all masks."""
    masks = (np.arange(2 ** len(items))[:, None] >> np.arange(len(items)) & 1).astype(bool)[some]
    return masks[distance(target - masks @ items).argmin()]


def accept_mask(mask, items, target):
    if mask.dtype != bool:
        return f"a bool array of length {len(items)}", NO_MASK
    error, best = (abs(target - items[m].sum()) for m in (mask, best_mask(items, target)))
    if error > best + 1e-12:
        return f"an error of {best:.4g}, yours is {error:.4g}", NOT_ALL


EXERCISES["00.best_mask"] = Exercise(
    cases=mask_cases,
    draw=lambda rng: {"items": rng.uniform(-1, 1, rng.integers(1, 11)), "target": rng.normal()},
    answer=best_mask,
    accept=accept_mask,
    mistakes={
        "the distance is |z - sum|: without the absolute value, the largest sum looks best": (
            lambda items, target: best_mask(items, target, distance=np.positive)
        ),
        "the distance is |z - sum|: without the absolute value, the smallest sum looks best": (
            lambda items, target: best_mask(items, target, distance=np.negative)
        ),
        "the mask is reversed: its first entry belongs to the first item": lambda items, target: (
            best_mask(items, target)[::-1]
        ),
        "the mask is inverted: True means kept": lambda items, target: ~best_mask(items, target),
    },
    advice=NO_MASK,
    insight="Any mask with the smallest error passes: it is checked by its sum. Trying all 2^n "
    "subsets is the definition, and the yardstick for every faster method of the course.",
)


def units(rng, n, share=0.5):
    """Numbers of n units, of which about this share is kept, and some inputs."""
    x, (a, b) = rng.uniform(-2, 2, rng.integers(2, 6)), rng.uniform(-1, 1, (2, n)).round(2)
    return {"x": x, "a": a, "b": b, "mask": rng.random(n) < share}


def pruned_output(x, a, b, mask):
    return np.maximum(x[:, None] * a, 0) @ (b * mask)


EXERCISES["00.pruned_output"] = Exercise(
    cases=lambda: [
        units(np.random.default_rng(seed), n, share)
        for seed, n in enumerate((6, 1, 2, 4, 9))
        for share in (0.5, 1, 0)
    ],
    draw=lambda rng: units(rng, rng.integers(1, 10)),
    answer=pruned_output,
    mistakes={
        "the mask was not applied": lambda x, a, b, mask: pruned_output(x, a, b, 1),
        "the mask is inverted: True means kept": lambda x, a, b, mask: pruned_output(
            x, a, b, ~mask
        ),
        "ReLU is missing: units with a·x < 0 must contribute nothing": lambda x, a, b, mask: (
            x * (a * b * mask).sum()
        ),
        "ReLU acts on each unit's a·x, not on the sum": lambda x, a, b, mask: np.maximum(
            x * (a * b * mask).sum(), 0
        ),
        "a and b are swapped: ReLU acts on a·x": lambda x, a, b, mask: pruned_output(x, b, a, mask),
        "the sum over the units is needed, not their mean": lambda x, a, b, mask: (
            pruned_output(x, a, b, mask) / len(a)
        ),
    },
    otherwise="ReLU acts on a·x of each unit, before b, the mask and the sum",
    advice="x and the units need axes of their own, x[:, None] * a; with nothing kept, return "
    "zeros",
    insight="This is the whole construction: for x >= 0 the output is x times the sum of a·b over "
    "the kept units with a > 0, so choosing the mask is choosing a subset sum.",
)
