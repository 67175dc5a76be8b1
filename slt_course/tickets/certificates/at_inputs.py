"""Proved bounds on |f - g| at given inputs: target network f against its ticket g.

With D = W - V, the errors of a pair's weights (`comparison.Weights`), and a bound e on the errors
of the activations h that enter the layer, entry by entry,

    |f's layer(h) - P(h')| <= |f's layer(h) - P(h)|  +  |P(h) - P(h')|
                           <= |D+| h+  +  |D-| h-    +  max(|V+|, |V-|) e,

and neither ReLU nor MaxPool increases the largest difference. Here the activations h are those of
given inputs, so that more is known: a unit with h + e <= 0 is off in both networks and passes no
error on, and a maximum moves only where a rival can overtake it. `by_norms.py` does the same for
all inputs in a box or ball.

Both are theorems about one ticket in exact arithmetic; a forward pass in float32 adds rounding
errors of relative size 1e-7. Source: the induction in the proof of Pensia et al. 2020, Theorem 1,
with the ticket's own weights in place of their worst case.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..steps import Branches, Steps
from .comparison import LayerComparison

_State = tuple[Tensor, Tensor]  # the target's activations, and a bound on the ticket's errors there


def outputs_and_bound(steps: Steps, inputs: Tensor) -> _State:
    """f(x) for each input x, and a bound on |f(x) - g(x)| for each of its outputs: float64 both.

    steps: with a LayerComparison for every layer with weights. inputs: (batch, …).
    """
    h = inputs.double()
    return steps.walk((h, torch.zeros_like(h)), after_plain, after_weights, after_join)


def after_plain(layer: nn.Module, state: _State) -> _State:
    """(h, e) after a layer without weights."""
    h, error = state
    if isinstance(layer, nn.ReLU):
        return h.relu(), torch.minimum(error, (h + error).relu())
    if isinstance(layer, nn.MaxPool2d):
        largest = layer(h)
        # the other way, largest - layer(h - error), is never more
        return largest, layer(h + error) - largest
    # Flatten and Identity move numbers, and their errors, alike; AvgPool averages both
    return layer(h), layer(error)


def after_weights(layer: LayerComparison, state: _State) -> _State:
    """(h, e) after a layer with weights."""
    h, error = state
    weights = layer.weights(h.device)
    positive, negative = weights.errors()
    bound = weights.apply(weights.largest(), error) + weights.apply(positive, h.relu())
    if bool((h < 0).any()):
        bound = bound + weights.apply(negative, (-h).relu())
    return weights.output(h), weights.plus(weights.bias_error, bound)


def after_join(_: Branches, body: _State, shortcut: _State) -> _State:
    """Where two branches meet: their activations, and the bounds on their errors, add up."""
    return body[0] + shortcut[0], body[1] + shortcut[1]


def proved_unchanged(scores: Tensor, bound: Tensor) -> Tensor:
    """Whether the largest score stays the largest under any change within the bound: bool (batch,).

    scores: f(x), (batch, classes). bound: of the same shape.
    """
    best = scores.argmax(1, keepdim=True)
    worst_case = scores.gather(1, best) - bound.gather(1, best)
    rivals = (scores + bound).scatter(1, best, -torch.inf)
    return worst_case[:, 0] > rivals.max(1).values
