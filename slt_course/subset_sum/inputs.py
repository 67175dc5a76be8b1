"""Whatever holds real numbers, as an array of the same numbers; anything else is an error."""

from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

from .arrays import Array, to_numpy
from .exactness import LARGEST_INTEGER, check_integers, float_of, in_float64

Numbers = ArrayLike | torch.Tensor  # what may stand for real numbers; `as_array` looks closer

_AXES = 60  # numpy ends at 64
_FLOAT_TYPES = (torch.float16, torch.float32, torch.float64)  # those that numpy has, too


def as_array(values: Numbers, name: str, like: Array) -> Array:
    """Return `values` as an array of the kind and on the device of `like`.

    Args:
        values: real numbers in a numpy array, a dense tensor, or nested lists or tuples of them.
        name: what messages call them.
        like: a numpy array or a tensor.

    Returns:
        Array of the same shape. The numbers are those given; the dtype may be any real one.

    Raises:
        ValueError: more than 60 axes, rows of different length, a list that holds itself, numbers
            that float64 cannot hold, a device without float64.
        TypeError: complex numbers, text, masked arrays, tensors that are sparse, nested, quantized
            or traced.
    """
    array = dense(values, name) if isinstance(values, torch.Tensor) else _from_numbers(values, name)
    if array.ndim > _AXES:
        raise ValueError(
            f"{name} has {array.ndim} axes: at most {_AXES} can be handled, so drop "
            "those of length 1"
        )
    shape = tuple(array.shape)
    distinct: np.ndarray | torch.Tensor
    if isinstance(array, torch.Tensor):
        distinct = without_repeats(array)
        if distinct.dtype == torch.int64:
            check_integers(distinct, name)
    else:
        distinct = in_float64(without_repeats(array), name)
    if isinstance(like, torch.Tensor):
        return torch.as_tensor(distinct, device=like.device).broadcast_to(shape)
    return np.broadcast_to(to_numpy(distinct), shape)


def dense(tensor: torch.Tensor, name: str) -> np.ndarray | torch.Tensor:
    """Return a tensor's numbers: a numpy array, or a tensor where they are on CUDA.

    Raises:
        ValueError: a device other than the CPU and CUDA.
        TypeError: complex numbers; tensors that are nested, sparse, quantized or traced.
    """
    if tensor.is_nested or tensor.layout != torch.strided or tensor.is_quantized:
        raise TypeError(
            f"{name} is a tensor of another kind ({_kind_of(tensor)}): give real numbers in a "
            "dense tensor (see to_dense)"
        )
    if tensor.is_complex():
        raise TypeError(f"{name} has complex dtype {tensor.dtype}: give real numbers")
    if tensor.device.type not in ("cpu", "cuda"):
        raise ValueError(
            f"{name} is on device {tensor.device}, where no float64 numbers are: "
            "move it to the CPU or to CUDA"
        )
    try:
        tensor = tensor.detach().resolve_neg()
        if tensor.is_floating_point() and tensor.dtype not in _FLOAT_TYPES:
            tensor = without_repeats(tensor).double().expand(tensor.shape)
        return tensor if tensor.is_cuda else tensor.numpy()
    except (RuntimeError, TypeError) as error:
        raise TypeError(
            f"{name} is a tensor whose numbers cannot be read, as inside torch.func.vmap or grad: "
            f"call it outside ({error})"
        ) from None


def _kind_of(tensor: torch.Tensor) -> str:
    """Return in a word what a tensor is that is not dense."""
    if tensor.is_nested:
        return "nested"
    return "quantized" if tensor.is_quantized else str(tensor.layout)


def _from_numbers(values: ArrayLike, name: str) -> np.ndarray:
    """Return a numpy array of numbers, arrays, tensors, or nested lists of them.

    Raises:
        ValueError: rows of different length, a list that holds itself, numbers that float64 cannot
            hold.
        TypeError: complex numbers, text, masked arrays, and tensors that `dense` refuses.
    """
    if isinstance(values, np.ndarray) and values.dtype == object:
        values = values.tolist()
    try:
        values = plain(values, name)
    except RecursionError:
        raise ValueError(f"{name} holds itself: give a rectangular array of numbers") from None
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} is not a rectangular array: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {array.dtype}: give real numbers (integers or floats)")
    return array


def plain(values: Any, name: str) -> Any:
    """Return `values`, nested as they are, without what numpy would misread.

    Tensors become arrays, integers beyond 2^53 floats; masked arrays raise TypeError.
    """
    if isinstance(values, (list, tuple)):
        return [plain(value, name) for value in values]
    if isinstance(values, np.ma.MaskedArray):
        raise TypeError(
            f"{name} is a masked array: give real numbers only, for example its "
            "compressed() or filled(0)"
        )
    if isinstance(values, torch.Tensor):
        return to_numpy(dense(values, name))
    if isinstance(values, (int, np.integer)) and abs(int(values)) > LARGEST_INTEGER:
        return float_of(int(values), name)
    return values


def without_repeats(array: Array) -> Array:
    """Cut every axis along which the array only repeats itself, as broadcast ones do, to one."""
    strides = array.stride() if isinstance(array, torch.Tensor) else array.strides
    return array[tuple(slice(0, 1) if stride == 0 else slice(None) for stride in strides)]
