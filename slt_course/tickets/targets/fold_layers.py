"""A BatchNorm made part of the layer before or after it, or a layer of its own."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import prune

from .batchnorm import is_batchnorm
from .layer import read_layer
from .refusals import advice_for, check_behaviour


@dataclass(frozen=True)
class Waiting:
    """A BatchNorm that fits no layer before it, with what to say if none follows either."""

    factor: Tensor  # (C,) float64
    summand: Tensor
    images: bool
    like: Tensor  # of its dtype and device
    refusal: str

    def as_layer(self):
        """The BatchNorm as a layer with a diagonal weight."""
        weight = torch.diag(self.factor)
        kernels = weight[:, :, None, None] if self.images else weight
        return _layer_of(kernels, self.summand, self.like)


def _layer_of(weight, bias, like, geometry=None):
    """A Linear or Conv2d layer with `like`'s dtype and device; a Conv2d slides as `geometry`."""
    outputs, inputs, *kernel = weight.shape
    if kernel:
        names = ("stride", "padding", "dilation", "padding_mode") if geometry is not None else ()
        options = {name: getattr(geometry, name) for name in names}
        layer = nn.utils.skip_init(
            nn.Conv2d, inputs, outputs, tuple(kernel), bias=bias is not None, **options
        )
    else:
        layer = nn.utils.skip_init(nn.Linear, inputs, outputs, bias=bias is not None)
    layer.weight = nn.Parameter(weight.to(like), like.requires_grad)
    layer.bias = None if bias is None else nn.Parameter(bias.to(like), like.requires_grad)
    return layer


def scaled_after(position, layer, factor, summand):
    """The layer followed by x -> factor·x + summand in every output."""
    weight, old = _weight_and_bias(layer)
    if len(weight) != len(factor):
        raise TypeError(
            f"layer {position} is a BatchNorm of {len(factor)} channels after a layer with "
            f"{len(weight)} outputs"
        )
    scaled = weight * factor.view(-1, *(1 for _ in weight.shape[1:]))
    return _layer_of(scaled, old * factor + summand, layer.weight, layer)


def scaled_before(layer, norm):
    """The layer at factor·x + summand instead of x.

    After a Flatten each channel's numbers stand for all of its pixels.
    """
    weight, old = _weight_and_bias(layer)
    factor, summand = (
        part.repeat_interleave(weight.shape[1] // len(part)) for part in (norm.factor, norm.summand)
    )
    bias = old + weight.flatten(2).sum(2) @ summand if weight.ndim > 2 else old + weight @ summand
    return _layer_of(
        weight * factor.view(1, -1, *(1 for _ in weight.shape[2:])), bias, layer.weight, layer
    )


def takes(layer, norm, flattened):
    """Whether a BatchNorm before a layer, or before its Flatten, can be made part of it exactly."""
    channels = len(norm.factor)
    if isinstance(layer, nn.Linear):
        if flattened:
            return layer.in_features % channels == 0
        return layer.in_features == channels and not norm.images
    if not isinstance(layer, nn.Conv2d) or layer.in_channels != channels:
        return False
    # zeros that pad the input do not pass through the BatchNorm
    pads_zeros = layer.padding_mode == "zeros" and layer.padding not in ((0, 0), "valid")
    return not (pads_zeros and bool(norm.summand.any()))


def plain_copy(position, module):
    """A copy of a layer; a Linear or Conv2d gets the weights that its forward uses now."""
    hidden = next((name for name, inner in module.named_modules() if is_batchnorm(inner)), None)
    if hidden is not None:
        raise TypeError(
            f"layer {position} is {type(module).__name__}, with a BatchNorm inside, at "
            f"{position}.{hidden}, and its forward is not known: {advice_for(module)}"
        )
    if prune.is_pruned(module) and not list(module.children()):
        raise ValueError(
            f"layer {position} is pruned: make that permanent first, with "
            "torch.nn.utils.prune.remove"
        )
    if not isinstance(module, (nn.Linear, nn.Conv2d)):
        check_behaviour(position, module, type(module))
        return copy.deepcopy(module)
    check_behaviour(position, module, nn.Linear if isinstance(module, nn.Linear) else nn.Conv2d)
    layer = read_layer(position, module, signed=True, outer_scale=1.0)
    return _layer_of(layer.weight, layer.bias, next(module.parameters()), module)


def _weight_and_bias(layer):
    """Both in float64; 0.0 for no bias."""
    bias = 0.0 if layer.bias is None else layer.bias.detach().double()
    return layer.weight.detach().double(), bias
