"""An integer program and the two random models of the literature."""

from dataclasses import dataclass

import numpy as np


class ProgramError(ValueError):
    """A program without the answer asked for: infeasible, unbounded, or not solved in time.

    `status` has the word.
    """

    def __init__(self, status, text):
        super().__init__(f"{status}: {text}")
        self.status = status


@dataclass(frozen=True, eq=False)
class Program:
    """max c·x subject to A x <= b, x whole numbers from 0 to `upper`; with upper = 1, the default,
    a 0/1 program.

    Args:
        c: (n,) profits. A: (m, n), column A_j is what x_j uses. b: (m,) what there is. Finite
            numbers, any sign.
        upper: largest value of every x_j, one number >= 1; numpy.inf for none.

    Raises:
        ValueError: shapes that do not fit, NaN or inf, numbers whose sum is infinite, no variable
            or no constraint, upper below 1.

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
                raise ValueError(
                    f"{name} is not an array of real numbers: give {name} with {axes} axis or axes"
                ) from None
            if array.ndim != axes or 0 in array.shape or not np.isfinite(array).all():
                raise ValueError(
                    f"{name} has shape {array.shape}: {axes} axis or axes of finite numbers, none "
                    "empty, needed"
                )
            with np.errstate(over="ignore"):
                if not np.isfinite(abs(array).sum(-1)).all():
                    raise ValueError(
                        f"{name} has sums beyond 1.8e308, the largest float64: give "
                        f"{name} in a larger unit"
                    )
            object.__setattr__(self, name, array)
        m, n = self.A.shape
        if self.c.shape != (n,) or self.b.shape != (m,):
            raise ValueError(
                f"A has shape ({m}, {n}): c needs {n} entries, not {len(self.c)}, "
                f"and b {m}, not {len(self.b)}"
            )
        if not self.upper >= 1:
            raise ValueError(f"upper is {self.upper}: give 1 for a 0/1 program, more, or numpy.inf")

    @property
    def rounding(self):
        """(n + 1)·2^-52: by how much of |A||x| + |b| float64 may miss A x - b, whatever the order
        of the sum.
        """
        return (len(self.c) + 1) * np.finfo(float).eps

    def feasible(self, x, tolerance=None):
        """Whether x is admissible: whole numbers from 0 to `upper` with A x <= b.

        Args:
            x: (n,) numbers or bool. tolerance: each row may exceed b by this part of |A||x| + |b|;
                None for `rounding`.
        """
        x = np.asarray(x, dtype=float)
        if x.shape != self.c.shape:
            raise ValueError(
                f"x has shape {x.shape}: give {len(self.c)} entries, one for each column"
            )
        whole = (x == np.round(x)) & (x >= 0) & (x <= self.upper)
        return bool(whole.all() and self.rows_hold(x, tolerance).all())

    def rows_hold(self, x, tolerance=None):
        """(m,) bool: in which rows A x <= b, up to `tolerance` as in `feasible`; x: (n,) of any
        real numbers.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # of a huge x; NaN is no yes
            size = abs(self.A) @ abs(x) + abs(self.b)
            return self.A @ x - self.b <= (self.rounding if tolerance is None else tolerance) * size

    def only(self, columns, x):
        """The program in some columns (n,) bool with the others fixed at x (n,); None without
        columns.
        """
        if not columns.any():
            return None
        return Program(
            self.c[columns],
            self.A[:, columns],
            self.b - self.A @ np.where(columns, 0.0, x),
            self.upper,
        )


def packing(n, m=1, seed=0):
    """A random packing program: c and A uniform on [0, 1], every b_i = n/4, half of what all
    columns together use.

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
    """A random Gaussian program: c and A standard normal, every b_i = level·n/sqrt(m), so that the
    norm of b is |level|·n.

    Args:
        n, m, seed: as in `packing`. level: below 0 for constraints that bind; 0 is the degenerate
            case of lesson 06.

    Source: the model of Borst, Dadush, Huiberts and Tiwari (2022), whose theorem asks for a
    negative part of b of norm at most n/10.

    >>> gaussian(100, m=4).b.tolist()
    [-5.0, -5.0, -5.0, -5.0]
    """
    check_sizes(n, m)
    rng = np.random.default_rng(seed)
    return Program(
        rng.standard_normal(n), rng.standard_normal((m, n)), np.full(m, level * n / m**0.5)
    )


def check_sizes(n, m):
    for name, value in (("n", n), ("m", m)):
        if value != int(value) or value < 1:
            raise ValueError(f"{name} is {value}: give a whole number of at least 1")
