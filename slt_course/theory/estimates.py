"""Constants that the papers leave open, measured by simulation, each with a 95 % interval."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from .. import subset_sum
from .networks import malach_hit_probability
from .subset_sums import fixed_size_items, in_range


@dataclass(frozen=True)
class Threshold:
    """The n at which half of the draws cover [-1, 1], and its growth with log2(1/tolerance)."""

    tolerances: np.ndarray  # (E,)
    # (E,) n at which half of the draws cover, interpolated; NaN beyond the largest n
    items: np.ndarray
    items_per_bit: float  # slope against log2(1/tolerance)
    interval: tuple  # its 95 % bootstrap interval, low and high


@dataclass(frozen=True)
class Estimate:
    """A constant and its 95 % interval."""

    value: float
    interval: tuple  # low and high


def estimate_threshold(
    law="uniform", tolerances=(0.1, 0.03, 0.01, 0.003, 0.001), most=18, draws=400, seed=0
):
    """Measure the phase transition: how many items until half of the draws cover [-1, 1] within
    each tolerance.

    Args:
        law: a key of `subset_sum.LAWS`. tolerances: falling. most: largest n drawn (<= 24; 2^n sums
            are listed).
        draws: per n. seed: of the draws and of the bootstrap, which resamples draws 200 times.

    Returns:
        Threshold.

    >>> found = estimate_threshold(tolerances=(0.1, 0.03), most=12, draws=100)
    >>> bool(found.interval[0] <= found.items_per_bit <= found.interval[1])
    True
    """
    radii, tolerances = covering_radii(law, most, draws, seed), np.asarray(tolerances, dtype=float)

    def slope(radii):
        items = crossings(radii, tolerances, [0.5] * len(tolerances))
        known = ~np.isnan(items)
        return (
            float(np.polyfit(np.log2(1 / tolerances[known]), items[known], 1)[0])
            if known.sum() > 1
            else np.nan
        )

    return Threshold(
        tolerances,
        crossings(radii, tolerances, [0.5] * len(tolerances)),
        slope(radii),
        bootstrap(slope, radii, seed),
    )


def estimate_constant(law="uniform", tolerances=(0.1, 0.05, 0.02), most=18, draws=500, seed=0):
    """Measure the C of `lueker_items`: the smallest with which C·ln(2/eps) items cover [-1, 1] with
    probability 1 - eps.

    Smallest for the tolerances tried, not for all: theory says that some C serves them all.
    Arguments as in `estimate_threshold`. NaN where `most` items are too few for a tolerance.

    >>> found = estimate_constant(tolerances=(0.1, 0.05), most=14, draws=200)
    >>> 3 < found.value < 6
    True
    """
    radii, tolerances = covering_radii(law, most, draws, seed), np.asarray(tolerances, dtype=float)

    def constant(radii):
        return float(np.max(crossings(radii, tolerances, 1 - tolerances) / np.log(2 / tolerances)))

    return Estimate(constant(radii), bootstrap(constant, radii, seed))


def estimate_tail_constant(tolerance=0.01, most=16, draws=1000, seed=0):
    """Measure what the constant of `tail_bound` must be at least: below it, measured failures
    exceed the bound.

    For uniform items and n = 1 … most. The interval comes from the 95 % Clopper-Pearson limits of
    every failure probability.

    >>> found = estimate_tail_constant(tolerance=0.05, most=12, draws=200)
    >>> found.interval[0] <= found.value <= found.interval[1]
    True
    """
    tolerance, needed = float(in_range(tolerance, "tolerance", 0, 1 / 3)), []
    for n in np.arange(1, most + 1):
        radius = subset_sum.coverage(
            subset_sum.sample("uniform", (draws, n), seed=[seed, n]), interval=(-0.5, 0.5)
        ).radius
        test = binomtest(int((radius > 2 * tolerance).sum()), draws)
        limits = test.proportion_ci(method="exact")
        failure = np.array([limits.low, test.statistic, limits.high])
        with np.errstate(divide="ignore"):  # failure 0: any constant will do
            needed.append((n - np.sqrt(-4 * n * np.log(failure))) / np.log(1 / tolerance))
    low, value, high = (float(v) for v in np.maximum(0, np.max(needed, axis=0)))
    return Estimate(value, (low, high))


def estimate_fixed_size(tolerance=0.01, fraction=0.5, most=18, draws=400, seed=0):
    """Measure the constant of `fixed_size_items` for uniform items: n at which a fixed z is reached
    in half of the draws.

    z is uniform on [-sqrt(kept), sqrt(kept)], a new one per draw; only subsets of exactly kept =
    round(fraction·n) items count. "Half" is our choice: the theorem says "with a probability
    bounded away from 0".

    >>> found = estimate_fixed_size(tolerance=0.05, most=12, draws=200)
    >>> 0.8 < found.value < 2
    True
    """
    numbers, errors = [n for n in range(2, most + 1) if round(fraction * n) >= 1], []
    for n in numbers:
        kept, rng = round(fraction * n), np.random.default_rng([seed, n])
        z = rng.uniform(-(kept**0.5), kept**0.5, (draws, 1))
        size = np.rint(subset_sum.subset_sums(np.ones((1, n)))[0])
        sums = subset_sum.subset_sums(subset_sum.sample("uniform", (draws, n), seed=[seed, n]))[
            :, size == kept
        ]
        errors.append(abs(sums - z).min(1))

    def constant(errors):
        n = crossings(errors, [tolerance], [0.5], numbers)[0]
        return float(n / fixed_size_items(tolerance, fraction * n, fraction, constant=1))

    return Estimate(constant(errors), bootstrap(constant, errors, seed))


def estimate_malach_width(weights, tolerance, share, variant="both", most=60_000, seed=0):
    """Measure the units per input coordinate with which a share of the weights is served for both
    signs: a float.

    Draws a block of `most` random units for every weight and looks up from which unit on both signs
    are served; the answer is the quantile of these numbers; NaN where `most` units are too few.
    Compare `malach_width_for`.

    >>> 70 < estimate_malach_width(np.full(500, 0.5), 0.1, share=0.9, variant="product") < 100
    True
    """
    malach_hit_probability(weights, tolerance, variant)  # refuses arguments out of range
    rng, needed = np.random.default_rng(seed), []
    for w in weights:
        first, second = rng.uniform(-1, 1, (2, most))
        if variant == "both":
            sign = first * (-1.0 if w < 0 else 1.0)
            hit = (abs(abs(first) - abs(w)) <= tolerance / 2) & (
                abs(second * np.sign(sign) - 1) <= tolerance / 2
            )
        else:
            hit = abs(first * second - w) <= tolerance
        sides = [np.flatnonzero(hit & side)[:1] for side in (first > 0, first < 0)]
        needed.append(max(side[0] + 1 if len(side) else np.inf for side in sides))
    found = float(np.quantile(needed, share, method="higher"))
    return found if np.isfinite(found) else np.nan


def covering_radii(law, most, draws, seed):
    """Covering radii of [-1, 1]: an array of `draws` for every n = 1 … most."""
    numbers = range(1, most + 1)
    return [
        subset_sum.coverage(subset_sum.sample(law, (draws, n), seed=[seed, n])).radius
        for n in numbers
    ]


def crossings(radii, tolerances, shares, numbers=None):
    """n at which the share of radii within each tolerance passes its goal, interpolated between
    whole n: (E,).
    """
    numbers, found = range(1, len(radii) + 1) if numbers is None else numbers, []
    for eps, goal in zip(tolerances, shares):
        share = np.array([np.mean(r <= eps) for r in radii])
        k = int(np.argmax(share >= goal))
        inside = share[k] >= goal and k > 0
        found.append(
            numbers[k - 1] + (goal - share[k - 1]) / (share[k] - share[k - 1]) if inside else np.nan
        )
    return np.array(found)


def bootstrap(statistic, radii, seed, rounds=200):
    """95 % interval of a statistic of the draws: resample the draws of every n, again and again."""
    rng = np.random.default_rng(seed)
    values = [statistic([rng.choice(r, len(r)) for r in radii]) for _ in range(rounds)]
    # NaN if some resample has no answer
    return tuple(float(v) for v in np.quantile(values, [0.025, 0.975]))
