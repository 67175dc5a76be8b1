"""Edge-popup: learn a score per frozen random weight, compute with the best-scored ones.

Source: Ramanujan et al. 2020.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable

import numpy as np
from torch import nn

from .frozen import Weights, frozen_weights
from .layer_state import Layer
from .layers import prunable
from .measures import check_keep_fraction, fingerprint
from .only_masks import check_only_masks_learn
from .randomness import generator, uniform
from .scores import TopK, attach, with_masks


def edge_popup(
    model: nn.Sequential,
    keep_fraction: float | np.floating,
    train: Callable[[nn.Sequential], object],
    weights: Weights = "signed_constant",
    rescale: bool = True,
    seed: int = 0,
) -> nn.Sequential:
    """Prune a random network to a good one without training a single weight.

    Args:
        model: nn.Sequential of Linear and Conv2d without biases, BatchNorm with affine=False, and
            layers without parameters. It is not modified; the work runs on its device.
        keep_fraction: share of every layer's weights to keep, in (0, 1].
        train: function that trains a model in place, by gradient on the parameters that require it:
            here only the scores. What it returns is not used.
        weights: how the frozen weights are drawn, all with mean 0 and the Kaiming variance
            2 / fan_in: "signed_constant", plus or minus its root by a fair coin; "normal";
            "uniform"; or "own", the model's own weights as they are.
        rescale: draw them 1/sqrt(keep_fraction) times larger, so that what is kept has the Kaiming
            variance; no effect on "own" weights.
        seed: of weights and first scores.

    Returns:
        A new model with these random weights, untouched, and binary masks through
        `torch.nn.utils.prune`.

    Raises:
        ValueError: a learnable bias or norm, another kind of layer, a layer that cannot carry a
            mask (see `prunable`), a model that is pruned already, keep_fraction outside (0, 1] or
            so small that a layer would be empty, unknown weights, a `train` that changed weights or
            left scores that are NaN.

    Source: Ramanujan et al. 2020 (scores in absolute value, top share per layer, straight-through
    gradient).

    >>> from functools import partial
    >>> from slt_course import datasets, models, training
    >>> images, labels = datasets.digits()
    >>> options = dict(epochs=5, learning_rate=0.05, progress=False)
    >>> learn = partial(training.train, images=images, labels=labels, **options)
    >>> pruned = edge_popup(models.mlp(64, 100, 10, bias=False), 0.5, learn)
    >>> training.accuracy(pruned, *datasets.digits("test")) > 0.8
    True
    """
    model = frozen_weights(model, keep_fraction, weights, rescale, seed)
    before = fingerprint(model)
    model = with_scores(model, keep_fraction, seed)
    train(model)
    if fingerprint(model) != before:
        raise ValueError(
            "train changed the frozen weights: it may only change parameters that "
            "require a gradient"
        )
    return with_masks(model).eval()


def with_scores(
    model: nn.Sequential, keep_fraction: float | np.floating, seed: int = 0
) -> nn.Sequential:
    """Copy a model and give it scores: its layers compute with their top-scored weights.

    Only the scores require a gradient; they start uniform in ±1/sqrt(fan_in).

    Args:
        model: nn.Sequential of Linear and Conv2d without biases, BatchNorm with affine=False, and
            layers without parameters. It is not modified; its weights are frozen as they are.
        keep_fraction: share of every layer's weights to compute with, in (0, 1].
        seed: of the first scores. The global generator is left as it was.

    Returns:
        A new model; `scored` finds its scores, `with_masks` makes it an ordinary one.

    Raises:
        ValueError: a learnable bias or norm, another kind of layer, a layer that cannot carry a
            mask (see `prunable`), a model that is pruned already, keep_fraction outside [0, 1] or
            so small that a layer would be empty.

    Source: Ramanujan et al. 2020.

    >>> model = with_scores(nn.Sequential(nn.Linear(4, 3, bias=False)), keep_fraction=0.5)
    >>> [(name, scores.requires_grad) for name, scores in model.named_parameters()]
    [('0.parametrizations.weight.original', False), ('0.parametrizations.weight.0.scores', True)]
    """
    check_only_masks_learn(model)
    share, stream = check_keep_fraction(keep_fraction), generator(seed, "scores")
    _check_layers_keep_weights(model, share)

    def make_mask(layer: Layer) -> TopK:
        bound = 1 / math.sqrt(layer.weight[0].numel())
        scores = (uniform(layer.weight.shape, stream) * 2 - 1) * bound
        return TopK(scores.to(layer.weight), share)

    return attach(copy.deepcopy(model), make_mask)


def _check_layers_keep_weights(model: nn.Module, share: float) -> None:
    """Refuse a share so small that no weight of some layer is kept."""
    empty = [
        name for name, layer in prunable(model).items() if round(share * layer.weight.numel()) == 0
    ]
    if empty:
        raise ValueError(
            f"keep_fraction is {share}: nothing would be left of layers {empty}; give a larger one"
        )
