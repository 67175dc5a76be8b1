"""The ticket as ordinary PyTorch: frozen random Linear layers with masks from torch.nn.utils.prune."""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn.utils import prune


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
    network, remaining = OrderedDict(), iter(pairs)
    for position, module in modules:
        name = position.replace(".", "_")
        if module is not None:
            network[f"{name}_{type(module).__name__.lower()}"] = module
            continue
        pair = next(remaining)
        network[f"{name}_first"] = masked_linear(*pair.first_weights(), *pair.first_masks())
        network[f"{name}_relu"] = nn.ReLU()
        network[f"{name}_second"] = masked_linear(pair.second_weights(), None, pair.mask(), None)
    factor = pairs[-1].outer_scale
    if factor != 1:
        network["rescale"] = Rescale(factor)
    return nn.Sequential(network).eval()


def masked_linear(weight, bias, weight_mask, bias_mask):
    """A Linear layer with the given frozen weights, pruned by the masks."""
    layer = nn.utils.skip_init(nn.Linear, weight.shape[1], weight.shape[0], bias=bias is not None)
    for name, values, mask in (("weight", weight, weight_mask), ("bias", bias, bias_mask)):
        if values is not None:
            setattr(layer, name, nn.Parameter(values, requires_grad=False))
            prune.custom_from_mask(layer, name, mask)
    return layer


def masks_of(pairs):
    """dict of bool tensors: "<layer>" for the mask of a layer's weight, "<layer>.bias" for that of its bias."""
    masks = {}
    for pair in pairs:
        name = pair.position.replace(".", "_")
        masks[f"{name}_first"], bias_mask = pair.first_masks()
        if bias_mask is not None:
            masks[f"{name}_first.bias"] = bias_mask
        masks[f"{name}_second"] = pair.mask()
    return masks


def tampering(network, pairs):
    """What in a built network differs from the pairs' random weights and masks: a sentence, or None."""
    for pair in pairs:
        name = pair.position.replace(".", "_")
        parts = [(f"{name}_first", p, w, m) for p, w, m in zip(("weight", "bias"), pair.first_weights(), pair.first_masks())]
        parts.append((f"{name}_second", "weight", pair.second_weights(), pair.mask()))
        for layer, parameter, weight, mask in parts:
            if weight is None:
                continue
            module = getattr(network, layer)
            stored = getattr(module, f"{parameter}_mask")
            if not bool(((stored == 0) | (stored == 1)).all()):
                return f"the mask of {layer}.{parameter} is not binary"
            if not torch.equal(stored.bool().cpu(), mask):
                return f"the mask of {layer}.{parameter} is not the ticket's"
            if not torch.equal(getattr(module, f"{parameter}_orig").cpu(), weight):
                return f"the random weights of {layer}.{parameter} are not those of seed {pair.seed}: they were changed"
    return None
