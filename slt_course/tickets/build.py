"""`build`: from a target network to a ticket."""

import math
import numbers

import torch
from tqdm.auto import tqdm

from . import pensia
from .pair import Pair
from .targets import LinearLayer, read_target
from .ticket import Ticket

CONSTRUCTIONS = ("auto", "pensia")


def build(target, width=60, tolerance=1e-4, construction="auto", signed_input=True, seed=0, device=None, progress=False):
    """Prune a random network until it computes the target: two random layers for every layer, masks, nothing trained.

    Args:
        target: nn.Sequential of Linear, ReLU, Flatten, Identity, Dropout, in evaluation mode. It is not modified.
        width: random units per input coordinate of every layer. About half of them pass inputs of either sign.
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

    Source: Pensia et al. 2020, Theorem 1. The theorem assumes norms and weights of at most 1 and no biases. Here a layer
    with larger weights is divided by a power of two, which is multiplied back at the end (relu(c z) = c relu(z)), and a
    bias is the weight of a coordinate that is always 1. Norms only matter for the error: `certificate` uses the real ones.

    >>> from torch import nn
    >>> target = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).eval()
    >>> ticket = build(target, width=60, tolerance=1e-3)
    >>> x = torch.randn(5, 3)
    >>> bool(((ticket(x) - target(x)).abs() <= ticket.certificate(inputs=x)).all())
    True
    """
    check_arguments(width, tolerance, construction, seed)
    steps = read_target(target, signed_input)
    layers = [step for _, step in steps if isinstance(step, LinearLayer)]
    device = torch.device(device) if device is not None else next(target.parameters()).device
    total = sum(layer.matrix().numel() for layer in layers)
    pairs = []
    with tqdm(total=total, desc="building the ticket", unit="weight", unit_scale=True, disable=not progress) as bar:
        for number, layer in enumerate(layers):
            pairs.append(prune_pair(layer, number, width, tolerance, int(seed), device, bar))
    modules = [(position, None if isinstance(step, LinearLayer) else step) for position, step in steps]
    return Ticket.assemble(modules, pairs, layers, float(tolerance), signed_input)


def prune_pair(layer, number, width, tolerance, seed, device, bar):
    """The Pair that represents one LinearLayer."""
    outputs, inputs = layer.weight.shape
    pair = Pair(
        position=layer.position, layer=number, inputs=inputs, outputs=outputs, bias=layer.bias is not None,
        signed=layer.signed, width=int(width), scale=layer.scale, outer_scale=layer.outer_scale, seed=seed, packed=None,
    )  # fmt: skip
    scales = layer.scales()
    weight, tolerances = (layer.matrix() / scales).to(device), (tolerance / scales).to(device)
    signed = torch.tensor([layer.signed] * inputs + [False] * pair.bias, device=device)
    blocks = pair.blocks().to(device)
    mask = torch.empty(outputs, pair.columns, pair.width, dtype=torch.bool)
    for rows, kept in pensia.choose_paths(blocks, weight, tolerances, signed, seed, number):
        mask[rows] = kept.cpu()
        bar.update(kept.shape[0] * pair.columns)
    return pair.with_mask(mask)


def check_arguments(width, tolerance, construction, seed):
    """Refuse arguments out of range, in words."""
    if isinstance(width, bool) or not isinstance(width, numbers.Integral) or width < 1:
        raise ValueError(f"width is {width!r}: give a whole number of random units per input, at least 1 (60 is usual)")
    if isinstance(tolerance, bool) or not isinstance(tolerance, numbers.Real):
        raise TypeError(f"tolerance is {tolerance!r}: give one number, the largest weight error wanted, such as 1e-4")
    if not (math.isfinite(tolerance) and tolerance >= 0):
        raise ValueError(f"tolerance is {tolerance}: give a finite number >= 0, such as 1e-4")
    if construction not in CONSTRUCTIONS:
        raise ValueError(f"unknown construction {construction!r}: choose one of {', '.join(CONSTRUCTIONS)}")
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or not -(2**63) <= seed < 2**63:
        raise ValueError(f"seed is {seed!r}: give a whole number that fits 64 bits")
