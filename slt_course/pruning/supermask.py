"""Supermasks by Bernoulli probabilities, the predecessor of edge-popup (Zhou et al. 2019)."""

from __future__ import annotations

import copy
from collections.abc import Callable

from torch import nn

from .layer_state import Layer
from .only_masks import check_only_masks_learn
from .randomness import generator, normal
from .scores import Supermask, attach, with_masks


def supermask(
    model: nn.Sequential, train: Callable[[nn.Sequential], object], seed: int = 0
) -> nn.Sequential:
    """Learn a keeping probability for every frozen weight, and keep what is likelier kept than not.

    The share kept is a result, not an argument: about one half at the start, and then what training
    makes of it.

    Args:
        model: nn.Sequential of Linear and Conv2d without biases, BatchNorm with affine=False, and
            layers without parameters, with the weights to freeze (see `frozen_weights`). It is not
            modified; the work runs on its device.
        train: function that trains a model in place, by gradient on the parameters that require it:
            here only the scores. What it returns is not used.
        seed: of the first scores, N(0, 0.01²).

    Returns:
        A new model with the same weights and binary masks through `torch.nn.utils.prune`.

    Raises:
        ValueError: a learnable bias or norm, another kind of layer, a layer that cannot carry a
            mask (see `prunable`), a model that is pruned already, a `train` that left scores that
            are NaN.

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
    check_only_masks_learn(model)
    stream = generator(seed, "supermask")

    def make_mask(layer: Layer) -> Supermask:
        return Supermask(0.01 * normal(layer.weight.shape, stream).to(layer.weight))

    scores = attach(copy.deepcopy(model), make_mask)
    train(scores)
    return with_masks(scores.eval())
