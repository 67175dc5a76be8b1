"""What the estimates share: radii of many draws, crossings of a goal, bootstrap intervals."""

from collections.abc import Callable, Sequence

import numpy as np

from .. import subset_sum
from ..subset_sum.distributions import Distribution

ROUNDS = 200  # resamples of a bootstrap


def covering_radii(
    distribution: Distribution, largest_n: int, draws: int, seed: int
) -> list[np.ndarray]:
    """Draw items, and return the covering radii (draws,) of [-1, 1] for n = 1 … largest_n."""
    radii = []
    for n in range(1, largest_n + 1):
        items = subset_sum.sample(distribution, (draws, n), seed=[seed, n])
        radii.append(subset_sum.coverage(items).radius)
    return radii


def crossings(
    radii: Sequence[np.ndarray],
    tolerances: Sequence[float] | np.ndarray,
    goals: Sequence[float] | np.ndarray,
    numbers: Sequence[int] | None = None,
) -> np.ndarray:
    """Find the n at which the share of radii within each tolerance passes its goal.

    Args:
        radii: for each of N numbers of items, (draws,).
        tolerances: (E,).
        goals: (E,) shares.
        numbers: (N,) numbers of items; 1 … N by default.

    Returns:
        (E,) n, interpolated between whole numbers; NaN where none of them passes the goal, or the
        first one does.
    """
    numbers = range(1, len(radii) + 1) if numbers is None else numbers
    found = []
    for eps, goal in zip(tolerances, goals):
        shares = np.array([np.mean(errors <= eps) for errors in radii])
        k = int(np.argmax(shares >= goal))
        if shares[k] >= goal and k > 0:
            found.append(numbers[k - 1] + (goal - shares[k - 1]) / (shares[k] - shares[k - 1]))
        else:
            found.append(np.nan)
    return np.array(found)


def bootstrap(
    statistic: Callable[[list[np.ndarray]], float], radii: Sequence[np.ndarray], seed: int
) -> tuple[float, float]:
    """Return the 95 % interval of a statistic of the draws, by resampling the draws of every n.

    NaN if some resample has no answer.
    """
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(ROUNDS):
        values.append(statistic([rng.choice(errors, len(errors)) for errors in radii]))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
