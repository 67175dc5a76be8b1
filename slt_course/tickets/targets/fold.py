"""Folding BatchNorm into the layers beside it, so that a target has only layers that a ticket can
represent.
"""

import copy
from collections import OrderedDict
from dataclasses import dataclass, replace

import torch
from torch import nn
from torch.nn.utils import prune

from .batchnorm import factor_and_summand, is_batchnorm, on_images
from .layer import read_layer
from .plain import DROPPED, FOR_IMAGES
from .refusals import advice_for, check_behaviour, check_target
from .residual import Residual

SAME = (nn.Identity, *DROPPED)  # layers that pass everything on
NEEDED = "BatchNorm2d goes with a Conv2d, BatchNorm1d with a Linear layer"


def fold_batchnorm(target):
    """A copy of a target in which every BatchNorm is part of a Linear or Conv2d layer.

    In evaluation mode BatchNorm is an affine map with fixed numbers, and an affine map before or
    after a linear one is a linear one with a bias. So it goes into the layer directly before it, or
    else directly after it (Dropout and Identity may stand between, and a Flatten after it). Where a
    ReLU or pooling stands between, or zero padding, whose zeros do not pass through the BatchNorm,
    it becomes a Linear layer or 1×1 convolution of its own, with a diagonal weight. The copy
    computes the same function up to rounding, and its layers keep their names.

    Args:
        target: nn.Sequential, in evaluation mode, with nested nn.Sequential and `Residual`. It is
            not modified. Norms are PyTorch's BatchNorm1d, BatchNorm2d, SyncBatchNorm, subclasses
            that compute the same, and FrozenBatchNorm2d.

    BatchNorm acts on axis 1 and a Linear layer on the last one: these are the same for vectors (N,
    C) only. A copy in which this matters begins with an nn.Flatten, which leaves (N, C) as it is
    and with which other inputs do not fit.

    Raises:
        TypeError: a BatchNorm without a layer to go to in its Sequential, or inside a module whose
            forward is not known.
        ValueError: the target is in training mode, a BatchNorm has no running statistics, a layer
            is pruned.

    >>> target = nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU()).eval()
    >>> fold_batchnorm(target)
    Sequential(
      (0): Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))
      (1): ReLU()
    )
    """
    check_target(target)
    if any(module.training for module in target.modules()):
        raise ValueError(
            "the target is in training mode, where BatchNorm depends on the batch: "
            "call target.eval()"
        )
    layers, axes = folded(target, "", Axes())
    if axes.only_vectors:
        named, name = dict(layers._modules), "vectors"
        while name in named:
            name += "_"
        layers = in_sequence(
            [name, *named], [nn.Flatten(), *named.values()], not all(map(str.isdecimal, named))
        )
    return layers.eval()


@dataclass(frozen=True)
class Axes:
    """What is known of the axes of the activations between two layers."""

    images: bool | None = None  # True: (N, C, H, W). False: no images. None: not known
    vectors: bool = False  # whether they are known to be (N, C)
    known: bool = True  # False after a layer that may move axes
    only_vectors: bool = False  # whether the target's inputs have to be vectors for what was folded

    def after(self, module):
        """The axes after a layer that is no BatchNorm."""
        if isinstance(module, (nn.Conv2d, *FOR_IMAGES)):
            return replace(self, images=True, vectors=False, known=True)
        if isinstance(module, nn.Linear):
            return replace(self, images=False)
        if is_flatten(module):
            return replace(self, images=False, vectors=True, known=True)
        # elementwise
        same = isinstance(module, SAME) or type(module).__module__ == nn.ReLU.__module__
        return self if same else replace(self, images=None, vectors=False, known=False)

    def at(self, position, module, before, rest):
        """The axes at a BatchNorm, with vectors as its only inputs where it needs them; or a
        refusal.
        """
        images = on_images(module)
        if images is None:
            following = next(
                (layer for layer in rest if isinstance(layer, (nn.Linear, nn.Conv2d))), None
            )
            images = self.images or (self.images is None and isinstance(following, nn.Conv2d))
        if (
            isinstance(module, nn.BatchNorm3d)
            or self.images not in (None, images)
            or not (images or self.known)
        ):
            raise TypeError(cannot(position, module, before, f"{NEEDED}, directly before it"))
        needs_vectors = not images and not self.vectors
        return replace(
            self, images=images, vectors=not images, only_vectors=self.only_vectors or needs_vectors
        )


@dataclass(frozen=True)
class Waiting:
    """A BatchNorm that fits no layer before it, with what to say if none follows either."""

    factor: torch.Tensor  # (C,) float64
    summand: torch.Tensor
    images: bool
    like: torch.Tensor  # of its dtype and device
    refusal: str

    def as_layer(self):
        """The BatchNorm as a layer with a diagonal weight."""
        weight = torch.diag(self.factor)
        return layer_of(
            weight[:, :, None, None] if self.images else weight, self.summand, self.like
        )


