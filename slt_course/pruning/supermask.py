"""Supermasks by Bernoulli probabilities, the predecessor of edge-popup (Zhou et al. 2019)."""

import copy

import torch

from .edge_popup import check_layers
from .masks import NUMBERS, generator
from .scores import Supermask, attach, with_masks


def supermask(model, train, seed=0):
    """Learn a keeping probability for every weight of a frozen network, and keep what is likelier
    kept than not.

    The share kept is a result, not an argument: about one half at the start, and then what training
    makes of it.

    Args:
        model: as in `edge_popup`, with the weights to freeze (see `frozen_weights`). It is not
            modified.
        train: function that trains a model in place. seed: of the first scores, N(0, 0.01²).

    Returns:
        A new model with the same weights and binary masks through `torch.nn.utils.prune`.

    Source: Zhou, Lan, Liu & Yosinski 2019; here without their dynamic weight rescaling.

    >>> from functools import partial
    >>> from slt_course import datasets, models, pruning, training
    >>> images, labels = datasets.digits()
    >>> options = dict(epochs=20, learning_rate=0.1, progress=False)
    >>> learn = partial(training.train, images=images, labels=labels, **options)
    >>> pruned = supermask(pruning.frozen_weights(models.mlp(64, 100, 10, bias=False)), learn)
    >>> training.accuracy(pruned, *datasets.digits("test")) > 0.8
    True
    """
    check_layers(model)
    stream = generator(seed, "supermask")

    def make_mask(layer):
        return Supermask(
            0.01 * torch.randn(layer.weight.shape, generator=stream, **NUMBERS).to(layer.weight)
        )

    scores = attach(copy.deepcopy(model), make_mask)
    train(scores)
    return with_masks(scores.eval())
