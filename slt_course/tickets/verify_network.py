"""Whether a ticket's network is still the ticket's: random weights, masks, and what it computes."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import torch
from torch import nn

from .errors import TicketError
from .inputs import follow_shapes
from .network import named_pairs
from .random_weights import uniform
from .steps import Steps

if TYPE_CHECKING:
    from .ticket import Ticket


def check_network(network: nn.Module, ticket: Ticket) -> None:
    """Raise TicketError unless a built network is the ticket's."""
    problem = _find_tampering(network, ticket)
    if problem:
        raise TicketError(f"the network was changed: {problem}")


def _find_tampering(network: nn.Module, ticket: Ticket) -> str | None:
    """Describe the first difference between a network and its ticket; None if they agree.

    Random weights, masks and layers are compared, and the outputs at a test input.
    """
    layers = dict(network.named_modules())
    for prefix, pair in named_pairs(ticket.steps):
        weights, masks = pair.first_weights(), pair.first_masks()
        parts = [
            (f"{prefix}_first", name, w, m)
            for name, w, m in zip(("weight", "bias"), weights, masks)
        ]
        parts.append((f"{prefix}_second", "weight", pair.second_weights(), pair.mask()))
        for layer, name, weight, mask in parts:
            problem = weight is not None and _wrong_parameter(layers.get(layer), name, weight, mask)
            if problem:
                return f"{layer}.{name} {problem}"
    x = _example_input(ticket.steps)
    if x is None:
        return None
    x = x.to(next(network.parameters()))
    try:
        exact, rounded = ticket._run(x.double()), ticket._run(x)
        # products may have reduced precision
        allowed = 1e-3 * exact.abs().max() + 10 * (rounded - exact).abs().max()
        same = bool(((network(x) - exact).abs() <= allowed).all())
    except (RuntimeError, TypeError, ValueError) as error:
        return f"it does not run: {error}"
    if same:
        return None
    return (
        "its layers, hooks or scale give other outputs than the ticket's random weights and masks"
    )


def _example_input(steps: Steps) -> torch.Tensor | None:
    """Eight random inputs of a shape that the network takes, or None if no such shape is found.

    Vectors, or the smallest images that fit.
    """
    first = steps.weighted()[0]
    vectors = [(first.inputs,), (1, first.inputs)] if first.convolution is None else []
    squares = ((first.inputs, side, side) for side in range(1, 513))
    rectangles = ((first.inputs, *sides) for sides in itertools.product(range(1, 65), repeat=2))
    shape = next(
        (shape for shape in itertools.chain(vectors, squares, rectangles) if fits(steps, shape)),
        None,
    )
    return (
        None
        if shape is None
        else uniform(1, 0, 0, torch.arange(8 * math.prod(shape))).view(8, *shape)
    )


def fits(steps: Steps, shape: tuple[int, ...]) -> bool:
    """Whether the network takes inputs of a shape."""
    try:
        follow_shapes(steps, torch.empty(1, *shape, device="meta"))
    except (RuntimeError, IndexError, ValueError):
        return False
    return True


def _wrong_parameter(module, name: str, weight, mask) -> str | None:
    """How a pruned parameter of a module differs from its random weights and mask, in words."""
    stored, original = (getattr(module, f"{name}_{kind}", None) for kind in ("mask", "orig"))
    if stored is None or original is None:
        return "is missing, or not pruned any more"
    if original.is_meta:
        return "is on the meta device, where it has no numbers"
    if torch.promote_types(original.dtype, weight.dtype) != original.dtype:
        return (
            f"is {original.dtype}, which rounds the random weights: convert a copy of the network "
            "instead"
        )
    if not bool(((stored == 0) | (stored == 1)).all()):
        return "has a mask that is not binary"
    if not torch.equal(stored.bool().cpu(), mask):
        return "has a mask that is not the ticket's"
    if not torch.equal(original.cpu().to(weight.dtype), weight):
        return "does not have the random weights of the ticket's seed"
    return None
