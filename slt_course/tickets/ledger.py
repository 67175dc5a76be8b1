"""Where the error of a ticket comes from, layer by layer: what the theorem allows, what is
certified, what is measured.
"""

import torch
from torch import nn

from . import certificate, norm_bounds
from .requests import has_images, refuse_inputs, refuse_late_flatten
from .residual import fill, leaves, walk
from .surroundings import own_arithmetic


@own_arithmetic()
def error_ledger(ticket, inputs):
    """A table of the Euclidean error of the activations after every layer: allowed, certified and
    measured.

    Args:
        ticket: Ticket that was built from its target or has verified it; without convolutions, it
            flattens before its first layer or not at all.
        inputs: (N, …) tensor of at least one input; vectors or images, as the first layer takes
            them.

    Returns:
        pandas DataFrame, a row per layer of the target. All errors are those after the layer,
        before its ReLU, with r the largest Euclidean norm of an input:
        tolerance: per weight. budget: the bound on the ball of radius r if every weight missed by
        its whole tolerance, as the theorem's proof counts it. certified, ball: this ticket's bound
        on the ball of radius r. certified, inputs:
        the largest bound at one of the inputs. measured: the largest error at one of the inputs,
        below the bounds up to rounding.

    Raises:
        ValueError: inputs that are not vectors (or images) at the first layer, or none.

    >>> from torch import nn
    >>> from slt_course import tickets
    >>> ticket = tickets.build(nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)).eval(), tolerance=1e-3)
    >>> table = error_ledger(ticket, torch.randn(50, 4))
    >>> bool((table["measured"] <= table["certified, inputs"] + 1e-12).all())
    True
    """
    import pandas

    steps = ticket._steps()
    refuse_inputs(fill(ticket.modules, ticket.pairs), inputs, ticket.signed_input)
    refuse_late_flatten(steps)
    inputs = inputs.double()
    flattened = any(isinstance(step, nn.Flatten) for _, step in leaves(steps))
    if len(inputs) == 0 or (inputs.ndim != 2 and not flattened and not has_images(steps)):
        raise ValueError(
            f"inputs have shape {tuple(inputs.shape)}: give (N, …) with N >= 1, "
            "vectors at the first layer"
        )
    radius = float(inputs.flatten(1).norm(dim=1).max())
    start = norm_bounds.meta(inputs.shape[1:]), radius, 0.0
    points = after_layers(
        steps, (inputs, torch.zeros_like(inputs)), certificate.one_layer, certificate.add
    )
    balls = after_layers(steps, start, norm_bounds.ball_after, norm_bounds.join_balls)
    budgets = after_layers(steps, start, budget_after(ticket.tolerances), norm_bounds.join_balls)
    table = {
        "layer": [pair.position for pair in ticket.pairs],
        "tolerance": ticket.tolerances,
        "budget": [error for _, _, error in budgets],
        "certified, ball": [error for _, _, error in balls],
        "certified, inputs": [largest_norm(bound) for _, bound in points],
        "measured": [largest_norm(h - g) for (h, _), g in zip(points, ticket.activations(inputs))],
    }
    return pandas.DataFrame(table).set_index("layer")


def after_layers(steps, state, apply, join):
    """The states of a walk after every layer with weights: a list."""
    states = []

    def recorded(step, state):
        state = apply(step, state)
        if not isinstance(step, nn.Module):
            states.append(state)
        return state

    walk(steps, state, recorded, join)
    return states


def budget_after(tolerances):
    """The theorem's worst case, layer after layer: e' = (||W|| + eta)·e + eta·size, eta =
    tolerance·(weights of the layer).

    The Euclidean norm of a layer whose entries are all at most the tolerance is at most eta: for a
    convolution with t taps by at least a factor of the square root of inputs·outputs. A bias is the
    weight of one more input, 1 at every place.
    """

    def apply(step, state):
        image, size, error = state
        if isinstance(step, nn.Module):
            return norm_bounds.ball_after(step, state)
        layer = step.weights()
        image = norm_bounds.follow(layer, image)
        places = 1 if layer.convolution is None else image[0, 0].numel()
        strength, eta = (
            norm_bounds.spectral(layer.target, layer.convolution),
            tolerances[step.pair.layer] * step.layer.parameters(),
        )
        error = (strength + eta) * error + eta * (size**2 + step.pair.bias * places) ** 0.5
        return image, strength * size + float(layer.target_bias.norm()) * places**0.5, error

    return apply


def largest_norm(rows):
    return float(rows.flatten(1).norm(dim=1).max())
