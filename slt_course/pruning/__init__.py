"""Pruning in practice: masks on `torch.nn.utils.prune`, lottery tickets, masks learned by gradient.

`layers` finds the layers that can carry a mask, `maskable` says why others cannot, `masks` puts
masks on, `measures` counts them. `magnitude` and `lottery` prune trained weights, `edge_popup` and
`supermask` frozen ones, by learnable `scores`.
"""

from .checkpoints import load
from .edge_popup import edge_popup, with_scores
from .frozen import frozen_weights
from .layers import prunable
from .lottery import find_lottery_ticket
from .lottery_ticket import LotteryTicket
from .magnitude import magnitude, random
from .masks import apply_masks, masks, shuffled
from .measures import fingerprint, keep_fraction
from .scores import Supermask, TopK, scored, with_masks
from .supermask import supermask

__all__ = [
    "LotteryTicket",
    "Supermask",
    "TopK",
    "apply_masks",
    "edge_popup",
    "find_lottery_ticket",
    "fingerprint",
    "frozen_weights",
    "keep_fraction",
    "load",
    "magnitude",
    "masks",
    "prunable",
    "random",
    "scored",
    "shuffled",
    "supermask",
    "with_masks",
    "with_scores",
]
