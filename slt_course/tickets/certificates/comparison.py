"""A layer of the target beside the pair that represents it: what every bound starts from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from ..convolution import Convolution, linear_map
from ..pair import Pair
from ..targets import TargetLayer


@dataclass(frozen=True)
class Weights:
    """Both layers' numbers: float64 weights (outputs, inputs, *kernel), biases (outputs,).

    The pair acts on its input as P(h) = V+ h+ - V- h-, where h+ and h- are the positive and the
    negative part, and V h is a matrix product or a convolution.
    """

    target: Tensor  # W
    target_bias: Tensor  # b, zeros if the layer has none
    positive: Tensor  # V+
    negative: Tensor  # V-; V+ again where the input is never negative
    bias_error: Tensor  # |b - its representation|
    convolution: Convolution | None = None

    @classmethod
    def of(cls, layer: TargetLayer, pair: Pair) -> Weights:
        """Read both off the layer and the pair."""
        positive, negative, bias = pair.effective_weights()
        target_bias = torch.zeros_like(bias) if layer.bias is None else layer.bias.double()
        return cls(
            target=layer.weight.double(),
            target_bias=target_bias,
            positive=positive,
            negative=negative if pair.signed else positive,
            bias_error=(target_bias - bias).abs(),
            convolution=layer.convolution,
        )

    def to(self, device: torch.device) -> Weights:
        moved: dict[str, Any] = {
            name: value.to(device)
            for name, value in vars(self).items()
            if isinstance(value, Tensor)
        }
        return replace(self, **moved)

    def errors(self) -> tuple[Tensor, Tensor]:
        """|W - V+| and |W - V-|."""
        return (self.target - self.positive).abs(), (self.target - self.negative).abs()

    def largest(self) -> Tensor:
        """max(|V+|, |V-|): how much every entry passes on of an error in its input."""
        return torch.maximum(self.positive.abs(), self.negative.abs())

    def apply(self, weight: Tensor, x: Tensor) -> Tensor:
        """The layer's linear map with another weight."""
        return linear_map(x, weight, self.convolution)

    def plus(self, bias: Tensor, y: Tensor) -> Tensor:
        """The layer's outputs y with one number per output added."""
        return y + (bias if self.convolution is None else bias[:, None, None])

    def output(self, x: Tensor) -> Tensor:
        """The target's layer at x."""
        return self.plus(self.target_bias, self.apply(self.target, x))


@dataclass(frozen=True)
class LayerComparison:
    """A target layer and its pair, compared on demand, or once and kept in `cached`."""

    layer: TargetLayer
    pair: Pair
    cached: Weights | None = None

    @property
    def outer_scale(self) -> float:
        return self.pair.outer_scale

    def weights(self, device: torch.device | None = None) -> Weights:
        """Their Weights, on `device`."""
        weights = self.cached or Weights.of(self.layer, self.pair)
        return weights if device is None or device.type == "cpu" else weights.to(device)
