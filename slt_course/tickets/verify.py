"""A ticket against a target, from scratch: random weights, masks and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from .certificates.comparison import LayerComparison
from .constructions import CONSTRUCTIONS
from .description import describe_steps
from .errors import TicketError
from .pair import Pair
from .report import compare_and_report, difference
from .targets import TargetLayer, copy_plain, read_target

if TYPE_CHECKING:
    from .ticket import Ticket


def compare_from_scratch(ticket: Ticket, target: nn.Module) -> list[LayerComparison]:
    """The comparison of every layer; TicketError where the ticket's report does not hold."""
    layers = layers_of(target, ticket)
    comparisons, rows = compare_and_report(layers, ticket.pairs, ticket.tolerances)
    for row, found in zip(ticket.rows, rows, strict=True):
        problem = difference(row, found)
        if problem:
            raise TicketError(
                f"{problem}: the target, the seed or the mask is not the one it was built with"
            )
    most = CONSTRUCTIONS[ticket.construction].MOST_PATHS
    if most is not None and any(pair.most_paths() > most for pair in ticket.pairs):
        raise TicketError(
            f"the ticket is called {ticket.construction!r}, but some weight has more than "
            f"{'one path' if most == 1 else f'{most} paths'}"
        )
    return comparisons


def layers_of(target: nn.Module, ticket: Ticket) -> list[TargetLayer]:
    """A target's layers with weights, if it is made like the one that the ticket stands for."""
    steps = read_target(target, ticket.signed_input)
    layers = steps.weighted()
    wanted = [
        Pair.for_layer(layer, number, ticket.width, ticket.seed)
        for number, layer in enumerate(layers)
    ]
    plain, others = (
        describe_steps(some) for some in (ticket.steps, steps.map(lambda layer: layer, copy_plain))
    )
    pairs = [pair.with_mask(None) for pair in ticket.pairs]
    if (plain, pairs) != (others, wanted):
        raise TicketError(
            f"the ticket stands for layers {', '.join(map(repr, pairs))} among {plain}, "
            f"the target has {', '.join(map(repr, wanted))} among {others}"
        )
    return layers


def check_same_target(target: nn.Module, ticket: Ticket) -> None:
    """Refuse a target other than the one that the ticket's certificates are about."""
    compared = ticket._comparisons().weighted()
    for comparison, layer in zip(compared, layers_of(target, ticket)):
        if not comparison.layer.same_numbers(layer):
            raise TicketError(
                f"layer {layer.position} of the target has other weights than the target that the "
                "ticket stands for: give that one, or build a ticket for this one"
            )
