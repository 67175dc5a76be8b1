"""The ticket as ordinary PyTorch: frozen random Linear layers with masks from torch.nn.utils.prune."""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn.utils import prune

from .random_weights import uniform


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
    network, pair_at = OrderedDict(), dict(named_pairs(modules, pairs))
    for place, (_, module) in enumerate(modules):
        if module is not None:
            network[f"{place}_{type(module).__name__.lower()}"] = module
            continue
        pair = pair_at[place]
        network[f"{place}_first"] = masked_linear(*pair.first_weights(), *pair.first_masks())
        network[f"{place}_relu"] = nn.ReLU()
        network[f"{place}_second"] = masked_linear(pair.second_weights(), None, pair.mask(), None)
    factor = pairs[-1].outer_scale
    if factor != 1:
        network["rescale"] = Rescale(factor)
    return nn.Sequential(network).eval()


def named_pairs(modules, pairs):
    """Pairs with their places among all layers of the target, from which their layers in the network are named."""
    return zip((place for place, (_, module) in enumerate(modules) if module is None), pairs)


def masked_linear(weight, bias, weight_mask, bias_mask):
    """A Linear layer with the given frozen weights, pruned by the masks."""
    layer = nn.utils.skip_init(nn.Linear, weight.shape[1], weight.shape[0], bias=bias is not None)
    for name, values, mask in (("weight", weight, weight_mask), ("bias", bias, bias_mask)):
        if values is not None:
            setattr(layer, name, nn.Parameter(values, requires_grad=False))
            prune.custom_from_mask(layer, name, mask)
    return layer


def masks_of(modules, pairs):
    """dict of bool tensors: "<layer>" for the mask of a layer's weight, "<layer>.bias" for that of its bias."""
    masks = {}
    for place, pair in named_pairs(modules, pairs):
        masks[f"{place}_first"], bias_mask = pair.first_masks()
        if bias_mask is not None:
            masks[f"{place}_first.bias"] = bias_mask
        masks[f"{place}_second"] = pair.mask()
    return masks


@torch.no_grad()
def tampering(network, ticket):
    """What in a built network is not the ticket's: a sentence, or None. Random weights, masks, layers, and a test input."""
    for place, pair in named_pairs(ticket.modules, ticket.pairs):
        weights, masks = pair.first_weights(), pair.first_masks()
        parts = [(f"{place}_first", name, w, m) for name, w, m in zip(("weight", "bias"), weights, masks)]
        parts.append((f"{place}_second", "weight", pair.second_weights(), pair.mask()))
        for layer, name, weight, mask in parts:
            problem = weight is not None and wrong_parameter(getattr(network, layer, None), name, weight, mask)
            if problem:
                return f"{layer}.{name} {problem}"
    first = ticket.pairs[0]
    dtype = next(network.parameters()).dtype
    x = uniform(1, 0, 0, torch.arange(8 * first.inputs)).view(8, -1).to(dtype)
    if any(isinstance(module, nn.Flatten) for _, module in ticket.modules):
        x = x.unsqueeze(1)
    try:
        same = torch.allclose(network(x), ticket(x), rtol=1e-3, atol=1e-3 * float(ticket(x).abs().max()))
    except (RuntimeError, TypeError, ValueError) as error:
        return f"it does not run: {error}"
    return None if same else "its layers, hooks or scale give other outputs than the ticket's random weights and masks"


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
