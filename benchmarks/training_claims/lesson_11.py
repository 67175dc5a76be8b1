"""Lesson 11: what is true of the trained LeNet-5 and its ticket, whatever the seed, in points."""

import numpy as np
import torch

from slt_course import datasets, models, tickets, training

from .report import measured


@torch.no_grad()
def measure(seed, instructions):
    """One training and its ticket of width 60.

    `instructions` only tells results apart that are remembered.
    """
    images, labels = datasets.mnist("test")
    target = models.lenet5(seed=seed)
    schedule = dict(epochs=3, batch_size=64, learning_rate=5e-3, seed=seed, progress=False)
    with torch.enable_grad():
        training.train(target, *datasets.mnist("train"), **schedule)
    target.requires_grad_(False)
    ticket = tickets.build(target, width=60, tolerance=1e-4, signed_input=False, seed=seed)
    return {
        "dense": 100 * training.accuracy(target, images, labels),
        "pruned": 100 * training.accuracy(ticket, images, labels),
        "proved": 100 * ticket.proves_prediction(images).double().mean().item(),
        "box": ticket.certificate(radius=1) / target(images[:500]).abs().max().item(),
    }


def claims(seeds):
    """Rows of `print_claims`: the statistics of lesson 11's claims, and what they need at least."""
    rows = measured(measure, seeds)

    def of(name):
        return np.array([row[name] for row in rows])

    yield "trained LeNet-5", of("dense"), 98
    yield "ticket: -|change of accuracy|", -abs(of("pruned") - of("dense")), -0.1
    yield "predictions proved", of("proved"), 95
    yield "norm bound over the box / largest score", of("box"), 1
