"""What `solve` accepts, checked once at the border and refused in words."""

import math

import numpy as np
import torch

from .arrays import namespace
from .inputs import as_array, without_repeats

ANSWER_BYTES = 2**40  # of one batch


def as_arrays(items, target):
    """Items (..., n) and target (...) as numpy arrays, or as torch tensors if they are on CUDA; and
    the batch shape.
    """
    tensors = [a for a in (items, target) if isinstance(a, torch.Tensor)]
    devices = {a.device for a in tensors}
    if len(devices) > 1:
        raise ValueError(
            f"items and target are on different devices ({items.device} and "
            f"{target.device}): move one"
        )
    on_gpu = bool(tensors) and tensors[0].device.type != "cpu"
    items, target = (
        as_array(a, name, tensors[0] if on_gpu else None)
        for a, name in ((items, "items"), (target, "target"))
    )
    if items.ndim == 0:
        raise ValueError(
            "items is a single number: it needs a last axis with the n items, for "
            "example shape (n,)"
        )
    n = items.shape[-1]
    for name, array, count in (("items", items, n), ("target", target, 1)):
        check_finite(array, name, count)
    try:
        batch = np.broadcast_shapes(tuple(items.shape[:-1]), tuple(target.shape))
    except ValueError:
        raise ValueError(
            f"shapes do not broadcast: items {tuple(items.shape)} has batch shape "
            f"{tuple(items.shape[:-1])}, target has "
            f"shape {tuple(target.shape)}. The last axis of items is n; give target one number "
            "per row of items"
        ) from None
    rows = math.prod(batch)
    if rows * (n + 17) > ANSWER_BYTES:
        raise ValueError(
            f"the batch has {rows:.3g} rows with n = {n}, whose masks and sums are "
            "over 1 TB: pass it in parts"
        )
    return items, target, batch


def check_finite(array, name, count):
    """Refuse NaN and inf, and numbers so large that a sum of `count` of them overflows float64."""
    if 0 in array.shape:
        return
    array = without_repeats(array)
    largest = max(float(array.max()), -float(array.min()))  # NaN passes through max and min
    if not np.isfinite(largest):
        bad = int((~namespace(array).isfinite(array)).sum())
        raise ValueError(
            f"{name} holds {bad} value(s) that are NaN or infinite: remove those "
            "rows before solving"
        )
    if not np.isfinite(largest * max(count, 1) * 4):
        raise ValueError(
            f"{name} holds numbers as large as {largest:.1g}, whose sums overflow "
            "float64: rescale the problem"
        )


def check_tolerance(tolerance, batch, like):
    """The tolerance as an array that broadcasts to `batch`; infinite where any answer will do
    (tolerance None).
    """
    name = "tolerance"
    array = as_array(
        np.inf if tolerance is None else tolerance,
        name,
        like if isinstance(like, torch.Tensor) else None,
    )
    if tolerance is not None and not bool((without_repeats(array) >= 0).all()):
        raise ValueError(
            f"tolerance is {tolerance}: it must be a number >= 0, or None for the exact optimum"
        )
    if tolerance is not None:
        check_finite(array, name, 1)
    try:
        fits = np.broadcast_shapes(tuple(array.shape), batch) == tuple(batch)
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"tolerance has shape {tuple(array.shape)}, which does not broadcast to "
            f"the batch {tuple(batch)}"
        )
    return array


def choose_method(method, n, tolerance, methods):
    """The name of the method to run, after checking it against n and the tolerance."""
    exact = 0 not in tolerance.shape and bool(np.isinf(float(without_repeats(tolerance).max())))
    if method == "auto":
        method = "meet_in_the_middle" if exact else "staged"
    if not isinstance(method, str) or method not in methods:
        raise ValueError(
            f"unknown method {method!r}: choose one of {', '.join(('auto', *methods))}"
        )
    if method == "staged" and exact:
        raise ValueError(
            'method "staged" needs a tolerance: give tolerance=eps, or use '
            'method="meet_in_the_middle"'
        )
    limit = getattr(methods[method], "ITEM_LIMIT", n)
    if n > limit:
        advice = 'give a tolerance and method="staged", which uses only as many items as it needs'
        if method == "exhaustive" and n <= methods["meet_in_the_middle"].ITEM_LIMIT:
            advice = 'use method="meet_in_the_middle"'
        raise ValueError(
            f"n = {n} items is more than the {limit} that {method} can search: "
            f"{advice}; or pass fewer items"
        )
    return method
