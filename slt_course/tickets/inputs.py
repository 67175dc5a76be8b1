"""What a ticket takes: shapes, signs and numbers of its inputs, refused in words."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from .convolution import linear_map
from .pair import Pair
from .steps import Steps


def check_inputs(steps: Steps, inputs: Tensor, signed_input: bool) -> None:
    """Refuse inputs that a network (steps with Pairs) does not take.

    That is what is no tensor, does not fit, is not finite, or has a sign that is not served.
    """
    if not isinstance(inputs, Tensor):
        raise TypeError(
            f"inputs is a {type(inputs).__name__}: give a tensor, as in torch.as_tensor(inputs)"
        )
    check_tensor("inputs", inputs)
    try:
        follow_shapes(steps, torch.empty_like(inputs, device="meta", dtype=torch.float32))
    except (RuntimeError, IndexError) as error:  # from PyTorch
        raise ValueError(
            f"the ticket does not take inputs of shape {tuple(inputs.shape)}: {error}"
        ) from None
    if not bool(torch.isfinite(inputs).all()):
        raise ValueError("inputs hold NaN or infinite values: the certificate needs finite inputs")
    check_sign("inputs", inputs, signed_input)


def check_tensor(name: str, x: Tensor) -> None:
    """Refuse tensors that do not hold real numbers, one by one."""
    if x.is_complex() or x.is_quantized or x.is_meta or x.layout is not torch.strided:
        raise TypeError(
            f"{name} is {x.dtype}, {x.layout}, on {x.device}: give an ordinary, dense tensor of "
            "real numbers"
        )


def check_sign(name: str, x: Tensor, signed_input: bool) -> None:
    """Refuse negative numbers where the ticket has no units for them."""
    if not signed_input and bool((x < 0).any()):
        raise ValueError(
            f"{name} has numbers down to {float(x.min()):.3g}, but this ticket was built for "
            "inputs >= 0: build it with signed_input=True"
        )


def check_scores(scores: Tensor) -> None:
    """Refuse outputs among which there is no predicted class."""
    if scores.ndim != 2 or scores.shape[1] < 2:
        raise ValueError(
            f"the outputs have shape {tuple(scores.shape)}: a predicted class needs (batch, "
            "classes), two or more, so inputs (batch, …), such as x[None] for a single one"
        )


def check_shape(pair: Pair, x: Tensor) -> None:
    """Refuse an activation that the pair's layer cannot take."""
    shape = tuple(x.shape)
    if pair.convolution is None and shape[-1:] != (pair.inputs,):
        raise ValueError(
            f"layer {pair.position} of the ticket takes {pair.inputs} inputs, but got shape {shape}"
        )
    if pair.convolution is not None and (len(shape) != 4 or shape[1] != pair.inputs):
        needed = f"(batch, {pair.inputs}, height, width)"
        raise ValueError(
            f"layer {pair.position} of the ticket takes images {needed}, but got shape {shape}"
        )


def follow_shapes(
    steps: Steps, x: Tensor, see: Callable[[torch.Size], None] = lambda shape: None
) -> Tensor:
    """Send a tensor without data through a network (steps with Pairs); what does not fit raises.

    see(shape) is called with the shape of every activation, and of the padded input of every
    convolution.
    """

    def plain(layer: nn.Module, x: Tensor) -> Tensor:
        x = layer(x)
        see(x.shape)
        return x

    def weighted(pair: Pair, x: Tensor) -> Tensor:
        check_shape(pair, x)
        if pair.convolution is not None:
            see(pair.convolution.pad(x).shape)
        weight = x.new_empty(pair.outputs, pair.inputs, *pair.kernel)
        x = linear_map(x, weight, pair.convolution)
        see(x.shape)
        return x

    return steps.walk(x, plain, weighted, lambda _, body, shortcut: body + shortcut)


def check_image_shape(shape) -> None:
    """Refuse what is not the (channels, height, width) of an image."""
    counts = isinstance(shape, (tuple, list, torch.Size)) and all(
        isinstance(size, int) and size > 0 for size in shape
    )
    if not counts or len(shape) != 3:
        raise ValueError(
            f'shape is {shape!r}: the target takes images, so norm="2" needs the shape (channels, '
            "height, width) of an input, such as shape=(1, 28, 28)"
        )


def finite_radius(radius) -> float:
    """The radius as a float, from any single number >= 0 that a float can hold."""
    if isinstance(radius, (Tensor, np.ndarray)) and radius.ndim == 0:
        radius = radius.item()
    if isinstance(radius, bool) or not isinstance(radius, numbers.Real):
        given = f"of shape {tuple(radius.shape)}" if hasattr(radius, "shape") else repr(radius)
        raise TypeError(
            f"radius is a {type(radius).__name__} {given}: give one number, the size of the "
            "largest inputs"
        )
    try:
        size = float(radius)
    except OverflowError:  # an integer or fraction beyond 1e308, whose digits nobody wants to read
        size = math.inf
    if not 0 <= size < math.inf:
        raise ValueError(f"radius is {size}: give a finite number >= 0")
    return size
