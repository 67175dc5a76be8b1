"""How well all subset sums of a draw cover a whole interval: the other half of the random
subset-sum problem.

`solve` asks about one target; the theorems are about every target of an interval at once, with the
same items.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from .arrays import empty, namespace, sort_rows
from .blocks import in_chunks
from .checks import as_arrays
from .solve import row_reader
from .sums import subset_sums

ITEM_LIMIT = 24
SUMS_AT_A_TIME = 2**19


@dataclass(frozen=True)
class Coverage:
    """Coverage of an interval by the subset sums of each draw: arrays of the batch shape, as the
    input was.
    """

    # float64 (...): the largest distance from a point of the interval to the nearest sum
    radius: Any
    # float64 (...): share of the interval within the tolerance of a sum; None without a tolerance
    fraction: Any


def coverage(items, tolerance=None, interval=(-1.0, 1.0)):
    """Covering radius, and covered fraction, of an interval by all 2^n subset sums of each draw.

    Exact, for n <= 24.

    Args:
        items: (..., n) real numbers, a draw per row; numpy array, torch tensor or nested list.
        tolerance: eps >= 0 for the fraction; None for the radius alone. The interval is covered
            when radius <= eps.
        interval: (low, high), finite and increasing.

    Returns:
        Coverage with `radius` and `fraction` (...), float64.

    Raises:
        ValueError: n > 24, a negative tolerance, an interval that is not increasing, NaN or inf.

    >>> c = coverage([[0.5, -0.5, 1.0]], tolerance=0.1)
    >>> c.radius.tolist(), c.fraction.round(3).tolist()
    ([0.5], [0.35])
    """
    as_torch = isinstance(items, torch.Tensor)
    items, _, batch = as_arrays(items, 0.0)
    low, high = (float(end) for end in interval)
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(
            f"interval is {interval}: give (low, high) with low < high, such as (-1, 1)"
        )
    if tolerance is not None and not 0 <= tolerance < np.inf:
        raise ValueError(
            f"tolerance is {tolerance}: it must be a finite number >= 0, or None for "
            "the radius alone"
        )
    n = items.shape[-1]
    if n > ITEM_LIMIT:
        raise ValueError(
            f"n = {n} items have 2^{n} sums: coverage lists them all, for n <= "
            f"{ITEM_LIMIT}; pass fewer items"
        )

    rows = int(np.prod(batch, dtype=np.int64))
    read = row_reader(items, batch, (n,))
    radius, fraction = empty(items, rows, "float64"), empty(items, rows, "float64")
    step = max(1, SUMS_AT_A_TIME >> n)

    def work(chunk):
        for start in range(chunk.start, chunk.stop, step):
            part = slice(start, min(start + step, chunk.stop))
            radius[part], fraction[part] = measure(
                sort_rows(subset_sums(read(part))), tolerance or 0.0, low, high
            )

    in_chunks(work, rows, items)
    results = [radius.reshape(batch), None if tolerance is None else fraction.reshape(batch)]
    return Coverage(*(torch.as_tensor(r) if as_torch and r is not None else r for r in results))


def measure(sums, tolerance, low, high):
    """Radius and covered fraction (rows,) for sorted sums (rows, K)."""
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
