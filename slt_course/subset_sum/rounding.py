"""What a sum of floats really is: rounding bounded for all rows, and avoided in the few rows where it would matter.

A float is a fraction, so the sum of the kept items is an exact number, whatever their order. The plain sum misses it by
at most n·2^-53 of the numbers added. Where that could decide something, `math.fsum` gives the exact sum, rounded once.
"""

import math

from .arrays import nonzero, sum_kept, to_numpy

UNIT_ROUNDOFF = 2.0**-53
NEGLIGIBLE = 2.0**-20  # rounding below this share of the error is left alone


def sum_and_rest(items, target, mask, tolerance):
    """The sum of the kept items and the target minus it, (rows,) each.

    Both are the exact values, rounded once, in every row where plain rounding could change whether the rest is within
    the tolerance (rows,), or is more than a millionth of the rest. `tolerance` is infinite where there is none.
    """
    total = sum_kept(items, mask)
    rest = target - total
    if 0 in items.shape:
        return total, rest
    n = items.shape[1]
    largest = n * max(float(items.max()), -float(items.min())) + max(float(target.max()), -float(target.min()))
    doubtful = nonzero(matters(2 * n * UNIT_ROUNDOFF * largest, rest, tolerance))
    if len(doubtful):
        size = abs(items[doubtful] * mask[doubtful]).sum(1) + abs(target[doubtful])
        doubtful = doubtful[matters(2 * n * UNIT_ROUNDOFF * size, rest[doubtful], tolerance[doubtful])]
    kept = to_numpy(items[doubtful] * mask[doubtful])
    for row, numbers, z in zip(to_numpy(doubtful), kept, to_numpy(target[doubtful])):
        total[row], rest[row] = math.fsum(numbers), math.fsum([z, *-numbers])
    return total, rest


def matters(rounding, rest, tolerance):
    """Where an error of `rounding` in `rest` could change what is said about it."""
    size = abs(rest)
    return (rounding >= size * NEGLIGIBLE) | (abs(size - tolerance) <= rounding)
