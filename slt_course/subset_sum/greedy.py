"""Greedy digit expansion: one pass, largest items first, keeping those that bring the sum nearer.

In the spirit of Orseau et al. (2020), where items play the part of digits: if each size class holds
an item, every pass through a class shrinks the remainder by a constant factor, so log(1/eps) items
suffice. What it loses: it looks at n of the 2^n subsets. Its error is set by how well single items
fit the last remainders, not by the density of sums, and it can miss a target that a subset hits
exactly.
"""

import math

from .arrays import Array, empty, indices

ITEM_LIMIT = math.inf


def search(items: Array, target: Array, tolerance: Array | None = None) -> Array:
    """Return the mask (rows, n) of the greedy subset. `tolerance` is not needed."""
    row = indices(items, len(items))
    order = (-abs(items)).argsort(1)
    mask = empty(items, tuple(items.shape), "bool")
    remainder = target * 1.0
    for j in range(items.shape[1]):
        item = items[row, order[:, j]]
        take = abs(remainder - item) < abs(remainder)
        mask[row, order[:, j]] = take
        remainder = remainder - item * take
    return mask
