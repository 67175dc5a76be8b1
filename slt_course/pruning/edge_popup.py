"""Edge-popup: freeze random weights, learn a score per weight, compute with the best-scored ones
(Ramanujan et al. 2020).
"""

import copy
import math

import torch
from torch import nn

from .layers import is_masked, prunable, refuse_unmaskable
from .masks import NUMBERS, check_keep_fraction, fingerprint, generator
from .scores import TopK, attach, with_masks

WEIGHTS = {
    "signed_constant": "plus or minus the Kaiming standard deviation, by a fair coin",
    "normal": "N(0, Kaiming variance)",
    "uniform": "uniform with the Kaiming variance",
    "own": "the model's own weights",
}
WITHOUT_WEIGHTS = (
    nn.ReLU,
    nn.Flatten,
    nn.Unflatten,
    nn.MaxPool2d,
    nn.AvgPool2d,
    nn.AdaptiveAvgPool2d,
    nn.Identity,
    nn.Dropout,
)


def edge_popup(model, keep_fraction, train, weights="signed_constant", rescale=True, seed=0):
    """Prune a random network to a good one without training a single weight.

    Args:
        model: nn.Sequential of Linear and Conv2d without biases, BatchNorm with affine=False, and
            layers without parameters. It is not modified; the work runs on its device.
        keep_fraction: share of every layer's weights to keep, in (0, 1].
        train: function that trains a model in place, by gradient on the parameters that require it:
            here only the scores.
        weights: a key of WEIGHTS: how the frozen weights are drawn.
        rescale: draw them 1/sqrt(keep_fraction) times larger, so that what is kept has the Kaiming
            variance; no effect on "own" weights.
        seed: of weights and first scores.

    Returns:
        A new model with these random weights, untouched, and binary masks through
        `torch.nn.utils.prune`.

    Raises:
        ValueError: a learnable bias or norm, another kind of layer, a model that is pruned already,
            keep_fraction outside (0, 1] or so small that a layer would be empty, unknown weights, a
            `train` that changed weights.

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


@torch.no_grad()
def frozen_weights(model, keep_fraction=1.0, weights="signed_constant", rescale=True, seed=0):
    """A copy of a model with random weights that require no gradient.

    Arguments and errors as in `edge_popup`.
    """
    check_layers(model)
    if not check_keep_fraction(keep_fraction):
        raise ValueError("keep_fraction is 0: nothing would be left; give a number in (0, 1]")
    if weights not in WEIGHTS:
        raise ValueError(f"weights is {weights!r}: choose one of {', '.join(WEIGHTS)}")
    model, stream = copy.deepcopy(model), generator(seed, "frozen weights")
    for layer in prunable(model).values():
        layer.weight.requires_grad_(False)
        if weights != "own":
            fan_in = layer.weight[0].numel() * (keep_fraction if rescale else 1.0)
            layer.weight.copy_(math.sqrt(2 / fan_in) * draw(weights, layer.weight.shape, stream))
    return model


def draw(weights, shape, stream):
    """Random numbers of mean 0 and variance 1."""
    if weights == "normal":
        return torch.randn(shape, generator=stream, **NUMBERS)
    if weights == "uniform":
        return (torch.rand(shape, generator=stream, **NUMBERS) * 2 - 1) * math.sqrt(3)
    return torch.randint(0, 2, shape, generator=stream, **NUMBERS) * 2 - 1


def with_scores(model, keep_fraction, seed=0):
    """A copy of a model whose layers compute with their top-scored weights: only the scores require
    a gradient.

    Args:
        model: as in `edge_popup`; its weights are frozen as they are. keep_fraction, seed: as
            there.
    """
    check_layers(model)
    keep_fraction, stream = check_keep_fraction(keep_fraction), generator(seed, "scores")
    empty = [
        name
        for name, layer in prunable(model).items()
        if round(keep_fraction * layer.weight.numel()) == 0
    ]
    if empty:
        raise ValueError(
            f"keep_fraction is {keep_fraction}: nothing would be left of layers "
            f"{empty}; give a larger one"
        )

    def make_mask(layer):
        bound = 1 / math.sqrt(layer.weight[0].numel())
        scores = (torch.rand(layer.weight.shape, generator=stream, **NUMBERS) * 2 - 1) * bound
        return TopK(scores.to(layer.weight), keep_fraction)

    return attach(copy.deepcopy(model), make_mask)


def check_layers(model):
    """Refuse what would let something else than the masks learn, with the reason."""
    if not isinstance(model, nn.Sequential):
        raise ValueError(f"the model is a {type(model).__name__}: pass an nn.Sequential")
    for name, layer in model.named_children():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            if layer.bias is not None:
                raise ValueError(
                    f"layer {name!r} has a bias, which would be trained and not pruned: build it "
                    "with bias=False"
                )
        elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            if layer.affine:
                reason = (
                    "its scale and shift would learn what masks should: build it with affine=False"
                )
                raise ValueError(f"layer {name!r} is a norm with learnable parameters; {reason}")
        elif not isinstance(layer, WITHOUT_WEIGHTS):
            known = ", ".join(
                kind.__name__ for kind in (nn.Linear, nn.Conv2d, nn.BatchNorm2d, *WITHOUT_WEIGHTS)
            )
            raise ValueError(f"layer {name!r} is a {type(layer).__name__}: use {known}")
    layers = prunable(model)
    refuse_unmaskable(model, layers)
    pruned = [name for name, layer in layers.items() if is_masked(layer)]
    if pruned:  # freezing would not see the weights under the masks
        raise ValueError(
            f"layers {pruned} are pruned already: pass the plain model, or remove the masks first"
        )
    extra = {name for name, _ in model.named_parameters()} - {f"{name}.weight" for name in layers}
    if extra:
        raise ValueError(
            f"the model has learnable parameters {sorted(extra)} beside its prunable "
            "weights: remove them"
        )
