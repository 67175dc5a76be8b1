"""Staged search: any subset within the tolerance, using only as many items as that takes.

About log2(1/tolerance) items already have a sum near most targets, whatever n is. So: meet in the
middle over the first m items of every row, then over m + 2, m + 4, … items of the rows still open.
Cost follows log(1/tolerance), not n. Targets beyond the sum of all items of their sign are answered
at once: that sum is their optimum.
"""

import math

import numpy as np

from . import meet_in_the_middle, restarts
from .arrays import namespace, nonzero
from .rounding import sum_and_rest

SEARCHED_ITEMS = meet_in_the_middle.ITEM_LIMIT


def search(items, target, tolerance):
    """Mask (rows, n) of a subset with |z - sum| <= tolerance (rows,) where one is found, else of
    the best subset found.

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
        late, remainder = bring_into_reach(items[open_rows], target[open_rows])
        mask[open_rows, SEARCHED_ITEMS:] = late
        near_target[open_rows] = remainder
    mask[open_rows, :SEARCHED_ITEMS] = False
    search_in_stages(items, near_target, tolerance, mask, open_rows)
    if items.shape[1] > SEARCHED_ITEMS and len(open_rows):
        x, z, eps = items[open_rows], target[open_rows], tolerance[open_rows]
        mask[open_rows] = restarts.improve(x, z, eps, mask[open_rows])
    return mask


def search_in_stages(items, target, tolerance, mask, open_rows):
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
        again = missed & final
        if not settled and bool(again.any()):
            found[again] = meet_in_the_middle.search(x[again], z[again], enough=eps[again])
        mask[open_rows, :m] = found
        open_rows = open_rows[missed & ~final]


def stages(items, tolerance):
    """Numbers of items to try. At the first, most rows expect a sum or two within the tolerance."""
    most = min(items.shape[1], SEARCHED_ITEMS)
    with np.errstate(over="ignore"):  # an infinite mean asks for all items at once, which is right
        size, smallest = float(abs(items).mean()) if most else 0.0, float(tolerance.min())
    if smallest * 2.0**most <= size:
        return [most]
    first = max(8, 2 * round(math.log2(4 * size / smallest + 1) / 2))
    return [*range(first, most, 2), most]


def bring_into_reach(items, target):
    """Use items 33 … n only to bring a target into the reach of the first 32, one item at a time.

    Returns:
        late (rows, n - 32) bool, the items taken, and the remainder of the target (rows,).
    """
    first, rest = items[:, :SEARCHED_ITEMS], items[:, SEARCHED_ITEMS:]
    low, high = (first * (first < 0)).sum(1), (first * (first > 0)).sum(1)
    late, remainder = rest != rest, target * 1.0
    for j in range(rest.shape[1]):
        item = rest[:, j]
        # Half of the reach, because sums are sparse near its ends.
        take = ((remainder > high / 2) & (item > 0)) | ((remainder < low / 2) & (item < 0))
        take &= abs(item) <= abs(remainder)
        late[:, j] = take
        remainder = remainder - item * take
    return late, remainder
