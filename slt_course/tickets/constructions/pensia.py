"""The construction of Pensia et al. (2020): a weight is a subset sum of products A·B.

There is one sum per sign of the input. Source: Pensia et al. 2020, Lemmas 1 to 3 and Theorem 1;
here all units of a sign serve that sign, where the paper reserves one half of them for each.
"""

from torch import Tensor

from ...subset_sum import solve


class _SubsetSum:
    """Keep the paths whose products A·B add up to the weight within the tolerance, or come nearest.

    MOST_UNITS per coordinate and sign: what exact subset sums take.
    """

    MOST_UNITS, MOST_PATHS = 32, None

    def choose(
        self, first: Tensor, second: Tensor, usable: Tensor, weight: Tensor, tolerance: Tensor
    ) -> Tensor:
        """Which paths to keep, bool (rows, columns, m); see `constructions.Construction`."""
        return solve(first * second * usable, weight, tolerance).mask


SUBSET_SUM = _SubsetSum()
