"""Pruning in practice: masks on `torch.nn.utils.prune`, magnitude pruning with rewinding, masks
learned by gradient.
"""

from .checkpoints import load
from .edge_popup import edge_popup, frozen_weights, with_scores
from .layers import prunable
from .lottery import LotteryTicket, find_lottery_ticket
from .magnitude import magnitude, random
from .masks import apply_masks, fingerprint, keep_fraction, masks, shuffled
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
