"""What `solve` returns."""

from dataclasses import dataclass
from typing import Generic

import torch

from .arrays import Array
from .rounding import UNIT_ROUNDOFF


@dataclass(frozen=True)
class Solution(Generic[Array]):
    """Subsets found for a batch of instances: numpy arrays or torch tensors, as the input was.

    The numbers given count as they are: 0.1 is the fraction that float64 holds for it. `sum` and
    `error` are exact for them, rounded once, wherever plain rounding could change `reached` or is
    more than a millionth of `error`.
    """

    mask: Array  # bool (..., n): True = item kept
    sum: Array  # float64 (...): sum of the kept items, recomputed from the mask
    error: Array  # float64 (...): |target - sum|, taken before the sum is rounded
    reached: Array  # bool (...): error <= tolerance; all True when no tolerance was given

    def __repr__(self) -> str:
        rows = self.error.reshape(-1)
        if not len(rows):
            return f"Solution(empty batch, n={self.mask.shape[-1]})"
        kept = float(self.mask.sum()) / len(rows)
        return (
            f"Solution({len(rows)} rows of n={self.mask.shape[-1]}: reached "
            f"{float(self.reached.sum()) / len(rows):.2%}, "
            f"largest error {float(rows.max()):.2g}, {kept:.2f} kept per "
            f"row{self.missed_by_rounding()})"
        )

    def missed_by_rounding(self) -> str:
        """Remark on rows that miss by the rounding of a sum, as decimal fractions do; else ""."""
        rounding = self.mask.shape[-1] * UNIT_ROUNDOFF * abs(self.sum)
        close = ~self.reached & (self.error <= rounding)
        count = int(close.sum())
        if not count:
            return ""
        largest = float((self.error * close).max())
        return f"; {count} missed only by the rounding of the numbers given: allow {largest:.2g}"

    def as_tensors(self) -> "Solution[torch.Tensor]":
        """Return the same arrays as torch tensors, without a copy."""
        return Solution(
            mask=torch.as_tensor(self.mask),
            sum=torch.as_tensor(self.sum),
            error=torch.as_tensor(self.error),
            reached=torch.as_tensor(self.reached),
        )
