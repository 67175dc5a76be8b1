"""The bounds of the random subset-sum problem that the course uses, with source and range of
validity.

Constants that a paper leaves unspecified are arguments here, and named so; `estimates.py` measures
them.
"""

import numpy as np


def counting_lower_bound(tolerance):
    """Items without which no law, and no choice, covers [-1, 1]: log2(1/tolerance), a float.

    2^n sums cover a length of at most 2^n · 2·tolerance. Valid for every tolerance in (0, 1].

    >>> float(counting_lower_bound(2**-10))
    10.0
    """
    return np.log2(1 / in_range(tolerance, "tolerance", 0, 1))[()]


def lueker_items(tolerance, constant):
    """Items that are enough for all targets in [-1, 1] at once, with probability 1 - tolerance:
    constant·ln(2/tolerance).

    For independent items of one law that contains a uniform. `constant` depends on the law and is
    not given in the papers. Source: Lueker 1998, Corollaries 2.5 and 3.3; Pensia et al. 2020,
    Corollary 2. Tolerance in (0, 1).

    >>> float(lueker_items(0.01, constant=2).round(2))
    10.6
    """
    return constant * np.log(2 / in_range(tolerance, "tolerance", 0, 1))


def fixed_size_items(tolerance, kept, fraction, constant):
    """Items that are enough when exactly `kept` of them, a `fraction` of all, may be used.

    constant·log2(kept/tolerance)/H2(fraction), H2 the binary entropy: each fixed z in [-sqrt(kept),
    sqrt(kept)] is then reached with a probability that is bounded away from 0. `constant` is not
    given. For fraction in (0, 1/2]. Source: Natale et al. 2024, Theorem 2 (random fixed-size subset
    sum, by the second moment).
    """
    fraction = in_range(fraction, "fraction", 0, 0.5)
    entropy = -fraction * np.log2(fraction) - (1 - fraction) * np.log2(1 - fraction)
    return constant * np.log2(kept / in_range(tolerance, "tolerance", 0, 1)) / entropy


def volume_items(tolerance, failure):
    """Items that are enough, by the proof of lesson 04, for all of [-1/2, 1/2] within 2·tolerance,
    with explicit constants.

    Uniform items on [-1, 1]. Growth: 14 steps for each of the k factors 9/8 from 2·tolerance to
    1/2, and at least 98·ln(2/failure); shrinking: log(1/(tolerance·failure)) to base 4/3. Far from
    what is needed in practice. Source: derived in lesson 04, after da Cunha et al. 2023. Tolerance
    in (0, 1/4], failure in (0, 1).
    """
    tolerance, failure = (
        in_range(tolerance, "tolerance", 0, 0.25),
        in_range(failure, "failure", 0, 1),
    )
    growth = np.ceil(np.maximum(14 * growth_factors(tolerance), 98 * np.log(2 / failure)))
    shrink = np.ceil(np.log(1 / (tolerance * failure)) / np.log(4 / 3))
    return growth + shrink


def growth_factors(tolerance):
    """How many factors 9/8 lead from a covered share of 2·tolerance to 1/2: lesson 04's k."""
    return np.ceil(np.log(1 / (4 * tolerance)) / np.log(9 / 8))


def volume_failure(n, tolerance):
    """Probability, at most, that n items leave a z of [-1/2, 1/2] without a sum within 2·tolerance,
    by lesson 04's proof.

    Of the n steps t >= 14k are for growth, which fails with probability at most exp(-t/98), the
    rest for shrinking, which leaves holes with probability at most (3/4)^(n - t)/(2·tolerance); the
    best split counts. At most 1. For uniform items on [-1, 1]. Source: derived in lesson 04, after
    da Cunha et al. 2023. n a whole number >= 0, tolerance in (0, 1/4].

    >>> volume_failure(100, 0.01), volume_failure(2000, 0.01) < 1e-3
    (1.0, True)
    """
    tolerance = float(in_range(tolerance, "tolerance", 0, 0.25))
    growth = np.arange(14 * int(growth_factors(tolerance)), int(n) + 1)
    failure = np.exp(-growth / 98) + 0.75 ** (int(n) - growth) / (2 * tolerance)
    return float(min(1.0, failure.min(initial=1.0)))


