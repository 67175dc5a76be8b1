"""How the gap falls with n: a fitted exponent beside those of candidate decays."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

_Decay = Callable[[np.ndarray], np.ndarray]  # from values of n to gaps, up to a constant factor

DECAYS: dict[str, _Decay] = {
    "log²n/n": lambda n: np.log(n) ** 2 / n,
    "1/√n": lambda n: n**-0.5,
    "1/n": lambda n: 1 / n,
}


@dataclass(frozen=True)
class Exponent:
    """Slope of log(mean gap) against log n, beside the slopes of decays on the same n."""

    value: float
    interval: tuple[float, float]  # low and high end, at the confidence asked for
    decays: dict[str, float]  # name -> slope

    def consistent(self) -> list[str]:
        """List the names of the decays whose slope lies in the interval."""
        low, high = self.interval
        return [name for name, slope in self.decays.items() if low <= slope <= high]


def fitted_exponent(
    numbers: ArrayLike,
    gaps: Iterable[ArrayLike],
    confidence: float = 0.99,
    decays: Mapping[str, _Decay] = DECAYS,
    rounds: int = 2000,
    seed: int | np.random.Generator = 0,
) -> Exponent:
    """Fit mean gap ≈ C·n^slope by least squares of the logarithms, with a bootstrap interval.

    The bootstrap resamples the instances of every n. A decay such as log²n/n is no power, but on
    given n it has a fitted slope too: that is what to compare with.

    Args:
        numbers: (N,) values of n, at least two.
        gaps: for each of them an array of gaps of independent instances.
        confidence: of the bootstrap interval, in (0, 1).
        decays: from name to function of n.
        rounds: number of resamples, >= 1.
        seed: of the resampling: integer >= 0, or numpy Generator.

    Returns:
        Exponent.

    Raises:
        ValueError: fewer than two n, not one array of gaps for each, a mean gap that is not
            positive, a confidence out of range.

    >>> rng = np.random.default_rng(0)
    >>> sizes = 50, 100, 200
    >>> found = fitted_exponent(sizes, [rng.exponential(1 / n, 400) for n in sizes])
    >>> found.consistent()
    ['1/n']
    """
    n = np.asarray(numbers, dtype=float)
    samples = [np.asarray(sample, dtype=float) for sample in gaps]
    _check_gaps(n, samples)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}: give a number between 0 and 1, such as 0.99")
    rng = np.random.default_rng(seed)
    means = np.array([sample.mean() for sample in samples])
    resampled = np.stack([rng.choice(s, (rounds, s.size)).mean(1) for s in samples])
    tail = (1 - confidence) / 2
    low, high = np.quantile(slope(n, resampled), (tail, 1 - tail))
    slopes = {name: float(slope(n, decay(n))) for name, decay in decays.items()}
    return Exponent(float(slope(n, means)), (float(low), float(high)), slopes)


def _check_gaps(numbers: np.ndarray, gaps: list[np.ndarray]) -> None:
    """Raise ValueError unless there are two n or more, each with gaps of positive mean."""
    complete = len(numbers) >= 2 and len(gaps) == len(numbers)
    if not complete or min(sample.mean() if sample.size else 0 for sample in gaps) <= 0:
        raise ValueError(
            f"{len(numbers)} numbers, {len(gaps)} arrays: give at least two n, gaps "
            "of positive mean for each"
        )


def slope(numbers: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the least-squares slope of log(values) against log(numbers).

    Args:
        numbers: (N,) positive.
        values: (N,) or (N, rounds), positive.

    Returns:
        () or (rounds,).
    """
    return np.polyfit(np.log(numbers), np.log(values), 1)[0]
