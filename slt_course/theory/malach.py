"""The bounds of Malach et al.'s construction: one random unit serves one weight (lesson 07)."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from .ranges import FloatOrArray, check_range

Variant = Literal["both", "product"]


def malach_hit_probability(
    weight: ArrayLike, tolerance: ArrayLike, variant: Variant = "both"
) -> FloatOrArray:
    """Compute the probability that one random unit serves one weight for inputs of one sign.

    Args:
        weight: number or array in [-1, 1].
        tolerance: eps in (0, 1], of the product A·B, with A, B from U[-1, 1].
        variant: "both": A within eps/2 of the signed |weight| and B within eps/2 of ±1, which gives
            |A·B - weight| <= eps; "product": |A·B - weight| <= eps, A of the right sign.

    Raises:
        ValueError: a weight or tolerance out of range, an unknown variant.

    Source: Malach et al. 2020, the gadget; the constants are derived in lesson 07.

    >>> both = malach_hit_probability(0.5, 0.1)
    >>> product = malach_hit_probability(0.5, 0.1, "product")
    >>> float(both.round(5)), float(product.round(4))
    (0.00125, 0.035)
    """
    size = np.abs(np.asarray(weight, dtype=float))
    if not np.all(size <= 1):
        raise ValueError(
            f"weight is {size}: products of two numbers from [-1, 1] serve weights in [-1, 1]"
        )
    eps = check_range(tolerance, "tolerance", 0, 1)
    if variant == "both":
        window = np.minimum(1, size + eps / 2) - np.maximum(0, size - eps / 2)
        return window / 2 * eps / 4
    if variant == "product":
        low, high = np.maximum(-1, size - eps), np.minimum(1, size + eps)
        return (_product_mass(high) - _product_mass(low)) / 2
    raise ValueError(f'variant is {variant!r}: choose "both" or "product"')


def _product_mass(t: ArrayLike) -> FloatOrArray:
    """Integrate the density of U·V, ln(1/|t|)/2, from 0 to t in [-1, 1]: t·(1 - ln|t|)/2."""
    end = np.asarray(t, dtype=float)
    return end * (1 - np.log(np.where(end == 0, 1, np.abs(end)))) / 2


def malach_width(
    weight: ArrayLike, tolerance: ArrayLike, failure: ArrayLike, variant: Variant = "both"
) -> FloatOrArray:
    """Count the units per input coordinate with which one weight is served for both signs.

    ln(2/failure)/p with p = `malach_hit_probability`: for the paper's gadget of order 1/tolerance²,
    since two numbers must land; for the product variant of order 1/tolerance for |weight| away from
    1. Round up.

    Args:
        weight: number or array in [-1, 1].
        tolerance: eps in (0, 1], of the product A·B.
        failure: probability in (0, 1) with which the weight may not be served.
        variant: which units count, "both" or "product", as `malach_hit_probability` says.

    Raises:
        ValueError: a weight, tolerance or failure out of range, an unknown variant.

    Source: Malach et al. 2020; the constants are derived in lesson 07.

    >>> both = malach_width(0.5, 0.1, failure=0.1)
    >>> product = malach_width(0.5, 0.1, 0.1, "product")
    >>> f"{float(both):.0f}, {float(product):.0f}"
    '2397, 86'
    """
    nats = np.log(2 / check_range(failure, "failure", 0, 1))
    return nats / malach_hit_probability(weight, tolerance, variant)


def malach_width_for(
    weights: ArrayLike, tolerance: ArrayLike, share: float, variant: Variant = "both"
) -> float:
    """Count the units per input coordinate with which a share of many weights is expected to fit.

    To fit is to be served for both signs. The k with mean over the weights of (1 - (1 - p)^k)² =
    share, p = `malach_hit_probability`.

    Args:
        weights: (N,) in [-1, 1].
        tolerance: eps in (0, 1], of the product A·B.
        share: in (0, 1).
        variant: which units count, "both" or "product", as `malach_hit_probability` says.

    Raises:
        ValueError: weights, tolerance or share out of range, an unknown variant.

    >>> round(malach_width_for([0.5], 0.1, share=0.9, variant="product"))
    83
    """
    p = np.asarray(malach_hit_probability(weights, tolerance, variant))
    goal = float(check_range(share, "share", 0, 1 - 1e-12))

    def surplus(k: float) -> float:
        """Return the expected share with k units, minus the goal."""
        return np.mean(np.expm1(k * np.log1p(-p)) ** 2) - goal

    enough = 50 / p.min() * np.log(2 / (1 - goal))
    return float(brentq(surplus, 0.0, enough))
