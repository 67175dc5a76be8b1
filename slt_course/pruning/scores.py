"""Learnable scores on frozen weights: the layer computes with weight · mask(scores), and gradients
pass straight through.
"""

import copy

import torch
from torch import nn
from torch.nn.utils import parametrize

from .layers import has_scores, prunable, weighted
from .magnitude import largest
from .masks import put_on


class StraightThrough(torch.autograd.Function):
    """Forward: a mask of the `count` largest magnitudes.

    Backward: as if the mask were the magnitudes themselves.
    """

    @staticmethod
    def forward(ctx, magnitudes, count):
        return largest(magnitudes.flatten(), count).view_as(magnitudes).to(magnitudes.dtype)

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


class TopK(nn.Module):
    """Edge-popup's mask: the weights of largest |score| of the layer, exactly `count` of them."""

    def __init__(self, scores, keep_fraction):
        super().__init__()
        self.scores = nn.Parameter(scores)
        self.count = round(keep_fraction * scores.numel())

    def mask(self):
        """Bool tensor of the weight's shape."""
        return largest(self.scores.detach().abs().flatten(), self.count).view_as(self.scores)

    def forward(self, weight):
        return weight * StraightThrough.apply(self.scores.abs(), self.count)


class Supermask(nn.Module):
    """Zhou et al.'s mask: kept with probability sigmoid(score).

    Drawn in training, the likelier in evaluation.
    """

    def __init__(self, scores):
        super().__init__()
        self.scores = nn.Parameter(scores)

    def mask(self):
        """Bool tensor of the weight's shape: the weights whose probability is at least one half."""
        return self.scores.detach() >= 0

    def forward(self, weight):
        if not self.training:
            return weight * self.mask()
        probability = self.scores.sigmoid()
        drawn = torch.bernoulli(probability.detach())
        return weight * (
            drawn + probability - probability.detach()
        )  # the value of the draw, the gradient of its probability


def attach(model, make_mask):
    """Freeze the weights of a model's prunable layers and give each a mask module,
    make_mask(layer), in place.
    """
    for layer in prunable(model).values():
        layer.weight.requires_grad_(False)
        parametrize.register_parametrization(layer, "weight", make_mask(layer))
    return model


def scored(model):
    """The mask modules of a model with scores: dict from layer name to TopK or Supermask."""
    layers = weighted(model)
    return {
        name: layer.parametrizations.weight[0]
        for name, layer in layers.items()
        if has_scores(layer)
    }


def with_masks(model):
    """An ordinary copy of a model with scores: its weights bit for bit, its present masks through
    `torch.nn.utils.prune`.

    Raises:
        ValueError: the model has no scores.
    """
    if not scored(model):
        raise ValueError(
            "the model has no scores: make one with pruning.with_scores or pruning.supermask"
        )
    model = copy.deepcopy(model)
    for name, module in scored(model).items():
        if bool(module.scores.isnan().any()):
            raise ValueError(
                f"the scores of layer {name!r} hold NaN: training diverged, lower its learning rate"
            )
        layer = weighted(model)[name]
        weight = layer.parametrizations.weight.original
        # remove_parametrizations would change the class that this copy shares with the model it was
        # copied from
        layer.__class__ = parametrize.type_before_parametrizations(layer)
        del layer.parametrizations
        layer.weight = weight
        put_on(layer, module.mask(), name)
    return model
