"""Constants that the papers leave open, measured by simulation, each with a 95 % interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from .. import subset_sum
from ..subset_sum.distributions import Distribution
from .ranges import check_range
from .resampling import bootstrap, covering_radii, crossings
from .subset_sums import fixed_size_items


@dataclass(frozen=True)
class Estimate:
    """A constant and its 95 % interval."""

    value: float
    interval: tuple[float, float]  # low and high


def estimate_constant(
    distribution: Distribution = "uniform",
    tolerances: Sequence[float] | np.ndarray = (0.1, 0.05, 0.02),
    largest_n: int = 18,
    draws: int = 500,
    seed: int = 0,
) -> Estimate:
    """Measure the constant of `lueker_items`, the smallest that serves some tolerances.

    With it, C·ln(2/eps) items cover [-1, 1] with probability 1 - eps, for the tolerances tried, not
    for all: theory says that some C serves them all.

    Args:
        distribution: a key of `subset_sum.DISTRIBUTIONS`.
        tolerances: (E,) in (0, 1).
        largest_n: draws have 1, 2, … up to so many items (<= 24; 2^n sums are listed).
        draws: number of draws for each n.
        seed: integer >= 0, of the draws and of the bootstrap, which resamples them 200 times.

    Returns:
        Estimate; NaN where `largest_n` items are too few for a tolerance.

    Raises:
        ValueError: unknown distribution, largest_n above 24.

    >>> found = estimate_constant(tolerances=(0.1, 0.05), largest_n=14, draws=200)
    >>> 3 < found.value < 6
    True
    """
    radii = covering_radii(distribution, largest_n, draws, seed)
    tolerances = np.asarray(tolerances, dtype=float)

    def constant(radii: Sequence[np.ndarray]) -> float:
        items = crossings(radii, tolerances, 1 - tolerances)
        return float(np.max(items / np.log(2 / tolerances)))

    return Estimate(constant(radii), bootstrap(constant, radii, seed))


def estimate_tail_constant(
    tolerance: float = 0.01, largest_n: int = 16, draws: int = 1000, seed: int = 0
) -> Estimate:
    """Measure the smallest constant of `tail_bound` with which measured failures stay below it.

    For uniform items. The interval comes from the 95 % Clopper-Pearson limits of every failure
    probability.

    Args:
        tolerance: eps in (0, 1/3].
        largest_n: draws have 1, 2, … up to so many items (<= 24; 2^n sums are listed).
        draws: number of draws for each n.
        seed: integer >= 0, of the draws.

    Returns:
        Estimate of what the constant must be at least.

    Raises:
        ValueError: tolerance out of range, largest_n above 24.

    >>> found = estimate_tail_constant(tolerance=0.05, largest_n=12, draws=200)
    >>> found.interval[0] <= found.value <= found.interval[1]
    True
    """
    eps = float(check_range(tolerance, "tolerance", 0, 1 / 3))
    needed = []
    for n in range(1, largest_n + 1):
        items = subset_sum.sample("uniform", (draws, n), seed=[seed, n])
        radius = subset_sum.coverage(items, interval=(-0.5, 0.5)).radius
        test = binomtest(int((radius > 2 * eps).sum()), draws)
        limits = test.proportion_ci(method="exact")
        failure = np.array([limits.low, test.statistic, limits.high])
        with np.errstate(divide="ignore"):  # failure 0: any constant will do
            needed.append((n - np.sqrt(-4 * n * np.log(failure))) / np.log(1 / eps))
    low, value, high = np.maximum(0, np.max(needed, axis=0))
    return Estimate(float(value), (float(low), float(high)))


def estimate_fixed_size(
    tolerance: float = 0.01,
    fraction: float = 0.5,
    largest_n: int = 18,
    draws: int = 400,
    seed: int = 0,
) -> Estimate:
    """Measure the constant of `fixed_size_items` with which half of the draws reach a fixed z.

    z is uniform on [-sqrt(kept), sqrt(kept)], a new one per draw; only subsets of exactly kept =
    round(fraction·n) of the n uniform items count. "Half" is our choice: the theorem says "with a
    probability bounded away from 0".

    Args:
        tolerance: eps in (0, 1).
        fraction: share of the items that is used, in (0, 1/2].
        largest_n: draws have 2, 3, … up to so many items (2^n sums are listed).
        draws: number of draws for each n.
        seed: integer >= 0, of the draws and of the bootstrap, which resamples them 200 times.

    Returns:
        Estimate; NaN where `largest_n` items are too few.

    Raises:
        ValueError: tolerance or fraction out of range.

    >>> found = estimate_fixed_size(tolerance=0.05, largest_n=12, draws=200)
    >>> 0.8 < found.value < 2
    True
    """
    numbers = [n for n in range(2, largest_n + 1) if round(fraction * n) >= 1]
    errors = [_fixed_size_errors(n, round(fraction * n), draws, seed) for n in numbers]

    def constant(errors: Sequence[np.ndarray]) -> float:
        n = crossings(errors, [tolerance], [0.5], numbers)[0]
        return float(n / fixed_size_items(tolerance, fraction * n, fraction, constant=1))

    return Estimate(constant(errors), bootstrap(constant, errors, seed))


def _fixed_size_errors(n: int, kept: int, draws: int, seed: int) -> np.ndarray:
    """Return the smallest |z - sum| (draws,) over the subsets of exactly `kept` of n items."""
    rng = np.random.default_rng([seed, n])
    z = rng.uniform(-(kept**0.5), kept**0.5, (draws, 1))
    size = np.rint(subset_sum.subset_sums(np.ones((1, n)))[0])
    sums = subset_sum.subset_sums(subset_sum.sample("uniform", (draws, n), seed=[seed, n]))
    return abs(sums[:, size == kept] - z).min(1)
