"""Proved bounds on |f - g| for all inputs in a box or a ball, by norms of the layers.

In the box every channel has a bound of its own on its activations and on their errors, and a kernel
K passes on at most |K * x| <= ||K||_1 |x| of either (Young's inequality). In the ball the Euclidean
norms of the whole activations are bounded, by norms of the layers (`norms.py`). The step from layer
to layer is that of `at_inputs.py`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..inputs import check_image_shape, finite_radius
from ..steps import Branches, Steps
from ..targets.plain import FOR_IMAGES
from .comparison import LayerComparison, Weights
from .norms import plain_norm, spectral

_Box = tuple[Tensor, Tensor]  # bounds on |h| and on the error, per channel or coordinate
_Ball = tuple[Tensor, float, float]  # a tensor of h's shape without data; bounds on the norms


def over_set(steps: Steps, radius, norm: str, shape=None) -> float:
    """The bound over the box (norm "inf") or ball ("2") of a radius.

    steps: with a LayerComparison for every layer with weights. shape: of an input, for the ball.
    """
    check_flatten(steps)
    radius = finite_radius(radius)
    if norm == "inf":
        return over_box(steps, radius)
    if has_images(steps):
        check_image_shape(shape)
    try:
        return over_ball(steps, radius, shape)
    except RuntimeError as error:  # from PyTorch
        raise ValueError(f"the target does not take inputs of shape {shape}: {error}") from None


def has_images(steps: Steps) -> bool:
    """Whether a network has convolutions or pooling, so that its inputs are images."""
    convolutions = (layer.pair.convolution is not None for layer in steps.weighted())
    return any(convolutions) or any(isinstance(layer, FOR_IMAGES) for layer in steps.plain())


def check_flatten(steps: Steps) -> None:
    """Refuse bounds by norms where a Flatten after a Linear layer mixes rows of its outputs."""
    layers = [step for _, step in steps.layers()]
    first = next(place for place, step in enumerate(layers) if not isinstance(step, nn.Module))
    if not has_images(steps) and any(isinstance(step, nn.Flatten) for step in layers[first:]):
        raise ValueError(
            "bounds by norms are for targets that flatten before their first Linear layer: give "
            "inputs=… instead"
        )


# --- the box ----------------------------------------------------------------------------------


def over_box(steps: Steps, radius: float) -> float:
    """Bound on max |f(x) - g(x)| over the outputs and all inputs with |x_i| <= radius.

    One number of the state stands for all channels, and after a Flatten each channel's for all of
    its pixels.
    """
    start = torch.tensor([radius], dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    # no layer without weights makes a bound on sizes or errors worse
    return float(
        steps.walk(start, lambda _, state: state, _box_after_weights, _join_boxes)[1].max()
    )


def _box_after_weights(layer: LayerComparison, state: _Box) -> _Box:
    weights = layer.weights()
    size, error = (_per_entry(part, weights.target.shape[1]) for part in state)
    passed_on = _l1_norms(weights.largest()) @ error
    error = passed_on + _l1_norms(torch.maximum(*weights.errors())) @ size + weights.bias_error
    return _l1_norms(weights.target) @ size + weights.target_bias.abs(), error


def _join_boxes(_: Branches, body: _Box, shortcut: _Box) -> _Box:
    """Where two branches meet.

    One may have a number per channel and the other, after Flatten and Linear, one per pixel.
    """
    entries = max(len(body[0]), len(shortcut[0]))
    size, error = (
        _per_entry(one, entries) + _per_entry(other, entries) for one, other in zip(body, shortcut)
    )
    return size, error


def _per_entry(part: Tensor, entries: int) -> Tensor:
    """A state's numbers, one for each of `entries` entries of the activation."""
    return part.repeat_interleave(entries // len(part))


def _l1_norms(weight: Tensor) -> Tensor:
    """The sum of absolute values of every kernel: (outputs, inputs)."""
    return weight.abs().reshape(*weight.shape[:2], -1).sum(2)


# --- the ball ---------------------------------------------------------------------------------


def over_ball(steps: Steps, radius: float, shape=None) -> float:
    """Bound on the Euclidean norm of f(x) - g(x) over all inputs of Euclidean norm <= radius.

    shape: of an input, which convolutions and pooling need.
    """
    if shape is None:
        shape = steps.weighted()[0].weights().target.shape[1:2]
    start = shape_only(shape), float(radius), 0.0
    return float(steps.walk(start, ball_after_plain, ball_after_weights, join_balls)[2])


def shape_only(shape) -> Tensor:
    """A tensor (1, *shape) on torch's meta device: a shape without data."""
    return torch.empty(1, *shape, device="meta")


def ball_after_plain(layer: nn.Module, state: _Ball) -> _Ball:
    image, size, error = state
    factor = plain_norm(layer, image)
    return layer(image), size * factor, error * factor


def ball_after_weights(layer: LayerComparison, state: _Ball) -> _Ball:
    image, size, error = state
    weights = layer.weights()
    image, spread = output_shape(weights, image)
    # V+ h+ - V- h- = (V+ + V-)/2 h + (V+ - V-)/2 |h|, and likewise for D
    half = spectral(weights.positive - weights.negative, weights.convolution) / 2
    mean = (weights.positive + weights.negative) / 2
    slope = spectral(mean, weights.convolution) + half
    own = spectral(weights.target - mean, weights.convolution) + half
    error = slope * error + own * size + float(weights.bias_error.norm()) * spread
    strength = spectral(weights.target, weights.convolution)
    return image, strength * size + float(weights.target_bias.norm()) * spread, error


def output_shape(weights: Weights, image: Tensor) -> tuple[Tensor, float]:
    """The output's shape without data, and how the norm of a bias grows: it is added everywhere."""
    weight = torch.empty_like(weights.target, device="meta", dtype=image.dtype)
    image = weights.apply(weight, image)
    return image, 1.0 if weights.convolution is None else image[0, 0].numel() ** 0.5


def join_balls(_: Branches, body: _Ball, shortcut: _Ball) -> _Ball:
    """Where two branches meet; PyTorch may add each number of the smaller one to several."""
    image = body[0] + shortcut[0]
    copies = [(image.numel() / part[0].numel()) ** 0.5 for part in (body, shortcut)]
    size, error = (copies[0] * body[i] + copies[1] * shortcut[i] for i in (1, 2))
    return image, size, error
