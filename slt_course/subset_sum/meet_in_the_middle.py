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
from typing import Literal

from .arrays import Array, cast, codes_to_mask, empty, first_true, indices, namespace, sort_rows
from .blocks import in_blocks
from .near_ties import settle
from .sums import subset_sums

_Keys = Literal["int32", "int64"]

ITEM_LIMIT = 32
_BITS: dict[_Keys, int] = {"int64": 64, "int32": 32}
_BEYOND = 1 + 2.0**-20  # a target this far beyond the reach has the same optimum as any farther one


def search(
    items: Array,
    target: Array,
    tolerance: Array | None = None,
    keys: _Keys = "int64",
    enough: float | Array | None = 0.0,
) -> Array:
    """Return the mask (rows, n) of the subset with the sum nearest to the target.

    Exact with 64-bit keys: fixed point keeps some 53 bits of the largest item, and where another
    subset comes that near to the best one, exact arithmetic decides.

    Args:
        items: (rows, n) float64.
        target: (rows,) float64.
        tolerance: not needed.
        keys: 32-bit keys sort four times faster and are exact to `resolution(items, "int32")`.
        enough: number or (rows,): near ties are left open in rows whose error is at most this;
            None: in all rows.
    """
    per_row = 2 ** (items.shape[1] // 2) + 2 ** (-(-items.shape[1] // 2))
    if keys == "int32" or enough is None:
        return in_blocks(partial(search_block, keys=keys), (items, target), per_row)
    return in_blocks(search_block, (items, target, target * 0 + enough), per_row)


def search_block(
    items: Array, target: Array, enough: Array | None = None, keys: _Keys = "int64"
) -> Array:
    """Do what `search` does, on a block of rows whose 2·2^(n/2) keys per row fit in memory."""
    rows, n = items.shape
    split = n // 2
    fixed_items, fixed_target = _fixed_point(items, target, keys)
    listed = empty(items, (rows, 2**split + 2 ** (n - split)), keys)
    left, right = listed[:, : 2**split], listed[:, 2**split :]
    subset_sums(fixed_items[:, :split], out=left)
    # + 1: the right list's keys are odd
    subset_sums(-fixed_items[:, split:], start=fixed_target + 1, out=right)

    ordered = sort_rows(listed)
    gaps, best = _odd_gaps(ordered)
    left_key, right_key = _keys_of_pair(ordered, best)
    left_code = first_true(left == left_key[:, None])
    right_code = first_true(right == right_key[:, None])
    mask = codes_to_mask(left_code + (right_code << split), n)
    if enough is None:
        return mask
    return settle(search, items, target, mask, enough, among=near_ties(gaps, best, _key_error(n)))


def _fixed_point(items: Array, target: Array, keys: _Keys) -> tuple[Array, Array]:
    """Return items (rows, n) and targets (rows,) as even integers on one scale per row.

    No sum of a row overflows on its scale.
    """
    xp = namespace(items)
    target, unit = within_reach(items, target)
    unit = xp.where(unit > 0, unit, 1.0)
    scale = 2.0 ** (_BITS[keys] - 4)
    fixed_items = cast(xp.round(items / unit[:, None] * scale), keys) * 2
    fixed_target = cast(xp.round(target / unit * scale), keys) * 2
    return fixed_items, fixed_target


def within_reach(items: Array, target: Array) -> tuple[Array, Array]:
    """Return the target (rows,), brought near if it is far beyond all sums, and sum |x| (rows,).

    The optimum stays as it is.
    """
    positive = (items * (items > 0)).sum(1)
    negative = (items * (items < 0)).sum(1)
    nearer = namespace(items).clip(target, negative * _BEYOND, positive * _BEYOND)
    return nearer, positive - negative


def _key_error(n: int) -> int:
    """Bound how much nearer to each other than the closest pair two 64-bit keys can be in truth.

    In units of the lowest bit. A step is two units. For either pair: n items and the target, each
    rounded to a step; before that, divisions off by 2^-53 of results that add up to 2^60 for the
    items and 2^60 for the target; and 1 for the bit that tells the lists.
    """
    return 2 * (n + 4 + 2 * 256)


def _odd_gaps(ordered: Array) -> tuple[Array, Array]:
    """Return the gaps between neighbours of each sorted row, and the index of the smallest odd one.

    The gaps (rows, K - 1) come as integers of which the odd ones are less than the even ones, each
    in their order; so the index (rows,) is that of the smallest.
    """
    bits = 8 * ordered.dtype.itemsize
    gaps = ordered[:, 1:] - ordered[:, :-1]
    # Multiplying by 2^(bits-1) + 1 sets the sign bit of odd gaps and leaves even ones alone: the
    # smallest odd gap wins.
    gaps *= 1 - 2 ** (bits - 1)
    return gaps, gaps.argmin(1)


def _keys_of_pair(ordered: Array, best: Array) -> tuple[Array, Array]:
    """Return the even and the odd key, (rows,) each, of the neighbours at `best` and best + 1."""
    row = indices(ordered, len(ordered))
    low, high = ordered[row, best], ordered[row, best + 1]
    where = namespace(ordered).where
    low_is_odd = (low & 1) == 1
    return where(low_is_odd, high, low), where(low_is_odd, low, high)


def near_ties(gaps: Array, best: Array, error: int) -> Array:
    """Tell, as bool (rows,), whether another pair may be within `error` of the closest one.

    The closest one is at `best`; its gap is overwritten.

    Such a pair is a pair of neighbours itself, or has one within it. If that is the closest, a
    neighbour of the two is on their side and as near. (At the ends of a row the far end is looked
    at, which does no harm.)
    """
    row = indices(gaps, len(gaps))
    limit = gaps[row, best] + error
    gaps[row, best] = namespace(gaps).iinfo(gaps.dtype).max
    tied = gaps[row, gaps.argmin(1)] <= limit
    for neighbour in (best - 1, (best + 1) % gaps.shape[1]):
        gap = gaps[row, neighbour]
        tied |= (gap >= 0) & (gap <= error)
    return tied


def resolution(items: Array, keys: _Keys) -> float:
    """Return the largest typical rounding error of a row's sum in fixed point."""
    return float(abs(items).sum(1).max()) / 2 ** (_BITS[keys] - 4) * items.shape[1] ** 0.5
