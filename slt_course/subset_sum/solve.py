"""One `solve` in front of every method: input checked, batch flattened, memory bounded, errors
recomputed in float64.
"""

import math

import torch

from . import exhaustive, greedy, meet_in_the_middle, milp, staged
from .arrays import cast, empty, indices, namespace
from .blocks import in_chunks
from .checks import as_arrays, check_tolerance, choose_method
from .rounding import sum_and_rest
from .solution import Solution

METHODS = {
    "exhaustive": exhaustive,
    "meet_in_the_middle": meet_in_the_middle,
    "staged": staged,
    "greedy": greedy,
    "milp": milp,
}


def available_methods():
    """Names that `solve` accepts as `method`.

    >>> available_methods()
    ('auto', 'exhaustive', 'meet_in_the_middle', 'staged', 'greedy', 'milp')
    """
    return ("auto", *METHODS)


def solve(items, target, tolerance=None, method="auto"):
    """Find, for every row, a subset of the items whose sum is near the target.

    Args:
        items: (..., n) real numbers x_1 … x_n; numpy array, torch tensor or nested list. Any scale
            and sign, mixed scales too; every number must be one that float64 holds, as whole
            numbers up to 2^53 are.
        target: (...) real numbers z; its shape and the batch shape of `items` broadcast against
            each other.
        tolerance: None for the optimum. A number eps >= 0, or an array that broadcasts to the
            batch, for any subset with |z - sum| <= eps; where there is none, the optimum (n <= 32;
            the best one found for larger n, by a search of the first 32 items and, where that
            misses, at most 32 more searches, of other blocks of 32).
        method: "auto" is "meet_in_the_middle" without a tolerance and "staged" with one.
            "exhaustive" tries all 2^n subsets (n <= 25), "meet_in_the_middle" gives the optimum for
            n <= 32, "staged" takes any n and needs a tolerance. For comparison: "greedy", one pass
            without guarantee, and "milp", scipy's HiGHS one instance at a time (n <= 64), the
            optimum up to about 1e-6 of the largest item.

    Returns:
        Solution with `mask` bool (..., n), `sum`, `error` float64 (...) and `reached` bool (...):
        torch tensors on the device of the inputs if one of them is a tensor, else numpy arrays. A
        miss is reported in `reached`, not raised.
        Numbers count as float64 holds them, and the optimum is that of exact arithmetic: 0.1 + 0.7
        misses 0.8 by 8e-17, so tolerance=0 suits whole numbers and binary fractions only. The
        printed Solution says when rounding alone misses.

    Raises:
        ValueError: NaN or inf, numbers that float64 cannot hold, no item axis, shapes that do not
            broadcast, a batch whose answer is over 1 TB, a negative tolerance, n above the method's
            limit, an unknown method, tensors on different devices.
        TypeError: input that is not real numbers: complex, masked, sparse, nested or traced (vmap,
            grad).

    Source: the random subset-sum problem is Lueker's (1998); the search is Horowitz and Sahni's
    (1974), batched.

    >>> s = solve([[0.9, -0.4, 0.35, 0.2]], [0.5])
    >>> s.mask.tolist(), s.error.round(12).tolist()
    ([[True, True, False, False]], [0.0])
    """
    wants_torch = isinstance(items, torch.Tensor) or isinstance(target, torch.Tensor)
    items, target, batch = as_arrays(items, target)
    tolerance = check_tolerance(tolerance, batch, like=items)
    search = METHODS[choose_method(method, items.shape[-1], tolerance, METHODS)].search

    rows, n = math.prod(batch), items.shape[-1]
    x, z, eps = (
        row_reader(a, batch, tail) for a, tail in ((items, (n,)), (target, ()), (tolerance, ()))
    )
    mask, reached = empty(items, (rows, n), "bool"), empty(items, rows, "bool")
    sums, errors = empty(items, rows, "float64"), empty(items, rows, "float64")

    def work(chunk):
        part, goal, allowed = x(chunk), z(chunk), eps(chunk)
        mask[chunk] = search(part, goal, allowed)
        sums[chunk], rest = sum_and_rest(part, goal, mask[chunk], allowed)
        errors[chunk] = abs(rest)
        reached[chunk] = errors[chunk] <= allowed

    in_chunks(work, rows, items)
    results = (
        mask.reshape(*batch, n),
        sums.reshape(batch),
        errors.reshape(batch),
        reached.reshape(batch),
    )
    if wants_torch:
        results = (torch.as_tensor(result) for result in results)
    return Solution(*results)


def row_reader(array, batch, tail):
    """Function slice -> float64 rows of `array` broadcast to (*batch, *tail), without copying the
    whole broadcast.
    """
    xp, rows = namespace(array), math.prod(batch)
    whole = xp.broadcast_to(array, (*batch, *tail))
    if whole.shape == array.shape:
        flat = array.reshape(rows, *tail)
        return lambda chunk: cast(flat[chunk], "float64")

    def read(chunk):
        position = indices(array, chunk.stop - chunk.start) + chunk.start
        return cast(whole[xp.unravel_index(position, batch)], "float64")

    return read
