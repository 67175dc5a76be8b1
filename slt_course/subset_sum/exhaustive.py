"""Exhaustive search: try all 2^n subsets. The oracle that the other methods are tested against."""

from collections.abc import Iterator

from . import meet_in_the_middle
from .arrays import Array, cast, codes_to_mask, empty, indices, namespace
from .blocks import in_blocks, stop_if_interrupted
from .near_ties import settle
from .rounding import UNIT_ROUNDOFF
from .sums import subset_sums

ITEM_LIMIT = 25
# sums of the first 14 items are listed once; the other items' subsets shift that list
_LOW_ITEMS = 14


def search(items: Array, target: Array, tolerance: Array | None = None) -> Array:
    """Return the mask (rows, n) of the subset with the sum nearest to the target.

    `tolerance` is not needed. Time 2^n per row, memory 2^14 sums per row whatever n is. Where
    float64's rounding could hide a better subset, exact arithmetic decides.
    """
    return in_blocks(
        search_block, (items, target), per_row=2 ** (1 + min(items.shape[1], _LOW_ITEMS))
    )


def search_block(items: Array, target: Array) -> Array:
    """Do what `search` does, on a block of rows whose lists of sums fit in memory together."""
    n = items.shape[1]
    low, high = items[:, :_LOW_ITEMS], items[:, _LOW_ITEMS:]
    xp, row = namespace(items), indices(items, len(items))
    goal, size = meet_in_the_middle.within_reach(items, target)
    # of two sums of up to n + 1 numbers
    rounding = 2 * (n + 2) * UNIT_ROUNDOFF * (size + abs(goal))
    distance = subset_sums(low, start=-goal)
    best_code = cast(row, "int64") * 0
    best_error = second_error = target * 0 + float("inf")
    buffer = empty(items, tuple(distance.shape), "float64")
    for code, shift in enumerate(_high_shifts(high)):
        stop_if_interrupted()
        xp.add(distance, shift[:, None], out=buffer)
        xp.abs(buffer, out=buffer)
        nearest = buffer.argmin(1)
        error = buffer[row, nearest]
        buffer[row, nearest] = float("inf")
        runner_up = xp.minimum(buffer[row, buffer.argmin(1)], xp.maximum(error, best_error))
        second_error = xp.minimum(second_error, runner_up)
        better = error < best_error
        best_error = xp.where(better, error, best_error)
        best_code = xp.where(better, nearest + (code << low.shape[1]), best_code)
    mask = codes_to_mask(best_code, n)
    tied = second_error <= best_error + rounding
    return settle(meet_in_the_middle.search, items, target, mask, enough=target * 0, among=tied)


def _high_shifts(high: Array) -> Iterator[Array]:
    """Yield the sum (rows,) of every subset of the items `high` (rows, h), one at a time."""
    bits = indices(high, high.shape[1])
    for code in range(2 ** high.shape[1]):
        yield (high * ((code >> bits) & 1)).sum(1)
