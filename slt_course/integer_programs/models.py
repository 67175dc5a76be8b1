"""An integer program and the two random models of the literature."""

from dataclasses import dataclass

import numpy as np


class ProgramError(ValueError):
    """A program without the answer asked for: infeasible, unbounded, or not solved in time. `status` has the word."""

    def __init__(self, status, text):
        super().__init__(f"{status}: {text}")
        self.status = status


@dataclass(frozen=True, eq=False)
class Program:
    """max c·x subject to A x <= b, x whole numbers from 0 to `upper`; with upper = 1, the default, a 0/1 program.

    Args:
        c: (n,) profits. A: (m, n), column A_j is what x_j uses. b: (m,) what there is. Finite numbers, any sign.
        upper: largest value of every x_j, one number >= 1; numpy.inf for none.

    Raises:
        ValueError: shapes that do not fit, NaN or inf, no variable or no constraint, upper below 1.

    >>> Program([3, 2, 2], [[2, 1, 1]], [2]).feasible([0, 1, 1])
    True
    """

    c: np.ndarray
    A: np.ndarray
    b: np.ndarray
    upper: float = 1.0

    def __post_init__(self):
        for name, axes in (("c", 1), ("A", 2), ("b", 1)):
            try:
                array = np.asarray(getattr(self, name), dtype=float)
            except (TypeError, ValueError):
                raise ValueError(f"{name} is not an array of real numbers: give {name} with {axes} axis or axes") from None
            if array.ndim != axes or 0 in array.shape or not np.isfinite(array).all():
                raise ValueError(
                    f"{name} has shape {array.shape}: {axes} axis or axes of finite numbers, none empty, needed"
                )
            object.__setattr__(self, name, array)
        m, n = self.A.shape
        if self.c.shape != (n,) or self.b.shape != (m,):
            raise ValueError(f"A has shape ({m}, {n}): c needs {n} entries, not {len(self.c)}, and b {m}, not {len(self.b)}")
        if not self.upper >= 1:
            raise ValueError(f"upper is {self.upper}: give 1 for a 0/1 program, more, or numpy.inf")

    def feasible(self, x, tolerance=1e-9):
        """Whether A x <= b, each row up to `tolerance` for the rounding of float64; x: (n,)."""
        return bool((self.A @ x <= self.b + tolerance).all())


def packing(n, m=1, seed=0):
    """A random packing program: c and A uniform on [0, 1], every b_i = n/4, half of what all columns together use.

    Args:
        n: columns, >= 1. m: constraints, >= 1. seed: integer, list of integers or numpy Generator.

    Source: the model of Lueker (1982; m = 1) and of Dyer and Frieze (1989).

    >>> packing(8, m=2).b.tolist()
    [2.0, 2.0]
    """
    check_sizes(n, m)
    rng = np.random.default_rng(seed)
    return Program(rng.uniform(size=n), rng.uniform(size=(m, n)), np.full(m, n / 4))


def gaussian(n, m=1, seed=0, level=-0.1):
    """A random Gaussian program: c and A standard normal, every b_i = level·n/sqrt(m), so that the norm of b is |level|·n.

    Args:
        n, m, seed: as in `packing`. level: below 0 for constraints that bind; 0 is the degenerate case of lesson 06.

    Source: the model of Borst, Dadush, Huiberts and Tiwari (2022), whose theorem asks for a negative part of b of norm
    at most n/10.

    >>> gaussian(100, m=4).b.tolist()
    [-5.0, -5.0, -5.0, -5.0]
    """
    check_sizes(n, m)
    rng = np.random.default_rng(seed)
    return Program(rng.standard_normal(n), rng.standard_normal((m, n)), np.full(m, level * n / m**0.5))


def check_sizes(n, m):
    for name, value in (("n", n), ("m", m)):
        if value != int(value) or value < 1:
            raise ValueError(f"{name} is {value}: give a whole number of at least 1")
