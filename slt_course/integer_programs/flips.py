"""The best set of flips: which of K columns to flip so that their use meets the slack.

Columns come cheapest first: `use` (m, K) is what flipping each adds to A x, `cost` (K,) its |r_j|.
A set T of them is feasible when the slack left, slack - sum of use over T, is >= 0 in every row; it
loses sum of cost + price·(slack left).
"""

from typing import NamedTuple

import numpy as np

from .between import subsets_between
from .program import ProgramError

COLUMN_LIMIT = 63  # bits of an integer
LIST_LIMIT = 2**22  # sets in a list


class _Sets(NamedTuple):
    """S sets of columns, as codes: column k is in a set where bit k of its code is set."""

    codes: np.ndarray  # (S,) int64
    costs: np.ndarray  # (S,) sum of cost over each set
    slack_left: np.ndarray  # (m, S)


class _Best(NamedTuple):
    """The best feasible set so far: code None and loss infinite as long as there is none."""

    code: int | None
    loss: float


def best_of_list(
    use: np.ndarray,
    cost: np.ndarray,
    slack: np.ndarray,
    price: np.ndarray,
    rounding: float | np.ndarray = 0.0,
) -> np.ndarray | None:
    """Find the feasible set of flips that loses least: a subset sum in R^m, column by column.

    Each column doubles the list of sets. Sets that cost more than the best loss so far can only
    lose more, and are dropped: the list is as long as there are *cheap* sets, which is far below
    2^K.

    Args:
        use: (m, K).
        cost: (K,) >= 0, rising; K <= 63.
        slack: (m,).
        price: (m,) >= 0.
        rounding: a slack left of at least -rounding will do; a number, or one per row.

    Returns:
        bool (K,), or None if no set is feasible.

    Raises:
        ProgramError: "too large", if the list grows beyond `LIST_LIMIT`.
    """
    needed = -np.broadcast_to(rounding, slack.shape)[:, None]
    sets = _Sets(np.zeros(1, np.int64), np.zeros(1), slack[:, None])
    best = better(sets, price, needed, _Best(None, np.inf))
    for k in range(len(cost)):
        if cost[k] > best.loss:
            break
        if len(sets.codes) > LIST_LIMIT // 2:
            raise ProgramError(
                "too large",
                f"more than {len(sets.codes)} cheap sets of {k} columns. Give fewer columns",
            )
        with_k = _Sets(
            sets.codes | 1 << k, sets.costs + cost[k], sets.slack_left - use[:, k : k + 1]
        )
        best = better(with_k, price, needed, best)
        sets = _cheap_sets(sets, with_k, best.loss)
    return None if best.code is None else best.code >> np.arange(len(cost)) & 1 == 1


def better(sets: _Sets, price: np.ndarray, needed: np.ndarray, known: _Best) -> _Best:
    """Return the best of the sets whose slack left is as needed, or the known one if as good."""
    feasible = (sets.slack_left >= needed).all(0)
    losses = np.where(feasible, sets.costs + price @ sets.slack_left, np.inf)
    winner = losses.argmin()
    return _Best(sets.codes[winner], losses[winner]) if losses[winner] < known.loss else known


def _cheap_sets(sets: _Sets, more: _Sets, loss: float) -> _Sets:
    """Join two lists of sets, without those that cost more than a loss."""
    costs = np.concatenate([sets.costs, more.costs])
    cheap = costs <= loss
    return _Sets(
        np.concatenate([sets.codes, more.codes])[cheap],
        costs[cheap],
        np.concatenate([sets.slack_left, more.slack_left], axis=1)[:, cheap],
    )


def best_by_subset_sums(
    use: np.ndarray,
    cost: np.ndarray,
    slack: np.ndarray,
    price: np.ndarray,
    rounding: float | np.ndarray = 0.0,
) -> np.ndarray:
    """Find the feasible set of flips that loses least for m = 1, through `subset_sum.solve`.

    Whoever beats a loss leaves at most loss/price of the slack, and flips no column that costs more
    than the loss. So sums in a window below the slack are wanted; window and columns shrink when
    the loss falls, and it falls early when a few columns are tried first.

    Args:
        use: (1, K).
        cost: (K,) >= 0, rising; K <= 32.
        slack: (1,), at least -rounding.
        price: (1,) >= 0.
        rounding: a slack left of at least -rounding will do.

    Returns:
        bool (K,).

    Raises:
        ValueError: as `subsets_between` does, where sums coincide.
    """
    weights, room, unit_price = use[0], float(slack[0]), float(price[0])
    tolerance = float(np.max(rounding))
    best = np.zeros(len(weights), bool)
    loss = unit_price * room
    for k in (*range(6, len(weights), 4), len(weights)):
        columns = np.flatnonzero(cost[:k] <= loss)
        if loss <= 0 or len(columns) == 0:
            break
        masks = subsets_between(weights[columns], room - loss / unit_price, room + tolerance)
        if not len(masks):  # not even the best set so far, by a rounding of the window's end
            continue
        slack_left = room - masks @ weights[columns]
        losses = masks @ cost[columns] + unit_price * slack_left
        losses = np.where(slack_left >= -tolerance, losses, np.inf)
        winner = losses.argmin()
        if losses[winner] < loss:
            best = np.isin(np.arange(len(weights)), columns[masks[winner]])
            loss = losses[winner]
    return best
