"""How the gap falls with n: a fitted exponent beside those of candidate laws, and a count that
predicts the mean gap.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

LAWS = {
    "log²n/n": lambda n: np.log(n) ** 2 / n,
    "1/√n": lambda n: n**-0.5,
    "1/n": lambda n: 1 / n,
}


@dataclass(frozen=True)
class Exponent:
    """Slope of log(mean gap) against log n, with an interval, and the slope of each law on the same
    n.
    """

    value: float
    interval: tuple  # low and high
    laws: dict  # name -> slope

    def consistent(self):
        """Names of the laws whose slope lies in the interval."""
        return [
            name
            for name, slope in self.laws.items()
            if self.interval[0] <= slope <= self.interval[1]
        ]


def fitted_exponent(numbers, gaps, confidence=0.99, laws=LAWS, rounds=2000, seed=0):
    """Fit mean gap ≈ C·n^slope by least squares of the logarithms; the interval resamples the
    instances of every n.

    A law such as log²n/n is no power, but on given n it has a fitted slope too: that is what to
    compare with.

    Args:
        numbers: (N,) values of n, at least two. gaps: for each of them an array of gaps of
            independent instances.
        confidence: of the bootstrap interval, in (0, 1). laws: dict from name to function of n.
        rounds: resamples. seed: of the resampling.

    Returns:
        Exponent.

    Raises:
        ValueError: fewer than two n, not one array of gaps for each, a mean gap that is not
            positive.

    >>> rng = np.random.default_rng(0)
    >>> sizes = 50, 100, 200
    >>> found = fitted_exponent(sizes, [rng.exponential(1 / n, 400) for n in sizes])
    >>> found.consistent()
    ['1/n']
    """
    numbers, gaps = np.asarray(numbers, dtype=float), [np.asarray(one, dtype=float) for one in gaps]
    if (
        len(numbers) < 2
        or len(gaps) != len(numbers)
        or min(one.mean() if one.size else 0 for one in gaps) <= 0
    ):
        raise ValueError(
            f"{len(numbers)} numbers, {len(gaps)} arrays: give at least two n, gaps "
            "of positive mean for each"
        )
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}: give a number between 0 and 1, such as 0.99")
    rng = np.random.default_rng(seed)
    means = np.stack([rng.choice(one, (rounds, one.size)).mean(1) for one in gaps])
    tail = (1 - confidence) / 2
    interval = tuple(float(v) for v in np.quantile(slope(numbers, means), (tail, 1 - tail)))
    laws = {name: float(slope(numbers, law(numbers))) for name, law in laws.items()}
    return Exponent(float(slope(numbers, np.array([one.mean() for one in gaps]))), interval, laws)


def slope(numbers, values):
    """Least-squares slope of log(values) against log(numbers); values (N,) or (N, rounds)."""
    return np.polyfit(np.log(numbers), np.log(values), 1)[0]


def predicted_gap(numbers, program, relaxation, near=0.05):
    """Mean gap for other n of the same model, if flip sets met the slack independently: a
    first-moment count.

    About rate·t columns have |r_j| <= t, so on average rate^k L^k / (k!)^2 sets of k columns cost
    at most L, and E(L) = 2^m / prod(u) · sum over k >= 1 of density_k · rate^k L^(k + m) / (k! (k +
    m)!) sets lose at most L: density_k is that of the use of k flips at 0, a normal one's; the
    factor 2^m is for both roundings of each fractional entry. The gap exceeds L when there is no
    such set, for which exp(-E(L)) is taken; the mean gap is its integral.

    Args:
        numbers: (N,) values of n. program, relaxation: a large instance, on which prices, the rate
            per column and the covariance of the use of cheap columns are measured. near: largest
            |r_j| of a cheap column.

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
    k, losses = np.arange(1, 200), near * np.geomspace(2e-6, 200, 3000)
    density = (2 * np.pi * k) ** (-m / 2) / spread
    fixed = np.log(2.0**m / relaxation.dual.prod() * density) - gammaln(k + 1) - gammaln(k + m + 1)
    found = []
    for number in numbers:
        rate = number * cheap.sum() / (n * near)
        logs = fixed + k * np.log(rate) + (k + m) * np.log(losses[:, None])
        found.append(np.trapezoid(np.exp(-np.exp(logs.clip(max=50)).sum(1)), losses))
    return np.array(found)
