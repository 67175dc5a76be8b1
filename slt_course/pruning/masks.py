"""Masks of a model's layers: read, put on, count.

They live in `torch.nn.utils.prune`, so the model stays an ordinary one.

Masks are a dict from layer name to a bool tensor of the weight's shape, True = kept, as a ticket's
`masks`.
"""

import hashlib
import numbers

import numpy as np
import torch
from torch.nn.utils import prune
from torch.utils.hooks import unserializable_hook

from .layers import is_masked, mask_of, original, refuse_unknown, refuse_unmaskable, weighted


def masks(model):
    """The masks of a model: dict from layer name to bool tensor, all True where nothing was pruned.

    >>> from torch import nn
    >>> masks(nn.Linear(2, 1))
    {'': tensor([[True, True]])}
    """
    return {name: mask_of(layer) for name, layer in weighted(model).items()}


def apply_masks(model, masks):
    """Put masks on a model in place, replacing those of the named layers; its weights stay what
    they are. Returns the model.

    Args:
        model: nn.Module. masks: dict from layer name to a tensor of the weight's shape, bool or of
            zeros and ones.

    Raises:
        ValueError: an unknown layer name, a layer that cannot carry a mask (see `prunable`),
            another shape, or values other than 0 and 1. Nothing is changed then.

    A pruned layer computes its `weight` at every call. torch cannot deep-copy the model while that
    call's gradient is recorded: `apply_masks(model, masks(model))`, or a call under
    `torch.no_grad()`, makes it copyable again.

    >>> from torch import nn
    >>> layer = apply_masks(nn.Linear(2, 1), {"": torch.tensor([[True, False]])})
    >>> layer.weight[0, 1].item() == 0, keep_fraction(layer)
    (True, 0.5)
    """
    layers = weighted(model)
    refuse_unknown(masks, layers, "masks")
    refuse_unmaskable(model, {name: layers[name] for name in masks})
    for name, mask in masks.items():
        check_mask(mask, layers[name].weight, f"layer {name!r}")
    for name, mask in masks.items():
        put_on(layers[name], mask, name)
    return model


def check_mask(mask, weight, owner):
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
def put_on(module, mask, name, tensor="weight"):
    """Mask one tensor of the module called `name` through torch's pruning."""
    mask = torch.as_tensor(mask, device=getattr(module, tensor).device).bool()
    # a second custom_from_mask would multiply the masks, and could never keep more
    if is_masked(module, tensor):
        getattr(module, f"{tensor}_mask").copy_(mask)
    else:
        prune.custom_from_mask(module, tensor, mask)
    refresh(module, name, tensor)


@torch.no_grad()
def refresh(module, name, tensor="weight"):
    """Compute a masked tensor from its parameter, as torch's hook does whenever the module is
    called.

    Only a module that is used without being called lets a gradient arrive at this very value: it
    would be lost.
    """
    parameter = getattr(module, f"{tensor}_orig")
    value = parameter * getattr(module, f"{tensor}_mask")
    if parameter.requires_grad:

        @unserializable_hook
        def refuse(gradient):
            raise RuntimeError(
                f"the {tensor} of layer {name!r} was used without calling the layer: under its "
                "mask it would never train. "
                f"Prune without it, ignore=[{name!r}]; or call the layer before you use its "
                f"{tensor} elsewhere"
            )

        value.requires_grad_().register_hook(refuse)
    setattr(module, tensor, value)


def keep_fraction(model):
    """Kept share of the prunable weights, counted: a float in [0, 1].

    Biases and norms do not count.

    Args:
        model: nn.Module, or a dict of masks. Of a model with scores, its present mask counts.

    >>> from torch import nn
    >>> keep_fraction(nn.Linear(3, 3)), keep_fraction({"a": torch.tensor([True, False])})
    (1.0, 0.5)
    """
    found = model if isinstance(model, dict) else masks(model)
    return sum(int(mask.sum()) for mask in found.values()) / sum(
        mask.numel() for mask in found.values()
    )


def shuffled(masks, seed=0):
    """Random masks with the same number of kept weights in every layer: a control for what a mask's
    positions are worth.

    >>> shuffled({"a": torch.tensor([True, False, False])}, seed=1)["a"].sum().item()
    1
    """
    stream = generator(seed, "shuffled")
    return {
        name: mask.flatten()[
            torch.randperm(mask.numel(), generator=stream, device="cpu").to(mask.device)
        ].view_as(mask)
        for name, mask in masks.items()
    }


def fingerprint(model):
    """SHA-256 of all prunable weights under the masks: equal before and after work that may only
    change masks.

    >>> from torch import nn
    >>> layer = nn.Linear(2, 2)
    >>> fingerprint(layer) == fingerprint(apply_masks(layer, {"": torch.eye(2)}))
    True
    """
    digest = hashlib.sha256()
    for name, layer in weighted(model).items():
        weight = original(layer).detach().cpu().contiguous()
        digest.update(
            f"{name} {weight.dtype} {tuple(weight.shape)}".encode()
            + weight.view(torch.uint8).numpy().tobytes()
        )
    return digest.hexdigest()


# of what a generator draws: the same whatever torch's defaults are
NUMBERS = {"dtype": torch.float32, "device": "cpu"}


def generator(seed, purpose):
    """A random stream of its own for every purpose: the same seed elsewhere, for weights say, gives
    unrelated numbers.
    """
    return torch.Generator().manual_seed(
        int(np.random.SeedSequence([seed, *purpose.encode()]).generate_state(1)[0])
    )


def check_keep_fraction(value, name="keep_fraction"):
    if (
        isinstance(value, bool | np.bool_)
        or not isinstance(value, numbers.Real)
        or not 0 <= value <= 1
    ):
        raise ValueError(
            f"{name} is {value!r}: it must be a number between 0 and 1, the share of "
            "weights to KEEP"
        )
    return float(value)
