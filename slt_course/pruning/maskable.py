"""Why some layers cannot carry a mask: it would not act, or would overwrite something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import torch
from torch import nn
from torch.nn.modules.linear import NonDynamicallyQuantizableLinear
from torch.nn.parameter import is_lazy

from .layer_state import Layer, has_scores, is_derived, is_masked, original

_Address: TypeAlias = tuple[str, int]  # device and byte
_Span: TypeAlias = tuple[str, _Address, _Address]  # a tensor's name, first and last address


def check_maskable(model: nn.Module, layers: Mapping[str, Layer]) -> None:
    """Refuse layers whose mask would not act, or on which torch's pruning would fail."""
    check_masks_act(model, layers)
    for name, layer in layers.items():
        if is_derived(layer) or has_scores(layer):
            advice = "remove it first, scores by pruning.with_masks"
            raise ValueError(
                f"the weight of layer {name!r} is computed by a parametrization: {advice}"
            )
        taken = [
            attribute for attribute in ("weight_orig", "weight_mask") if hasattr(layer, attribute)
        ]
        if taken and not is_masked(layer):
            raise ValueError(
                f"layer {name!r} has {taken} of its own, which torch's pruning would "
                "overwrite: rename it"
            )


def check_masks_act(model: nn.Module, layers: Mapping[str, Layer]) -> None:
    """Refuse layers whose mask would not act on all that their weight does."""
    lent = {
        id(module.out_proj)
        for module in model.modules()
        if isinstance(module, nn.MultiheadAttention)
    }
    spans = [(name, *_addresses(tensor)) for name, tensor in tensors(model)]
    for name, layer in layers.items():
        if id(layer) in lent or isinstance(layer, NonDynamicallyQuantizableLinear):
            raise ValueError(
                f"layer {name!r} is an output projection of attention, which reads its weight "
                "without calling it: "
                "under a mask it would never train. Leave it out, of the masks or by "
                f"ignore=[{name!r}]"
            )
        _check_not_tied(name, layer, spans)


def _check_not_tied(name: str, layer: Layer, spans: list[_Span]) -> None:
    """Refuse a layer whose weight shares memory with another tensor of the model."""
    first, last = _addresses(original(layer))
    shared = [holder for holder, start, end in spans if start < last and first < end]
    if len(shared) > 1:
        raise ValueError(
            f"{shared} share one weight tensor: a mask on layer {name!r} would apply to one "
            "of them only. Give each a "
            "tensor of its own (clone it), or leave out, of the masks or by ignore=…, every "
            "layer among them"
        )


def tensors(model: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    """Every tensor of the model with its name: parameters, buffers and plain attributes."""
    for name, module in model.named_modules():
        for attribute, value in (vars(module) | module._parameters | module._buffers).items():
            if isinstance(value, torch.Tensor):
                yield f"{name}.{attribute}".lstrip("."), value


def _addresses(tensor: torch.Tensor) -> tuple[_Address, _Address]:
    """First and last address of a tensor's numbers; equal where it has none in ordinary memory."""
    if is_lazy(tensor) or tensor.layout != torch.strided or tensor.is_meta or not tensor.numel():
        return ("", 0), ("", 0)
    start, device = tensor.data_ptr(), str(tensor.device)
    length = 1 + sum((size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride()))
    return (device, start), (device, start + length * tensor.element_size())
