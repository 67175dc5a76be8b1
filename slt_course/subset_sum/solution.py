"""What `solve` returns."""

from dataclasses import dataclass
from typing import Any

from .rounding import UNIT_ROUNDOFF


@dataclass(frozen=True)
class Solution:
    """Subsets found for a batch of subset-sum instances: numpy arrays or torch tensors, as the
    input was.

    The numbers given count as they are: 0.1 is the fraction that float64 holds for it. `sum` and
    `error` are exact for them, rounded once, wherever plain rounding could change `reached` or is
    more than a millionth of `error`.
    """

    mask: Any  # bool (..., n): True = item kept
    sum: Any  # float64 (...): sum of the kept items, recomputed from the mask
    error: Any  # float64 (...): |target - sum|, taken before the sum is rounded
    reached: Any  # bool (...): error <= tolerance; all True when no tolerance was given

    def __repr__(self):
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

    def missed_by_rounding(self):
        """A remark on rows that miss by no more than the rounding of a sum, as decimal fractions
        do; else "".
        """
        close = ~self.reached & (self.error <= self.mask.shape[-1] * UNIT_ROUNDOFF * abs(self.sum))
        count, largest = int(close.sum()), float((self.error * close).max())
        return (
            f"; {count} missed only by the rounding of the numbers given: allow {largest:.2g}"
            if count
            else ""
        )
