"""Rows that rounded sums cannot decide: settled in exact arithmetic, on the items that matter.

An outlier or two push all other items below the resolution of a search; items of many scales do it
by themselves. Such a row is searched again without the items that no good subset holds, and where
that does not help, with whole numbers of any length: floats are fractions whose denominators are
powers of two, so a common multiple makes integers of them.
"""

from bisect import bisect_left
from fractions import Fraction

import numpy as np

from .arrays import nonzero, to_numpy
from .blocks import stop_if_interrupted
from .rounding import sum_and_rest


def settle(search, items, target, mask, enough, among):
    """`mask` with exact optima in the rows of `among` (bool) whose error is above `enough` (rows,).

    The mask stays where no subset is better. `search` is used again on fewer items.
    """
    among = nonzero(among)
    if not len(among):
        return mask
    x, z, kept = (to_numpy(array[among]) for array in (items, target, mask))
    error = abs(sum_and_rest(x, z, kept, to_numpy(enough[among]))[1])
    for rows, places in groups(
        x, z, error, np.flatnonzero((error > to_numpy(enough[among])) & ~on_grid(x, z))
    ):
        part, goal = np.take_along_axis(x[rows], places, 1), z[rows]
        again = (
            search(part, goal)
            if part.shape[1] < x.shape[1]
            else np.array([optimum(*row) for row in zip(part, goal)])
        )
        new = np.zeros_like(kept[rows])
        np.put_along_axis(new, places, again, 1)
        better = is_nearer(x[rows], goal, new, kept[rows])
        kept[rows[better]] = new[better]
    mask[among] = kept if isinstance(mask, np.ndarray) else mask.new_tensor(kept)
    return mask


def is_nearer(items, target, new, old):
    """Bool (rows,): whether the exact error of the mask `new` (rows, n) is below that of `old`."""
    nearer = np.zeros(len(items), bool)
    for row in np.flatnonzero(((new != old) & (items != 0)).any(1)):
        nearer[row] = exact_error(items[row, new[row]], target[row]) < exact_error(
            items[row, old[row]], target[row]
        )
    return nearer


def exact_error(kept, target):
    return abs(sum(map(Fraction, kept.tolist())) - Fraction(float(target)))


def groups(items, target, error, rows):
    """Split `rows` by how many items matter.

    Yields (rows, places): places (rows, k) of the items in each row.
    """
    matter = can_help(items[rows], target[rows], error[rows])
    counts = matter.sum(1)
    order = np.argsort(~matter, axis=1, kind="stable")
    for count in np.unique(counts):
        yield rows[counts == count], order[counts == count, :count]


def can_help(items, target, error):
    """Bool (rows, n): items that a subset with an error below `error` (rows,) could hold.

    A positive item is out of the question where even all negative ones with it end above target +
    error. Without it, others may be, too.
    """
    matter = items != 0
    while True:
        low, high = (items * (matter & (items < 0))).sum(1), (items * (matter & (items > 0))).sum(1)
        slack = error + 2.0**-40 * (abs(target) + high - low)  # rounding of these sums
        fits = (items + low[:, None] <= (target + slack)[:, None]) | (items < 0)
        fits &= (items + high[:, None] >= (target - slack)[:, None]) | (items > 0)
        if (fits | ~matter).all():
            return matter
        matter &= fits


def on_grid(items, target):
    """Bool (rows,): all numbers are multiples of 2^-49 of sum |x| or more, so that neither search
    can have missed a sum.
    """
    step = np.maximum(np.frexp(abs(items).sum(1))[1] - 49, -1074)
    with np.errstate(over="ignore"):  # numbers as large as that are multiples
        numbers = np.ldexp(np.c_[items, target], -step[:, None])
    return (numbers == np.rint(numbers)).all(1)


def optimum(items, target):
    """Bool (n,): the subset of one row whose sum is nearest to the target, by meeting in the middle
    of integers.
    """
    stop_if_interrupted()
    fractions = [float(number).as_integer_ratio() for number in (*items, target)]
    common = max(denominator for _, denominator in fractions)
    *whole, goal = (numerator * (common // denominator) for numerator, denominator in fractions)
    half = len(whole) // 2
    left, right = sums_of(whole[:half]), sums_of(whole[half:])
    ordered = sorted(left)
    best, code = None, 0
    for total, other in right.items():
        place = bisect_left(ordered, goal - total)
        for near in ordered[max(place - 1, 0) : place + 1]:
            error = abs(goal - total - near)
            if best is None or error < best:
                best, code = error, left[near] | other << half
    return np.array([code >> j & 1 for j in range(len(whole))], bool)


def sums_of(numbers):
    """Every subset sum of a list of integers -> the code of one subset that has it."""
    sums = {0: 0}
    for j, number in enumerate(numbers):
        sums = {**{total + number: code | 1 << j for total, code in sums.items()}, **sums}
    return sums
