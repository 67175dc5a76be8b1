"""Whatever holds real numbers, as an array of the same numbers; what float64 cannot hold is refused
in words.
"""

import numpy as np
import torch

from .arrays import namespace

AXES = 60  # numpy ends at 64
WHOLE = 2**53  # float64 holds every whole number up to here


def as_array(values, name, like=None):
    """`values` as a real numpy array, or as a tensor on the device of `like`, every number exact in
    float64.
    """
    array = dense(values, name) if isinstance(values, torch.Tensor) else from_numbers(values, name)
    if array.ndim > AXES:
        raise ValueError(
            f"{name} has {array.ndim} axes: at most {AXES} can be handled, so drop "
            "those of length 1"
        )
    shape, array = array.shape, without_repeats(array)
    if array.dtype == np.longdouble:
        with np.errstate(over="ignore"):
            rounded = array.astype(np.float64)
        refuse_inexact(array[(rounded != array) & ~np.isnan(array)], name)
        array = rounded
    elif array.dtype == torch.int64 or isinstance(array, np.ndarray) and array.dtype.kind in "iu":
        big = array[(array > WHOLE) | (array < -WHOLE)].tolist()
        refuse_inexact([number for number in big if int(float(number)) != number], name)
    if like is not None:
        array = torch.as_tensor(array, device=like.device)
    return namespace(array).broadcast_to(array, shape)


def dense(tensor, name):
    """A tensor's numbers: a numpy array, or a tensor where they are on CUDA."""
    if tensor.is_nested or tensor.layout != torch.strided or tensor.is_quantized:
        kind = (
            "nested"
            if tensor.is_nested
            else "quantized"
            if tensor.is_quantized
            else str(tensor.layout)
        )
        raise TypeError(
            f"{name} is a tensor of another kind ({kind}): give real numbers in a "
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
        if tensor.is_floating_point() and tensor.dtype not in (
            torch.float16,
            torch.float32,
            torch.float64,
        ):
            tensor = without_repeats(tensor).double().expand(tensor.shape)
        return tensor if tensor.is_cuda else tensor.numpy()
    except (RuntimeError, TypeError) as error:
        raise TypeError(
            f"{name} is a tensor whose numbers cannot be read, as inside torch.func.vmap or grad: "
            f"call it outside ({error})"
        ) from None


def from_numbers(values, name):
    """A numpy array from numbers, arrays, tensors, or nested lists of them."""
    if isinstance(values, np.ndarray) and values.dtype == object:
        values = values.tolist()
    try:
        values = leaf(values, name)
    except RecursionError:
        raise ValueError(f"{name} holds itself: give a rectangular array of numbers") from None
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} is not a rectangular array: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {array.dtype}: give real numbers (integers or floats)")
    return array


def leaf(values, name):
    """`values` with what numpy would misread made plain: masked arrays, tensors, whole numbers
    beyond 2^53.
    """
    if isinstance(values, (list, tuple)):
        return [leaf(value, name) for value in values]
    if isinstance(values, np.ma.MaskedArray):
        raise TypeError(
            f"{name} is a masked array: give real numbers only, for example its "
            "compressed() or filled(0)"
        )
    if isinstance(values, torch.Tensor):
        array = dense(values, name)
        return array.cpu().numpy() if isinstance(array, torch.Tensor) else array
    if isinstance(values, (int, np.integer)) and not -WHOLE <= values <= WHOLE:
        try:
            number = float(values)
        except OverflowError:
            number = np.inf
        refuse_inexact([values] if number != int(values) else [], name)
        return number
    return values


def refuse_inexact(numbers, name):
    if len(numbers):
        first = str(numbers[0])
        raise ValueError(
            f"{name} holds {first if len(first) < 50 else first[:20] + '…'}, which float64 cannot "
            "hold: divide all numbers "
            f"by a common factor, or round them first, with astype(float), if that is what you mean"
        )


def without_repeats(array):
    """The array with every axis along which it only repeats itself, as `broadcast_to` makes them,
    cut to length 1.
    """
    strides = array.stride() if isinstance(array, torch.Tensor) else array.strides
    return array[tuple(slice(0, 1) if stride == 0 else slice(None) for stride in strides)]
