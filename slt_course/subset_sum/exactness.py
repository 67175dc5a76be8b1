"""Which numbers float64 holds as they are given; the others are an error, not rounded."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

LARGEST_INTEGER = 2**53  # float64 holds every integer up to here


def in_float64(array: np.ndarray, name: str) -> np.ndarray:
    """Return a real array as one whose numbers float64 holds, or raise ValueError."""
    if array.dtype == np.longdouble:
        with np.errstate(over="ignore"):
            rounded = array.astype(np.float64)
        _check_none_rounded(array[(rounded != array) & ~np.isnan(array)], name)
        return rounded
    if array.dtype.kind in "iu":
        check_integers(array, name)
    return array


def check_integers(array: np.ndarray | torch.Tensor, name: str) -> None:
    """Raise ValueError if float64 cannot hold an integer of the array."""
    big = array[(array > LARGEST_INTEGER) | (array < -LARGEST_INTEGER)].tolist()
    _check_none_rounded([number for number in big if int(float(number)) != number], name)


def _check_none_rounded(numbers: Sequence[Any] | np.ndarray, name: str) -> None:
    """Raise ValueError that names the first of the numbers which float64 would round, if any."""
    if len(numbers):
        first = str(numbers[0])
        raise ValueError(
            f"{name} holds {first if len(first) < 50 else first[:20] + '…'}, which float64 cannot "
            "hold: divide all numbers by a common factor, or round them first, with "
            "astype(float), if that is what you mean"
        )


def float_of(integer: int, name: str) -> float:
    """Return an integer as the float that equals it, or raise ValueError if there is none."""
    try:
        number = float(integer)
    except OverflowError:
        number = np.inf
    _check_none_rounded([integer] if number != integer else [], name)
    return number
