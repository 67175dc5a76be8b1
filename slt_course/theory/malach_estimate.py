"""The width of Malach et al.'s construction, measured by simulation, beside the bound."""

from collections.abc import Sequence

import numpy as np

from .malach import Variant, malach_hit_probability


def estimate_malach_width(
    weights: Sequence[float] | np.ndarray,
    tolerance: float,
    share: float,
    variant: Variant = "both",
    units: int = 60_000,
    seed: int = 0,
) -> float:
    """Measure the units per input coordinate with which a share of the weights is served.

    Draws a block of random units for every weight and looks up from which unit on both signs are
    served; the answer is the quantile of these numbers. Compare `malach_width_for`.

    Args:
        weights: (N,) in [-1, 1].
        tolerance: eps in (0, 1], of the product A·B.
        share: in [0, 1].
        variant: which units count, "both" or "product", as `malach_hit_probability` says.
        units: number of units drawn for each weight.
        seed: of the draws: integer >= 0.

    Returns:
        A whole number, or NaN where `units` are too few.

    Raises:
        ValueError: weights, tolerance or share out of range, an unknown variant.

    >>> 70 < estimate_malach_width(np.full(500, 0.5), 0.1, share=0.9, variant="product") < 100
    True
    """
    malach_hit_probability(weights, tolerance, variant)  # checks the arguments
    rng = np.random.default_rng(seed)
    needed = []
    for weight in weights:
        first, second = rng.uniform(-1, 1, (2, units))
        served = serves(weight, first, second, tolerance, variant)
        positive, negative = first > 0, first < 0
        needed.append(max(_units_until(served & positive), _units_until(served & negative)))
    found = float(np.quantile(needed, share, method="higher"))
    return found if np.isfinite(found) else np.nan


def serves(
    weight: float, first: np.ndarray, second: np.ndarray, tolerance: float, variant: Variant
) -> np.ndarray:
    """Tell, as bool (units,), which units with weights A (units,) and B (units,) serve a weight."""
    if variant == "product":
        return abs(first * second - weight) <= tolerance
    sign = np.sign(first * (-1.0 if weight < 0 else 1.0))
    first_fits = abs(abs(first) - abs(weight)) <= tolerance / 2
    return first_fits & (abs(second * sign - 1) <= tolerance / 2)


def _units_until(served: np.ndarray) -> float:
    """Count the units (units,) up to and including the first True; infinite if there is none."""
    positions = np.flatnonzero(served)
    return positions[0] + 1 if len(positions) else np.inf
