"""Meet in the middle: the optimum among 2^n subsets from 2·2^(n/2) sums and one sort.

Split the items in two halves. A subset's error is |z - left - right| = |left - (z - right)|: list every left sum and
every z minus right sum, and the optimum is the closest pair with one member from each list. After sorting the two lists
as one, the closest such pair is adjacent, because anything between its members would be closer to one of them.

Sums are integers (fixed point), so the search does not depend on summation order and gives the same answer on every
device. The lowest bit of a key tells the list it comes from: two neighbours differ by an odd number exactly when they
come from different lists. Source: Horowitz & Sahni 1974, batched over rows.
"""

from functools import partial

from .arrays import cast, codes_to_mask, empty, first_true, indices, namespace, sort_rows
from .blocks import in_blocks
from .sums import subset_sums

ITEM_LIMIT = 32
BITS = {"int64": 64, "int32": 32}


def search(items, target, tolerance=None, keys="int64"):
    """Mask (rows, n) of the subset whose sum is nearest to the target.

    With 64-bit keys the optimum is exact to about n·2^-53 of sum |x|, that is to float64's own precision. 32-bit keys
    sort four times faster and are exact to `resolution(items, "int32")`. `tolerance` is not needed.
    """
    per_row = 2 ** (items.shape[1] // 2) + 2 ** (-(-items.shape[1] // 2))
    return in_blocks(partial(search_block, keys=keys), items, target, per_row)


def search_block(items, target, keys):
    """`search` on a block of rows whose 2·2^(n/2) keys per row fit in memory together."""
    rows, n = items.shape
    split = n // 2
    steps, goal = fixed_point(items, target, keys)
    listed = empty(items, (rows, 2**split + 2 ** (n - split)), keys)
    left, right = listed[:, : 2**split], listed[:, 2**split :]
    subset_sums(steps[:, :split], out=left)
    subset_sums(-steps[:, split:], start=goal + 1, out=right)  # + 1: the right list's keys are odd

    left_key, right_key = closest_pair(sort_rows(listed))
    codes = first_true(left == left_key[:, None]) + (first_true(right == right_key[:, None]) << split)
    return codes_to_mask(codes, n)


def fixed_point(items, target, keys):
    """Items (rows, n) and targets (rows,) as even integers, on a scale that no sum of a row can overflow."""
    xp = namespace(items)
    positive, negative = (items * (items > 0)).sum(1), (items * (items < 0)).sum(1)
    target = xp.clip(target, negative, positive)  # a target out of reach has the same optimum as the end of the reach
    unit = positive - negative
    unit = xp.where(unit > 0, unit, 1.0)
    scale = 2.0 ** (BITS[keys] - 4)
    steps = cast(xp.round(items / unit[:, None] * scale), keys) * 2
    return steps, cast(xp.round(target / unit * scale), keys) * 2


def closest_pair(ordered):
    """The closest even-odd pair of neighbours in each sorted row: keys (rows,) even, keys (rows,) odd."""
    bits = 8 * ordered.dtype.itemsize
    gaps = ordered[:, 1:] - ordered[:, :-1]
    # Multiplying by 2^(bits-1) + 1 sets the sign bit of odd gaps and leaves even ones alone: the smallest odd gap wins.
    gaps *= 1 - 2 ** (bits - 1)
    row, best = indices(ordered, len(ordered)), gaps.argmin(1)
    low, high = ordered[row, best], ordered[row, best + 1]
    where = namespace(ordered).where
    low_is_odd = (low & 1) == 1
    return where(low_is_odd, high, low), where(low_is_odd, low, high)


def resolution(items, keys):
    """Largest typical rounding error of a sum of a row of `items` in fixed point: one number for the whole batch."""
    return float(abs(items).sum(1).max()) / 2 ** (BITS[keys] - 4) * items.shape[1] ** 0.5
