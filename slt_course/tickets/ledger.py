"""Where the error of a ticket comes from, layer by layer: what the theorem allows, what is certified, what is measured."""

import torch
from torch import nn

from . import certificate


@torch.no_grad()
def error_ledger(ticket, inputs):
    """A table of the Euclidean error of the activations after every layer: allowed, certified and measured.

    Args:
        ticket: Ticket that was built from its target or has verified it; if it flattens, then before its first layer.
        inputs: (N, …) tensor of at least one input, which are vectors where the first layer meets them.

    Returns:
        pandas DataFrame, a row per layer of the target. All errors are those after the layer, before its ReLU, with
        r the largest Euclidean norm of an input:
        tolerance: per weight. budget: the bound on the ball of radius r if every weight missed by its whole tolerance,
        as the theorem's proof counts it. certified, ball: this ticket's bound on the ball of radius r. certified, inputs:
        the largest bound at one of the inputs. measured: the largest error at one of the inputs, below the bounds up to
        rounding.

    Raises:
        ValueError: inputs that are not vectors at the first layer, or none.

    >>> from torch import nn
    >>> from slt_course import tickets
    >>> ticket = tickets.build(nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)).eval(), tolerance=1e-3)
    >>> table = error_ledger(ticket, torch.randn(50, 4))
    >>> bool((table["measured"] <= table["certified, inputs"]).all())
    True
    """
    import pandas

    steps, inputs = ticket._steps(), ticket._checked(inputs).double()
    ticket._refuse_late_flatten(steps)
    flattened = any(isinstance(step, nn.Flatten) for step in steps)
    if len(inputs) == 0 or (inputs.ndim != 2 and not flattened):
        raise ValueError(f"inputs have shape {tuple(inputs.shape)}: give (N, …) with N >= 1, vectors at the first layer")
    radius = float(inputs.flatten(1).norm(dim=1).max())
    ends = [place + 1 for place, step in enumerate(steps) if not isinstance(step, nn.Module)]
    rows = []
    for end, tolerance, found in zip(ends, ticket.tolerances, ticket.activations(inputs)):
        wanted = certificate.target_outputs(steps[:end], inputs)
        rows.append({
            "layer": ticket.pairs[len(rows)].position,
            "tolerance": tolerance,
            "budget": budget(steps[:end], ticket.pairs, ticket.tolerances, radius),
            "certified, ball": certificate.over_ball(steps[:end], radius),
            "certified, inputs": largest_norm(certificate.pointwise(steps[:end], inputs)),
            "measured": largest_norm(wanted - found),
        })  # fmt: skip
    return pandas.DataFrame(rows).set_index("layer")


def budget(steps, pairs, tolerances, radius):
    """The theorem's worst case: with eta = tolerance·outputs·columns, e' = (||W|| + eta)·e + eta·size, layer after layer."""
    size, error = radius, 0.0
    for step, pair, tolerance in zip((step for step in steps if not isinstance(step, nn.Module)), pairs, tolerances):
        norm, eta = certificate.spectral(step.target), tolerance * pair.outputs * pair.columns
        error = (norm + eta) * error + eta * (size**2 + pair.bias) ** 0.5  # a bias is the weight of one more input, 1
        size = norm * size + float(step.target_bias.norm())
    return error


def largest_norm(rows):
    return float(rows.flatten(1).norm(dim=1).max())
