"""The bounds of the random subset-sum problem, with source and range of validity.

Constants that a paper leaves unspecified are arguments here, and named so; `estimates` measures
them.
"""

import numpy as np
from numpy.typing import ArrayLike

from .ranges import FloatOrArray, IntOrArray, check_range


def counting_lower_bound(tolerance: ArrayLike) -> FloatOrArray:
    """Count the items without which no distribution covers [-1, 1]: log2(1/tolerance).

    No choice of items does, either: 2^n sums cover a length of at most 2^n · 2·tolerance.

    Args:
        tolerance: eps in (0, 1], number or array.

    Raises:
        ValueError: tolerance out of range.

    >>> float(counting_lower_bound(2**-10))
    10.0
    """
    return np.log2(1 / check_range(tolerance, "tolerance", 0, 1))[()]


def lueker_items(tolerance: ArrayLike, constant: float) -> FloatOrArray:
    """Count the items that are enough for all targets in [-1, 1]: constant·ln(2/tolerance).

    For all of them at once, with probability 1 - tolerance, for independent items of one
    distribution that contains a uniform.

    Args:
        tolerance: eps in (0, 1), number or array.
        constant: depends on the distribution and is not given in the papers; `estimate_constant`
            measures it.

    Raises:
        ValueError: tolerance out of range.

    Source: Lueker 1998, Corollaries 2.5 and 3.3; Pensia et al. 2020, Corollary 2.

    >>> float(lueker_items(0.01, constant=2).round(2))
    10.6
    """
    return constant * np.log(2 / check_range(tolerance, "tolerance", 0, 1))


def fixed_size_items(
    tolerance: ArrayLike, kept: ArrayLike, fraction: ArrayLike, constant: float
) -> FloatOrArray:
    """Count the items that are enough when exactly `kept` of them may be used.

    constant·log2(kept/tolerance)/H2(fraction), H2 the binary entropy: each fixed z in [-sqrt(kept),
    sqrt(kept)] is then reached with a probability that is bounded away from 0.

    Args:
        tolerance: eps in (0, 1).
        kept: how many items are used, > 0.
        fraction: share of all items that is used, in (0, 1/2].
        constant: not given in the paper; `estimate_fixed_size` measures it.

    Raises:
        ValueError: tolerance or fraction out of range.

    Source: Natale et al. 2024, Theorem 2 (random fixed-size subset sum, by the second moment).

    >>> float(fixed_size_items(0.01, kept=8, fraction=0.5, constant=1).round(2))
    9.64
    """
    fraction = check_range(fraction, "fraction", 0, 0.5)
    entropy = -fraction * np.log2(fraction) - (1 - fraction) * np.log2(1 - fraction)
    bits = np.log2(np.asarray(kept) / check_range(tolerance, "tolerance", 0, 1))
    return constant * bits / entropy


def typical_error(n: IntOrArray, scale: float = 1.0) -> FloatOrArray:
    """Predict the median error of the best subset near 0: 0.378·scale·sqrt(n)·2^-n.

    Both the centre of the 2^n sums, which is random, and their spread about it have the standard
    deviation scale·sqrt(n/12). If the centre is G of these away from the target, sums lie there as
    densely as `mean_density` says times sqrt(2)·exp(-G²/2); to find none within r then has the
    probability exp(-2·r·density), as for independent points, and r is the median when the mean of
    this over a normal G is 1/2. A median: the mean is larger, through rare bad draws.

    Args:
        n: number of items, or an array of such numbers.
        scale: of the items, which are from U[-scale, scale].

    Source: derived in lesson 03; `tests/test_theory.py` computes the constant and simulates
    n = 8 … 20.

    >>> f"{typical_error(20):.2e}"
    '1.61e-06'
    """
    return 0.378 * scale * np.sqrt(n) * 2.0**-n


def mean_density(n: IntOrArray, scale: float = 1.0) -> FloatOrArray:
    """Count the subset sums per unit length near 0, on average: 2^n / sqrt(2·pi·scale²·n/6).

    The sum of a random subset has the variance n·scale²/6: half of it from the subset, half from
    the centre, which varies from draw to draw.

    Args:
        n: number of items, or an array of such numbers.
        scale: of the items, which are from U[-scale, scale].

    Source: derived in lesson 03, by the central limit theorem; within a few percent from n = 8.

    >>> float(mean_density(14).round(-1))
    4280.0
    """
    return 2.0**n / np.sqrt(2 * np.pi * scale**2 * n / 6)
