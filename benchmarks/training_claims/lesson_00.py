"""Lesson 00 and README: the trained MNIST target and what its coarsest ticket changes, in points of
test accuracy.
"""

import numpy as np

from slt_course import datasets, models, tickets, training

from .report import measured


def measure(seed, instructions):
    """One training and its ticket of tolerance 1e-2.

    `instructions` only tells results apart that are remembered.
    """
    images, labels = datasets.mnist("test")
    target = models.mnist_mlp(seed=seed)
    training.train(target, *datasets.mnist("train"), epochs=10, seed=seed, progress=False)
    ticket = tickets.build(
        target.requires_grad_(False), width=60, tolerance=1e-2, signed_input=False
    )
    found = tickets.measure(ticket, target, images, labels)
    return {
        "target": 100 * found.target_accuracy,
        "change": 100 * (found.accuracy - found.target_accuracy),
    }


def claims(seeds):
    """Rows of `print_claims`: the statistics of lesson 00's claims, and what they need at least."""
    rows = measured(measure, seeds)
    yield "target", np.array([row["target"] for row in rows]), 97
    yield (
        "tolerance 1e-2: -|change of accuracy|",
        -abs(np.array([row["change"] for row in rows])),
        -0.2,
    )
