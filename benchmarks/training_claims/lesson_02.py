"""Lesson 02: masks learned on frozen random weights, in points of test accuracy."""

from functools import partial

import numpy as np

from slt_course import models, pruning, training

from .lesson_01 import mnist, points
from .report import measured

# kept shares of the hump: its ends and its top
SHARES = (0.01, 0.3, 0.5, 0.7, 0.97)


def measure(seed, instructions):
    """Accuracies of one seed: dict from name to points.

    `instructions` only tells results apart that are remembered.
    """
    images, labels, *_ = mnist()
    learn = partial(
        training.train, images=images, labels=labels, learning_rate=1e-3, seed=seed, progress=False
    )
    quick = partial(learn, images=images[::2], labels=labels[::2], epochs=1)

    def popped(model, share=0.5, train=quick, **options):
        return points(pruning.edge_popup(model, share, train, seed=seed, **options))

    def trained(model, train):
        train(model)
        return points(model)

    found = {"cnn": popped(models.mnist_cnn(), train=partial(learn, epochs=3))}
    found["cnn, trained"] = trained(
        models.mnist_cnn(seed=seed), partial(learn, epochs=3, learning_rate=3e-3)
    )
    mlp = models.lenet_300_100(bias=False)
    found |= {f"mlp, {share}": popped(mlp, share) for share in SHARES}
    found["mlp, normal"] = popped(mlp, weights="normal")
    found["mlp, all kept"] = points(pruning.frozen_weights(mlp, seed=seed))
    fast = partial(quick, learning_rate=6e-3)
    found["mlp, trained"] = trained(models.lenet_300_100(bias=False, seed=seed), fast)
    found |= {
        f"width {width}": popped(models.mlp(784, width, 10, bias=False)) for width in (10, 1000)
    }
    found["width 100, trained"] = trained(models.mlp(784, 100, 10, bias=False, seed=seed), fast)
    frozen = pruning.frozen_weights(models.mlp(784, 300, 10, bias=False), seed=seed)
    found["supermask"] = points(
        pruning.supermask(frozen, partial(learn, epochs=2, learning_rate=1.0), seed=seed)
    )
    return found | {"popup": popped(frozen, train=partial(learn, epochs=2), weights="own")}


def claims(seeds):
    """Rows of `print_claims`: the statistics of lesson 02's claims, and what they need at least."""
    rows = measured(measure, seeds)

    def of(name):
        return np.array([row[name] for row in rows])

    yield "convolutional network, mask learned", of("cnn"), 93
    yield "  weights trained", of("cnn, trained"), 97
    yield "  trained above mask learned", of("cnn, trained") - of("cnn"), 0
    for share in SHARES:
        yield f"784-300-100-10, {share:.0%} kept", of(f"mlp, {share}"), 0
    yield "  50 % kept above 1 %", of("mlp, 0.5") - of("mlp, 0.01"), 20
    yield "  50 % kept above 97 %", of("mlp, 0.5") - of("mlp, 0.97"), 1
    plateau = np.array([of(f"mlp, {share}") for share in (0.3, 0.5, 0.7)])
    yield "  minus what 30, 50 and 70 % differ by", -np.ptp(plateau, axis=0), -1
    yield "  all kept, minus its accuracy", -of("mlp, all kept"), -30
    yield "  signed constants above normal weights", of("mlp, 0.5") - of("mlp, normal"), 0
    yield "  trained above 50 % kept", of("mlp, trained") - of("mlp, 0.5"), 0
    yield "1000 hidden units above 10, masks learned", of("width 1000") - of("width 10"), 10
    yield "  1000, mask learned, above 100 trained", of("width 1000") - of("width 100, trained"), 0
    yield "supermask", of("supermask"), 80
    yield "  edge-popup above supermask", of("popup") - of("supermask"), 1
