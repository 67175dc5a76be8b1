"""How well all subset sums of a draw cover a whole interval.

`solve` asks about one target; the theorems of random subset sum are about every target of an
interval at once, with the same items.
"""

import math
from dataclasses import dataclass
from typing import Generic, overload

import numpy as np
import torch
from numpy.typing import ArrayLike

from .arguments import as_arrays, tensor_on_cuda
from .arrays import Array, empty, namespace, sort_rows
from .batches import row_reader
from .blocks import in_chunks
from .inputs import Numbers
from .sums import subset_sums

ITEM_LIMIT = 24
_SUMS_AT_A_TIME = 2**19


@dataclass(frozen=True)
class Coverage(Generic[Array]):
    """Coverage of an interval by the subset sums of each draw, in arrays of the batch shape.

    numpy arrays or torch tensors, as the input was.
    """

    # float64 (...): the largest distance from a point of the interval to the nearest sum
    radius: Array
    # float64 (...): share of the interval within the tolerance of a sum; None without a tolerance
    fraction: Array | None


@overload
def coverage(
    items: torch.Tensor, tolerance: float | None = None, interval: tuple[float, float] = (-1.0, 1.0)
) -> Coverage[torch.Tensor]: ...
@overload
def coverage(
    items: ArrayLike, tolerance: float | None = None, interval: tuple[float, float] = (-1.0, 1.0)
) -> Coverage[np.ndarray]: ...
def coverage(
    items: Numbers,
    tolerance: float | None = None,
    interval: tuple[float, float] = (-1.0, 1.0),
) -> Coverage[np.ndarray] | Coverage[torch.Tensor]:
    """Measure the covering radius and covered fraction of an interval by all sums of each draw.

    Exact, for n <= 24.

    Args:
        items: (..., n) real numbers, a draw per row; numpy array, torch tensor or nested list.
        tolerance: eps >= 0 for the fraction; None for the radius alone. The interval is covered
            when radius <= eps.
        interval: (low, high), finite and increasing.

    Returns:
        Coverage with `radius` and `fraction` (...), float64.

    Raises:
        ValueError: n > 24, a negative tolerance, an interval that is not increasing, and whatever
            items `solve` refuses, NaN and inf above all.
        TypeError: input that is not real numbers.

    >>> c = coverage([[0.5, -0.5, 1.0]], tolerance=0.1)
    >>> c.radius.tolist(), c.fraction.round(3).tolist()
    ([0.5], [0.35])
    """
    on_cuda = tensor_on_cuda(items)
    if on_cuda is not None:
        return _coverage_as(on_cuda, items, tolerance, interval)
    found = _coverage_as(np.empty(0), items, tolerance, interval)
    if not isinstance(items, torch.Tensor):
        return found
    fraction = None if found.fraction is None else torch.as_tensor(found.fraction)
    return Coverage(torch.as_tensor(found.radius), fraction)


def _coverage_as(
    like: Array,
    items: Numbers,
    tolerance: float | None,
    interval: tuple[float, float],
) -> Coverage[Array]:
    """Do what `coverage` does, and raise what it raises, with arrays of the kind of `like`."""
    x, _, batch = as_arrays(items, 0.0, like)
    low, high = _check_interval(interval)
    if tolerance is not None and not 0 <= tolerance < np.inf:
        raise ValueError(
            f"tolerance is {tolerance}: it must be a finite number >= 0, or None for "
            "the radius alone"
        )
    n = x.shape[-1]
    if n > ITEM_LIMIT:
        raise ValueError(
            f"n = {n} items have 2^{n} sums: coverage lists them all, for n <= "
            f"{ITEM_LIMIT}; pass fewer items"
        )
    rows = math.prod(batch)
    read = row_reader(x, batch, (n,))
    radius = empty(x, rows, "float64")
    fraction = empty(x, rows, "float64")
    rows_at_a_time = max(1, _SUMS_AT_A_TIME >> n)

    def work(chunk: slice) -> None:
        for start in range(chunk.start, chunk.stop, rows_at_a_time):
            part = slice(start, min(start + rows_at_a_time, chunk.stop))
            sums = sort_rows(subset_sums(read(part)))
            radius[part], fraction[part] = measure(sums, tolerance or 0.0, low, high)

    in_chunks(work, rows, x)
    return Coverage(radius.reshape(batch), None if tolerance is None else fraction.reshape(batch))


def _check_interval(interval: tuple[float, float]) -> tuple[float, float]:
    """Return the ends of an interval as floats, or raise ValueError if they do not increase."""
    low, high = (float(end) for end in interval)
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(
            f"interval is {interval}: give (low, high) with low < high, such as (-1, 1)"
        )
    return low, high


def measure(sums: Array, tolerance: float, low: float, high: float) -> tuple[Array, Array]:
    """Return the radius and the covered fraction, (rows,) each, for sorted sums (rows, K)."""
    xp = namespace(sums)
    left, right = sums[:, :-1], sums[:, 1:]
    # the worst point between two neighbours, inside the interval
    middle = xp.clip((left + right) / 2, low, high)
    radius = xp.maximum(sums[:, 0] - low, high - sums[:, -1])  # beyond the first and the last sum
    if sums.shape[1] > 1:
        between = xp.minimum(middle - left, right - middle)
        radius = xp.maximum(radius, xp.amax(between, 1))
    holes = xp.clip(right - tolerance, low, high) - xp.clip(left + tolerance, low, high)
    uncovered = xp.clip(holes, 0, None).sum(1)
    uncovered += (
        xp.clip(sums[:, 0] - tolerance, low, high)
        - low
        + high
        - xp.clip(sums[:, -1] + tolerance, low, high)
    )
    return radius, 1 - uncovered / (high - low)
