"""What a sum of floats really is: rounding bounded for all rows, and avoided in the few rows where
it would matter.

A float is a fraction, so the sum of the kept items is an exact number, whatever their order. The
plain sum misses it by at most n·2^-53 of the numbers added. Where that could decide something,
`math.fsum` gives the exact sum, rounded once.
"""

import math

from .arrays import nonzero, sum_kept, to_numpy

UNIT_ROUNDOFF = 2.0**-53
NEGLIGIBLE = 2.0**-20  # rounding below this share of the error is left alone


def sum_and_rest(items, target, mask, tolerance):
    """The sum of the kept items and the target minus it, (rows,) each.

    Both are exact, rounded once, in every row where plain rounding could change whether the rest is
    within the tolerance (rows,; infinite where there is none) or is more than a millionth of the
    rest; the sum also where rounding is more than a millionth of the sum. So the last digit of a
    subset's sum can depend on the target that it was found for.
    """
    total = sum_kept(items, mask)
    rest = target - total
    if 0 in items.shape:
        return total, rest
    n = items.shape[1]
    largest = n * max(float(items.max()), -float(items.min())) + max(
        float(target.max()), -float(target.min())
    )
    rounding = 2 * n * UNIT_ROUNDOFF * largest
    doubtful = nonzero(matters(rounding, rest, tolerance) | (rounding >= abs(total) * NEGLIGIBLE))
    if len(doubtful):
        kept, z = items[doubtful] * mask[doubtful], target[doubtful]
        rounding = 2 * n * UNIT_ROUNDOFF * abs(kept).sum(1)
        unsure = rounding >= abs(total[doubtful]) * NEGLIGIBLE
        rounding = rounding + 2 * n * UNIT_ROUNDOFF * abs(z)
        unsure_rest = matters(rounding, rest[doubtful], tolerance[doubtful])
        for row in to_numpy(nonzero(unsure | unsure_rest)):
            total[doubtful[row]] = math.fsum(to_numpy(kept[row]))
        for row in to_numpy(nonzero(unsure_rest)):
            rest[doubtful[row]] = math.fsum([float(z[row]), *-to_numpy(kept[row])])
    return total, rest


def matters(rounding, rest, tolerance):
    """Where an error of `rounding` in `rest` could change what is said about it."""
    size = abs(rest)
    return (rounding >= size * NEGLIGIBLE) | (abs(size - tolerance) <= rounding)
