"""Proved bounds on |f - g| at given inputs, the distance between a target network f and its ticket
g.

A pair acts on its input as P(h) = V+ h+ - V- h-, where h+ and h- are the positive and negative
parts and V h is a matrix product or a convolution. With D = W - V and errors e_i of the activations
after layer i,

    |f's layer(h) - P(h')|  <=  |f's layer(h) - P(h)| + |P(h) - P(h')|  <=  |D+| h+ + |D-| h-  +  max(|V+|, |V-|) e,

and neither ReLU nor MaxPool increases the largest difference. `outputs_and_bound` runs this
recursion with the activations h of given inputs, where more is known: a unit with h + e <= 0 is off
in both networks and passes no error on, and a maximum moves only where a rival can overtake it.
`norm_bounds.py` runs it for all inputs in a box or ball. They are theorems about one ticket in
exact arithmetic; a forward pass in float32 adds rounding errors of relative size 1e-7. Source: the
induction in the proof of Pensia et al. 2020, Theorem 1, with the ticket's own weights in place of
their worst case.
"""

from dataclasses import dataclass, replace

import torch
from torch import nn

from .convolution import Convolution, linear_map
from .layers import TargetLayer
from .pair import Pair
from .residual import walk


@dataclass(frozen=True)
class Weights:
    """A layer and its pair, side by side: float64 (outputs, inputs, *kernel) weights, (outputs,)
    biases.
    """

    target: torch.Tensor  # W
    target_bias: torch.Tensor  # b, zeros if the layer has none
    positive: torch.Tensor  # V+
    negative: torch.Tensor  # V-; V+ again where the input is never negative
    bias_error: torch.Tensor  # |b - its representation|
    convolution: Convolution | None = None

    def to(self, device):
        moved = {
            name: value.to(device)
            for name, value in vars(self).items()
            if isinstance(value, torch.Tensor)
        }
        return replace(self, **moved)

    def errors(self):
        """|D+|, |D-|."""
        return (self.target - self.positive).abs(), (self.target - self.negative).abs()

    def largest(self):
        """max(|V+|, |V-|): how much every entry passes on of an error in its input."""
        return torch.maximum(self.positive.abs(), self.negative.abs())

    def apply(self, weight, x):
        """The layer's linear map with another weight."""
        return linear_map(x, weight, self.convolution)

    def plus(self, bias, y):
        """The layer's outputs y with one number per output added."""
        return y + (bias if self.convolution is None else bias[:, None, None])

    def output(self, x):
        """The target's layer at x."""
        return self.plus(self.target_bias, self.apply(self.target, x))


def compare(layer, pair):
    """The Weights of a target layer (TargetLayer) and the pair that represents it."""
    positive, negative, bias = pair.effective_weights()
    target_bias = torch.zeros_like(bias) if layer.bias is None else layer.bias.double()
    return Weights(
        target=layer.weight.double(),
        target_bias=target_bias,
        positive=positive,
        negative=negative if pair.signed else positive,
        bias_error=(target_bias - bias).abs(),
        convolution=layer.convolution,
    )


@dataclass(frozen=True)
class Represented:
    """A target layer and the pair that represents it; they are compared when asked, unless the
    comparison is held.
    """

    layer: TargetLayer
    pair: Pair
    held: Weights | None = None

    def weights(self, device=None):
        """Their Weights, on `device`."""
        weights = self.held or compare(self.layer, self.pair)
        return weights if device is None or device.type == "cpu" else weights.to(device)


def outputs_and_bound(steps, inputs):
    """f(x) for each input x, and a bound on |f(x) - g(x)| for each of its outputs: two float64
    tensors of one shape.

    Args:
        steps: list of (position, Represented | nn.Module | Branches), the layers in order.
        inputs: (batch, …) tensor.
    """
    h = inputs.double()
    return walk(steps, (h, torch.zeros_like(h)), one_layer, add)


def one_layer(step, state):
    """(h, e) after a layer, from the target's activations h and the bound e on their errors before
    it.
    """
    h, error = state
    if isinstance(step, nn.ReLU):
        return h.relu(), torch.minimum(error, (h + error).relu())
    if isinstance(step, nn.MaxPool2d):
        largest = step(h)
        # the other way, largest - step(h - error), is never more
        return largest, step(h + error) - largest
    # Flatten and Identity move numbers, and their errors, alike; AvgPool averages both
    if isinstance(step, nn.Module):
        return step(h), step(error)
    layer = step.weights(h.device)
    positive, negative = layer.errors()
    bound = layer.apply(layer.largest(), error) + layer.apply(positive, h.relu())
    if bool((h < 0).any()):
        bound = bound + layer.apply(negative, (-h).relu())
    return layer.output(h), layer.plus(layer.bias_error, bound)


def add(_, body, shortcut):
    """Where two branches meet: their activations, and the bounds on their errors, add up."""
    return tuple(one + other for one, other in zip(body, shortcut))


def proved_unchanged(scores, bound):
    """Whether the largest of the scores f(x) (batch, classes) stays the largest under any change
    within the bound.
    """
    best = scores.argmax(1, keepdim=True)
    worst_case = scores.gather(1, best) - bound.gather(1, best)
    rivals = (scores + bound).scatter(1, best, -torch.inf)
    return worst_case[:, 0] > rivals.max(1).values
