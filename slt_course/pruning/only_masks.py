"""Models in which nothing but the masks can learn: no biases, no norms with parameters."""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from .layer_state import Layer, is_masked
from .layers import prunable
from .maskable import check_maskable

_WITHOUT_WEIGHTS = (
    nn.ReLU,
    nn.Flatten,
    nn.Unflatten,
    nn.MaxPool2d,
    nn.AvgPool2d,
    nn.AdaptiveAvgPool2d,
    nn.Identity,
    nn.Dropout,
)


def check_only_masks_learn(model: nn.Module) -> None:
    """Refuse what would let something other than the masks learn, with the reason."""
    if not isinstance(model, nn.Sequential):
        raise ValueError(f"the model is a {type(model).__name__}: pass an nn.Sequential")
    for name, layer in model.named_children():
        _check_layer_kind(name, layer)
    layers = prunable(model)
    check_maskable(model, layers)
    pruned = [name for name, layer in layers.items() if is_masked(layer)]
    if pruned:  # freezing would not see the weights under the masks
        raise ValueError(
            f"layers {pruned} are pruned already: pass the plain model, or remove the masks first"
        )
    _check_no_other_parameters(model, layers)


def _check_layer_kind(name: str, layer: nn.Module) -> None:
    """Refuse a bias, a norm with parameters, and layers of other kinds than the known ones."""
    if isinstance(layer, nn.Linear | nn.Conv2d):
        if layer.bias is not None:
            raise ValueError(
                f"layer {name!r} has a bias, which would be trained and not pruned: build it "
                "with bias=False"
            )
    elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
        if layer.affine:
            reason = "its scale and shift would learn what masks should: build it with affine=False"
            raise ValueError(f"layer {name!r} is a norm with learnable parameters; {reason}")
    elif not isinstance(layer, _WITHOUT_WEIGHTS):
        kinds = (nn.Linear, nn.Conv2d, nn.BatchNorm2d, *_WITHOUT_WEIGHTS)
        known = ", ".join(kind.__name__ for kind in kinds)
        raise ValueError(f"layer {name!r} is a {type(layer).__name__}: use {known}")


def _check_no_other_parameters(model: nn.Module, layers: Mapping[str, Layer]) -> None:
    """Refuse parameters beside the weights of the prunable layers."""
    extra = {name for name, _ in model.named_parameters()} - {f"{name}.weight" for name in layers}
    if extra:
        raise ValueError(
            f"the model has learnable parameters {sorted(extra)} beside its prunable "
            "weights: remove them"
        )
