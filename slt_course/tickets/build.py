"""`build`: from a target network to a ticket."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from torch import nn
from tqdm.auto import tqdm

from .arguments import check_arguments, device_of, usable_device
from .certificates.budget import theorem_tolerances
from .constructions import CONSTRUCTIONS, Construction
from .constructions.da_cunha import rows_of_kernels
from .constructions.paths import choose_paths
from .pair import Pair
from .report import compare_and_report
from .steps import Steps
from .surroundings import own_arithmetic
from .targets import TargetLayer, copy_plain, read_target
from .ticket import Ticket


@own_arithmetic()
def build(
    target: nn.Module,
    width: int = 60,
    tolerance: float | Sequence[float] | Literal["theorem"] = 1e-4,
    construction: Literal["auto", "pensia", "malach", "malach_product"] = "auto",
    signed_input: bool = True,
    seed: int = 0,
    device: torch.device | str | None = None,
    progress: bool = False,
    eps: float | None = None,
) -> Ticket:
    """Prune a random network until it computes the target; nothing is trained.

    Every layer with weights is represented by two random layers and their masks: a Linear layer
    becomes two Linear layers, a Conv2d layer a 1×1 convolution and one with the target's kernel
    size.

    Args:
        target: nn.Sequential of Linear, Conv2d (groups=1, zero padding), ReLU, MaxPool2d,
            AvgPool2d, AdaptiveAvgPool2d, ZeroPad2d, Flatten, Identity, Dropout, nn.Sequential and
            `tickets.Residual`, in evaluation mode. It is not modified. Fold BatchNorm first
            (`tickets.fold_batchnorm`).
        width: random units per input coordinate or channel of every layer. About half of them pass
            inputs of either sign; of these "pensia" uses the first 32.
        tolerance: wanted |weight of the target - weight of the ticket|, for every weight; >= 0. A
            list gives one per layer; "theorem" finds them from `eps`.
        construction: "pensia", which "auto" stands for: a weight is a sum of products of two random
            weights. "malach": one path per weight and sign, whose two weights must both land;
            "malach_product": one path, whose product must.
        signed_input: whether inputs can be negative. False (pixels, say) halves the work of the
            first layer.
        seed: of the random network. The same seed gives the same network everywhere.
        device: where to search; None for the device of the target.
        progress: show a progress bar over the target's weights, with the time left.
        eps: with tolerance="theorem", the wanted error of the whole network, in (0, 1]: Euclidean
            on the unit ball, or, with convolutions, the largest error of an output for inputs with
            |x_i| <= 1.

    Returns:
        Ticket. Weights whose tolerance could not be reached have the best subset found and count in
        `report()`.

    Raises:
        TypeError, ValueError: an argument out of range, or a layer that a ticket cannot represent,
            named by position.

    Weights that the target derives from others (torch prune, weight norm, any parametrization) are
    those that its forward uses now; the target is not run and not changed.

    Memory: about a dozen arrays of the size of the largest layer's weights in float64 and a bounded
    number of random numbers at a time, besides what the ticket keeps: its masks as bits, a copy of
    the target's weights and, of a small target, three in float64. Layers before pruning never
    exist; `network` makes them.

    Source: Pensia et al. 2020, Theorem 1; da Cunha, Natale & Viennot 2022 for convolutions. The
    theorems assume weights and norms of at most 1 and no biases. Here a layer with larger weights
    is divided by a power of two, which is multiplied back at the end (relu(c z) = c relu(z)); one
    huge weight or bias therefore asks more of all others in its layer. A bias is the weight of a
    coordinate or channel that is always 1, at padded borders too. Norms only matter for the error:
    `certificate` uses the real ones.

    >>> from torch import nn
    >>> target = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).eval()
    >>> ticket = build(target, width=60, tolerance=1e-3)
    >>> x = torch.randn(5, 3, dtype=torch.float64)
    >>> error = (ticket(x) - target.double()(x)).abs()  # in float64: rounding is below 1e-12
    >>> bool((error <= ticket.certificate(inputs=x) + 1e-12).all())
    True
    """
    check_arguments(width, tolerance, construction, signed_input, seed, eps)
    steps = read_target(target, bool(signed_input))
    layers = steps.weighted()
    device = usable_device(device) if device is not None else device_of(target)
    tolerances = _tolerances_of(steps, tolerance, eps)
    chosen = "pensia" if construction == "auto" else construction
    total = sum(layer.parameters() for layer in layers)
    bar = tqdm(
        total=total,
        desc="building the ticket",
        unit="weight",
        unit_scale=True,
        disable=not progress,
    )
    pairs = []
    with bar:
        for number, (layer, within) in enumerate(zip(layers, tolerances)):
            pair = Pair.for_layer(layer, number, int(width), int(seed))
            mask = _search_mask(CONSTRUCTIONS[chosen], pair, layer, within, device, bar)
            pairs.append(pair.with_mask(mask))
    compared, rows = compare_and_report(layers, pairs, tolerances)
    built = steps.with_weighted(pairs).map(lambda pair: pair, copy_plain)
    return Ticket(built, rows, tolerances, bool(signed_input), chosen, compared)


def _tolerances_of(steps: Steps, tolerance, eps) -> list[float]:
    """One tolerance per layer: the given ones, or the theorem's."""
    if isinstance(tolerance, str):
        return theorem_tolerances(steps, float(eps))
    layers = len(steps.weighted())
    if isinstance(tolerance, numbers.Real):
        return [float(tolerance)] * layers
    if len(tolerance) != layers:
        raise ValueError(
            f"tolerance has {len(tolerance)} entries: the target has {layers} layers, give one for "
            "each"
        )
    return [float(one) for one in tolerance]


def _search_mask(
    construction: Construction,
    pair: Pair,
    layer: TargetLayer,
    tolerance: float,
    device: torch.device,
    bar: tqdm,
) -> np.ndarray:
    """The packed mask, uint8 (rows, bytes), under which a pair represents a TargetLayer."""
    scales = layer.scales()
    weight = (rows_of_kernels(layer.weight, layer.bias) / scales).to(device)
    tolerances = (tolerance / scales).to(device)
    signed = torch.tensor([layer.signed] * pair.inputs + [False] * pair.bias, device=device)
    packed = np.empty((len(weight), -(-pair.units // 8)), np.uint8)
    for rows, kept in choose_paths(construction, pair, weight, tolerances, signed):
        packed[rows] = np.packbits(kept.reshape(len(kept), -1).cpu().numpy(), axis=1)
        bar.update(layer.parameters() * len(kept) / len(weight))
    return packed
