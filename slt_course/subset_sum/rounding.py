"""What a sum of floats really is: rounding is bounded in all rows, avoided where it would matter.

A float is a fraction, so the sum of the kept items is an exact number, whatever their order. The
plain sum misses it by at most n·2^-53 of the numbers added. Where that could decide something,
`math.fsum` gives the exact sum, rounded once.
"""

import math
from itertools import chain

from .arrays import Array, nonzero, sum_kept, to_numpy

UNIT_ROUNDOFF = 2.0**-53
_NEGLIGIBLE = 2.0**-20  # rounding below this share of the error is left alone


def sum_and_rest(items: Array, target: Array, mask: Array, tolerance: Array) -> tuple[Array, Array]:
    """Return the sum of the kept items, and the target minus it.

    Both are exact, rounded once, in every row where plain rounding could change whether the rest is
    within the tolerance or is more than a millionth of the rest; the sum also where rounding is
    more than a millionth of the sum. So the last digit of a subset's sum can depend on the target
    that it was found for.

    Args:
        items: (rows, n).
        target: (rows,).
        mask: bool (rows, n).
        tolerance: (rows,), infinite where there is none.

    Returns:
        sum (rows,) and rest (rows,).
    """
    total = sum_kept(items, mask)
    rest = target - total
    if 0 in items.shape:
        return total, rest
    unit = 2 * items.shape[1] * UNIT_ROUNDOFF
    rounding = unit * (items.shape[1] * _largest_size(items) + _largest_size(target))
    doubtful = nonzero(_matters(rounding, rest, tolerance) | (rounding >= abs(total) * _NEGLIGIBLE))
    if len(doubtful):
        kept = items[doubtful] * mask[doubtful]
        z = target[doubtful]
        sum_rounding = unit * abs(kept).sum(1)
        rest_rounding = sum_rounding + unit * abs(z)
        unsure_sum = sum_rounding >= abs(total[doubtful]) * _NEGLIGIBLE
        unsure_rest = _matters(rest_rounding, rest[doubtful], tolerance[doubtful])
        for row in to_numpy(nonzero(unsure_sum | unsure_rest)):
            total[doubtful[row]] = math.fsum(to_numpy(kept[row]))
        for row in to_numpy(nonzero(unsure_rest)):
            rest[doubtful[row]] = math.fsum(chain([float(z[row])], -to_numpy(kept[row])))
    return total, rest


def _largest_size(numbers: Array) -> float:
    """Return the largest absolute value in an array that is not empty."""
    return max(float(numbers.max()), -float(numbers.min()))


def _matters(rounding: float | Array, rest: Array, tolerance: Array) -> Array:
    """Tell, as bool (rows,), where `rounding` in `rest` could change what is said about it."""
    size = abs(rest)
    return (rounding >= size * _NEGLIGIBLE) | (abs(size - tolerance) <= rounding)
