"""What a Linear or Conv layer holds: its weights, the mask on them, where the mask comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

import torch
from torch import nn
from torch.nn.utils import parametrize, prune

if TYPE_CHECKING:
    from .scores import Supermask, TopK

PRUNABLE = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
Layer: TypeAlias = nn.Linear | nn.Conv1d | nn.Conv2d | nn.Conv3d
Model = TypeVar("Model", bound=nn.Module)  # functions that return the kind of model they are given


def is_masked(module: nn.Module, tensor: str = "weight") -> bool:
    """Whether torch's pruning computes this tensor of the module.

    A buffer called weight_mask alone says nothing: others have one, too.
    """
    hooks = module._forward_pre_hooks.values()
    return any(
        isinstance(hook, prune.BasePruningMethod) and hook._tensor_name == tensor for hook in hooks
    )


def has_scores(layer: nn.Module) -> bool:
    """Whether the layer's mask comes from learnable scores (see `scores.py`)."""
    return parametrize.is_parametrized(layer, "weight") and hasattr(scores_of(layer), "mask")


def scores_of(layer: nn.Module) -> TopK | Supermask:
    """The module that makes the mask of a layer with scores."""
    return cast("TopK | Supermask", parametrizations(layer)[0])


def parametrizations(layer: nn.Module) -> parametrize.ParametrizationList:
    """What computes the weight of a parametrized layer, and the tensor it starts from."""
    return cast(parametrize.ParametrizationList, layer.get_submodule("parametrizations.weight"))


def is_derived(layer: nn.Module) -> bool:
    """Whether the weight is computed by something other than a mask: a weight norm, say."""
    plain = isinstance(layer._parameters.get("weight"), nn.Parameter)
    return not (plain or is_masked(layer) or has_scores(layer))


def original(layer: Layer) -> torch.Tensor:
    """The weights under the mask: the parameter itself."""
    if has_scores(layer):
        return parametrizations(layer).original
    return pruned_parameter(layer) if is_masked(layer) else layer.weight


def mask_of(layer: Layer) -> torch.Tensor:
    """The layer's mask: a bool tensor of the weight's shape, all True where nothing is pruned."""
    if has_scores(layer):
        return scores_of(layer).mask()
    if is_masked(layer):
        return pruning_mask(layer).bool()
    return torch.ones_like(layer.weight, dtype=torch.bool)


def pruned_parameter(module: nn.Module, tensor: str = "weight") -> torch.Tensor:
    """The parameter from which torch's pruning computes a masked tensor."""
    return getattr(module, f"{tensor}_orig")


def pruning_mask(module: nn.Module, tensor: str = "weight") -> torch.Tensor:
    """The mask by which torch's pruning multiplies it: zeros and ones in the parameter's dtype."""
    return getattr(module, f"{tensor}_mask")
