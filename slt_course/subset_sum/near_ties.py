"""Rows that rounded sums cannot decide: settled in exact arithmetic, on the items that matter.

An outlier or two push all other items below the resolution of a search; items of many scales do it
by themselves. Such a row is searched again without the items that no good subset holds, and where
that does not help, with whole numbers of any length: floats are fractions whose denominators are
powers of two, so a common multiple makes integers of them.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import torch

from .arrays import Array, nonzero, to_numpy
from .blocks import stop_if_interrupted
from .rounding import sum_and_rest


def settle(
    search: Callable[[np.ndarray, np.ndarray], np.ndarray],
    items: Array,
    target: Array,
    mask: Array,
    enough: Array,
    among: Array,
) -> Array:
    """Put exact optima into a mask, in rows that a search with rounding could not decide.

    Args:
        search: (items, target) -> mask, used again on fewer items.
        items: (rows, n).
        target: (rows,).
        mask: bool (rows, n), changed in place. It stays where no subset is better.
        enough: (rows,): rows whose error is at most this are left alone.
        among: bool (rows,): the rows in doubt.

    Returns:
        bool (rows, n), the mask.
    """
    doubtful = nonzero(among)
    if not len(doubtful):
        return mask
    x, z, kept = (to_numpy(array[doubtful]) for array in (items, target, mask))
    allowed = to_numpy(enough[doubtful])
    error = abs(sum_and_rest(x, z, kept, allowed)[1])
    unsettled = np.flatnonzero((error > allowed) & ~_on_grid(x, z))
    for rows, columns in groups(x, z, error, unsettled):
        part, goal = np.take_along_axis(x[rows], columns, 1), z[rows]
        if part.shape[1] < x.shape[1]:
            best = search(part, goal)
        else:
            best = np.array([_exact_optimum(*row) for row in zip(part, goal)])
        new = np.zeros_like(kept[rows])
        np.put_along_axis(new, columns, best, 1)
        better = _is_nearer(x[rows], goal, new, kept[rows])
        kept[rows[better]] = new[better]
    mask[doubtful] = mask.new_tensor(kept) if isinstance(mask, torch.Tensor) else kept
    return mask


def _is_nearer(
    items: np.ndarray, target: np.ndarray, new: np.ndarray, old: np.ndarray
) -> np.ndarray:
    """Tell, as bool (rows,), whether the exact error of the mask `new` is below that of `old`."""
    nearer = np.zeros(len(items), bool)
    for row in np.flatnonzero(((new != old) & (items != 0)).any(1)):
        new_error = _exact_error(items[row, new[row]], target[row])
        nearer[row] = new_error < _exact_error(items[row, old[row]], target[row])
    return nearer


def _exact_error(kept: np.ndarray, target: float) -> Fraction:
    """Return |target - sum of the kept items (k,)| as a fraction."""
    return abs(sum(map(Fraction, kept.tolist())) - Fraction(float(target)))


def groups(
    items: np.ndarray, target: np.ndarray, error: np.ndarray, rows: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Split rows by how many items matter.

    Yields:
        rows (r,) in which k items matter, and the columns (r, k) of these items.
    """
    matter = can_help(items[rows], target[rows], error[rows])
    counts = matter.sum(1)
    order = np.argsort(~matter, axis=1, kind="stable")
    for count in np.unique(counts):
        yield rows[counts == count], order[counts == count, :count]


def can_help(items: Array, target: Array, error: Array) -> Array:
    """Tell, as bool (rows, n), which items a subset with an error below `error` could hold.

    A positive item is out of the question where even all negative ones with it end above target +
    error. Without it, others may be, too.
    """
    matter = items != 0
    while True:
        low = (items * (matter & (items < 0))).sum(1)
        high = (items * (matter & (items > 0))).sum(1)
        slack = error + 2.0**-40 * (abs(target) + high - low)  # rounding of these sums
        fits = (items + low[:, None] <= (target + slack)[:, None]) | (items < 0)
        fits &= (items + high[:, None] >= (target - slack)[:, None]) | (items > 0)
        if (fits | ~matter).all():
            return matter
        matter &= fits


def _on_grid(items: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Tell, as bool (rows,), where all numbers are multiples of 2^-49 of sum |x| or more.

    There neither search can have missed a sum.
    """
    exponent = np.maximum(np.frexp(abs(items).sum(1))[1] - 49, -1074)
    with np.errstate(over="ignore"):  # numbers as large as that are multiples
        numbers = np.ldexp(np.c_[items, target], -exponent[:, None])
    return (numbers == np.rint(numbers)).all(1)


def _exact_optimum(items: np.ndarray, target: float) -> np.ndarray:
    """Return the mask bool (n,) with the sum nearest to the target, by integers of any length."""
    stop_if_interrupted()
    fractions = [float(number).as_integer_ratio() for number in (*items, target)]
    common = max(denominator for _, denominator in fractions)
    *integers, goal = (numerator * (common // denominator) for numerator, denominator in fractions)
    half = len(integers) // 2
    left, right = _codes_by_sum(integers[:half]), _codes_by_sum(integers[half:])
    ordered = sorted(left)
    best_error: int | None = None
    best_code = 0
    for right_sum, right_code in right.items():
        position = bisect_left(ordered, goal - right_sum)
        for left_sum in ordered[max(position - 1, 0) : position + 1]:
            error = abs(goal - right_sum - left_sum)
            if best_error is None or error < best_error:
                best_error, best_code = error, left[left_sum] | right_code << half
    return np.array([best_code >> j & 1 for j in range(len(integers))], bool)


def _codes_by_sum(integers: list[int]) -> dict[int, int]:
    """Return every subset sum of a list of integers -> the code of one subset that has it."""
    codes = {0: 0}
    for j, integer in enumerate(integers):
        shifted = {total + integer: code | 1 << j for total, code in codes.items()}
        codes = {**shifted, **codes}
    return codes
