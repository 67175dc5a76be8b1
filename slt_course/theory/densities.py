"""How much of a uniform the distributions of items contain, as Lueker's theorem asks."""

import numpy as np
from numpy.typing import ArrayLike

from ..subset_sum.distributions import Distribution, check_distribution
from .ranges import FloatOrArray


def product_density(t: ArrayLike) -> FloatOrArray:
    """Evaluate the density of U·V, U from U[-1, 1] and V from U[0, 1] independent: ln(1/|t|)/2.

    On [-1, 1]; 0 outside, infinite at 0. It is the average of 1/(2v) over the v in [|t|, 1] for
    which t lies in [-v, v].

    Args:
        t: number or array.

    >>> float(product_density(np.exp(-2)))
    1.0
    """
    with np.errstate(divide="ignore"):
        return np.maximum(0.0, 0.5 * np.log(1 / np.abs(t)))


def uniform_content(distribution: Distribution) -> float:
    """Look up the weight of U[-1/2, 1/2] in a distribution: the mixture weight p of the theorem.

    On [-1/2, 1/2] the product density is at least ln(2)/2, and a uniform there has density 1. For
    "uniform" it is 1/2, and 0 for "one_signed", whose density vanishes on [-1/2, 0). For "gaussian"
    it is the normal density at 1/2.

    Args:
        distribution: a key of `subset_sum.DISTRIBUTIONS`.

    Raises:
        ValueError: unknown distribution.

    Source: of the half-zero value, Pensia et al. 2020, Corollary 1.

    >>> round(float(uniform_content("half_zero")), 3)
    0.173
    """
    check_distribution(distribution)
    contents = {
        "uniform": 0.5,
        "product": np.log(2) / 2,
        "half_zero": np.log(2) / 4,
        "gaussian": np.exp(-1 / 8) / np.sqrt(2 * np.pi),
        "one_signed": 0.0,
    }
    return contents[distribution]
