"""All subsets whose sums lie in an interval, found by asking `solve` for what is nearest."""

import numpy as np
from numpy.typing import ArrayLike

from ..subset_sum import solve, subset_sums

_LISTED_ITEMS = 20  # where sums coincide, all subsets of up to so many items are listed


def subsets_between(items: ArrayLike, low: float, high: float) -> np.ndarray:
    """List all subsets with a sum in [low, high], by asking `solve` for the middle of what is open.

    Between two neighbouring sums found so far, ask for the sum nearest to the middle. If a sum lies
    between them, one that does is found; if an end comes back, there is none. All open intervals
    are one batch. This finds one subset per sum. Where sums coincide (whole numbers, say) a count
    by halves notices, and all 2^K subsets are listed instead.

    Args:
        items: (K,) numbers, K <= 32, or 20 where sums coincide.
        low: number, met up to the rounding of float64, as high is.
        high: number, at least low.

    Returns:
        bool (S, K): the masks; in no particular order.

    Raises:
        ValueError: low above high, coinciding sums of more than 20 items, more than 32 items.

    Source: lesson 06. The search behind `solve` is Horowitz and Sahni's (1974).

    >>> subsets_between([0.5, 0.3, -0.2], 0.25, 0.35).astype(int).tolist()
    [[0, 1, 0], [1, 0, 1]]
    """
    x = np.asarray(items, dtype=float)
    if not low <= high:
        raise ValueError(f"low is {low} and high is {high}: give low <= high")
    reach = abs(x).sum()
    rounding = 4 * (len(x) + 1) * np.finfo(float).eps * reach
    # further out there are no sums
    low = max(low, -2 * reach) - rounding
    high = min(high, 2 * reach) + rounding
    if low > high:
        return np.zeros((0, len(x)), bool)
    masks = _one_subset_per_sum(x, low, high)
    if len(masks) == count_between(x, low, high):
        return masks
    if len(x) > _LISTED_ITEMS:
        raise ValueError(
            f"some sums of these {len(x)} items coincide: give at most {_LISTED_ITEMS} (in "
            "`repair`: or method='list')"
        )
    sums = subset_sums(x[None])[0]
    codes = np.flatnonzero((low <= sums) & (sums <= high))
    return codes[:, None] >> np.arange(len(x)) & 1 == 1


def _one_subset_per_sum(items: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return masks bool (S, K), one for every sum in [low, high]."""
    ends, sums = nearest(items, np.array([low, high]))
    found = [ends]
    left, right = sums[:1], sums[1:]
    while len(left):
        masks, sums = nearest(items, (left + right) / 2)
        new = (left < sums) & (sums < right)
        found.append(masks[new])
        left, right = np.r_[left[new], sums[new]], np.r_[sums[new], right[new]]
    masks = np.concatenate(found)
    sums = masks @ items
    return np.unique(masks[(low <= sums) & (sums <= high)], axis=0)


def nearest(items: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the masks (T, K) with sums nearest to the targets (T,), and their sums (T,).

    Sums are taken by one rule: the search ends because a mask that comes back has the sum it had.
    """
    masks = solve(items, targets).mask
    return masks, (items * masks).sum(1)


def count_between(items: np.ndarray, low: float, high: float) -> int:
    """Count the subsets with a sum in [low, high], among all 2^K, from both halves' sorted sums."""
    half = len(items) // 2
    left = subset_sums(items[None, :half])[0]
    right = np.sort(subset_sums(items[None, half:])[0])
    up_to_high = np.searchsorted(right, high - left, "right")
    below_low = np.searchsorted(right, low - left, "left")
    return int((up_to_high - below_low).sum())
