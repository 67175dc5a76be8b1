"""The ticket as ordinary PyTorch: frozen random Linear and Conv2d layers with masks from torch.nn.utils.prune."""

import math
from collections import OrderedDict

import torch
from torch import nn
from torch.nn.utils import prune

from .convolution import linear_map
from .random_weights import uniform
from .residual import Branches, Residual, fill, final_scale, leaves, walk


class Rescale(nn.Module):
    """Multiply by a power of two: the scales that large target weights were divided by (see targets.read_linear)."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return x * self.factor

    def extra_repr(self):
        return f"factor={self.factor:g}"


def build_network(modules, pairs):
    """nn.Sequential of the masked random layers, the ReLU inside each pair, and the target's own layers between pairs."""
    network = sequential_of(fill(modules, pairs))
    factor = final_scale(modules, pairs)
    if factor != 1:
        network.add_module("rescale", Rescale(factor))
    return network.eval()


def sequential_of(steps):
    """The nn.Sequential of some steps (position, Pair | nn.Module | Branches); layers are named by their place in it."""
    network = OrderedDict()
    for place, (_, step) in enumerate(steps):
        if isinstance(step, Branches):
            network[f"{place}_residual"] = residual_of(step)
        elif isinstance(step, nn.Module):
            network[f"{place}_{type(step).__name__.lower()}"] = step
        else:
            if step.convolution is not None and any(step.convolution.padding):
                network[f"{place}_padding"] = nn.ZeroPad2d(step.convolution.padding)
            network[f"{place}_first"] = masked_layer(step.first_weights(), step.first_masks())
            network[f"{place}_relu"] = nn.ReLU()
            network[f"{place}_second"] = masked_layer((step.second_weights(), None), (step.mask(), None), step.convolution)
    return nn.Sequential(network)


def residual_of(branches):
    """The Residual of two branches, brought to one scale."""
    parts = [sequential_of(branches.body), sequential_of(branches.shortcut)]
    for part, factor in zip(parts, branches.factors):
        if factor != 1:
            part.add_module("rescale", Rescale(factor))
    return Residual(*parts)


def named_pairs(steps, prefix=""):
    """Yield the pairs among some steps, each with what the names of its layers in the network begin with."""
    for place, (_, step) in enumerate(steps):
        if isinstance(step, Branches):
            yield from named_pairs(step.body, f"{prefix}{place}_residual.body.")
            yield from named_pairs(step.shortcut, f"{prefix}{place}_residual.shortcut.")
        elif not isinstance(step, nn.Module):
            yield f"{prefix}{place}", step


def masked_layer(weights, masks, convolution=None):
    """A Linear or Conv2d layer with the given frozen (weight, bias), pruned by the masks."""
    weight, bias = weights
    outputs, inputs, *kernel = weight.shape
    if kernel:
        geometry = {} if convolution is None else {"stride": convolution.stride, "dilation": convolution.dilation}
        layer = nn.utils.skip_init(nn.Conv2d, inputs, outputs, tuple(kernel), bias=bias is not None, **geometry)
    else:
        layer = nn.utils.skip_init(nn.Linear, inputs, outputs, bias=bias is not None)
    for name, values, mask in zip(("weight", "bias"), weights, masks):
        if values is not None:
            setattr(layer, name, nn.Parameter(values, requires_grad=False))
            prune.custom_from_mask(layer, name, mask)
    return layer


def masks_of(modules, pairs):
    """dict of bool tensors: "<layer>" for the mask of a layer's weight, "<layer>.bias" for that of its bias."""
    masks = {}
    for name, pair in named_pairs(fill(modules, pairs)):
        masks[f"{name}_first"], bias_mask = pair.first_masks()
        if bias_mask is not None:
            masks[f"{name}_first.bias"] = bias_mask
        masks[f"{name}_second"] = pair.mask()
    return masks


@torch.no_grad()
def tampering(network, ticket):
    """What in a built network is not the ticket's: a sentence, or None. Random weights, masks, layers, and a test input."""
    layers = dict(network.named_modules())
    for prefix, pair in named_pairs(fill(ticket.modules, ticket.pairs)):
        weights, masks = pair.first_weights(), pair.first_masks()
        parts = [(f"{prefix}_first", name, w, m) for name, w, m in zip(("weight", "bias"), weights, masks)]
        parts.append((f"{prefix}_second", "weight", pair.second_weights(), pair.mask()))
        for layer, name, weight, mask in parts:
            problem = weight is not None and wrong_parameter(layers.get(layer), name, weight, mask)
            if problem:
                return f"{layer}.{name} {problem}"
    x = example_input(fill(ticket.modules, ticket.pairs)).to(next(network.parameters()).dtype)
    try:
        same = torch.allclose(network(x), ticket(x), rtol=1e-3, atol=1e-3 * float(ticket(x).abs().max()))
    except (RuntimeError, TypeError, ValueError) as error:
        return f"it does not run: {error}"
    return None if same else "its layers, hooks or scale give other outputs than the ticket's random weights and masks"


def example_input(steps):
    """Eight random inputs of a shape that the network takes: vectors, or the smallest square images that fit."""
    first = next(step for _, step in leaves(steps) if not isinstance(step, nn.Module))
    shapes = [(first.inputs, side, side) for side in range(1, 513)]
    if first.convolution is None:
        shapes = [(1, first.inputs) if any(isinstance(step, nn.Flatten) for _, step in leaves(steps)) else (first.inputs,)]
    shape = next(shape for shape in shapes if len(shape) < 3 or fits(steps, shape))
    return uniform(1, 0, 0, torch.arange(8 * math.prod(shape))).view(8, *shape)


def fits(steps, shape):
    """Whether the network takes inputs of a shape."""

    def apply(step, x):
        if isinstance(step, nn.Module):
            return step(x)
        weight = torch.empty(step.outputs, step.inputs, *step.kernel, device="meta")
        return linear_map(x, weight, step.convolution)

    try:
        walk(steps, torch.empty(1, *shape, device="meta"), apply, lambda _, body, shortcut: body + shortcut)
    except RuntimeError:
        return False
    return True


def wrong_parameter(module, name, weight, mask):
    """How a pruned parameter of a module differs from its random weights and mask: words, or None."""
    stored, original = (getattr(module, f"{name}_{kind}", None) for kind in ("mask", "orig"))
    if stored is None or original is None:
        return "is missing, or not pruned any more"
    if not bool(((stored == 0) | (stored == 1)).all()):
        return "has a mask that is not binary"
    if not torch.equal(stored.bool().cpu(), mask):
        return "has a mask that is not the ticket's"
    if not torch.equal(original.cpu().to(weight.dtype), weight):
        return "does not have the random weights of the ticket's seed"
    return None
