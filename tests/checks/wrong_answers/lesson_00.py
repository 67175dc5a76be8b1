"""Wrong answers to set 00 that are no `mistakes` of its exercises: what each is told."""

from functools import partial

import numpy as np

from slt_course.checks.lesson_00 import NOT_ALL, best_mask


def greedy(items, target):
    mask = np.zeros(len(items), bool)
    for i in np.argsort(-abs(items)):
        rest = target - items[mask].sum()
        mask[i] = abs(rest - items[i]) < abs(rest)
    return mask


def flips_or_swaps(items, target):
    mask, n = np.zeros(len(items), bool), len(items)
    flips = [np.isin(np.arange(n), (i, j)) for i in range(n) for j in range(i + 1)]
    while True:
        best = min((mask ^ flip for flip in flips), key=lambda m: abs(target - items[m].sum()))
        if abs(target - items[best].sum()) >= abs(target - items[mask].sum()) - 1e-15:
            return mask
        mask = best


def at_most_eight(items, target):
    few = [code for code in range(2 ** len(items)) if code.bit_count() <= 8]
    return best_mask(items, target, some=few)


WRONG = {
    "00.best_mask": [
        (partial(best_mask, some=slice(1, None)), "target = -1\n.*an error of 1"),
        (partial(best_mask, some=slice(-1)), "0.3, 0.4, 0.2.*target = 2\n.*the full one"),
        (greedy, NOT_ALL),
        (at_most_eight, f"target = 4.55\n.*{NOT_ALL}"),
        (flips_or_swaps, NOT_ALL),
        (partial(best_mask, distance=lambda rest: abs(rest) + 9 * (rest > 0)), NOT_ALL),
        (lambda items, target: (best_mask(items, target), 0.0), "an array of shape .*a tuple"),
        (lambda items, target: np.flatnonzero(best_mask(items, target)), r"shape \(3,\).*indices"),
        (lambda items, target: items[best_mask(items, target)].sum(), "returned 0.3.*an array"),
        (lambda items, target: 1 * best_mask(items, target), r"a bool array of length 3.*astype"),
    ],
    "00.pruned_output": [
        (lambda x, a, b, mask: np.abs(x[:, None] * a) @ (b * mask), "ReLU acts on"),
        (lambda x, a, b, mask: np.maximum(x, 0) * (a.clip(0) * b * mask).sum(), "ReLU acts on"),
        (lambda x, a, b, mask: sum((x[:, None] * a).clip(0) @ (b * mask)), r"x\[:, None\]"),
    ],
}
