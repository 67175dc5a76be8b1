"""One `solve` in front of every method: input checked, memory bounded, errors recomputed.

To add a method, write a module that keeps the contract of `_Solver`; name it in `METHODS` and in
`_Method`.
"""

import math
from typing import Literal, Protocol, overload

import numpy as np
import torch
from numpy.typing import ArrayLike

from . import exhaustive, greedy, meet_in_the_middle, milp, staged
from .arguments import as_arrays, check_tolerance, tensor_on_cuda
from .arrays import Array
from .batches import solve_batch
from .inputs import Numbers, without_repeats
from .solution import Solution

_Method = Literal["auto", "exhaustive", "meet_in_the_middle", "staged", "greedy", "milp"]


class _Solver(Protocol):
    """What `solve` needs of the module of a method."""

    @property
    def ITEM_LIMIT(self) -> float:
        """Largest n that `search` takes, `solve` refuses more; math.inf if it takes any."""

    def search(self, items: Array, target: Array, tolerance: Array, /) -> Array:
        """Find a subset for every row.

        Called with some thousands of rows at a time, on the CPU in several threads at once, so it
        keeps nothing between calls. It bounds its memory with `in_blocks` if it needs more than a
        few numbers per item, and calls `stop_if_interrupted` about once a second.

        Args:
            items: (rows, n) finite float64, rows >= 1, 0 <= n <= ITEM_LIMIT; not to be changed.
            target: (rows,) finite float64; not to be changed.
            tolerance: (rows,) float64 >= 0, infinite where the optimum is wanted. A search that
                gives the optimum anyway need not look at it.

        Returns:
            bool (rows, n), True = item kept: numpy for numpy, a tensor on the same device for
            tensors. `solve` adds up the kept items itself, and says where the tolerance is met.
        """


METHODS: dict[str, _Solver] = {
    "exhaustive": exhaustive,
    "meet_in_the_middle": meet_in_the_middle,
    "staged": staged,
    "greedy": greedy,
    "milp": milp,
}


def available_methods() -> tuple[str, ...]:
    """List the names that `solve` accepts as `method`.

    >>> available_methods()
    ('auto', 'exhaustive', 'meet_in_the_middle', 'staged', 'greedy', 'milp')
    """
    return ("auto", *METHODS)


def _choose_method(method: str, n: int, tolerance: Array) -> str:
    """Choose the key of `METHODS` that `solve` runs, for n items and a tolerance (...).

    Raises:
        ValueError: an unknown method, n above its limit, "staged" without a tolerance.
    """
    exact = 0 not in tolerance.shape and math.isinf(float(without_repeats(tolerance).max()))
    if method == "auto":
        method = "meet_in_the_middle" if exact else "staged"
    if not isinstance(method, str) or method not in METHODS:
        raise ValueError(
            f"unknown method {method!r}: choose one of {', '.join(available_methods())}"
        )
    if method == "staged" and exact:
        raise ValueError(
            'method "staged" needs a tolerance: give tolerance=eps, or use '
            'method="meet_in_the_middle"'
        )
    limit = METHODS[method].ITEM_LIMIT
    if n > limit:
        advice = 'give a tolerance and method="staged", which uses only as many items as it needs'
        if method == "exhaustive" and n <= meet_in_the_middle.ITEM_LIMIT:
            advice = 'use method="meet_in_the_middle"'
        raise ValueError(
            f"n = {n} items is more than the {limit} that {method} can search: "
            f"{advice}; or pass fewer items"
        )
    return method


@overload
def solve(
    items: torch.Tensor, target: Numbers, tolerance: Numbers | None = None, method: _Method = "auto"
) -> Solution[torch.Tensor]: ...
@overload
def solve(
    items: ArrayLike,
    target: torch.Tensor,
    tolerance: Numbers | None = None,
    method: _Method = "auto",
) -> Solution[torch.Tensor]: ...
@overload
def solve(
    items: ArrayLike, target: ArrayLike, tolerance: Numbers | None = None, method: _Method = "auto"
) -> Solution[np.ndarray]: ...
def solve(
    items: Numbers, target: Numbers, tolerance: Numbers | None = None, method: _Method = "auto"
) -> Solution[np.ndarray] | Solution[torch.Tensor]:
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
    on_cuda = tensor_on_cuda(items, target)
    if on_cuda is not None:
        return _solve_as(on_cuda, items, target, tolerance, method)
    found = _solve_as(np.empty(0), items, target, tolerance, method)
    wants_torch = isinstance(items, torch.Tensor) or isinstance(target, torch.Tensor)
    return found.as_tensors() if wants_torch else found


def _solve_as(
    like: Array,
    items: Numbers,
    target: Numbers,
    tolerance: Numbers | None,
    method: str,
) -> Solution[Array]:
    """Do what `solve` does, and raise what it raises, with arrays of the kind of `like`."""
    x, z, batch = as_arrays(items, target, like)
    eps = check_tolerance(tolerance, batch, like)
    search = METHODS[_choose_method(method, x.shape[-1], eps)].search
    return solve_batch(search, x, z, eps, batch)
