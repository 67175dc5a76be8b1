"""Staged search: any subset within the tolerance, using only as many items as that takes.

About log2(1/tolerance) items already have a sum near most targets, whatever n is. So: meet in the
middle over the first m items of every row, then over m + 2, m + 4, … items of the rows still open.
Cost follows log(1/tolerance), not n. Targets beyond the sum of all items of their sign are answered
at once: that sum is their optimum.
"""

import math

import numpy as np

from . import meet_in_the_middle, restarts
from .arrays import Array, namespace, nonzero
from .rounding import sum_and_rest

ITEM_LIMIT = math.inf
SEARCHED_ITEMS = meet_in_the_middle.ITEM_LIMIT


def search(items: Array, target: Array, tolerance: Array) -> Array:
    """Return the mask (rows, n) of a subset within the tolerance (rows,), else of the best found.

    For n <= 32 the last stage is exact, so a subset within the tolerance is found wherever one
    exists and a miss is the optimum. For n > 32 the first 32 items are searched; the others only
    bring far targets into their reach. In rows that miss, `restarts` searches other blocks of 32.
    """
    xp = namespace(items)
    mask = xp.where(target[:, None] > 0, items > 0, items < 0)
    rest = sum_and_rest(items, target, mask, tolerance)[1]
    open_rows = nonzero((rest != 0) & ((rest > 0) != (target > 0)))
    near_target = target * 1.0  # a copy: far targets change below
    if items.shape[1] > SEARCHED_ITEMS:
        late, remainder = _bring_into_reach(items[open_rows], target[open_rows])
        mask[open_rows, SEARCHED_ITEMS:] = late
        near_target[open_rows] = remainder
    mask[open_rows, :SEARCHED_ITEMS] = False
    _search_in_stages(items, near_target, tolerance, mask, open_rows)
    if items.shape[1] > SEARCHED_ITEMS and len(open_rows):
        x, z, eps = items[open_rows], target[open_rows], tolerance[open_rows]
        mask[open_rows] = restarts.improve(x, z, eps, mask[open_rows])
    return mask


def _search_in_stages(
    items: Array, target: Array, tolerance: Array, mask: Array, open_rows: Array
) -> None:
    """Write into `mask` (rows, n), for the open rows, which of the first 32 items are kept."""
    for m in stages(items, tolerance):
        if not len(open_rows):
            break
        x, z, eps = items[open_rows, :m], target[open_rows], tolerance[open_rows]
        final = ~items[open_rows, m:SEARCHED_ITEMS].any(1)  # only zeros are left to add
        coarse = meet_in_the_middle.resolution(x, "int32") * 2 < float(eps.min())
        settled = not coarse and bool(final.all())
        found = meet_in_the_middle.search(
            x, z, keys="int32" if coarse else "int64", enough=eps if settled else None
        )
        missed = abs(sum_and_rest(x, z, found, eps)[1]) > eps
        undecided = missed & final  # near ties were left open in these rows
        if not settled and bool(undecided.any()):
            found[undecided] = meet_in_the_middle.search(
                x[undecided], z[undecided], enough=eps[undecided]
            )
        mask[open_rows, :m] = found
        open_rows = open_rows[missed & ~final]


def stages(items: Array, tolerance: Array) -> list[int]:
    """List the numbers of items to try, rising to all, or to the limit of a search.

    With the first, most rows expect a sum or two within the tolerance.
    """
    last = min(items.shape[1], SEARCHED_ITEMS)
    smallest = float(tolerance.min())
    with np.errstate(over="ignore"):  # an infinite mean asks for all items at once, which is right
        size = float(abs(items).mean()) if last else 0.0
    if smallest * 2.0**last <= size:
        return [last]
    first = max(8, 2 * round(math.log2(4 * size / smallest + 1) / 2))
    return list(range(first, last, 2)) + [last]


def _bring_into_reach(items: Array, target: Array) -> tuple[Array, Array]:
    """Use items 33 … n only to bring a target into the reach of the first 32, one item at a time.

    Args:
        items: (rows, n), n > 32.
        target: (rows,).

    Returns:
        bool (rows, n - 32), the items taken, and the remainder of the target (rows,).
    """
    first, others = items[:, :SEARCHED_ITEMS], items[:, SEARCHED_ITEMS:]
    low = (first * (first < 0)).sum(1)
    high = (first * (first > 0)).sum(1)
    taken = others != others  # False everywhere
    remainder = target * 1.0
    for j in range(others.shape[1]):
        item = others[:, j]
        # Half of the reach, because sums are sparse near its ends.
        take = ((remainder > high / 2) & (item > 0)) | ((remainder < low / 2) & (item < 0))
        take &= abs(item) <= abs(remainder)
        taken[:, j] = take
        remainder = remainder - item * take
    return taken, remainder
