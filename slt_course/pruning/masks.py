"""Masks of a model's layers: read, put on, count. They live in `torch.nn.utils.prune`, so the model stays an ordinary one.

Masks are a dict from layer name to a bool tensor of the weight's shape, True = kept, as a ticket's `masks`.
"""

import hashlib
import numbers

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parametrize, prune

PRUNABLE = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


def prunable(model, ignore=()):
    """The layers whose weights can be pruned: dict from name to module, for Linear and Conv layers. Biases are never pruned.

    Args:
        model: nn.Module. ignore: names of layers to leave out.

    Raises:
        ValueError: nothing to prune, an ignored name that is no such layer, or one weight tensor used by two layers.

    >>> list(prunable(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)), ignore=["2"]))
    ['0']
    """
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, PRUNABLE)}
    ignore = {ignore} if isinstance(ignore, str) else set(ignore or ())
    refuse_unknown(ignore, layers, "ignore")
    layers = {name: layer for name, layer in layers.items() if name not in ignore}
    if not sum(layer.weight.numel() for layer in layers.values()):
        raise ValueError("there is nothing to prune: the model has no Linear or Conv layer with weights that is not ignored")
    if len({id(original(layer)) for layer in layers.values()}) < len(layers):
        raise ValueError(
            f"some of the layers {list(layers)} share one weight tensor: a mask would apply to one of them only"
        )
    return layers


def masks(model):
    """The masks of a model: dict from layer name to bool tensor, all True where nothing was pruned.

    >>> masks(nn.Linear(2, 1))
    {'': tensor([[True, True]])}
    """
    return {name: mask_of(layer) for name, layer in prunable(model).items()}


def mask_of(layer):
    if has_scores(layer):
        return layer.parametrizations.weight[0].mask()
    return layer.weight_mask.bool() if hasattr(layer, "weight_mask") else torch.ones_like(layer.weight, dtype=torch.bool)


def has_scores(layer):
    """Whether the layer's mask comes from learnable scores (see `scores.py`)."""
    return parametrize.is_parametrized(layer, "weight") and hasattr(layer.parametrizations.weight[0], "mask")


@torch.no_grad()
def apply_masks(model, masks):
    """Put masks on a model in place, replacing those of the named layers; its weights stay what they are. Returns the model.

    Args:
        model: nn.Module. masks: dict from layer name to a tensor of the weight's shape, bool or of zeros and ones.

    Raises:
        ValueError: an unknown layer name, another shape, or values other than 0 and 1. Nothing is changed then.

    >>> layer = apply_masks(nn.Linear(2, 1), {"": torch.tensor([[True, False]])})
    >>> layer.weight[0, 1].item() == 0, keep_fraction(layer)
    (True, 0.5)
    """
    layers = prunable(model)
    refuse_unknown(masks, layers, "masks")
    refuse_derived(layers)
    for name, mask in masks.items():
        shape, values = tuple(layers[name].weight.shape), torch.as_tensor(mask)
        if tuple(values.shape) != shape:
            raise ValueError(f"the mask of layer {name!r} has shape {tuple(values.shape)}: its weight has shape {shape}")
        if not bool(((values == 0) | (values == 1)).all()):
            raise ValueError(f"the mask of layer {name!r} holds values other than 0 and 1: pass a binary mask, True = kept")
    for name, mask in masks.items():
        put_on(layers[name], torch.as_tensor(mask, device=layers[name].weight.device).bool())
    return model


def put_on(layer, mask):
    if not hasattr(layer, "weight_mask"):
        prune.custom_from_mask(layer, "weight", mask)
        return
    layer.weight_mask.copy_(mask)  # a second custom_from_mask would multiply the masks, and could never keep more
    layer.weight = layer.weight_orig * layer.weight_mask


def original(layer):
    """The weights under the mask: the parameter itself."""
    if has_scores(layer):
        return layer.parametrizations.weight.original
    return layer.weight_orig if hasattr(layer, "weight_mask") else layer.weight


def keep_fraction(model):
    """Kept share of the prunable weights, counted: a float in [0, 1]. Biases and norms do not count.

    Args:
        model: nn.Module, or a dict of masks. Of a model with scores, its present mask counts.

    >>> keep_fraction(nn.Linear(3, 3)), keep_fraction({"a": torch.tensor([True, False])})
    (1.0, 0.5)
    """
    found = model if isinstance(model, dict) else masks(model)
    return sum(int(mask.sum()) for mask in found.values()) / sum(mask.numel() for mask in found.values())


def shuffled(masks, seed=0):
    """Random masks with the same number of kept weights in every layer: a control for what a mask's positions are worth.

    >>> shuffled({"a": torch.tensor([True, False, False])}, seed=1)["a"].sum().item()
    1
    """
    stream = generator(seed, "shuffled")
    return {
        name: mask.flatten()[torch.randperm(mask.numel(), generator=stream).to(mask.device)].view_as(mask)
        for name, mask in masks.items()
    }


def fingerprint(model):
    """SHA-256 of all prunable weights under the masks: equal before and after work that may only change masks.

    >>> layer = nn.Linear(2, 2)
    >>> fingerprint(layer) == fingerprint(apply_masks(layer, {"": torch.eye(2)}))
    True
    """
    digest = hashlib.sha256()
    for name, layer in prunable(model).items():
        weight = original(layer).detach().cpu().contiguous()
        digest.update(f"{name} {weight.dtype} {tuple(weight.shape)}".encode() + weight.view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def generator(seed, purpose):
    """A random stream of its own for every purpose: the same seed elsewhere, for weights say, gives unrelated numbers."""
    return torch.Generator().manual_seed(int(np.random.SeedSequence([seed, *purpose.encode()]).generate_state(1)[0]))


def refuse_derived(layers):
    """Refuse layers whose weight is computed from something else than a mask: weight norms, scores."""
    for name, layer in layers.items():
        if not hasattr(layer, "weight_mask") and not isinstance(layer._parameters.get("weight"), nn.Parameter):
            advice = "remove it first, scores by pruning.with_masks"
            raise ValueError(f"the weight of layer {name!r} is computed by a parametrization: {advice}")


def refuse_unknown(names, layers, argument):
    unknown = [name for name in names if name not in layers]
    if unknown:
        raise ValueError(f"{argument} names {unknown}: the prunable layers of this model are {list(layers)}")


def check_keep_fraction(value, name="keep_fraction"):
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real) or not 0 <= value <= 1:
        raise ValueError(f"{name} is {value!r}: it must be a number between 0 and 1, the share of weights to KEEP")
    return float(value)
