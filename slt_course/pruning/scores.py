"""Learnable scores on frozen weights: a layer computes with weight · mask(scores).

Gradients pass straight through the mask to the scores.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn.utils import parametrize

from .largest import largest
from .layer_state import Layer, Model, has_scores, parametrizations, scores_of
from .layers import prunable, weighted
from .masks import put_on


class _StraightThrough(torch.autograd.Function):
    """A mask of the `count` largest magnitudes, with the gradient of the magnitudes themselves."""

    @staticmethod
    def forward(ctx: Any, magnitudes: torch.Tensor, count: int) -> torch.Tensor:
        return largest(magnitudes.flatten(), count).view_as(magnitudes).to(magnitudes.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        return gradient, None


class TopK(nn.Module):
    """Edge-popup's mask: the weights of largest |score| of the layer, exactly `count` of them.

    Args:
        scores: tensor of the weight's shape.
        keep_fraction: share of the weights to keep, in (0, 1]: count = round(keep_fraction · size).

    Source: Ramanujan et al. 2020.

    >>> top = TopK(torch.tensor([0.5, -2.0, 1.0]), keep_fraction=2 / 3)
    >>> top.count, top.mask()
    (2, tensor([False,  True,  True]))
    """

    def __init__(self, scores: torch.Tensor, keep_fraction: float) -> None:
        super().__init__()
        self.scores = nn.Parameter(scores)
        self.count = round(keep_fraction * scores.numel())

    def mask(self) -> torch.Tensor:
        """Compute the present mask: a bool tensor of the weight's shape."""
        return largest(self.scores.detach().abs().flatten(), self.count).view_as(self.scores)

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Multiply the weight by the mask; the gradient passes straight through to the scores."""
        return weight * _StraightThrough.apply(self.scores.abs(), self.count)


class Supermask(nn.Module):
    """Zhou et al.'s mask: each weight is kept with probability sigmoid(score).

    The mask is drawn anew at every call in training; in evaluation it is the likelier one.

    Args:
        scores: tensor of the weight's shape.

    Source: Zhou, Lan, Liu & Yosinski 2019.

    >>> Supermask(torch.tensor([0.5, -2.0, 1.0])).mask()
    tensor([ True, False,  True])
    """

    def __init__(self, scores: torch.Tensor) -> None:
        super().__init__()
        self.scores = nn.Parameter(scores)

    def mask(self) -> torch.Tensor:
        """Compute the likelier mask, a bool tensor: kept is what has probability at least 1/2."""
        return self.scores.detach() >= 0

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Multiply the weight by a mask; in training, with the gradient of its probability."""
        if not self.training:
            return weight * self.mask()
        probability = self.scores.sigmoid()
        drawn = torch.bernoulli(probability.detach())
        # the value of the draw, the gradient of its probability
        return weight * (drawn + probability - probability.detach())


def attach(model: Model, make_mask: Callable[[Layer], TopK | Supermask]) -> Model:
    """Freeze a model's prunable weights and give each layer make_mask(layer), in place."""
    for layer in prunable(model).values():
        layer.weight.requires_grad_(False)
        parametrize.register_parametrization(layer, "weight", make_mask(layer))
    return model


def scored(model: nn.Module) -> dict[str, TopK | Supermask]:
    """Find the mask modules of a model with scores.

    Returns:
        Dict from layer name to TopK or Supermask; empty for a model without scores.

    Raises:
        ValueError: a model without weights to prune, or whose weights have no numbers yet.

    >>> from slt_course.pruning import with_scores
    >>> model = with_scores(nn.Sequential(nn.Linear(4, 3, bias=False)), keep_fraction=0.5)
    >>> scored(model)["0"].count
    6
    """
    return {name: scores_of(layer) for name, layer in weighted(model).items() if has_scores(layer)}


def with_masks(model: Model) -> Model:
    """Copy a model with scores to an ordinary one that has its present masks.

    Args:
        model: of `with_scores`, say. It is not modified.

    Returns:
        A new model: the same weights bit for bit, the masks through `torch.nn.utils.prune`.

    Raises:
        ValueError: the model has no scores, or scores that are NaN.

    >>> from slt_course.pruning import keep_fraction, with_scores
    >>> scores = with_scores(nn.Sequential(nn.Linear(4, 3, bias=False)), keep_fraction=0.5)
    >>> keep_fraction(with_masks(scores))
    0.5
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
        weight = parametrizations(layer).original
        # remove_parametrizations would change the class that this copy shares with the model it was
        # copied from
        layer.__class__ = parametrize.type_before_parametrizations(layer)
        del layer.parametrizations
        layer.weight = weight
        put_on(layer, module.mask(), name)
    return model
