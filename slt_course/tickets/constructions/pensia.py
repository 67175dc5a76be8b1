"""The construction of Pensia et al. (2020): a weight is a subset sum of the products A·B, one sum
per sign of the input.

Source: Pensia et al. 2020, Lemmas 1 to 3 and Theorem 1; here all units of a sign serve that sign,
where the paper reserves one half of them for each.
"""

from ...subset_sum import solve

MOST_UNITS = 32  # per coordinate and sign: what exact subset sums take
MOST_PATHS = None


def choose(first, second, usable, weight, tolerance):
    """Which paths to keep.

    Args:
        first: (columns, m) values of A. second: (rows, columns, m) values of B. usable: (columns,
            m) bool.
        weight: (rows, columns) targets. tolerance: (columns,).

    Returns:
        bool (rows, columns, m).
    """
    return solve(first * second * usable, weight, tolerance).mask
