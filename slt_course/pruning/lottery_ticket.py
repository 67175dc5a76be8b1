"""A lottery ticket: weights to rewind to, and the masks that were found for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from .layer_state import is_masked
from .layers import weighted
from .masks import apply_masks
from .measures import keep_fraction


@dataclass
class LotteryTicket:
    """What the search leaves: the weights to rewind to, and the masks of every round.

    Round 0 is the dense network; index -1 of the lists is the last round.

    >>> ticket = LotteryTicket(lambda: nn.Linear(2, 1), nn.Linear(2, 1).state_dict(), rewind_to=0)
    >>> ticket.masks.append({"": torch.tensor([[True, False]])})
    >>> ticket.keep_fractions, ticket.model().weight_mask
    ([0.5], tensor([[1., 0.]]))
    """

    make_model: Callable[[], nn.Module]
    rewound: dict[str, torch.Tensor]  # state of the dense model at the step to rewind to
    rewind_to: int  # that step
    # one dict of masks per round, of the layers that are not ignored
    masks: list[dict[str, torch.Tensor]] = field(default_factory=list)
    # what `record` said about the trained network of every round
    records: list[Any] = field(default_factory=list)

    @property
    def keep_fractions(self) -> list[float]:
        """Count the kept share of the pruned weights, per round; ignored layers do not count."""
        return [keep_fraction(masks) for masks in self.masks]

    def model(self, round: int = -1) -> nn.Module:
        """Make the ticket of a round: the rewound weights under that round's masks.

        Args:
            round: from 0, the dense network, to the last; -1 is the last.

        Returns:
            A new model, ready to train.

        Raises:
            IndexError: a round that the search did not reach.
            ValueError: a make_model that returns a pruned model.
        """
        return apply_masks(self.dense(), self.masks[round])

    def dense(self) -> nn.Module:
        """Make a new model with the rewound weights and no mask.

        Raises:
            ValueError: a make_model that returns a pruned model.
        """
        model = fresh(self.make_model)
        model.load_state_dict(self.rewound)
        return model


def fresh(make_model: Callable[[], nn.Module]) -> nn.Module:
    """A new model, which must not be pruned."""
    model = make_model()
    _check_plain(model)
    return model


def _check_plain(model: nn.Module) -> None:
    """Refuse a model that make_model has returned and that is pruned."""
    if any(is_masked(layer) for layer in weighted(model).values()):
        raise ValueError(
            "make_model returned a pruned model: it must return a new, plain one "
            "each time it is called"
        )
