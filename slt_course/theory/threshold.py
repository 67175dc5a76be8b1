"""The phase transition of random subset sum: how many items until half of the draws cover."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..subset_sum.distributions import Distribution
from .resampling import bootstrap, covering_radii, crossings


@dataclass(frozen=True)
class Threshold:
    """The n at which half of the draws cover [-1, 1], and its growth with log2(1/tolerance)."""

    tolerances: np.ndarray  # (E,)
    # (E,) n at which half of the draws cover, interpolated; NaN beyond the largest n
    items: np.ndarray
    items_per_bit: float  # slope against log2(1/tolerance)
    interval: tuple[float, float]  # its 95 % bootstrap interval, low and high


def estimate_threshold(
    distribution: Distribution = "uniform",
    tolerances: Sequence[float] | np.ndarray = (0.1, 0.03, 0.01, 0.003, 0.001),
    largest_n: int = 18,
    draws: int = 400,
    seed: int = 0,
) -> Threshold:
    """Measure how many items it takes until half of the draws cover [-1, 1].

    Args:
        distribution: a key of `subset_sum.DISTRIBUTIONS`.
        tolerances: (E,) falling, each > 0.
        largest_n: draws have 1, 2, … up to so many items (<= 24; 2^n sums are listed).
        draws: number of draws for each n.
        seed: integer >= 0, of the draws and of the bootstrap, which resamples them 200 times.

    Returns:
        Threshold.

    Raises:
        ValueError: unknown distribution, largest_n above 24.

    >>> found = estimate_threshold(tolerances=(0.1, 0.03), largest_n=12, draws=100)
    >>> bool(found.interval[0] <= found.items_per_bit <= found.interval[1])
    True
    """
    radii = covering_radii(distribution, largest_n, draws, seed)
    tolerances = np.asarray(tolerances, dtype=float)
    half = np.full(len(tolerances), 0.5)

    def slope(radii: Sequence[np.ndarray]) -> float:
        """Return the items per bit, NaN where fewer than two tolerances have an answer."""
        items = crossings(radii, tolerances, half)
        known = ~np.isnan(items)
        if known.sum() < 2:
            return np.nan
        return float(np.polyfit(np.log2(1 / tolerances[known]), items[known], 1)[0])

    return Threshold(
        tolerances=tolerances,
        items=crossings(radii, tolerances, half),
        items_per_bit=slope(radii),
        interval=bootstrap(slope, radii, seed),
    )
