"""Meet in the middle: the optimum among 2^n subsets from 2·2^(n/2) sums and one sort.

Split the items in two halves. A subset's error is |z - left - right| = |left - (z - right)|: list
every left sum and every z minus right sum, and the optimum is the closest pair with one member from
each list. After sorting the two lists as one, the closest such pair is adjacent, because anything
between its members would be closer to one of them.

Sums are integers (fixed point), so the search does not depend on summation order and gives the same
answer on every device. The lowest bit of a key tells the list it comes from: two neighbours differ
by an odd number exactly when they come from different lists. Source: Horowitz & Sahni 1974, batched
over rows.
"""

from functools import partial

from .arrays import cast, codes_to_mask, empty, first_true, indices, namespace, sort_rows
from .blocks import in_blocks
from .near_ties import settle
from .sums import subset_sums

ITEM_LIMIT = 32
BITS = {"int64": 64, "int32": 32}
BEYOND = 1 + 2.0**-20  # a target this far beyond the reach has the same optimum as any farther one


def search(items, target, tolerance=None, keys="int64", enough=0.0):
    """Mask (rows, n) of the subset whose sum is nearest to the target. `tolerance` is not needed.

    Exact with 64-bit keys: fixed point keeps some 53 bits of the largest item, and where another
    subset comes that near to the best one, exact arithmetic decides. It need not in rows whose
    error is at most `enough`, a number or (rows,); None: in no row. 32-bit keys sort four times
    faster and are exact to `resolution(items, "int32")`.
    """
    per_row = 2 ** (items.shape[1] // 2) + 2 ** (-(-items.shape[1] // 2))
    if keys == "int32" or enough is None:
        return in_blocks(partial(search_block, keys=keys), (items, target), per_row)
    return in_blocks(search_block, (items, target, target * 0 + enough), per_row)


def search_block(items, target, enough=None, keys="int64"):
    """`search` on a block of rows whose 2·2^(n/2) keys per row fit in memory together."""
    rows, n = items.shape
    split = n // 2
    steps, goal = fixed_point(items, target, keys)
    listed = empty(items, (rows, 2**split + 2 ** (n - split)), keys)
    left, right = listed[:, : 2**split], listed[:, 2**split :]
    subset_sums(steps[:, :split], out=left)
    subset_sums(-steps[:, split:], start=goal + 1, out=right)  # + 1: the right list's keys are odd

    ordered = sort_rows(listed)
    gaps, best = odd_gaps(ordered)
    left_key, right_key = keys_of_pair(ordered, best)
    codes = first_true(left == left_key[:, None]) + (
        first_true(right == right_key[:, None]) << split
    )
    mask = codes_to_mask(codes, n)
    if enough is None:
        return mask
    return settle(search, items, target, mask, enough, among=near_ties(gaps, best, key_error(n)))


def fixed_point(items, target, keys):
    """Items (rows, n) and targets (rows,) as even integers, on a scale that no sum of a row can
    overflow.
    """
    xp = namespace(items)
    target, unit = within_reach(items, target)
    unit = xp.where(unit > 0, unit, 1.0)
    scale = 2.0 ** (BITS[keys] - 4)
    steps = cast(xp.round(items / unit[:, None] * scale), keys) * 2
    return steps, cast(xp.round(target / unit * scale), keys) * 2


def within_reach(items, target):
    """The target (rows,), brought near if it is far beyond all sums, which leaves the optimum as it
    is; and sum |x|.
    """
    positive, negative = (items * (items > 0)).sum(1), (items * (items < 0)).sum(1)
    return namespace(items).clip(target, negative * BEYOND, positive * BEYOND), positive - negative


def key_error(n):
    """How much nearer to each other than the closest pair two 64-bit keys can be in truth, in units
    of the lowest bit.

    A step is two units. For either pair: n items and the target, each rounded to a step; before
    that, divisions off by 2^-53 of results that add up to 2^60 for the items and 2^60 for the
    target; and 1 for the bit that tells the lists.
    """
    return 2 * (n + 4 + 2 * 256)


def odd_gaps(ordered):
    """Gaps between neighbours of each sorted row, as integers of which the odd ones are less than
    the even ones, each in their order; and the place of the smallest (rows,).
    """
    bits = 8 * ordered.dtype.itemsize
    gaps = ordered[:, 1:] - ordered[:, :-1]
    # Multiplying by 2^(bits-1) + 1 sets the sign bit of odd gaps and leaves even ones alone: the
    # smallest odd gap wins.
    gaps *= 1 - 2 ** (bits - 1)
    return gaps, gaps.argmin(1)


def keys_of_pair(ordered, best):
    """Of the neighbours at `best` and best + 1 in each row: the even key, the odd key, (rows,)
    each.
    """
    row = indices(ordered, len(ordered))
    low, high = ordered[row, best], ordered[row, best + 1]
    where = namespace(ordered).where
    low_is_odd = (low & 1) == 1
    return where(low_is_odd, high, low), where(low_is_odd, low, high)


def near_ties(gaps, best, error):
    """Bool (rows,): whether another pair may be within `error` of the closest one, at `best`.

    Overwrites that one's gap.

    Such a pair is a pair of neighbours itself, or has one within it. If that is the closest, a
    neighbour of the two is on their side and as near. (At the ends of a row the far end is looked
    at, which does no harm.)
    """
    row = indices(gaps, len(gaps))
    limit = gaps[row, best] + error
    gaps[row, best] = namespace(gaps).iinfo(gaps.dtype).max
    tied = gaps[row, gaps.argmin(1)] <= limit
    for place in (best - 1, (best + 1) % gaps.shape[1]):
        gap = gaps[row, place]
        tied |= (gap >= 0) & (gap <= error)
    return tied


def resolution(items, keys):
    """Largest typical rounding error of a sum of a row of `items` in fixed point: one number for
    the whole batch.
    """
    return float(abs(items).sum(1).max()) / 2 ** (BITS[keys] - 4) * items.shape[1] ** 0.5
