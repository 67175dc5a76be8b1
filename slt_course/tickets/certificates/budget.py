"""The error budget: which tolerance each layer's weights need for a wanted error of the network."""

from __future__ import annotations

import math

from ...theory import cnn_tolerance, pensia_tolerance
from ..steps import Branches, Steps
from ..targets import TargetLayer
from .norms import norm, plain_norm


def theorem_tolerances(steps: Steps, eps: float) -> list[float]:
    """A tolerance per layer with which the whole ticket is within eps of its target.

    Without convolutions the error is Euclidean and the inputs are those of norm at most 1 (Pensia
    et al.); with them, it is the largest error of an output and the inputs are those with all |x_i|
    <= 1 (da Cunha et al.). With norms of at most 1 and no biases the tolerances are
    `theory.pensia_tolerance` and `theory.cnn_tolerance`. In general that of layer i is divided by
    what can amplify its error, the product of max(1, ||W_j||) over the layers after it, and by the
    size r_i of its input, if above 1; a bias is one more input of value 1. With eta_i the norm that
    all entries of a layer's error have if each equals the tolerance, the errors then add up to at
    most sum_i prod_{j>i} (||W_j|| + eta_j)·eta_i·r_i <= (1 + eps/(2·depth))^depth·eps/2 <= eps.

    Args:
        steps: of the target, from `read_target`. eps: in (0, 1].

    Source: Pensia et al. 2020, proof of Theorem 1; da Cunha et al. 2022, proof of the theorem;
    norms and biases as derived here. The bound holds where every tolerance is reached (see
    `report()`); `certificate(radius=1)` for a network with convolutions, else
    `certificate(radius=1, norm="2")`, then proves at most eps, usually far less.
    """
    if any(isinstance(step, Branches) for _, step in steps):
        raise ValueError(
            'tolerance="theorem" is for networks without skip connections, as the theorems are: '
            "give a number"
        )
    layers = steps.weighted()
    in_box = any(layer.convolution is not None for layer in layers)
    # in the ball pooling can only come before the first Linear; overlapping windows enlarge norms
    radius = 1.0 if in_box else math.prod(max(1.0, plain_norm(step)) for step in steps.plain())
    tolerances = []
    for i, layer in enumerate(layers):
        later = math.prod(max(1.0, _layer_norm(other, in_box)) for other in layers[i + 1 :])
        allowed, size = _allowed_by_theorem(layer, eps, len(layers), radius, in_box)
        tolerances.append(allowed / later / size)
        radius = _layer_norm(layer, in_box) * radius + _bias_norm(layer, in_box)
    return tolerances


def _allowed_by_theorem(layer: TargetLayer, eps, depth, radius, in_box) -> tuple[float, float]:
    """The theorem's tolerance for a layer, and the size of its input, by which to divide it."""
    outputs, inputs = layer.weight.shape[:2]
    bias = int(layer.bias is not None)
    if in_box:
        return cnn_tolerance(eps, depth, inputs * layer.entries + bias), max(1.0, radius)
    return pensia_tolerance(eps, depth, inputs + bias, outputs), max(1.0, (radius**2 + bias) ** 0.5)


def _layer_norm(layer: TargetLayer, in_box: bool) -> float:
    """By how much a layer's weights can enlarge an input.

    In the largest entry, or in the Euclidean norm (Linear only).
    """
    weight = layer.weight.double()
    return float(weight.abs().flatten(1).sum(1).max()) if in_box else norm(weight)


def _bias_norm(layer: TargetLayer, in_box: bool) -> float:
    if layer.bias is None:
        return 0.0
    return float(layer.bias.double().abs().max() if in_box else layer.bias.double().norm())
