"""Proved bounds on |f - g|, the distance between a target network f and its ticket g.

A pair acts on its input as P(h) = V+ h+ - V- h-, where h+ and h- are the positive and negative parts. With D = W - V and
errors e_i of the activations after layer i,

    |f's layer(h) - P(h')|  <=  |f's layer(h) - P(h)| + |P(h) - P(h')|  <=  |D+| h+ + |D-| h-  +  max(|V+|, |V-|) e,

and ReLU does not increase differences. The functions below run this recursion with h taken from given inputs, from a
box, or in the Euclidean norm over a ball. They are theorems about one ticket in exact arithmetic; a forward pass in
float32 adds rounding errors of relative size 1e-7. Source: the induction in the proof of Pensia et al. 2020, Theorem 1,
with the ticket's own matrices in place of their worst case.
"""

from dataclasses import dataclass, replace

import torch
from torch import nn


@dataclass(frozen=True)
class Weights:
    """A layer and its pair, side by side: float64 (outputs, inputs) matrices and (outputs,) bias errors."""

    target: torch.Tensor  # W
    target_bias: torch.Tensor  # b, zeros if the layer has none
    positive: torch.Tensor  # V+
    negative: torch.Tensor  # V-; V+ again where the input is never negative
    bias_error: torch.Tensor  # |b - its representation|

    def to(self, device):
        return replace(self, **{name: value.to(device) for name, value in vars(self).items()})

    def errors(self):
        """|D+|, |D-|."""
        return (self.target - self.positive).abs(), (self.target - self.negative).abs()


def compare(layer, pair):
    """The Weights of a target layer (LinearLayer) and the pair that represents it."""
    positive, negative = pair.effective_weights()
    wanted = layer.matrix()
    inputs = pair.inputs
    return Weights(
        target=layer.weight,
        target_bias=torch.zeros(pair.outputs, dtype=torch.float64) if layer.bias is None else layer.bias,
        positive=positive[:, :inputs],
        negative=(negative if pair.signed else positive)[:, :inputs],
        bias_error=(wanted - positive)[:, inputs:].abs().sum(1),
    )


def pointwise(steps, inputs):
    """Bound on |f(x) - g(x)| for each input x and each output: float64, the shape of f(x).

    Args:
        steps: list of Weights and nn.Modules, the layers in order.
        inputs: (batch, …) tensor.
    """
    h = inputs.double().clone()
    error = torch.zeros_like(h)
    for step in on_device(steps, h.device):
        if isinstance(step, nn.ReLU):
            h = h.relu()
        elif isinstance(step, nn.Module):  # Flatten and Identity move numbers, and their errors, alike
            h, error = step(h), step(error)
        else:
            positive, negative = step.errors()
            largest = torch.maximum(step.positive.abs(), step.negative.abs())
            error = error @ largest.T + h.relu() @ positive.T + (-h).relu() @ negative.T + step.bias_error
            h = h @ step.target.T + step.target_bias
    return error


def target_outputs(steps, inputs):
    """f(x) in float64, from the same steps as `pointwise`."""
    h = inputs.double()
    for step in on_device(steps, h.device):
        h = step(h) if isinstance(step, nn.Module) else h @ step.target.T + step.target_bias
    return h


def on_device(steps, device):
    """The same steps with their matrices on `device`."""
    return steps if device.type == "cpu" else [step if isinstance(step, nn.Module) else step.to(device) for step in steps]


def over_box(steps, radius):
    """Bound on max |f(x) - g(x)| over the outputs and over all inputs with |x_i| <= radius: a float."""
    size = error = None
    for step in steps:
        if isinstance(step, nn.Module):
            continue
        if size is None:
            size = torch.full((step.target.shape[1],), float(radius), dtype=torch.float64)
            error = torch.zeros_like(size)
        largest = torch.maximum(step.positive.abs(), step.negative.abs())
        error = largest @ error + torch.maximum(*step.errors()) @ size + step.bias_error
        size = step.target.abs() @ size + step.target_bias.abs()
    return float(error.max())


def over_ball(steps, radius):
    """Bound on the Euclidean norm of f(x) - g(x) over all inputs of Euclidean norm <= radius: a float."""
    size, error = float(radius), 0.0
    for step in steps:
        if isinstance(step, nn.Module):
            continue
        # V+ h+ - V- h- = (V+ + V-)/2 h + (V+ - V-)/2 |h|, and likewise for D.
        half = spectral(step.positive - step.negative) / 2
        slope = spectral((step.positive + step.negative) / 2) + half
        own = spectral(step.target - (step.positive + step.negative) / 2) + half
        error = slope * error + own * size + float(step.bias_error.norm())
        size = spectral(step.target) * size + float(step.target_bias.norm())
    return error


def spectral(matrix):
    """The largest singular value: a float."""
    return float(torch.linalg.matrix_norm(matrix, 2))


def proved_unchanged(scores, bound):
    """Whether the largest of the scores f(x) (batch, classes) stays the largest under any change within the bound."""
    best = scores.argmax(1, keepdim=True)
    worst_case = scores.gather(1, best) - bound.gather(1, best)
    rivals = (scores + bound).scatter(1, best, -torch.inf)
    return worst_case[:, 0] > rivals.max(1).values
