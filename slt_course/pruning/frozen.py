"""Random weights that are never trained: what edge-popup and supermasks choose from."""

from __future__ import annotations

import copy
import math
from typing import Literal, TypeAlias, get_args

import numpy as np
import torch
from torch import nn

from .layers import prunable
from .measures import check_keep_fraction
from .only_masks import check_only_masks_learn
from .randomness import generator, normal, signs, uniform

Weights: TypeAlias = Literal["signed_constant", "normal", "uniform", "own"]


@torch.no_grad()
def frozen_weights(
    model: nn.Sequential,
    keep_fraction: float | np.floating = 1.0,
    weights: Weights = "signed_constant",
    rescale: bool = True,
    seed: int = 0,
) -> nn.Sequential:
    """Copy a model and give it random weights that require no gradient.

    Args:
        model: nn.Sequential of Linear and Conv2d without biases, BatchNorm with affine=False, and
            layers without parameters. It is not modified; the work runs on its device.
        keep_fraction: share of the weights that will be kept, in (0, 1]: for the scale only.
        weights: how they are drawn, all with mean 0 and the Kaiming variance 2 / fan_in:
            "signed_constant", plus or minus its root by a fair coin; "normal"; "uniform"; or "own",
            the model's own weights as they are.
        rescale: draw them 1/sqrt(keep_fraction) times larger, so that what is kept has the Kaiming
            variance; no effect on "own" weights.
        seed: of the weights. The global generator is left as it was.

    Returns:
        A new model.

    Raises:
        ValueError: a learnable bias or norm, another kind of layer, a layer that cannot carry a
            mask (see `prunable`), a model that is pruned already, keep_fraction outside (0, 1],
            unknown weights.

    Source: Ramanujan et al. 2020 (signed constants, scaling by the share that is kept).

    >>> frozen = frozen_weights(nn.Sequential(nn.Linear(8, 3, bias=False)))
    >>> frozen[0].weight.abs().unique(), frozen[0].weight.requires_grad
    (tensor([0.5000]), False)
    """
    check_only_masks_learn(model)
    if check_keep_fraction(keep_fraction) == 0:
        raise ValueError("keep_fraction is 0: nothing would be left; give a number in (0, 1]")
    if weights not in get_args(Weights):
        raise ValueError(f"weights is {weights!r}: choose one of {', '.join(get_args(Weights))}")
    model, stream = copy.deepcopy(model), generator(seed, "frozen weights")
    for layer in prunable(model).values():
        layer.weight.requires_grad_(False)
        if weights != "own":
            fan_in = layer.weight[0].numel() * (keep_fraction if rescale else 1.0)
            layer.weight.copy_(math.sqrt(2 / fan_in) * draw(weights, layer.weight.shape, stream))
    return model


def draw(
    weights: Literal["signed_constant", "normal", "uniform"],
    shape: torch.Size,
    stream: torch.Generator,
) -> torch.Tensor:
    """Random numbers of mean 0 and variance 1."""
    if weights == "normal":
        return normal(shape, stream)
    if weights == "uniform":
        return (uniform(shape, stream) * 2 - 1) * math.sqrt(3)
    return signs(shape, stream)
