"""The few operations that numpy and torch spell differently.

The solvers are written once. On the CPU their rows are numpy arrays, because numpy's sort is
several times faster than torch's there; on CUDA they are torch tensors and never leave the device.
"""

import numpy as np
import torch


def namespace(array):
    """The module, numpy or torch, whose functions take `array`."""
    return torch if isinstance(array, torch.Tensor) else np


def cast(array, dtype):
    """`array` as `dtype`, given by name ("int32", "int64", "float64", "bool")."""
    return (
        array.to(getattr(torch, dtype)) if isinstance(array, torch.Tensor) else array.astype(dtype)
    )


def empty(like, shape, dtype):
    """Uninitialised array of `dtype` (a name) on the device of `like`."""
    if isinstance(like, torch.Tensor):
        return like.new_empty(shape, dtype=getattr(torch, dtype))
    return np.empty(shape, dtype)


def indices(like, count):
    """0 … count-1 on the device of `like`."""
    return (
        torch.arange(count, device=like.device)
        if isinstance(like, torch.Tensor)
        else np.arange(count)
    )


def sort_rows(keys):
    """A copy of `keys` (rows, K) with every row in ascending order."""
    return keys.sort(dim=1).values if isinstance(keys, torch.Tensor) else np.sort(keys, axis=1)


def first_true(flags):
    """Index of the first True in every row of `flags` (rows, K)."""
    return flags.byte().argmax(1) if isinstance(flags, torch.Tensor) else flags.argmax(1)


def nonzero(flags):
    """Indices of the True entries of a one-dimensional array."""
    return flags.nonzero().flatten() if isinstance(flags, torch.Tensor) else flags.nonzero()[0]


def codes_to_mask(codes, n):
    """Codes (rows,) -> bool mask (rows, n): item j is kept where bit j of the code is set."""
    return cast((codes[:, None] >> indices(codes, n)) & 1, "bool")


def sum_kept(items, mask):
    """Sum of the kept items of every row; numpy's `einsum` takes half the time of a product and its
    `sum`.
    """
    return (
        (items * mask).sum(1)
        if isinstance(items, torch.Tensor)
        else np.einsum("ij,ij->i", items, mask.astype(float))
    )


def to_numpy(array):
    return array.cpu().numpy() if isinstance(array, torch.Tensor) else array