def folded(sequential, prefix, axes):
    """The same Sequential without BatchNorm, its layers with weights as plain copies, and the axes
    after it.
    """
    check_behaviour(prefix.rstrip(".") or "the target itself", sequential, nn.Sequential)
    names, layers, modules = [], [], list(sequential._modules.items())
    for place, (name, module) in enumerate(modules):
        position = prefix + name
        if is_batchnorm(module):
            before = type(modules[place - 1][1]).__name__ if place else "nothing"
            axes = axes.at(position, module, before, [layer for _, layer in modules[place + 1 :]])
            factor, summand = factor_and_summand(position, module)
            previous = next(
                (i for i in reversed(range(len(layers))) if not isinstance(layers[i], SAME)), None
            )
            if previous is not None and isinstance(layers[previous], (nn.Linear, nn.Conv2d)):
                layers[previous] = scaled_after(position, layers[previous], factor, summand)
                continue
            refusal = cannot(
                position,
                module,
                before,
                f"{NEEDED}, directly before it or after it in its Sequential",
            )
            layer = Waiting(factor, summand, axes.images, module.running_mean, refusal)
        elif isinstance(module, nn.Sequential):
            layer, axes = folded(module, f"{position}.", axes)
        elif isinstance(module, Residual):
            layer, axes = folded_residual(position, module, axes)
        else:
            layer, axes = plain_copy(position, module), axes.after(module)
        names.append(name)
        layers.append(layer)
    for place in reversed(range(len(layers))):
        if isinstance(layers[place], Waiting):
            following = place_forwards(layers[place], layers[place + 1 :])
            names[place:], layers[place:] = names[len(names) - len(following) :], following
    return in_sequence(
        names, layers, [name for name, _ in modules] != [str(i) for i in range(len(modules))]
    ), axes


def folded_residual(position, module, axes):
    check_behaviour(position, module, Residual)
    body, after_body = folded(module.body, f"{position}.body.", axes)
    shortcut, after = folded(module.shortcut, f"{position}.shortcut.", axes)
    images = after.images if after_body.images is None else after_body.images
    both = {
        name: getattr(after_body, name) and getattr(after, name) for name in ("vectors", "known")
    }
    return Residual(body, shortcut), Axes(
        images, **both, only_vectors=after_body.only_vectors or after.only_vectors
    )


def in_sequence(names, layers, named):
    return nn.Sequential(OrderedDict(zip(names, layers))) if named else nn.Sequential(*layers)


def plain_copy(position, module):
    """A copy of a layer: a Linear or Conv2d with the weights that its forward uses now, anything
    else as it is.
    """
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
    return layer_of(layer.weight, layer.bias, next(module.parameters()), module)


def layer_of(weight, bias, like, geometry=None):
    """A Linear or Conv2d layer in the dtype and on the device of `like`, sliding as the Conv2d
    `geometry` does.
    """
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
    weight, old = (
        layer.weight.detach().double(),
        0.0 if layer.bias is None else layer.bias.detach().double(),
    )
    if len(weight) != len(factor):
        raise TypeError(
            f"layer {position} is a BatchNorm of {len(factor)} channels after a layer with "
            f"{len(weight)} outputs"
        )
    scaled = weight * factor.view(-1, *(1 for _ in weight.shape[1:]))
    return layer_of(scaled, old * factor + summand, layer.weight, layer)


def place_forwards(norm, following):
    """The layers after a waiting BatchNorm with it in the first that has weights, or before them as
    a layer of its own.
    """
    place = next(
        (
            i
            for i, layer in enumerate(following)
            if not (isinstance(layer, SAME) or is_flatten(layer))
        ),
        None,
    )
    layer = None if place is None else following[place]
    if takes(layer, norm, any(map(is_flatten, following[:place]))):
        return [*following[:place], scaled_before(layer, norm), *following[place + 1 :]]
    if any(
        isinstance(inner, (nn.Linear, nn.Conv2d)) for one in following for inner in one.modules()
    ):
        return [norm.as_layer(), *following]
    raise TypeError(norm.refusal)


def takes(layer, norm, flattened):
    """Whether a BatchNorm before a layer, and before a Flatten if there is one, can be made part of
    it exactly.
    """
    channels = len(norm.factor)
    if isinstance(layer, nn.Linear):
        return (
            layer.in_features % channels == 0
            if flattened
            else layer.in_features == channels and not norm.images
        )
    padded = (
        isinstance(layer, nn.Conv2d)
        and layer.padding_mode == "zeros"
        and layer.padding not in ((0, 0), "valid")
    )
    return (
        isinstance(layer, nn.Conv2d)
        and layer.in_channels == channels
        and not (padded and bool(norm.summand.any()))
    )


def scaled_before(layer, norm):
    """The layer at factor·x + summand instead of x; after a Flatten each channel's numbers stand
    for all of its pixels.
    """
    weight, old = (
        layer.weight.detach().double(),
        0.0 if layer.bias is None else layer.bias.detach().double(),
    )
    factor, summand = (
        part.repeat_interleave(weight.shape[1] // len(part)) for part in (norm.factor, norm.summand)
    )
    bias = old + weight.flatten(2).sum(2) @ summand if weight.ndim > 2 else old + weight @ summand
    return layer_of(
        weight * factor.view(1, -1, *(1 for _ in weight.shape[2:])), bias, layer.weight, layer
    )


def is_flatten(module):
    return isinstance(module, nn.Flatten) and (module.start_dim, module.end_dim) == (1, -1)


def cannot(position, module, before, needed):
    return (
        f"layer {position} is {type(module).__name__} after {before} and cannot be folded: {needed}"
    )
