"""Batches of any shape, solved as rows: read as they are needed, collected, put back in shape."""

import math
from collections.abc import Callable

from .arrays import Array, cast, empty, indices, namespace
from .blocks import in_chunks
from .rounding import sum_and_rest
from .solution import Solution


def solve_batch(
    search: Callable[[Array, Array, Array], Array],
    items: Array,
    target: Array,
    tolerance: Array,
    batch: tuple[int, ...],
) -> Solution[Array]:
    """Run a search on all rows of a batch, and compute what its masks reach.

    Args:
        search: as `Solver.search` says.
        items: (..., n) real numbers, of any real dtype.
        target: (...) real numbers; broadcasts to the batch, as that of the items does.
        tolerance: (...) float64 >= 0, infinite where any answer will do; broadcasts to the batch.
        batch: shape of the batch.

    Returns:
        Solution with arrays of the batch shape.
    """
    rows, n = math.prod(batch), items.shape[-1]
    read_items = row_reader(items, batch, (n,))
    read_targets = row_reader(target, batch, ())
    read_tolerances = row_reader(tolerance, batch, ())
    mask = empty(items, (rows, n), "bool")
    sums = empty(items, rows, "float64")
    errors = empty(items, rows, "float64")
    reached = empty(items, rows, "bool")

    def work(chunk: slice) -> None:
        x, z, eps = read_items(chunk), read_targets(chunk), read_tolerances(chunk)
        mask[chunk] = search(x, z, eps)
        sums[chunk], rest = sum_and_rest(x, z, mask[chunk], eps)
        errors[chunk] = abs(rest)
        reached[chunk] = errors[chunk] <= eps

    in_chunks(work, rows, items)
    return Solution(
        mask.reshape(*batch, n), sums.reshape(batch), errors.reshape(batch), reached.reshape(batch)
    )


def row_reader(
    array: Array, batch: tuple[int, ...], row_shape: tuple[int, ...]
) -> Callable[[slice], Array]:
    """Make a function that reads rows of a broadcast array without copying all of it.

    Args:
        array: broadcasts to (*batch, *row_shape).
        batch: shape of the batch, of prod(batch) rows.
        row_shape: shape of one row: (n,) for items, () for targets.

    Returns:
        Function slice of rows -> float64 (rows of the slice, *row_shape).
    """
    rows = math.prod(batch)
    xp = namespace(array)
    broadcast = xp.broadcast_to(array, (*batch, *row_shape))
    if broadcast.shape == array.shape:
        flat = array.reshape(rows, *row_shape)

        def read(chunk: slice) -> Array:
            return cast(flat[chunk], "float64")

        return read

    def gather(chunk: slice) -> Array:
        position = indices(array, chunk.stop - chunk.start) + chunk.start
        return cast(broadcast[xp.unravel_index(position, batch)], "float64")

    return gather
