"""More than 32 items: search other blocks of 32 where the first one had no sum within the
tolerance.

A block of 32 has 2^32 sums, dense near the middle of their range. So the items outside the block
are kept or not such that what remains of the target is near that middle: greedily, but for the last
few, whose best settings are tried in turn.
"""

import numpy as np
import torch

from . import greedy, meet_in_the_middle
from .arrays import codes_to_mask, indices, namespace, nonzero
from .near_ties import can_help
from .rounding import sum_and_rest
from .sums import subset_sums

BLOCK = meet_in_the_middle.ITEM_LIMIT
# orders of the items; items whose settings vary; settings tried: 32 searches in all
ORDERS, VARIED, SETTINGS = 4, 8, 8


def improve(items, target, tolerance, mask):
    """`mask` (rows, n > 32), with a better subset where one of at most 32 searches finds it before
    the tolerance is met.

    The order of the items decides which are the block: the smallest that can help, the largest, or
    32 at random.
    """
    row = indices(items, len(items))
    for number in range(ORDERS):
        error = abs(sum_and_rest(items, target, mask, tolerance)[1])
        matter = can_help(items, target, error)
        rows = nonzero((error > tolerance) & ((matter.sum(1) > BLOCK) | (number == 0)))
        if not len(rows):
            break
        x = (items * matter)[rows]
        places = order(x, number)
        across = row[: len(rows), None]
        mask[rows[:, None], places] = search_order(
            x[across, places], target[rows], tolerance[rows], mask[rows[:, None], places]
        )
    return mask


def order(items, number):
    """Places (rows, n): the items by size, by falling size, or shuffled; zeros last."""
    size = abs(items)
    if number > 1:
        # the same for every row, whatever rows there are
        shuffled = np.random.default_rng(number).random(items.shape[1])
        size = size * 0 + (
            torch.as_tensor(shuffled, device=items.device)
            if isinstance(items, torch.Tensor)
            else shuffled
        )
    elif number == 1:
        size = -size
    return namespace(items).where(items == 0, float("inf"), size).argsort(1)


def search_order(items, target, tolerance, mask):
    """`improve` for items (rows, n) in one order: the first 32 are the block, the next few the ones
    that vary.
    """
    xp, row = namespace(items), indices(items, len(items))
    block, varied, others = (
        items[:, :BLOCK],
        items[:, BLOCK : BLOCK + VARIED],
        items[:, BLOCK + VARIED :],
    )
    middle = block.sum(1) / 2
    taken = greedy.search(others, target - middle - varied.sum(1) / 2)
    remainder = target - (others * taken).sum(1)
    sums = subset_sums(varied)
    away = abs((remainder - middle)[:, None] - sums)
    away = xp.where(subset_sums(varied == 0), float("inf"), away)
    codes = away.argsort(1)[:, :SETTINGS]
    for code in codes.T:
        error = abs(sum_and_rest(items, target, mask, tolerance)[1])
        rows = nonzero((error > tolerance) & (away[row, code] <= abs(block).sum(1) / 2 + error))
        if not len(rows):
            continue
        goal, near_enough = (remainder - sums[row, code])[rows], tolerance[rows]
        found = meet_in_the_middle.search(block[rows], goal, enough=near_enough)
        new = xp.concatenate((found, codes_to_mask(code[rows], varied.shape[1]), taken[rows]), 1)
        better = abs(sum_and_rest(items[rows], target[rows], new, near_enough)[1]) < error[rows]
        mask[rows[better]] = new[better]
    return mask
