"""The best set of flips: which of K columns to flip so that their use meets the slack and little is
lost.

Columns come cheapest first: `use` (m, K) is what flipping each adds to A x, `cost` (K,) its |r_j|.
A set T of them is feasible when the slack left, slack - sum of use over T, is >= 0 in every row; it
loses sum of cost + price·(slack left).
"""

import numpy as np

from ..subset_sum import solve, subset_sums
from .models import ProgramError

COLUMN_LIMIT, LIST_LIMIT = 63, 2**22  # bits of an integer; sets in a list


def best_of_list(use, cost, slack, price, rounding=0.0):
    """Bool (K,), the feasible set that loses least, or None if none is feasible: a subset sum in
    R^m, column by column.

    Each column doubles the list of sets. Sets that cost more than the best loss so far can only
    lose more, and are dropped: the list is as long as there are *cheap* sets, which is far below
    2^K. A slack left of at least -rounding (a number, or one per row) will do.
    """
    sets, costs, left = np.zeros(1, np.int64), np.zeros(1), slack[:, None]
    rounding = np.broadcast_to(rounding, slack.shape)[:, None]
    best, loss = better(sets, costs, left, price, rounding, (None, np.inf))
    for k in range(len(cost)):
        if cost[k] > loss:
            break
        if len(sets) > LIST_LIMIT // 2:
            raise ProgramError(
                "too large", f"more than {len(sets)} cheap sets of {k} columns. Give fewer columns"
            )
        new = sets | 1 << k, costs + cost[k], left - use[:, k : k + 1]
        best, loss = better(*new, price, rounding, (best, loss))
        sets, costs, left = (
            np.concatenate(pair, axis=-1) for pair in zip((sets, costs, left), new)
        )
        cheap = costs <= loss
        sets, costs, left = sets[cheap], costs[cheap], left[:, cheap]
    return None if best is None else best >> np.arange(len(cost)) & 1 == 1


def better(sets, costs, left, price, rounding, known):
    """(set, loss) of the best feasible one, or the known one if that is as good."""
    losses = np.where((left >= -rounding).all(0), costs + price @ left, np.inf)
    winner = losses.argmin()
    return (sets[winner], losses[winner]) if losses[winner] < known[1] else known


def best_by_subset_sums(use, cost, slack, price, rounding=0.0):
    """The same for m = 1 and slack >= -rounding, through `subset_sum.solve`.

    Whoever beats a loss leaves at most loss/price of the slack, and flips no column that costs more
    than the loss. So sums in a window below the slack are wanted; window and columns shrink when
    the loss falls, and it falls early when a few columns are tried first.
    """
    use, slack, price, rounding = use[0], float(slack[0]), float(price[0]), float(np.max(rounding))
    best, loss = np.zeros(len(use), bool), price * slack
    for k in (*range(6, len(use), 4), len(use)):
        among = np.flatnonzero(cost[:k] <= loss)
        if loss <= 0 or len(among) == 0:
            break
        # the best set so far is one of them
        masks = subsets_between(use[among], slack - loss / price, slack + rounding)
        left = slack - masks @ use[among]
        losses = np.where(left >= -rounding, masks @ cost[among] + price * left, np.inf)
        winner = losses.argmin()
        if losses[winner] < loss:
            best, loss = np.isin(np.arange(len(use)), among[masks[winner]]), losses[winner]
    return best


def subsets_between(items, low, high):
    """All subsets with a sum in [low, high], by asking `solve` for the sum nearest to the middle,
    again and again.

    Between two neighbouring sums found so far, ask for the middle. If a sum lies between them, one
    that does is found; if an end comes back, there is none. All open intervals are one batch. This
    finds one subset per sum. Where sums coincide (whole numbers, say) a count by halves notices,
    and all 2^K subsets are listed instead.

    Args:
        items: (K,) numbers, K <= 32, or 20 where sums coincide. low, high: numbers, low <= high,
            met up to the rounding of float64.

    Returns:
        bool (S, K): the masks; in no particular order.

    Raises:
        ValueError: low above high, or coinciding sums of more than 20 items.

    Source: lesson 06. The search behind `solve` is Horowitz and Sahni's (1974).

    >>> subsets_between([0.5, 0.3, -0.2], 0.25, 0.35).astype(int).tolist()
    [[0, 1, 0], [1, 0, 1]]
    """
    items = np.asarray(items, dtype=float)
    if not low <= high:
        raise ValueError(f"low is {low} and high is {high}: give low <= high")
    reach = abs(items).sum()
    rounding = 4 * (len(items) + 1) * np.finfo(float).eps * reach
    # further out there are no sums
    low, high = max(low, -2 * reach) - rounding, min(high, 2 * reach) + rounding
    if low > high:
        return np.zeros((0, len(items)), bool)

    def nearest(targets):
        """Masks, and their sums by one rule: the search ends because a mask that comes back has the
        sum it had.
        """
        found = solve(items, targets).mask
        return found, (items * found).sum(1)

    ends, sums = nearest(np.array([low, high]))
    masks, left, right = [ends], sums[:1], sums[1:]
    while len(left):
        found, sums = nearest((left + right) / 2)
        new = (left < sums) & (sums < right)
        masks.append(found[new])
        left, right = np.r_[left[new], sums[new]], np.r_[sums[new], right[new]]
    masks = np.concatenate(masks)
    sums = masks @ items
    masks = np.unique(masks[(low <= sums) & (sums <= high)], axis=0)
    if len(masks) == count_between(items, low, high):
        return masks
    if len(items) > 20:
        raise ValueError(
            f"some sums of these {len(items)} items coincide: give at most 20 (in "
            "`repair`: or method='list')"
        )
    sums = subset_sums(items[None])[0]
    return np.flatnonzero((low <= sums) & (sums <= high))[:, None] >> np.arange(len(items)) & 1 == 1


def count_between(items, low, high):
    """How many of the 2^K subsets have a sum in [low, high], from both halves' sorted sums."""
    half = len(items) // 2
    left, right = (subset_sums(part[None])[0] for part in (items[:half], items[half:]))
    right.sort()
    return int(
        (
            np.searchsorted(right, high - left, "right")
            - np.searchsorted(right, low - left, "left")
        ).sum()
    )
