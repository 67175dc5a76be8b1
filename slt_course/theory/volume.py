"""What lesson 04 proves by the volume of the covered part, with explicit constants."""

import numpy as np
from numpy.typing import ArrayLike

from .ranges import FloatOrArray, IntOrArray, check_range


def volume_items(tolerance: ArrayLike, failure: ArrayLike) -> FloatOrArray:
    """Count the items that are enough for all of [-1/2, 1/2] within 2·tolerance, as lesson 04 does.

    Growth: 14 steps for each of the k factors 9/8 from 2·tolerance to 1/2, and at least
    98·ln(2/failure); shrinking: log(1/(tolerance·failure)) to base 4/3. Far from what is needed in
    practice. For uniform items on [-1, 1].

    Args:
        tolerance: eps in (0, 1/4].
        failure: probability in (0, 1) with which they may not be enough.

    Returns:
        A whole number, as float64.

    Raises:
        ValueError: tolerance or failure out of range.

    Source: derived in lesson 04, after da Cunha et al. 2023.

    >>> int(volume_items(0.01, failure=0.05))
    419
    """
    tolerance = check_range(tolerance, "tolerance", 0, 0.25)
    failure = check_range(failure, "failure", 0, 1)
    growth = np.ceil(np.maximum(14 * _growth_factors(tolerance), 98 * np.log(2 / failure)))
    shrink = np.ceil(np.log(1 / (tolerance * failure)) / np.log(4 / 3))
    return growth + shrink


def _growth_factors(tolerance: np.ndarray) -> FloatOrArray:
    """Count the factors 9/8 from a covered share of 2·tolerance to 1/2: lesson 04's k."""
    return np.ceil(np.log(1 / (4 * tolerance)) / np.log(9 / 8))


def volume_failure(n: int, tolerance: float) -> float:
    """Bound the probability that n items leave a z of [-1/2, 1/2] without a sum near enough.

    Near enough is within 2·tolerance. Of the n steps t >= 14k are for growth, which fails with
    probability at most exp(-t/98), the rest for shrinking, which leaves holes with probability at
    most (3/4)^(n - t)/(2·tolerance); the best split counts. For uniform items on [-1, 1].

    Args:
        n: whole number >= 0.
        tolerance: eps in (0, 1/4].

    Returns:
        A bound of at most 1.

    Raises:
        ValueError: tolerance out of range.

    Source: derived in lesson 04, after da Cunha et al. 2023.

    >>> volume_failure(100, 0.01), volume_failure(2000, 0.01) < 1e-3
    (1.0, True)
    """
    eps = float(check_range(tolerance, "tolerance", 0, 0.25))
    growth = np.arange(14 * int(_growth_factors(np.asarray(eps))), int(n) + 1)
    failure = np.exp(-growth / 98) + 0.75 ** (int(n) - growth) / (2 * eps)
    return float(min(1.0, failure.min(initial=1.0)))


def tail_bound(n: IntOrArray, tolerance: ArrayLike, constant: float) -> FloatOrArray:
    """Evaluate the form of da Cunha et al.'s bound: exp(-(n - constant·ln(1/tolerance))²/(4n)).

    Of the probability that some z of [-1/2, 1/2] has no sum within 2·tolerance, for uniform items
    on [-1, 1]. 1 for n below constant·ln(1/tolerance).

    Args:
        n: number of items >= 0, or an array of such numbers.
        tolerance: eps in (0, 1/3].
        constant: their kappa, which is not given: with a value of your own this is no bound, only
            the form of one; `estimate_tail_constant` measures how large kappa must be at least.

    Raises:
        ValueError: tolerance out of range.

    Source: the form is quoted from da Cunha et al. 2023 and not derived here; `volume_failure` is
    what lesson 04 proves.

    >>> float(tail_bound(20, 0.01, constant=2).round(3))
    0.233
    """
    surplus = np.maximum(
        0, n - constant * np.log(1 / check_range(tolerance, "tolerance", 0, 1 / 3))
    )
    return np.exp(-(surplus**2) / (4 * np.maximum(n, 1)))
