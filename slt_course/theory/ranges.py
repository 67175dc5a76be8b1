"""The range check that all bounds share."""

import numpy as np
from numpy.typing import ArrayLike

FloatOrArray = np.float64 | np.ndarray  # one number for numbers, else an array
IntOrArray = int | np.ndarray


def check_range(value: ArrayLike, name: str, low: float, high: float) -> np.ndarray:
    """Return a number or array as float64, or raise ValueError unless low < value <= high."""
    array = np.asarray(value, dtype=float)
    if not np.all((array > low) & (array <= high)):
        raise ValueError(f"{name} is {array}: it must be above {low} and at most {high}")
    return array
