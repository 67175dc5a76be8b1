"""The two random models of integer programs in the literature."""

import numpy as np

from ..subset_sum.distributions import Seed
from .program import Program


def packing(n: int, m: int = 1, seed: Seed = 0) -> Program:
    """Draw a random packing program: b is half of what all columns together use.

    c and A are uniform on [0, 1], every b_i is n/4.

    Args:
        n: number of columns, >= 1.
        m: number of constraints, >= 1.
        seed: integer >= 0, sequence of such integers, or numpy Generator.

    Raises:
        ValueError: n or m is not a whole number >= 1.

    Source: the model of Lueker (1982; m = 1) and of Dyer and Frieze (1989).

    >>> packing(8, m=2).b.tolist()
    [2.0, 2.0]
    """
    _check_sizes(n, m)
    rng = np.random.default_rng(seed)
    return Program(rng.uniform(size=n), rng.uniform(size=(m, n)), np.full(m, n / 4))


def gaussian(n: int, m: int = 1, seed: Seed = 0, level: float = -0.1) -> Program:
    """Draw a random Gaussian program: c and A are standard normal, the norm of b is |level|·n.

    Every b_i is level·n/sqrt(m).

    Args:
        n: number of columns, >= 1.
        m: number of constraints, >= 1.
        seed: integer >= 0, sequence of such integers, or numpy Generator.
        level: below 0 for constraints that bind; 0 is the degenerate case of lesson 06.

    Raises:
        ValueError: n or m is not a whole number >= 1.

    Source: the model of Borst, Dadush, Huiberts and Tiwari (2022), whose theorem asks for a
    negative part of b of norm at most n/10.

    >>> gaussian(100, m=4).b.tolist()
    [-5.0, -5.0, -5.0, -5.0]
    """
    _check_sizes(n, m)
    rng = np.random.default_rng(seed)
    profits, use = rng.standard_normal(n), rng.standard_normal((m, n))
    return Program(profits, use, np.full(m, level * n / m**0.5))


def _check_sizes(n: int, m: int) -> None:
    """Raise ValueError unless n and m are whole numbers of at least 1."""
    for name, value in (("n", n), ("m", m)):
        if value != int(value) or value < 1:
            raise ValueError(f"{name} is {value}: give a whole number of at least 1")
