"""Every call of a ticket that takes inputs."""

import torch

from slt_course import tickets


def calls_with_inputs(ticket, target, count):
    """Functions of one argument, inputs (count, …)."""
    labels = torch.zeros(count, dtype=torch.int64)
    return (
        ticket,
        ticket.activations,
        ticket.proves_prediction,
        lambda x: ticket.certificate(inputs=x),
        lambda x: tickets.error_ledger(ticket, x),
        lambda x: tickets.measure(ticket, target, x, labels),
    )
