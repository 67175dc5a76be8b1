"""More than 32 items: search other blocks of 32 where the first one has no sum that is near enough.

A block of 32 has 2^32 sums, dense near the middle of their range. So the items outside the block
are kept or not such that what remains of the target is near that middle: greedily, but for the last
few, whose best settings are tried in turn.
"""

import numpy as np
import torch

from . import greedy, meet_in_the_middle
from .arrays import Array, codes_to_mask, indices, namespace, nonzero
from .near_ties import can_help
from .rounding import sum_and_rest
from .sums import subset_sums

_BLOCK = meet_in_the_middle.ITEM_LIMIT
_ORDERS = 4  # orders of the items, 8 searches in each: 32 in all
_VARIED = 8  # items outside the block whose settings vary
_SETTINGS = 8  # settings of theirs that are tried


def improve(items: Array, target: Array, tolerance: Array, mask: Array) -> Array:
    """Search up to 32 other blocks for better subsets, in rows that miss the tolerance.

    The order of the items decides which are the block: the smallest that can help, the largest, or
    32 at random.

    Args:
        items: (rows, n), n > 32.
        target: (rows,).
        tolerance: (rows,).
        mask: bool (rows, n), the best subsets so far; changed in place.

    Returns:
        bool (rows, n), the mask.
    """
    row = indices(items, len(items))
    for number in range(_ORDERS):
        error = abs(sum_and_rest(items, target, mask, tolerance)[1])
        matter = can_help(items, target, error)
        rows = nonzero((error > tolerance) & ((matter.sum(1) > _BLOCK) | (number == 0)))
        if not len(rows):
            break
        x = (items * matter)[rows]
        columns = order(x, number)
        across = row[: len(rows), None]
        mask[rows[:, None], columns] = _search_order(
            x[across, columns], target[rows], tolerance[rows], mask[rows[:, None], columns]
        )
    return mask


def order(items: Array, number: int) -> Array:
    """Order the items of each row: 0 by size, 1 by falling size, else shuffled; zeros last.

    Returns:
        (rows, n) int: the columns in order.
    """
    key = abs(items)
    if number > 1:
        # the same for every row, whatever rows there are
        shuffled = np.random.default_rng(number).random(items.shape[1])
        if isinstance(items, torch.Tensor):
            key = key * 0 + torch.as_tensor(shuffled, device=items.device)
        else:
            key = key * 0 + shuffled
    elif number == 1:
        key = -key
    return namespace(items).where(items == 0, float("inf"), key).argsort(1)


def _search_order(items: Array, target: Array, tolerance: Array, mask: Array) -> Array:
    """Do what `improve` does, for items (rows, n) in one order.

    The first 32 are the block, the next few those that vary.
    """
    xp, row = namespace(items), indices(items, len(items))
    block = items[:, :_BLOCK]
    varied = items[:, _BLOCK : _BLOCK + _VARIED]
    others = items[:, _BLOCK + _VARIED :]
    middle = block.sum(1) / 2
    taken = greedy.search(others, target - middle - varied.sum(1) / 2)
    remainder = target - (others * taken).sum(1)
    sums = subset_sums(varied)
    away = abs((remainder - middle)[:, None] - sums)
    away = xp.where(subset_sums(varied == 0), float("inf"), away)
    codes = away.argsort(1)[:, :_SETTINGS]
    for code in codes.T:
        error = abs(sum_and_rest(items, target, mask, tolerance)[1])
        within_block = away[row, code] <= abs(block).sum(1) / 2 + error
        rows = nonzero((error > tolerance) & within_block)
        if not len(rows):
            continue
        goal = (remainder - sums[row, code])[rows]
        near_enough = tolerance[rows]
        found = meet_in_the_middle.search(block[rows], goal, enough=near_enough)
        settings = codes_to_mask(code[rows], varied.shape[1])
        new = xp.concatenate((found, settings, taken[rows]), 1)
        better = abs(sum_and_rest(items[rows], target[rows], new, near_enough)[1]) < error[rows]
        mask[rows[better]] = new[better]
    return mask
