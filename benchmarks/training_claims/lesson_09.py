"""Lesson 09: what is true of the MNIST network, its approximations and edge-popup, whatever the
seed.
"""

import copy
from functools import partial

import numpy as np
import torch

from slt_course import datasets, models, pruning, subset_sum, tickets, training

from .report import measured

SHARES = (0.5, 0.2, 0.05)
HIDDEN = 100


def points(model):
    return 100 * training.accuracy(model, *datasets.mnist("test"))


def changed(target, change):
    network = copy.deepcopy(target)
    for parameter in network.parameters():
        parameter.copy_(change(parameter))
    return network


@torch.no_grad()
def measure_target(seed, instructions):
    """Accuracies of a target and its approximations.

    `instructions` only tells results apart that are remembered.
    """
    target = models.mnist_mlp(seed=seed)
    with torch.enable_grad():
        training.train(target, *datasets.mnist("train"), epochs=10, seed=seed, progress=False)
    target.requires_grad_(False)
    rng, low = np.random.default_rng(seed), min(p.min().item() for p in target.parameters())
    high = max(p.max().item() for p in target.parameters())
    exact = changed(
        target,
        lambda w: torch.from_numpy(
            subset_sum.solve(rng.uniform(low, high, (len(w), 1, 21)), w.double().numpy()).sum
        ),
    )
    noise = torch.Generator().manual_seed(seed)
    found = {
        "target": points(target),
        "optimum": points(exact),
        "zeroed": points(changed(target, lambda w: torch.where(w.abs() <= 0.01, 0.0, w))),
        "pushed": points(
            changed(
                target,
                lambda w: w + 0.01 * (2.0 * torch.randint(0, 2, w.shape, generator=noise) - 1),
            )
        ),
        "coarse": points(changed(target, lambda w: (w / 0.02).round() * 0.02)),
    }
    for tolerance in (1e-4, 1e-6):
        ticket = tickets.build(target, width=60, tolerance=tolerance, signed_input=False, seed=seed)
        found[f"proved, {tolerance:g}"] = (
            100 * tickets.measure(ticket, target, *datasets.mnist("test")).proved_prediction
        )
    return found


def measure_search(seed, instructions):
    """Accuracies of edge-popup on the lesson's three shapes: dict from shape and kept share to
    points.
    """
    images, labels = datasets.mnist("train")
    structured = models.redundant_mlp(784, HIDDEN, 10)
    count = sum(p.numel() for p in structured.parameters())
    linear = models.redundant_mlp(784, HIDDEN, 10, relu=False)
    networks = {
        "relu": structured,
        "linear": linear,
        "wide": models.mlp(784, count // 794, 10, bias=False),
    }
    schedule = dict(epochs=1, batch_size=128, learning_rate=2e-3, seed=seed, progress=False)
    learn = partial(training.train, images=images[::2], labels=labels[::2], **schedule)
    return {
        f"{name}, {share}": points(
            pruning.edge_popup(network, share, learn, weights="normal", seed=seed)
        )
        for name, network in networks.items()
        for share in SHARES
    }


def claims(seeds):
    """Rows of `print_claims`: the statistics of lesson 09's claims, and what they need at least."""
    targets, searches = measured(measure_target, seeds), measured(measure_search, seeds)

    def of(name):
        return np.array([row[name] for row in targets])

    def searched(shape, share):
        return np.array([row[f"{shape}, {share}"] for row in searches])

    yield "target", of("target"), 97.5
    yield "optimum: -|change of accuracy|", -abs(of("optimum") - of("target")), -0.1
    for name in ("zeroed", "pushed", "coarse"):
        yield f"{name}: -|change of accuracy|", -abs(of(name) - of("target")), -0.3
    yield "proved at 1e-4", of("proved, 0.0001"), 99
    yield "proved at 1e-6", of("proved, 1e-06"), 99.5
    for share in SHARES:
        yield (
            f"{share:.0%} kept: wide above linear blocks",
            searched("wide", share) - searched("linear", share),
            0,
        )
        yield (
            f"{share:.0%} kept: linear blocks above ReLU",
            searched("linear", share) - searched("relu", share),
            0,
        )
