"""Masks of a model's layers: read, put on, shuffle.

They live in `torch.nn.utils.prune`, so the model stays an ordinary one.

Masks are a dict from layer name to a bool tensor of the weight's shape, True = kept, as a ticket's
`masks`.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from numpy.typing import ArrayLike
from torch import nn
from torch.nn.utils import prune
from torch.utils.hooks import unserializable_hook

from .layer_state import Model, is_masked, mask_of, pruned_parameter, pruning_mask
from .layers import check_layer_names, weighted
from .maskable import check_maskable
from .randomness import generator


def masks(model: nn.Module) -> dict[str, torch.Tensor]:
    """Read the masks of a model.

    Returns:
        Dict from layer name to a bool tensor of the weight's shape, all True where nothing was
        pruned. Of a model with scores, the present masks.

    Raises:
        ValueError: a model without weights to prune, or whose weights have no numbers yet.

    >>> masks(nn.Linear(2, 1))
    {'': tensor([[True, True]])}
    """
    return {name: mask_of(layer) for name, layer in weighted(model).items()}


def apply_masks(model: Model, masks: Mapping[str, torch.Tensor | ArrayLike]) -> Model:
    """Put masks on a model in place, and return it; its weights stay what they are.

    The named layers lose the masks they had, the others keep theirs.

    Args:
        model: nn.Module.
        masks: from layer name to a mask of the weight's shape, bool or of zeros and ones.

    Returns:
        The model.

    Raises:
        ValueError: an unknown layer name, a layer that cannot carry a mask (see `prunable`),
            another shape, or values other than 0 and 1. Nothing is changed then.

    A pruned layer computes its `weight` at every call. torch cannot deep-copy the model while that
    call's gradient is recorded: `apply_masks(model, masks(model))`, or a call under
    `torch.no_grad()`, makes it copyable again.

    >>> layer = apply_masks(nn.Linear(2, 1), {"": [[True, False]]})
    >>> layer.weight[0, 1].item() == 0, layer.weight_mask
    (True, tensor([[1., 0.]]))
    """
    layers = weighted(model)
    check_layer_names(masks, layers, "masks")
    check_maskable(model, {name: layers[name] for name in masks})
    for name, mask in masks.items():
        check_mask(mask, layers[name].weight, f"layer {name!r}")
    for name, mask in masks.items():
        put_on(layers[name], mask, name)
    return model


def check_mask(mask: torch.Tensor | ArrayLike, weight: torch.Tensor, owner: str) -> None:
    """Refuse a mask of another shape than the weight's, or with other values than 0 and 1."""
    values = torch.as_tensor(mask, device=weight.device)
    if values.shape != weight.shape:
        shapes = tuple(values.shape), tuple(weight.shape)
        raise ValueError(
            f"the mask of {owner} has shape {shapes[0]}: its weight has shape {shapes[1]}"
        )
    if not bool(((values == 0) | (values == 1)).all()):
        raise ValueError(
            f"the mask of {owner} holds values other than 0 and 1: pass a binary mask, True = kept"
        )


@torch.inference_mode(False)
@torch.no_grad()
def put_on(
    module: nn.Module, mask: torch.Tensor | ArrayLike, name: str, tensor: str = "weight"
) -> None:
    """Mask one tensor of the module called `name` through torch's pruning."""
    mask = torch.as_tensor(mask, device=getattr(module, tensor).device).bool()
    # a second custom_from_mask would multiply the masks, and could never keep more
    if is_masked(module, tensor):
        pruning_mask(module, tensor).copy_(mask)
    else:
        prune.custom_from_mask(module, tensor, mask)
    refresh(module, name, tensor)


@torch.no_grad()
def refresh(module: nn.Module, name: str, tensor: str = "weight") -> None:
    """Compute a masked tensor from its parameter, as torch's hook does at every call.

    Only a module that is used without being called lets a gradient arrive at this very value: it
    would be lost.
    """
    parameter = pruned_parameter(module, tensor)
    value = parameter * pruning_mask(module, tensor)
    if parameter.requires_grad:

        @unserializable_hook
        def raise_lost_gradient(gradient: torch.Tensor) -> None:
            raise RuntimeError(
                f"the {tensor} of layer {name!r} was used without calling the layer: under its "
                "mask it would never train. "
                f"Prune without it, ignore=[{name!r}]; or call the layer before you use its "
                f"{tensor} elsewhere"
            )

        value.requires_grad_().register_hook(raise_lost_gradient)
    setattr(module, tensor, value)


def shuffled(masks: Mapping[str, torch.Tensor], seed: int = 0) -> dict[str, torch.Tensor]:
    """Shuffle the masks of every layer: a control for what a mask's positions are worth.

    Args:
        masks: from layer name to a mask, of any shape.
        seed: of the shuffling.

    Returns:
        Dict with the same names: random masks with as many kept weights in every layer.

    >>> shuffled({"a": torch.tensor([True, False, False])}, seed=1)["a"].sum().item()
    1
    """
    stream = generator(seed, "shuffled")
    found = {}
    for name, mask in masks.items():
        order = torch.randperm(mask.numel(), generator=stream, device="cpu").to(mask.device)
        found[name] = mask.flatten()[order].view_as(mask)
    return found
