"""What `solve` returns."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Solution:
    """Subsets found for a batch of subset-sum instances: numpy arrays or torch tensors, as the input was."""

    mask: Any  # bool (..., n): True = item kept
    sum: Any  # float64 (...): sum of the kept items, recomputed from the mask
    error: Any  # float64 (...): |target - sum|
    reached: Any  # bool (...): error <= tolerance; all True when no tolerance was given

    def __repr__(self):
        rows = self.error.reshape(-1)
        if not len(rows):
            return f"Solution(empty batch, n={self.mask.shape[-1]})"
        kept = float(self.mask.sum()) / len(rows)
        return (
            f"Solution({len(rows)} rows of n={self.mask.shape[-1]}: reached {float(self.reached.sum()) / len(rows):.2%}, "
            f"largest error {float(rows.max()):.2g}, {kept:.2f} kept per row)"
        )
