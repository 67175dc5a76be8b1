"""The laws of random items that the course compares."""

import numpy as np

LAWS = {
    "uniform": "U[-1, 1], the law of Lueker's theorem",
    "product": "U[-1, 1] · U[0, 1], a path through two random layers",
    "half_zero": "½ zero + ½ product: half of the units have the wrong sign",
    "gaussian": "N(0, 1)",
    "one_signed": "U[0, 1], no negative items",
}


def sample(law, shape, seed=0):
    """Independent items of a law: float64 array of the given shape.

    Args:
        law: a key of `LAWS`.
        shape: int or tuple; the last axis is n.
        seed: integer or numpy Generator.

    Raises:
        ValueError: unknown law.

    >>> sample("one_signed", (2, 3), seed=0).round(2).tolist()
    [[0.64, 0.27, 0.04], [0.02, 0.81, 0.91]]
    """
    rng = np.random.default_rng(seed)
    if law == "uniform":
        return rng.uniform(-1, 1, shape)
    if law == "product":
        return rng.uniform(-1, 1, shape) * rng.uniform(0, 1, shape)
    if law == "half_zero":
        return rng.uniform(-1, 1, shape) * np.maximum(rng.uniform(-1, 1, shape), 0)
    if law == "gaussian":
        return rng.normal(size=shape)
    if law == "one_signed":
        return rng.uniform(0, 1, shape)
    raise ValueError(f"unknown law {law!r}: choose one of {', '.join(LAWS)}")
