"""The ticket as ordinary PyTorch: frozen random layers with masks of torch.nn.utils.prune."""

from __future__ import annotations

import copy
from collections import OrderedDict

from torch import Tensor, nn
from torch.nn.utils import prune

from .steps import Branches, Steps
from .targets import Residual


class _Rescale(nn.Module):
    """Multiply by a power of two, by which large target weights were divided (targets/layer.py)."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return x * self.factor

    def extra_repr(self):
        return f"factor={self.factor:g}"


def build_network(steps: Steps) -> nn.Sequential:
    """The masked random layers, the ReLU inside each pair, and the target's own layers between.

    steps: with Pairs for layers with weights.
    """
    network = _sequential_of(steps)
    if steps.scale != 1:
        network.add_module("rescale", _Rescale(steps.scale))
    return network.eval()


def _sequential_of(steps: Steps) -> nn.Sequential:
    """The nn.Sequential of some steps; layers are named by their place in it."""
    network: OrderedDict[str, nn.Module] = OrderedDict()
    for place, (_, step) in enumerate(steps):
        if isinstance(step, Branches):
            network[f"{place}_residual"] = _residual_of(step)
        elif isinstance(step, nn.Module):
            # hooks on it are not the ticket's
            network[f"{place}_{type(step).__name__.lower()}"] = copy.deepcopy(step)
        else:
            if step.convolution is not None and any(step.convolution.padding):
                network[f"{place}_padding"] = nn.ZeroPad2d(step.convolution.padding)
            network[f"{place}_first"] = _masked_layer(step.first_weights(), step.first_masks())
            network[f"{place}_relu"] = nn.ReLU()
            network[f"{place}_second"] = _masked_layer(
                (step.second_weights(), None), (step.mask(), None), step.convolution
            )
    return nn.Sequential(network)


def _residual_of(branches: Branches) -> Residual:
    """The Residual of two branches, brought to one scale."""
    parts = [_sequential_of(branches.body), _sequential_of(branches.shortcut)]
    for part, factor in zip(parts, branches.factors):
        if factor != 1:
            part.add_module("rescale", _Rescale(factor))
    return Residual(*parts)


def named_pairs(steps: Steps, prefix: str = ""):
    """Yield (what the names of its layers in the network begin with, Pair) for every pair."""
    for place, (_, step) in enumerate(steps):
        if isinstance(step, Branches):
            yield from named_pairs(step.body, f"{prefix}{place}_residual.body.")
            yield from named_pairs(step.shortcut, f"{prefix}{place}_residual.shortcut.")
        elif not isinstance(step, nn.Module):
            yield f"{prefix}{place}", step


def _masked_layer(weights, masks, convolution=None):
    """A Linear or Conv2d layer with the given frozen (weight, bias), pruned by the masks."""
    weight, bias = weights
    outputs, inputs, *kernel = weight.shape
    if kernel:
        geometry = (
            {}
            if convolution is None
            else {"stride": convolution.stride, "dilation": convolution.dilation}
        )
        layer = nn.utils.skip_init(
            nn.Conv2d, inputs, outputs, tuple(kernel), bias=bias is not None, **geometry
        )
    else:
        layer = nn.utils.skip_init(nn.Linear, inputs, outputs, bias=bias is not None)
    for name, values, mask in zip(("weight", "bias"), weights, masks):
        if values is not None:
            setattr(layer, name, nn.Parameter(values, requires_grad=False))
            prune.custom_from_mask(layer, name, mask)
    return layer


def masks_of(steps: Steps) -> dict[str, Tensor]:
    """Masks of weights by the name of their layer, and of biases by "<layer>.bias"; bool."""
    masks = {}
    for name, pair in named_pairs(steps):
        masks[f"{name}_first"], bias_mask = pair.first_masks()
        if bias_mask is not None:
            masks[f"{name}_first.bias"] = bias_mask
        masks[f"{name}_second"] = pair.mask()
    return masks
