"""Lesson 01: lottery tickets and their controls, in points of test accuracy."""

import copy
from functools import cache, partial

import numpy as np
import torch

from slt_course import datasets, models, pruning, training

from .report import measured

KEEP_PER_ROUND, ROUNDS, OUTPUT = 0.45, 4, "5"
RATE, HIGH_RATE = 6e-3, 1.2e-2


@cache
def mnist():
    (images, labels), (test_images, test_labels) = datasets.mnist("train"), datasets.mnist("test")
    images, test_images = [(x - 0.1307) / 0.3081 for x in (images, test_images)]
    return images, labels, test_images, test_labels


def fit(model, seed, rate=RATE):
    images, labels, *_ = mnist()
    schedule = dict(epochs=2, batch_size=256, learning_rate=rate, seed=seed, progress=False)
    training.train(model, images, labels, **schedule)
    return model


def points(model):
    return 100 * training.accuracy(model, *mnist()[2:])


def judged(model):
    """Accuracy and copy of a trained model, in this order: masked weights can be copied after a
    pass without gradients.
    """
    return points(model), copy.deepcopy(model)


@torch.no_grad()
def digits_answered(model):
    return len(model(mnist()[2]).argmax(1).unique())


def measure(seed, instructions):
    """Accuracies of one seed: dict from name to points.

    `instructions` only tells results apart that are remembered.
    """
    make, fit_it = partial(models.lenet_300_100, seed=seed), partial(fit, seed=seed)
    ticket = pruning.find_lottery_ticket(
        make, fit_it, ROUNDS, KEEP_PER_ROUND, ignore=[OUTPUT], record=judged
    )
    dense, before_last = ticket.records[0][1], ticket.records[-2][1]
    found = {f"ticket, round {number}": record[0] for number, record in enumerate(ticket.records)}
    found["dense"] = found.pop("ticket, round 0")

    def result(model, masks, rate=RATE):
        return points(fit(pruning.apply_masks(model, masks), seed, rate))

    def fresh():
        return models.lenet_300_100(seed=1000 + seed)

    second, last = ticket.masks[2], ticket.masks[-1]
    found["dense, high rate"] = result(make(), {}, HIGH_RATE)
    found["ticket, round 2, high rate"] = result(make(), second, HIGH_RATE)
    found["fresh, round 2"] = result(fresh(), second)
    found["fresh, round 2, high rate"] = result(fresh(), second, HIGH_RATE)
    found["random, round 2"] = result(make(), pruning.shuffled(second, seed))
    found["fresh, round 4"] = result(fresh(), last)
    found["random, round 4"] = result(make(), pruning.shuffled(last, seed))
    found["signs, round 4"] = result(with_signs(fresh(), make()), last)
    found["within, round 4"] = result(make(), shuffled_within_pixels(last, seed))
    pruned = pruning.magnitude(
        copy.deepcopy(dense), KEEP_PER_ROUND**ROUNDS, "layer", ignore=[OUTPUT]
    )
    found["one shot"] = result(make(), pruning.masks(pruned))
    pruned = pruning.magnitude(before_last, KEEP_PER_ROUND**ROUNDS, "layer")
    thin = fit(pruning.apply_masks(make(), pruning.masks(pruned)), seed)
    return found | {
        "thin output": points(thin),
        "thin output, digits answered": digits_answered(thin),
    }


def measure_unretrained(seed, instructions):
    """What a dense network loses when it is pruned and not trained again: dict from rule and share
    to points.
    """
    dense = fit(models.lenet_300_100(seed=seed), seed)
    found = {
        "random, 0.7": points(dense) - points(pruning.random(copy.deepcopy(dense), 0.7, "layer"))
    }
    for scope in ("global", "layer"):
        for share in (0.5, 0.15):
            pruned = pruning.magnitude(copy.deepcopy(dense), share, scope)
            found[f"{scope}, {share}"] = points(dense) - points(pruned)
    masks = pruning.masks(pruning.magnitude(copy.deepcopy(dense), 0.1, "global"))
    return found | {
        f"layer {name}": 100 * mask.float().mean().item() for name, mask in masks.items()
    }


def with_signs(fresh, initial):
    """Fresh magnitudes, the signs of the initial weights."""
    for layer, other in zip(pruning.prunable(fresh).values(), pruning.prunable(initial).values()):
        layer.weight.data = layer.weight.data.abs() * other.weight.data.sign()
    return fresh


def shuffled_within_pixels(masks, seed):
    """Each column of a mask shuffled: as many kept weights for every input, random hidden units."""
    stream = torch.Generator().manual_seed(seed)
    return {
        name: torch.stack([c[torch.randperm(len(c), generator=stream)] for c in mask.T]).T
        for name, mask in masks.items()
    }


def claims(seeds):
    """Rows of `print_claims`: the statistics of lesson 01's claims, and what they need at least."""
    rows = [
        first | second
        for first, second in zip(measured(measure_unretrained, seeds), measured(measure, seeds))
    ]

    def of(name):
        return np.array([row[name] for row in rows])

    def above(name, other):
        return of(name) - of(other)

    yield "dense network", of("dense"), 97.0
    yield "not retrained, half kept, global: -loss", -of("global, 0.5"), -1
    yield "  per layer: -loss", -of("layer, 0.5"), -1
    yield "  70 % kept at random: loss", of("random, 0.7"), 1
    yield "  15 % kept, global: loss", of("global, 0.15"), 1
    yield "  15 % kept, per layer: loss", of("layer, 0.15"), 1
    yield "  10 %, global: last layer's share - first's", of("layer 5") - of("layer 1"), 5
    yield "20 %: ticket above dense", above("ticket, round 2", "dense"), -0.6
    yield "20 %: ticket above fresh numbers", above("ticket, round 2", "fresh, round 2"), 0
    yield "20 %: ticket above random mask", above("ticket, round 2", "random, round 2"), 0
    yield "4 %: ticket", of("ticket, round 4"), 95
    yield "4 %: ticket above random mask", above("ticket, round 4", "random, round 4"), 1
    yield "4 %: ticket above fresh numbers", above("ticket, round 4", "fresh, round 4"), 0
    yield "4 %: fresh numbers above random mask", above("fresh, round 4", "random, round 4"), 0
    yield "4 %: signs above fresh numbers", above("signs, round 4", "fresh, round 4"), 0
    yield "4 %: ticket above signs", above("ticket, round 4", "signs, round 4"), 0
    yield "4 %: within pixels above random mask", above("within, round 4", "random, round 4"), 0
    yield "4 %: step by step above one shot", above("ticket, round 4", "one shot"), 0
    yield "4 %: one shot above random mask", above("one shot", "random, round 4"), 0
    yield "dense: rate 0.006 above rate 0.012", above("dense", "dense, high rate"), 0
    yield "20 %, fresh: 0.012 above 0.006", above("fresh, round 2, high rate", "fresh, round 2"), 0
    yield (
        "20 %, 0.012: ticket above fresh",
        above("ticket, round 2, high rate", "fresh, round 2, high rate"),
        0,
    )
    yield "4 %, output layer pruned, too", of("thin output"), 95
    yield "  digits it ever answers", of("thin output, digits answered"), 10
