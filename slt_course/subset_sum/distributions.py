"""The distributions of random items that the course compares."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

Distribution = Literal["uniform", "product", "half_zero", "gaussian", "one_signed"]
Seed = int | Sequence[int] | np.random.Generator  # what numpy's default_rng takes

DISTRIBUTIONS: dict[Distribution, str] = {
    "uniform": "U[-1, 1], the law of Lueker's theorem",
    "product": "U[-1, 1] · U[0, 1], a path through two random layers",
    "half_zero": "½ zero + ½ product: half of the units have the wrong sign",
    "gaussian": "N(0, 1)",
    "one_signed": "U[0, 1], no negative items",
}


def sample(distribution: Distribution, shape: int | tuple[int, ...], seed: Seed = 0) -> np.ndarray:
    """Draw independent items from a distribution.

    Args:
        distribution: a key of `DISTRIBUTIONS`.
        shape: int or tuple; the last axis is n.
        seed: integer >= 0, sequence of such integers, or numpy Generator.

    Returns:
        float64 array of the given shape.

    Raises:
        ValueError: unknown distribution.

    >>> sample("one_signed", (2, 3), seed=0).round(2).tolist()
    [[0.64, 0.27, 0.04], [0.02, 0.81, 0.91]]
    """
    check_distribution(distribution)
    rng = np.random.default_rng(seed)
    if distribution == "gaussian":
        return rng.normal(size=shape)
    if distribution == "one_signed":
        return rng.uniform(0, 1, shape)
    items = rng.uniform(-1, 1, shape)
    if distribution == "product":
        return items * rng.uniform(0, 1, shape)
    if distribution == "half_zero":
        return items * np.maximum(rng.uniform(-1, 1, shape), 0)
    return items


def check_distribution(distribution: str) -> None:
    """Raise ValueError for a name that is no key of `DISTRIBUTIONS`."""
    names = list(DISTRIBUTIONS)
    if distribution not in names:
        raise ValueError(f"unknown distribution {distribution!r}: choose one of {', '.join(names)}")
