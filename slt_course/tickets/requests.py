"""What may be asked of a ticket's certificate: checks of its arguments, in words, before any bound
is computed.
"""

import math
import numbers

import numpy as np
import torch
from torch import nn

from . import norm_bounds
from .certificate import Represented
from .convolution import linear_map
from .forward import refuse_shape
from .residual import leaves, walk
from .targets import FOR_IMAGES


def by_norms(steps, radius, norm, shape):
    """The bound over a box (norm "inf") or ball ("2") of a radius; steps as in
    `certificate.outputs_and_bound`.
    """
    refuse_late_flatten(steps)
    radius = finite_radius(radius)
    if norm == "inf":
        return norm_bounds.over_box(steps, radius)
    if has_images(steps):
        refuse_image_shape(shape)
    try:
        return norm_bounds.over_ball(steps, radius, shape)
    except RuntimeError as error:  # from PyTorch
        raise ValueError(f"the target does not take inputs of shape {shape}: {error}") from None


def finite_radius(radius):
    """The radius as a float, from any single number >= 0 that a float can hold."""
    if isinstance(radius, (torch.Tensor, np.ndarray)) and radius.ndim == 0:
        radius = radius.item()
    if isinstance(radius, bool) or not isinstance(radius, numbers.Real):
        given = f"of shape {tuple(radius.shape)}" if hasattr(radius, "shape") else repr(radius)
        raise TypeError(
            f"radius is a {type(radius).__name__} {given}: give one number, the size "
            "of the largest inputs"
        )
    try:
        size = float(radius)
    except OverflowError:  # an integer or fraction beyond 1e308, whose digits nobody wants to read
        size = math.inf
    if not 0 <= size < math.inf:
        raise ValueError(f"radius is {size}: give a finite number >= 0")
    return size


def has_images(steps):
    """Whether a network has convolutions or pooling, so that its inputs are images."""
    layers = [step for _, step in leaves(steps)]
    convolutions = (
        step.pair.convolution is not None for step in layers if isinstance(step, Represented)
    )
    return any(convolutions) or any(isinstance(step, FOR_IMAGES) for step in layers)


def refuse_late_flatten(steps):
    """Refuse bounds by norms where a Flatten after a Linear layer mixes rows of its outputs."""
    layers = [step for _, step in leaves(steps)]
    first = next(place for place, step in enumerate(layers) if not isinstance(step, nn.Module))
    if not has_images(steps) and any(isinstance(step, nn.Flatten) for step in layers[first:]):
        raise ValueError(
            "bounds by norms are for targets that flatten before their first Linear layer: give "
            "inputs=… instead"
        )


def refuse_image_shape(shape):
    whole = isinstance(shape, (tuple, list, torch.Size)) and all(
        isinstance(size, int) and size > 0 for size in shape
    )
    if not whole or len(shape) != 3:
        needed = 'norm="2" needs the shape (channels, height, width) of an input, such as shape=(1, 28, 28)'
        raise ValueError(f"shape is {shape!r}: the target takes images, so {needed}")


def refuse_inputs(steps, inputs, signed_input):
    """Refuse inputs that are no tensor, that do not fit the network (steps with Pairs), not finite,
    of a sign not served.
    """
    if not isinstance(inputs, torch.Tensor):
        raise TypeError(
            f"inputs is a {type(inputs).__name__}: give a tensor, as in torch.as_tensor(inputs)"
        )
    refuse_other_tensors("inputs", inputs)
    try:
        follow_shapes(steps, torch.empty_like(inputs, device="meta", dtype=torch.float32))
    except (RuntimeError, IndexError) as error:  # from PyTorch
        raise ValueError(
            f"the ticket does not take inputs of shape {tuple(inputs.shape)}: {error}"
        ) from None
    if not bool(torch.isfinite(inputs).all()):
        raise ValueError("inputs hold NaN or infinite values: the certificate needs finite inputs")
    refuse_sign("inputs", inputs, signed_input)


def refuse_other_tensors(name, x):
    """Refuse tensors that do not hold real numbers, one by one."""
    if x.is_complex() or x.is_quantized or x.is_meta or x.layout is not torch.strided:
        raise TypeError(
            f"{name} is {x.dtype}, {x.layout}, on {x.device}: give an ordinary, dense "
            "tensor of real numbers"
        )


def refuse_sign(name, x, signed_input):
    """Refuse negative numbers where the ticket has no units for them."""
    if not signed_input and bool((x < 0).any()):
        raise ValueError(
            f"{name} has numbers down to {float(x.min()):.3g}, but this ticket was built for "
            "inputs >= 0: "
            "build it with signed_input=True"
        )


def refuse_scores(scores):
    """Refuse outputs among which there is no predicted class."""
    if scores.ndim != 2 or scores.shape[1] < 2:
        raise ValueError(
            f"the outputs have shape {tuple(scores.shape)}: a predicted class needs (batch, "
            "classes), two or more, so "
            "inputs (batch, …), such as x[None] for a single one"
        )


def follow_shapes(steps, x, see=lambda shape: None):
    """Send a tensor without numbers through a network (steps with Pairs); what does not fit raises.

    see(shape) is called with the shape of every activation, and of the padded input of every
    convolution.
    """

    def apply(step, x):
        if isinstance(step, nn.Module):
            x = step(x)
        else:
            refuse_shape(step, x)
            if step.convolution is not None:
                see(step.convolution.pad(x).shape)
            x = linear_map(
                x, x.new_empty(step.outputs, step.inputs, *step.kernel), step.convolution
            )
        see(x.shape)
        return x

    return walk(steps, x, apply, lambda _, body, shortcut: body + shortcut)
