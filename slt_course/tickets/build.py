"""`build`: from a target network to a ticket."""

import math
import numbers

import numpy as np
import torch
from tqdm.auto import tqdm

from . import pensia
from .pair import Pair
from .targets import LinearLayer, plain_modules, read_target
from .ticket import Ticket

CONSTRUCTIONS = ("auto", "pensia")


def build(target, width=60, tolerance=1e-4, construction="auto", signed_input=True, seed=0, device=None, progress=False):
    """Prune a random network until it computes the target: two random layers for every layer, masks, nothing trained.

    Args:
        target: nn.Sequential of Linear, ReLU, Flatten, Identity, Dropout, in evaluation mode. It is not modified.
        width: random units per input coordinate of every layer. About half of them pass inputs of either sign; of these
            the first 32 are used.
        tolerance: wanted |weight of the target - weight of the ticket|, for every weight; >= 0.
        construction: "pensia", which "auto" stands for.
        signed_input: whether inputs can be negative. False (pixels, say) halves the work of the first layer.
        seed: of the random network. The same seed gives the same network everywhere.
        device: where to search; None for the device of the target.
        progress: show a progress bar over the target's weights.

    Returns:
        Ticket. Weights whose tolerance could not be reached have the best subset found and count in `report()`.

    Raises:
        TypeError, ValueError: an argument out of range, or a layer that a ticket cannot represent, named by position.

    Source: Pensia et al. 2020, Theorem 1. The theorem assumes weights and norms of at most 1 and no biases. Here a layer
    with larger weights is divided by a power of two, which is multiplied back at the end (relu(c z) = c relu(z)); one
    huge weight or bias therefore asks more of all others in its layer. A bias is the weight of a coordinate that is always
    1. Norms only matter for the error: `certificate` uses the real ones.

    >>> from torch import nn
    >>> target = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).eval()
    >>> ticket = build(target, width=60, tolerance=1e-3)
    >>> x = torch.randn(5, 3)
    >>> bool(((ticket(x) - target(x)).abs() <= ticket.certificate(inputs=x)).all())
    True
    """
    check_arguments(width, tolerance, construction, signed_input, seed)
    steps = read_target(target, bool(signed_input))
    device = usable_device(device) if device is not None else next(target.parameters()).device
    layers = [step for _, step in steps if isinstance(step, LinearLayer)]
    pairs = [Pair.for_layer(layer, number, int(width), int(seed)) for number, layer in enumerate(layers)]
    total = sum(layer.matrix().numel() for layer in layers)
    with tqdm(total=total, desc="building the ticket", unit="weight", unit_scale=True, disable=not progress) as bar:
        pairs = [pair.with_mask(search_mask(pair, layer, tolerance, device, bar)) for pair, layer in zip(pairs, layers)]
    return Ticket.assemble(plain_modules(steps), pairs, layers, float(tolerance), bool(signed_input))


def search_mask(pair, layer, tolerance, device, bar):
    """The packed mask, uint8 (outputs, bytes), under which a pair represents a LinearLayer."""
    scales = layer.scales()
    weight, tolerances = (layer.matrix() / scales).to(device), (tolerance / scales).to(device)
    signed = torch.tensor([layer.signed] * pair.inputs + [False] * pair.bias, device=device)
    blocks = pair.blocks().to(device)
    packed = np.empty((pair.outputs, -(-pair.units // 8)), np.uint8)
    for rows, kept in pensia.choose_paths(blocks, weight, tolerances, signed, pair.seed, pair.layer):
        packed[rows] = np.packbits(kept.reshape(len(kept), -1).cpu().numpy(), axis=1)
        bar.update(len(kept) * pair.columns)
    return packed


def usable_device(name):
    """The torch device of that name, after checking that it exists here."""
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError, TypeError) as error:
        raise ValueError(
            f"device {name!r} cannot be used ({error}): leave device=None for the device of the target"
        ) from None


def check_arguments(width, tolerance, construction, signed_input, seed):
    """Refuse arguments out of range, in words."""
    if isinstance(width, bool) or not isinstance(width, numbers.Integral) or width < 1:
        raise ValueError(f"width is {width!r}: give a whole number of random units per input, at least 1 (60 is usual)")
    if isinstance(tolerance, bool) or not isinstance(tolerance, numbers.Real):
        raise TypeError(f"tolerance is {tolerance!r}: give one number, the largest weight error wanted, such as 1e-4")
    if not (math.isfinite(tolerance) and tolerance >= 0):
        raise ValueError(f"tolerance is {tolerance}: give a finite number >= 0, such as 1e-4")
    if construction not in CONSTRUCTIONS:
        raise ValueError(f"unknown construction {construction!r}: choose one of {', '.join(CONSTRUCTIONS)}")
    if not isinstance(signed_input, (bool, np.bool_)):
        raise TypeError(f"signed_input is {signed_input!r}: give True (inputs of any sign) or False (inputs >= 0)")
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or not -(2**63) <= seed < 2**63:
        raise ValueError(f"seed is {seed!r}: give a whole number that fits 64 bits")
