"""Reading a target network: which layers it has, what they need from their random pair, and what is refused."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.utils import prune

PASSED_THROUGH = (nn.ReLU, nn.Flatten, nn.Identity, nn.Dropout)  # copied into the random network as they are


@dataclass(frozen=True)
class LinearLayer:
    """A Linear layer of the target, as its random pair has to represent it."""

    position: str  # index in the target's Sequential ("2", or "0.2" in a nested one)
    weight: torch.Tensor  # (outputs, inputs) float64
    bias: torch.Tensor | None  # (outputs,) float64
    signed: bool  # whether the layer's input can be negative
    scale: float  # the pair represents weight / scale, a power of two that brings every |w| to at most 1
    outer_scale: float  # product of the scales up to and including this layer; the pair represents bias / outer_scale

    def matrix(self):
        """[W, b] (outputs, inputs + 1), or W alone without a bias: the bias multiplies a coordinate that is always 1."""
        return self.weight if self.bias is None else torch.cat([self.weight, self.bias[:, None]], dim=1)

    def scales(self):
        """(columns,) what each column of `matrix()` is divided by in the random network."""
        scales = torch.full((self.weight.shape[1] + (self.bias is not None),), self.scale, dtype=torch.float64)
        if self.bias is not None:
            scales[-1] = self.outer_scale
        return scales


def read_target(target, signed_input):
    """Modules of the target in order, with a LinearLayer in place of every Linear.

    Returns:
        List of (position, LinearLayer | nn.Module).

    Raises:
        TypeError: the target is not an nn.Sequential, or holds a layer that a ticket cannot represent.
        ValueError: the target is in training mode, has no Linear layer, or weights that are NaN or infinite.
    """
    if not isinstance(target, nn.Sequential):
        raise TypeError(f"the target is a {type(target).__name__}: wrap its layers in an nn.Sequential")
    steps, signed, outer_scale = [], signed_input, 1.0
    for position, module in children(target):
        if isinstance(module, nn.Linear):
            layer = read_linear(position, module, signed, outer_scale)
            outer_scale, signed = layer.outer_scale, True
            steps.append((position, layer))
        elif type(module) in PASSED_THROUGH:
            refuse_custom_behaviour(position, module, type(module))
            signed = signed and not isinstance(module, nn.ReLU)
            steps.append((position, module))
        else:
            raise TypeError(refusal(position, module))
    if not any(isinstance(step, LinearLayer) for _, step in steps):
        raise ValueError("the target has no Linear layer, so there is nothing to represent: give at least one")
    if target.training or any(module.training for _, module in children(target)):
        raise ValueError("the target is in training mode, where layers such as Dropout are random: call target.eval()")
    return steps


def children(sequential, prefix=""):
    """Yield (position, module) of a Sequential, entering nested ones."""
    refuse_custom_behaviour(prefix.rstrip(".") or "the target itself", sequential, nn.Sequential)
    for name, module in sequential._modules.items():  # not named_children, which leaves out layers used twice
        if isinstance(module, nn.Sequential):
            yield from children(module, f"{prefix}{name}.")
        else:
            yield prefix + name, module


def refuse_custom_behaviour(position, module, kind):
    """Refuse a layer that computes something else than its class: another forward, or hooks (those of pruning are fine)."""
    hooks = [*module._forward_hooks.values(), *module._forward_pre_hooks.values()]
    if type(module).forward is not kind.forward or any(not isinstance(hook, prune.BasePruningMethod) for hook in hooks):
        raise TypeError(
            f"layer {position} is a {kind.__name__} with its own forward method or hooks, which a ticket cannot represent: "
            f"use a plain nn.{kind.__name__}"
        )


def read_linear(position, module, signed, outer_scale):
    """The LinearLayer of an nn.Linear whose input is already divided by `outer_scale`.

    Positive homogeneity, relu(c z) = c relu(z), moves a factor c > 0 out of a layer: with W/c in place of W, and b divided
    by all factors so far, every later activation is divided by c, and the network's output is multiplied by it at the end.
    """
    if isinstance(module, nn.LazyLinear) or module.weight.is_complex():
        raise TypeError(f"layer {position} ({type(module).__name__}) needs initialised, real weights")
    refuse_custom_behaviour(position, module, nn.Linear)
    weight = module.weight.detach().cpu().double().clone()
    bias = None if module.bias is None else module.bias.detach().cpu().double().clone()
    for name, tensor in (("weights", weight), ("biases", bias)):
        if tensor is not None and not bool(tensor.isfinite().all()):
            bad = int((~tensor.isfinite()).sum())
            raise ValueError(f"layer {position} (Linear) has {bad} {name} that are NaN or infinite: give a finite target")
    if 0 in weight.shape:
        raise ValueError(f"layer {position} (Linear) has shape {tuple(weight.shape)}: it needs inputs and outputs")
    largest = float(weight.abs().max())
    if bias is not None:
        largest = max(largest, float(bias.abs().max()) / outer_scale)
    scale = power_of_two_above(largest)
    if outer_scale * scale > 2.0**64:
        raise ValueError(
            f"layer {position} (Linear) brings the product of the layers' largest weights to {outer_scale * scale:.1g}: "
            "rescale the target, its outputs would be of that size"
        )
    return LinearLayer(position, weight, bias, signed, scale, outer_scale * scale)


def power_of_two_above(largest):
    """The smallest power of two that is at least `largest`, and at least 1: dividing by it is exact."""
    scale = 1.0
    while scale < largest:
        scale *= 2
    return scale


def plain_modules(steps):
    """The target's layers without weights, as fresh copies: list of (position, nn.Module), None in place of a Linear."""
    return [(position, None if isinstance(step, LinearLayer) else plain(step)) for position, step in steps]


def plain(module):
    """A fresh copy of a layer without weights; Dropout in evaluation mode is the identity."""
    if isinstance(module, nn.Flatten):
        return nn.Flatten(module.start_dim, module.end_dim)
    return nn.ReLU() if isinstance(module, nn.ReLU) else nn.Identity()


def refusal(position, module):
    """Why a ticket cannot represent a module, and what to do about it."""
    name = type(module).__name__
    supported = "Linear, ReLU, Flatten, Identity, Dropout"
    if "BatchNorm" in name:
        advice = "fold it into the layer before it (torch.nn.utils.fuse_linear_bn_eval) and remove it"
    else:
        advice = f"a target is an nn.Sequential of {supported}"
    return f"layer {position} of the target is {name}, which a ticket cannot represent: {advice}"
