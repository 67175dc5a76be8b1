"""Staged search: any subset within the tolerance, using only as many items as that takes.

About log2(1/tolerance) items already have a sum near most targets, whatever n is. So: meet in the middle over the first
m items of every row, then over m + 2, m + 4, … items of the rows still open. Cost follows log(1/tolerance), not n.
Targets beyond the sum of all items of their sign are answered at once: that sum is their optimum.
"""

import math

from . import meet_in_the_middle
from .arrays import namespace, nonzero

SEARCHED_ITEMS = meet_in_the_middle.ITEM_LIMIT


def search(items, target, tolerance):
    """Mask (rows, n) of a subset with |z - sum| <= tolerance (rows,) where one is found, else of the best subset found.

    For n <= 32 the last stage is exact, so a subset within the tolerance is found wherever one exists and a miss is the
    optimum. For n > 32 the first 32 items are searched; the others only bring far targets into their reach.
    """
    xp = namespace(items)
    target = target * 1.0  # a copy: far targets change below
    mask = xp.where(target[:, None] > 0, items > 0, items < 0)
    out_of_reach = abs((items * mask).sum(1)) <= abs(target)
    open_rows = nonzero(~out_of_reach)
    if items.shape[1] > SEARCHED_ITEMS:
        late, remainder = bring_into_reach(items[open_rows], target[open_rows])
        mask[open_rows, SEARCHED_ITEMS:] = late
        target[open_rows] = remainder
    mask[open_rows, :SEARCHED_ITEMS] = False

    for m in stages(items, tolerance):
        if not len(open_rows):
            break
        x, z, eps = items[open_rows, :m], target[open_rows], tolerance[open_rows]
        coarse = meet_in_the_middle.resolution(x, "int32") * 2 < float(eps.min())
        found = meet_in_the_middle.search(x, z, keys="int32" if coarse else "int64")
        missed = abs(z - (x * found).sum(1)) > eps
        final = ~items[open_rows, m:SEARCHED_ITEMS].any(1)  # only zeros are left to add
        if coarse and bool((missed & final).any()):
            found[missed & final] = meet_in_the_middle.search(x[missed & final], z[missed & final])
        mask[open_rows, :m] = found
        open_rows = open_rows[missed & ~final]
    return mask


def stages(items, tolerance):
    """Numbers of items to try. At the first, most rows expect a sum or two within the tolerance."""
    most = min(items.shape[1], SEARCHED_ITEMS)
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
