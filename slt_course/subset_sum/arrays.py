"""The few operations that numpy and torch spell differently.

The solvers are written once. On the CPU their rows are numpy arrays, because numpy's sort is
several times faster than torch's there; on CUDA they are torch tensors and never leave the device.
"""

from types import ModuleType
from typing import TypeVar

import numpy as np
import torch

# The arrays of one call are all of one kind: numpy arrays, or torch tensors on one device.
Array = TypeVar("Array", np.ndarray, torch.Tensor)


def namespace(array: np.ndarray | torch.Tensor) -> ModuleType:
    """Return the module, numpy or torch, whose functions take `array`."""
    return torch if isinstance(array, torch.Tensor) else np


def cast(array: Array, dtype: str) -> Array:
    """Return `array` as `dtype`, given by name: "int32", "int64", "float64" or "bool"."""
    if isinstance(array, torch.Tensor):
        return array.to(getattr(torch, dtype))
    return array.astype(dtype)


def empty(like: Array, shape: int | tuple[int, ...], dtype: str) -> Array:
    """Return an uninitialised array of `dtype`, given by name, on the device of `like`."""
    if isinstance(like, torch.Tensor):
        return like.new_empty(shape, dtype=getattr(torch, dtype))
    return np.empty(shape, dtype)


def indices(like: Array, count: int) -> Array:
    """Return 0 … count - 1 on the device of `like`."""
    if isinstance(like, torch.Tensor):
        return torch.arange(count, device=like.device)
    return np.arange(count)


def sort_rows(keys: Array) -> Array:
    """Return a copy of `keys` (rows, K) with every row in ascending order."""
    if isinstance(keys, torch.Tensor):
        return keys.sort(dim=1).values
    return np.sort(keys, axis=1)


def first_true(flags: Array) -> Array:
    """Return the index of the first True in every row of `flags` (rows, K)."""
    if isinstance(flags, torch.Tensor):
        return flags.byte().argmax(1)
    return flags.argmax(1)


def nonzero(flags: Array) -> Array:
    """Return the indices of the True entries of a one-dimensional array."""
    if isinstance(flags, torch.Tensor):
        return flags.nonzero().flatten()
    return flags.nonzero()[0]


def codes_to_mask(codes: Array, n: int) -> Array:
    """Turn codes (rows,) into masks (rows, n): item j is kept where bit j of the code is set."""
    return cast((codes[:, None] >> indices(codes, n)) & 1, "bool")


def sum_kept(items: Array, mask: Array) -> Array:
    """Add the kept items of every row: (rows, n) and bool (rows, n) give (rows,)."""
    if isinstance(items, torch.Tensor):
        return (items * mask).sum(1)
    # einsum takes half the time of a product and its sum
    return np.einsum("ij,ij->i", items, mask.astype(float))


def to_numpy(array: np.ndarray | torch.Tensor) -> np.ndarray:
    """Return the numbers of `array` as a numpy array, copied from CUDA where they are there."""
    return array.cpu().numpy() if isinstance(array, torch.Tensor) else array