def tail_bound(n, tolerance, constant):
    """A failure probability of the form that da Cunha et al. give: exp(-(n -
    constant·ln(1/tolerance))²/(4n)).

    For uniform items on [-1, 1]: that some z of [-1/2, 1/2] has no sum within 2·tolerance. 1 for n
    below constant·ln(1/tolerance). `constant` (their kappa) is not given: with a value of your own
    this is no bound, only the form of one; `estimate_tail_constant` measures how large kappa must
    be at least. Source: the form is quoted from da Cunha et al. 2023 and not derived here;
    `volume_failure` is what lesson 04 proves.

    >>> float(tail_bound(20, 0.01, constant=2).round(3))
    0.233
    """
    surplus = np.maximum(0, n - constant * np.log(1 / in_range(tolerance, "tolerance", 0, 1 / 3)))
    return np.exp(-(surplus**2) / (4 * np.maximum(n, 1)))


def typical_error(n, scale=1.0):
    """Median error of the best subset of n items from U[-scale, scale], for a target near 0:
    0.378·scale·sqrt(n)·2^-n.

    Both the centre of the 2^n sums, which is random, and their spread about it have the standard
    deviation scale·sqrt(n/12). If the centre is G of these away from the target, sums lie there as
    densely as `mean_density` says times sqrt(2)·exp(-G²/2); to find none within r then has the
    probability exp(-2·r·density), as for independent points, and r is the median when the mean of
    this over a normal G is 1/2. A median: the mean is larger, through rare bad draws. Source:
    derived in lesson 03; `tests/test_theory.py` computes the constant and simulates n = 8 … 20.

    >>> f"{typical_error(20):.2e}"
    '1.61e-06'
    """
    return 0.378 * scale * np.sqrt(n) * 2.0**-n


def mean_density(n, scale=1.0):
    """Mean number of subset sums of n items from U[-scale, scale] per unit length near 0: 2^n /
    sqrt(2·pi·scale²·n/6).

    The sum of a random subset has the variance n·scale²/6: half of it from the subset, half from
    the centre, which varies from draw to draw. Source: derived in lesson 03, by the central limit
    theorem; within a few percent from n = 8.

    >>> float(mean_density(14).round(-1))
    4280.0
    """
    return 2.0**n / np.sqrt(2 * np.pi * scale**2 * n / 6)


def product_density(t):
    """Density of U·V at t, U ~ U[-1, 1] and V ~ U[0, 1] independent: ln(1/|t|)/2 on [-1, 1], 0
    outside.

    The average of 1/(2v) over the v in [|t|, 1] for which t lies in [-v, v].

    >>> float(product_density(np.exp(-2)))
    1.0
    """
    with np.errstate(divide="ignore"):
        return np.maximum(0.0, 0.5 * np.log(1 / np.abs(t)))


def uniform_content(law):
    """Weight of U[-1/2, 1/2] contained in a law of items: the mixture weight p of the theorem.

    On [-1/2, 1/2] the product density is at least ln(2)/2, and a uniform there has density 1.
    Source of the half-zero value: Pensia et al. 2020, Corollary 1. For "uniform" it is 1/2, and 0
    for "one_signed", whose density vanishes on [-1/2, 0). For "gaussian" it is the normal density
    at 1/2.

    >>> float(uniform_content("half_zero").round(3))
    0.173
    """
    contents = {
        "uniform": 0.5,
        "product": np.log(2) / 2,
        "half_zero": np.log(2) / 4,
        "gaussian": np.exp(-1 / 8) / np.sqrt(2 * np.pi),
        "one_signed": 0.0,
    }
    if law not in contents:
        raise ValueError(f"unknown law {law!r}: choose one of {', '.join(contents)}")
    return contents[law]


def in_range(value, name, low, high):
    value = np.asarray(value, dtype=float)
    if not np.all((value > low) & (value <= high)):
        raise ValueError(f"{name} is {value}: it must be above {low} and at most {high}")
    return value
