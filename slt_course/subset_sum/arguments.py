"""What `solve` and `coverage` accept, checked once at the border and refused in words."""

import math

import numpy as np
import torch

from .arrays import Array, namespace
from .inputs import Numbers, as_array, without_repeats

_ANSWER_BYTES = 2**40  # of one batch


def tensor_on_cuda(*arguments: Numbers) -> torch.Tensor | None:
    """Return a tensor that is on CUDA, where all are then; None if the work is numpy's.

    Raises:
        ValueError: tensors on different devices.
    """
    tensors = [argument for argument in arguments if isinstance(argument, torch.Tensor)]
    for tensor in tensors[1:]:
        if tensor.device != tensors[0].device:
            raise ValueError(
                f"items and target are on different devices ({tensors[0].device} and "
                f"{tensor.device}): move one"
            )
    return tensors[0] if tensors and tensors[0].device.type != "cpu" else None


def as_arrays(items: Numbers, target: Numbers, like: Array) -> tuple[Array, Array, tuple[int, ...]]:
    """Check items and target, and return them as arrays of the kind of `like`, with their batch.

    Args:
        items: (..., n) real numbers.
        target: (...) real numbers.
        like: a numpy array, or a tensor on CUDA.

    Returns:
        items (..., n), target (...) and the shape to which their batches broadcast.

    Raises:
        ValueError: no item axis, NaN or inf, sums that overflow, shapes that do not broadcast, an
            answer of over 1 TB; and what `as_array` raises.
        TypeError: what `as_array` raises.
    """
    x = as_array(items, "items", like)
    z = as_array(target, "target", like)
    if x.ndim == 0:
        raise ValueError(
            "items is a single number: it needs a last axis with the n items, for "
            "example shape (n,)"
        )
    n = x.shape[-1]
    _check_finite(x, "items", n)
    _check_finite(z, "target", 1)
    batch = _broadcast_batch(tuple(x.shape), tuple(z.shape))
    rows = math.prod(batch)
    if rows * (n + 17) > _ANSWER_BYTES:
        raise ValueError(
            f"the batch has {rows:.3g} rows with n = {n}, whose masks and sums are "
            "over 1 TB: pass it in parts"
        )
    return x, z, batch


def _broadcast_batch(items: tuple[int, ...], target: tuple[int, ...]) -> tuple[int, ...]:
    """Return the batch shape of items and targets of the given shapes.

    Raises:
        ValueError: shapes that do not broadcast.
    """
    try:
        return np.broadcast_shapes(items[:-1], target)
    except ValueError:
        raise ValueError(
            f"shapes do not broadcast: items {items} has batch shape {items[:-1]}, target has "
            f"shape {target}. The last axis of items is n; give target one number "
            "per row of items"
        ) from None


def _check_finite(array: Array, name: str, count: int) -> None:
    """Raise ValueError for NaN, inf, and numbers so large that a sum of `count` overflows."""
    if 0 in array.shape:
        return
    distinct = without_repeats(array)
    largest = max(float(distinct.max()), -float(distinct.min()))  # NaN passes through both
    if not np.isfinite(largest):
        bad = int((~namespace(distinct).isfinite(distinct)).sum())
        raise ValueError(
            f"{name} holds {bad} value(s) that are NaN or infinite: remove those "
            "rows before solving"
        )
    if not np.isfinite(largest * max(count, 1) * 4):
        raise ValueError(
            f"{name} holds numbers as large as {largest:.1g}, whose sums overflow "
            "float64: rescale the problem"
        )


def check_tolerance(tolerance: Numbers | None, batch: tuple[int, ...], like: Array) -> Array:
    """Check a tolerance, and return it as an array of the kind of `like` that fits the batch.

    Infinite where any answer will do, which is what None stands for.

    Raises:
        ValueError: negative or infinite numbers, NaN, a shape that does not broadcast to `batch`;
            and what `as_array` raises.
        TypeError: what `as_array` raises.
    """
    array = as_array(np.inf if tolerance is None else tolerance, "tolerance", like)
    if tolerance is not None:
        if not bool((without_repeats(array) >= 0).all()):
            raise ValueError(
                f"tolerance is {tolerance}: it must be a number >= 0, or None for the exact optimum"
            )
        _check_finite(array, "tolerance", 1)
    shape = tuple(array.shape)
    try:
        fits = np.broadcast_shapes(shape, batch) == batch
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"tolerance has shape {shape}, which does not broadcast to the batch {batch}"
        )
    return array
