"""Exhaustive search: try all 2^n subsets. The oracle that the other methods are tested against."""

from .arrays import cast, codes_to_mask, empty, indices, namespace
from .blocks import in_blocks
from .sums import subset_sums

ITEM_LIMIT = 25
LOW_ITEMS = 14  # sums of the first 14 items are listed once; the other items' subsets shift that list


def search(items, target, tolerance=None):
    """Mask (rows, n) of the subset whose sum is nearest to the target.

    Time 2^n per row, memory 2^14 sums per row whatever n is. `tolerance` is not needed: the optimum is always returned.
    """
    return in_blocks(search_block, items, target, per_row=2 ** min(items.shape[1], LOW_ITEMS))


def search_block(items, target):
    """`search` on a block of rows whose lists of sums fit in memory together."""
    n = items.shape[1]
    low, high = items[:, :LOW_ITEMS], items[:, LOW_ITEMS:]
    xp, row = namespace(items), indices(items, len(items))
    distance = subset_sums(low, start=-target)
    best_code = cast(row, "int64") * 0
    best_error = target * 0 + float("inf")
    buffer = empty(items, distance.shape, "float64")
    for code, shift in enumerate(high_shifts(high)):
        xp.add(distance, shift[:, None], out=buffer)
        xp.abs(buffer, out=buffer)
        nearest = buffer.argmin(1)
        error = buffer[row, nearest]
        better = error < best_error
        best_error = xp.where(better, error, best_error)
        best_code = xp.where(better, nearest + (code << low.shape[1]), best_code)
    return codes_to_mask(best_code, n)


def high_shifts(high):
    """Yield the sum (rows,) of every subset of the items `high` (rows, h), one at a time."""
    bits = indices(high, high.shape[1])
    for code in range(2 ** high.shape[1]):
        yield (high * ((code >> bits) & 1)).sum(1)
