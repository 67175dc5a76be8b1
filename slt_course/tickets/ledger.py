"""Where the error of a ticket comes from, layer by layer: what the theorem allows, what is certified, what is measured."""

import torch
from torch import nn

from . import certificate


@torch.no_grad()
def error_ledger(ticket, inputs):
    """A table of the Euclidean error of the activations after every layer: allowed, certified and measured.

    Args:
        ticket: Ticket that was built from its target, or has verified it. inputs: (N, …) tensor.

    Returns:
        pandas DataFrame, a row per layer of the target. All errors are those after the layer, before its ReLU, with
        r the largest Euclidean norm of an input:
        tolerance: per weight. budget: the bound on the ball of radius r if every weight missed by its whole tolerance,
        as the theorem's proof counts it. certified, ball: this ticket's bound on the ball of radius r. certified, inputs:
        the largest bound at one of the inputs. measured: the largest error at one of the inputs.

    >>> from torch import nn
    >>> from slt_course import tickets
    >>> ticket = tickets.build(nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)).eval(), tolerance=1e-3)
    >>> table = error_ledger(ticket, torch.randn(50, 4))
    >>> bool((table["measured"] <= table["certified, inputs"]).all())
    True
    """
    import pandas

    steps, inputs = ticket._steps(), ticket._checked(inputs).double()
    radius = float(inputs.flatten(1).norm(dim=1).max())
    ends = [place + 1 for place, step in enumerate(steps) if not isinstance(step, nn.Module)]
    rows = []
    for end, tolerance, found in zip(ends, ticket.tolerances, ticket.activations(inputs)):
        wanted = certificate.target_outputs(steps[:end], inputs)
        rows.append({
            "layer": ticket.pairs[len(rows)].position,
            "tolerance": tolerance,
            "budget": budget(steps[:end], ticket.tolerances, radius),
            "certified, ball": certificate.over_ball(steps[:end], radius),
            "certified, inputs": largest_norm(certificate.pointwise(steps[:end], inputs)),
            "measured": largest_norm(wanted - found),
        })  # fmt: skip
    return pandas.DataFrame(rows).set_index("layer")


def budget(steps, tolerances, radius):
    """The theorem's worst case: with eta = tolerance·inputs·outputs, e' = (||W|| + eta)·e + eta·size, layer after layer."""
    size, error = radius, 0.0
    for step, tolerance in zip((step for step in steps if not isinstance(step, nn.Module)), tolerances):
        bias, norm = float(step.target_bias.norm()), certificate.spectral(step.target)
        outputs, inputs = step.target.shape
        columns, reach = (inputs + 1, (size**2 + 1) ** 0.5) if bias else (inputs, size)
        eta = tolerance * outputs * columns
        error = (norm + eta) * error + eta * reach
        size = norm * size + bias
    return error


def largest_norm(rows):
    return float(rows.flatten(1).norm(dim=1).max())
