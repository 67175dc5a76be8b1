"""What a ticket does on data, next to what is proved about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from .certificates.at_inputs import proved_unchanged
from .inputs import check_scores
from .surroundings import own_arithmetic
from .verify import check_same_target

if TYPE_CHECKING:
    from .ticket import Ticket


@dataclass(frozen=True)
class Measurement:
    """A target f and its ticket g on a set of inputs, in float64."""

    target_accuracy: float
    accuracy: float  # of the ticket
    max_difference: float  # largest |f - g|, over all outputs and inputs
    max_bound: float  # largest pointwise certificate
    # |f - g| <= certificate on every output of every input, up to the rounding of float64
    bound_holds: bool
    same_prediction: float  # share of inputs with the same predicted class
    proved_prediction: float  # share of inputs whose predicted class is proved to be the same


@own_arithmetic()
def measure(ticket: Ticket, target: nn.Module, inputs: Tensor, labels: Tensor) -> Measurement:
    """Run a ticket and its target on labelled inputs, beside the ticket's certificate.

    Both run in float64. The target's weights are those that its forward uses now, in its own
    precision, as exact numbers: a copy of it in float64 would compute weights derived from others
    (weight norm) anew, and be another function.

    Args:
        ticket: Ticket that was built from `target` or has verified it. target: the target network,
            unchanged since.
        inputs: (N, …) tensor, N >= 1. labels: (N,) tensor of integers, the class of each input,
            from 0.

    Returns:
        Measurement.

    Raises:
        TicketError: the target is not the one that the ticket stands for, or the ticket came from a
            file and has not met it.
        TypeError, ValueError: inputs that the ticket does not take, labels of another form, outputs
            without classes.

    >>> from slt_course import datasets, models, tickets
    >>> target = models.digits_mlp().eval()
    >>> found = measure(tickets.build(target, tolerance=1e-3), target, *datasets.digits("test"))
    >>> found.bound_holds, found.max_difference < found.max_bound
    (True, True)
    """
    check_same_target(target, ticket)
    f, bound = ticket._at_inputs(inputs)
    check_scores(f)
    _check_labels(labels, *f.shape)
    g, labels = ticket(inputs.double()), labels.to(f.device)
    difference = (f - g).abs()
    return Measurement(
        target_accuracy=share(f.argmax(1) == labels),
        accuracy=share(g.argmax(1) == labels),
        max_difference=float(difference.max()),
        max_bound=float(bound.max()),
        bound_holds=bool((difference <= bound + 1e-12 * (1 + f.abs().max())).all()),
        same_prediction=share(f.argmax(1) == g.argmax(1)),
        proved_prediction=share(proved_unchanged(f, bound)),
    )


def _check_labels(labels: Tensor, count: int, classes: int) -> None:
    """Refuse labels that are not one class for each input.

    That is one-hot rows, columns, floats, classes that do not exist.
    """
    integers = isinstance(labels, torch.Tensor) and not (
        labels.is_floating_point() or labels.is_complex()
    )
    if not integers or labels.dtype is torch.bool:
        given = getattr(labels, "dtype", type(labels).__name__)
        raise TypeError(f"labels is {given}: give a tensor of integers, the class of each input")
    if labels.shape != (count,) or count == 0:
        raise ValueError(
            f"labels has shape {tuple(labels.shape)} for {count} inputs: give (N,), one class for "
            "each of N >= 1 inputs, such as labels.flatten() of a column, labels.argmax(1) of "
            "one-hot rows"
        )
    if not 0 <= int(labels.min()) <= int(labels.max()) < classes:
        raise ValueError(
            f"labels go from {labels.min()} to {labels.max()}: the target has the "
            f"classes 0 to {classes - 1}"
        )


def share(flags: Tensor) -> float:
    return float(flags.double().mean())
