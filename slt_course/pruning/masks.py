"""Masks of a model's layers: read, put on, count. They live in `torch.nn.utils.prune`, so the model stays an ordinary one.

Masks are a dict from layer name to a bool tensor of the weight's shape, True = kept, as a ticket's `masks`.
"""

import hashlib

import torch
from torch import nn
from torch.nn.utils import prune

PRUNABLE = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


def prunable(model, ignore=()):
    """The layers whose weights can be pruned: dict from name to module, for Linear and Conv layers. Biases are never pruned.

    Args:
        model: nn.Module. ignore: names of layers to leave out.

    Raises:
        ValueError: nothing to prune, or an ignored name that is no such layer.

    >>> list(prunable(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)), ignore=["2"]))
    ['0']
    """
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, PRUNABLE)}
    refuse_unknown(ignore, layers, "ignore")
    layers = {name: layer for name, layer in layers.items() if name not in set(ignore)}
    if not layers:
        raise ValueError("there is nothing to prune: the model has no Linear or Conv layer that is not ignored")
    return layers


def masks(model):
    """The masks of a model: dict from layer name to bool tensor, all True where nothing was pruned.

    >>> masks(nn.Linear(2, 1))
    {'': tensor([[True, True]])}
    """
    return {name: mask_of(layer) for name, layer in prunable(model).items()}


def mask_of(layer):
    return layer.weight_mask.bool() if hasattr(layer, "weight_mask") else torch.ones_like(layer.weight, dtype=torch.bool)


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
    return layer.weight_orig if hasattr(layer, "weight_mask") else layer.weight


def keep_fraction(model):
    """Kept share of the prunable weights, counted: a float in [0, 1]. Biases and norms do not count.

    Args:
        model: nn.Module, or a dict of masks.

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
    generator = torch.Generator().manual_seed(seed)
    return {
        name: mask.flatten()[torch.randperm(mask.numel(), generator=generator).to(mask.device)].view_as(mask)
        for name, mask in masks.items()
    }


def fingerprint(model):
    """SHA-256 of all parameters under the masks: equal before and after work that may only change masks.

    >>> layer = nn.Linear(2, 2)
    >>> fingerprint(layer) == fingerprint(apply_masks(layer, {"": torch.eye(2)}))
    True
    """
    digest = hashlib.sha256()
    for name, layer in prunable(model).items():
        digest.update(name.encode() + original(layer).detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def refuse_unknown(names, layers, argument):
    unknown = [name for name in names if name not in layers]
    if unknown:
        raise ValueError(f"{argument} names {unknown}: the prunable layers of this model are {list(layers)}")


def check_keep_fraction(value, name="keep_fraction"):
    if not (isinstance(value, int | float) and 0 <= value <= 1):
        raise ValueError(f"{name} is {value!r}: it must be a number between 0 and 1, the share of weights to KEEP")
    return float(value)
