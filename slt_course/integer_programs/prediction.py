"""A count that predicts the mean gap for other n, from one large program."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from .program import Program
from .relaxation import Relaxation

FLIPS = 200  # sets of fewer flips are counted
_LOSSES = 3000  # points of the integral over the loss


def predicted_gap(
    numbers: ArrayLike, program: Program, relaxation: Relaxation, near: float = 0.05
) -> np.ndarray:
    """Predict the mean gap for other n of the same model, by a first-moment count of flip sets.

    The count is as if flip sets met the slack independently. About rate·t columns have |r_j| <= t,
    so on average rate^k L^k / (k!)^2 sets of k columns cost at most L, and E(L) = 2^m / prod(u) ·
    sum over k >= 1 of density_k · rate^k L^(k + m) / (k! (k + m)!) sets lose at most L: density_k
    is that of the use of k flips at 0, a normal one's; the factor 2^m is for both roundings of each
    fractional entry. The gap exceeds L when there is no such set, for which exp(-E(L)) is taken;
    the mean gap is its integral.

    Args:
        numbers: (N,) values of n.
        program: a large instance, on which the rate per column and the covariance of the use of
            cheap columns are measured.
        relaxation: of the same program, for the prices.
        near: largest |r_j| of a cheap column, > 0.

    Returns:
        float64 (N,).

    Raises:
        ValueError: fewer than 20 cheap columns, or a constraint of price 0.

    Source: lesson 06; a heuristic, not a bound. Its leading term is (m ln n)^2 / (4·rate).

    >>> from slt_course.integer_programs import packing, relax
    >>> program = packing(2000, seed=0)
    >>> predicted_gap([100, 400], program, relax(program)).round(2).tolist()
    [0.04, 0.01]
    """
    cheap = abs(relaxation.reduced_costs) <= near
    cheap[relaxation.fractional] = False
    m, n = program.A.shape
    if cheap.sum() < 20 or relaxation.dual.min() <= 0:
        raise ValueError(
            f"{cheap.sum()} cheap columns, prices {relaxation.dual}: give a larger program, all "
            "prices positive"
        )
    use = program.A[:, cheap] * np.where(relaxation.x[cheap] > 0.5, -1.0, 1.0)
    spread = np.linalg.det(use @ use.T / cheap.sum()) ** 0.5
    k = np.arange(1, FLIPS)
    losses = near * np.geomspace(2e-6, 200, _LOSSES)
    density = (2 * np.pi * k) ** (-m / 2) / spread
    fixed = np.log(2.0**m / relaxation.dual.prod() * density) - gammaln(k + 1) - gammaln(k + m + 1)
    found = []
    for number in np.asarray(numbers):
        rate = number * cheap.sum() / (n * near)
        logs = fixed + k * np.log(rate) + (k + m) * np.log(losses[:, None])
        none_that_cheap = np.exp(-np.exp(logs.clip(max=50)).sum(1))
        found.append(np.trapezoid(none_that_cheap, losses))
    return np.array(found)
