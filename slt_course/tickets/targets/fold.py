"""Folding BatchNorm into the layers beside it, which are layers that a ticket can represent."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torch import nn

from .batchnorm import factor_and_summand, is_batchnorm
from .fold_axes import NEEDED, SAME, Axes, cannot, is_flatten
from .fold_layers import Waiting, plain_copy, scaled_after, scaled_before, takes
from .refusals import check_behaviour, check_target
from .residual import Residual


def fold_batchnorm(target: nn.Module) -> nn.Sequential:
    """Copy a target with every BatchNorm made part of a Linear or Conv2d layer.

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
        layers = _in_sequence(
            [name, *named], [nn.Flatten(), *named.values()], not all(map(str.isdecimal, named))
        )
    return layers.eval()


def folded(sequential, prefix, axes):
    """The same Sequential without BatchNorm, with copies of its layers; the axes after it."""
    check_behaviour(prefix.rstrip(".") or "the target itself", sequential, nn.Sequential)
    modules = list(sequential._modules.items())
    names: list[str] = []
    layers: list[Any] = []
    for place, (name, module) in enumerate(modules):
        position = prefix + name
        if is_batchnorm(module):
            before = type(modules[place - 1][1]).__name__ if place else "nothing"
            axes = axes.at(position, module, before, [layer for _, layer in modules[place + 1 :]])
            factor, summand = factor_and_summand(position, module)
            others = (i for i in reversed(range(len(layers))) if not isinstance(layers[i], SAME))
            previous = next(others, None)
            if previous is not None and isinstance(layers[previous], (nn.Linear, nn.Conv2d)):
                layers[previous] = scaled_after(position, layers[previous], factor, summand)
                continue
            where = f"{NEEDED}, directly before it or after it in its Sequential"
            refusal = cannot(position, module, before, where)
            layer = Waiting(factor, summand, axes.images, module.running_mean, refusal)
        elif isinstance(module, nn.Sequential):
            layer, axes = folded(module, f"{position}.", axes)
        elif isinstance(module, Residual):
            layer, axes = _folded_residual(position, module, axes)
        else:
            layer, axes = plain_copy(position, module), axes.after(module)
        names.append(name)
        layers.append(layer)
    for place in reversed(range(len(layers))):
        if isinstance(layers[place], Waiting):
            following = _place_forwards(layers[place], layers[place + 1 :])
            names[place:], layers[place:] = names[len(names) - len(following) :], following
    named = [name for name, _ in modules] != [str(i) for i in range(len(modules))]
    return _in_sequence(names, layers, named), axes


def _folded_residual(position, module, axes):
    check_behaviour(position, module, Residual)
    body, after_body = folded(module.body, f"{position}.body.", axes)
    shortcut, after = folded(module.shortcut, f"{position}.shortcut.", axes)
    images = after.images if after_body.images is None else after_body.images
    joined = Axes(
        images,
        vectors=after_body.vectors and after.vectors,
        known=after_body.known and after.known,
        only_vectors=after_body.only_vectors or after.only_vectors,
    )
    return Residual(body, shortcut), joined


def _in_sequence(names, layers, named):
    return nn.Sequential(OrderedDict(zip(names, layers))) if named else nn.Sequential(*layers)


def _place_forwards(norm, following):
    """The layers after a waiting BatchNorm with it in the first that has weights.

    Where it cannot be made part of that one, it becomes a layer of its own before them.
    """
    for place, layer in enumerate(following):
        if isinstance(layer, SAME) or is_flatten(layer):
            continue
        if takes(layer, norm, any(map(is_flatten, following[:place]))):
            return [*following[:place], scaled_before(layer, norm), *following[place + 1 :]]
        break
    inside = (inner for layer in following for inner in layer.modules())
    if any(isinstance(inner, (nn.Linear, nn.Conv2d)) for inner in inside):
        return [norm.as_layer(), *following]
    raise TypeError(norm.refusal)
