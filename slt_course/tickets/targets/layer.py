"""A layer with weights of the target, Linear or Conv2d, as its random pair has to represent it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from ..convolution import Convolution
from .derived import forward_tensors


@dataclass(frozen=True)
class TargetLayer:
    """A Linear or Conv2d layer of the target.

    The pair represents its weights divided by `scale`, a power of two that brings all of them to at
    most 1, and its biases divided by `outer_scale`, the product of the scales up to and including
    this layer.
    """

    position: str  # index in the target's Sequential ("2", or "0.2" in a nested one)
    # (outputs, inputs) or (outputs, inputs, *kernel), a copy in the target's precision
    weight: torch.Tensor
    bias: torch.Tensor | None  # (outputs,)
    convolution: Convolution | None  # None for a Linear layer
    signed: bool  # whether the layer's input can be negative
    scale: float
    outer_scale: float

    @property
    def entries(self) -> int:
        """Entries of a kernel: height·width, 1 for a Linear layer."""
        return 1 if self.convolution is None else self.convolution.entries

    def scales(self) -> torch.Tensor:
        """(columns,) what the numbers of each input, and the bias, are divided by in the pair."""
        scales = torch.full(
            (self.weight.shape[1] + (self.bias is not None),), self.scale, dtype=torch.float64
        )
        if self.bias is not None:
            scales[-1] = self.outer_scale
        return scales

    def same_numbers(self, other: TargetLayer) -> bool:
        """Whether another layer has the same weights and biases, in whatever precision."""
        same = torch.equal(self.weight.double(), other.weight.double())
        if self.bias is None or other.bias is None:
            return same and self.bias is other.bias
        return same and torch.equal(self.bias.double(), other.bias.double())

    def parameters(self) -> int:
        """How many weights and biases there are."""
        return self.weight.numel() + (0 if self.bias is None else len(self.bias))


def read_layer(
    position: str, module: nn.Linear | nn.Conv2d, signed: bool, outer_scale: float
) -> TargetLayer:
    """The TargetLayer of an nn.Linear or nn.Conv2d whose input is already divided by `outer_scale`.

    Positive homogeneity, relu(c z) = c relu(z), moves a factor c > 0 out of a layer: with W/c in
    place of W, and b divided by all factors so far, every later activation is divided by c, and the
    network's output is multiplied by it at the end.
    """
    kind = type(module).__name__
    _check_initialised(position, module)
    weight, bias = forward_tensors(position, module)
    weight, bias = weight.cpu(), None if bias is None else bias.cpu()
    convolution = Convolution.of(module, weight) if isinstance(module, nn.Conv2d) else None
    if convolution is not None:
        _check_convolution(position, module, convolution)
    if weight.is_complex():
        raise TypeError(f"layer {position} ({kind}) needs real weights")
    for name, tensor in (("weights", weight), ("biases", bias)):
        if tensor is not None and not bool(tensor.isfinite().all()):
            bad = int((~tensor.isfinite()).sum())
            raise ValueError(
                f"layer {position} ({kind}) has {bad} {name} that are NaN or "
                "infinite: give a finite target"
            )
    if 0 in weight.shape:
        raise ValueError(
            f"layer {position} ({kind}) has shape {tuple(weight.shape)}: it needs "
            "inputs and outputs"
        )
    largest = float(weight.abs().max())
    if bias is not None:
        largest = max(largest, float(bias.abs().max()) / outer_scale)
    scale = _power_of_two_above(largest)
    if outer_scale * scale > 2.0**64:
        raise ValueError(
            f"layer {position} ({kind}) brings the product of the layers' largest weights to "
            f"{outer_scale * scale:.1g}: rescale the target, its outputs would be of that size"
        )
    return TargetLayer(position, weight, bias, convolution, signed, scale, outer_scale * scale)


def _check_initialised(position, module):
    """Refuse a layer whose weights have no numbers yet: a lazy one, or one on the meta device."""
    lazy = isinstance(module, nn.modules.lazy.LazyModuleMixin)
    if lazy or any(tensor.is_meta for tensor in (*module.parameters(), *module.buffers())):
        advice = (
            "run it once on an input"
            if lazy
            else "load its weights, as load_state_dict(…, assign=True) does"
        )
        raise TypeError(
            f"layer {position} ({type(module).__name__}) needs initialised weights: {advice}"
        )


def _check_convolution(position, module, convolution):
    """Refuse what the construction is not made for: grouped channels, padding not with zeros."""
    pads = any(convolution.padding)
    for name, value, needed in (
        ("groups", module.groups, 1),
        ("padding_mode", module.padding_mode, "zeros"),
    ):
        if value != needed and (name == "groups" or pads):
            raise TypeError(
                f"layer {position} is a Conv2d with {name}={value!r}: a ticket represents "
                f"{name}={needed!r} only"
            )


def _power_of_two_above(largest: float) -> float:
    """The smallest power of two >= max(1, largest), by which dividing is exact."""
    scale = 1.0
    while scale < largest:
        scale *= 2
    return scale
