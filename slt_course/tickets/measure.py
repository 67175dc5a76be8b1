"""What a ticket does on data, next to what is proved about it."""

import copy
from dataclasses import dataclass

import torch

from .certificate import proved_unchanged


@dataclass(frozen=True)
class Measurement:
    """A target f and its ticket g on a set of inputs, in float64."""

    target_accuracy: float
    accuracy: float  # of the ticket
    max_difference: float  # largest |f - g|, over all outputs and inputs
    max_bound: float  # largest pointwise certificate
    bound_holds: bool  # |f - g| <= certificate on every output of every input, up to the rounding of float64
    same_prediction: float  # share of inputs with the same predicted class
    proved_prediction: float  # share of inputs whose predicted class is proved to be the same


@torch.no_grad()
def measure(ticket, target, inputs, labels):
    """Run a ticket and its target on labelled inputs and compare the difference with the certificate.

    Args:
        ticket: Ticket that was built from `target` or has verified it. target: the target network.
        inputs: (N, …) tensor. labels: (N,) int64.

    Returns:
        Measurement.

    >>> from slt_course import datasets, models, tickets
    >>> target = models.digits_mlp().eval()
    >>> found = measure(tickets.build(target, tolerance=1e-3), target, *datasets.digits("test"))
    >>> found.bound_holds, found.max_difference < found.max_bound
    (True, True)
    """
    inputs = inputs.double()
    f, g = copy.deepcopy(target).double()(inputs.clone()), ticket(inputs)
    difference, (scores, bound) = (f - g).abs(), ticket._pointwise(inputs)
    return Measurement(
        target_accuracy=share(f.argmax(1) == labels),
        accuracy=share(g.argmax(1) == labels),
        max_difference=float(difference.max()),
        max_bound=float(bound.max()),
        bound_holds=bool((difference <= bound + 1e-12 * (1 + f.abs().max())).all()),
        same_prediction=share(f.argmax(1) == g.argmax(1)),
        proved_prediction=share(proved_unchanged(scores, bound)),
    )


def share(flags):
    return float(flags.double().mean())
