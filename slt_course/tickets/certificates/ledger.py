"""Where a ticket's error comes from, layer by layer: allowed, certified, measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ..inputs import check_inputs
from ..steps import Steps
from ..surroundings import own_arithmetic
from . import at_inputs, by_norms
from .comparison import LayerComparison
from .norms import spectral

if TYPE_CHECKING:
    import pandas

    from ..ticket import Ticket


@own_arithmetic()
def error_ledger(ticket: Ticket, inputs: Tensor) -> pandas.DataFrame:
    """Tell where the Euclidean error of the activations comes from, layer by layer.

    Args:
        ticket: Ticket that was built from its target or has verified it; without convolutions, it
            flattens before its first layer or not at all.
        inputs: (N, …) tensor of at least one input; vectors or images, as the first layer takes
            them.

    Returns:
        pandas DataFrame, a row per layer of the target. All errors are those after the layer,
        before its ReLU, with r the largest Euclidean norm of an input:
        tolerance: per weight.
        budget: the bound on the ball of radius r if every weight missed by its whole tolerance, as
        the theorem's proof counts it.
        certified, ball: this ticket's bound on the ball of radius r.
        certified, inputs: the largest bound at one of the inputs.
        measured: the largest error at one of the inputs, below the bounds up to rounding.

    Raises:
        TicketError: the ticket came from a file and has not met its target.
        ValueError: inputs that are not vectors (or images) at the first layer, or none.

    >>> from torch import nn
    >>> from slt_course import tickets
    >>> target = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)).eval()
    >>> table = error_ledger(tickets.build(target, tolerance=1e-3), torch.randn(50, 4))
    >>> bool((table["measured"] <= table["certified, inputs"] + 1e-12).all())
    True
    """
    import pandas

    steps = ticket._comparisons()
    check_inputs(ticket.steps, inputs, ticket.signed_input)
    by_norms.check_flatten(steps)
    inputs = inputs.double()
    flattened = any(isinstance(layer, nn.Flatten) for layer in steps.plain())
    vectors = inputs.ndim == 2 or flattened or by_norms.has_images(steps)
    if len(inputs) == 0 or not vectors:
        raise ValueError(
            f"inputs have shape {tuple(inputs.shape)}: give (N, …) with N >= 1, vectors at the "
            "first layer"
        )
    points = _after_layers(
        steps,
        (inputs, torch.zeros_like(inputs)),
        at_inputs.after_plain,
        at_inputs.after_weights,
        at_inputs.after_join,
    )
    radius = float(inputs.flatten(1).norm(dim=1).max())
    start = by_norms.shape_only(inputs.shape[1:]), radius, 0.0
    balls, budgets = (
        _after_layers(steps, start, by_norms.ball_after_plain, rule, by_norms.join_balls)
        for rule in (by_norms.ball_after_weights, _budget_rule(ticket.tolerances))
    )
    table = {
        "layer": [pair.position for pair in ticket.pairs],
        "tolerance": ticket.tolerances,
        "budget": [error for _, _, error in budgets],
        "certified, ball": [error for _, _, error in balls],
        "certified, inputs": [_largest_norm(bound) for _, bound in points],
        "measured": [_largest_norm(h - g) for (h, _), g in zip(points, ticket.activations(inputs))],
    }
    return pandas.DataFrame(table).set_index("layer")


def _after_layers(steps: Steps, start, plain: Callable, weighted: Callable, join: Callable) -> list:
    """The states of a walk after every layer with weights."""
    states = []

    def recorded(layer, state):
        states.append(weighted(layer, state))
        return states[-1]

    steps.walk(start, plain, recorded, join)
    return states


def _budget_rule(tolerances: list[float]) -> Callable:
    """The theorem's worst case: e' = (||W|| + eta)·e + eta·size, eta = tolerance·(weights).

    The Euclidean norm of a layer whose entries are all at most the tolerance is at most eta: for a
    convolution with t kernel entries by at least a factor of the square root of inputs·outputs. A
    bias is the weight of one more input, 1 at every place.
    """

    def after_weights(layer: LayerComparison, state):
        image, size, error = state
        weights = layer.weights()
        image, spread = by_norms.output_shape(weights, image)
        strength = spectral(weights.target, weights.convolution)
        eta = tolerances[layer.pair.layer] * layer.layer.parameters()
        places = spread**2 if layer.pair.bias else 0
        error = (strength + eta) * error + eta * (size**2 + places) ** 0.5
        return image, strength * size + float(weights.target_bias.norm()) * spread, error

    return after_weights


def _largest_norm(rows: Tensor) -> float:
    return float(rows.flatten(1).norm(dim=1).max())
