"""What may be asked of a ticket's certificate: checks of its arguments, in words, before any bound is computed."""

import torch
from torch import nn

from . import norm_bounds
from .certificate import Represented
from .convolution import linear_map
from .forward import refuse_shape
from .residual import leaves, walk
from .targets import FOR_IMAGES


def by_norms(steps, radius, norm, shape):
    """The bound over a box (norm "inf") or ball ("2") of a radius; steps as in `certificate.outputs_and_bound`."""
    refuse_late_flatten(steps)
    if not 0 <= radius < float("inf"):
        raise ValueError(f"radius is {radius}: give a finite number >= 0")
    if norm == "inf":
        return norm_bounds.over_box(steps, radius)
    if has_images(steps):
        refuse_image_shape(shape)
    try:
        return norm_bounds.over_ball(steps, radius, shape)
    except RuntimeError as error:  # from PyTorch
        raise ValueError(f"the target does not take inputs of shape {shape}: {error}") from None


def has_images(steps):
    """Whether a network has convolutions or pooling, so that its inputs are images."""
    layers = [step for _, step in leaves(steps)]
    convolutions = (step.pair.convolution is not None for step in layers if isinstance(step, Represented))
    return any(convolutions) or any(isinstance(step, FOR_IMAGES) for step in layers)


def refuse_late_flatten(steps):
    """Refuse bounds by norms where a Flatten after a Linear layer mixes rows of its outputs."""
    layers = [step for _, step in leaves(steps)]
    first = next(place for place, step in enumerate(layers) if not isinstance(step, nn.Module))
    if not has_images(steps) and any(isinstance(step, nn.Flatten) for step in layers[first:]):
        raise ValueError(
            "bounds by norms are for targets that flatten before their first Linear layer: give inputs=… instead"
        )


def refuse_image_shape(shape):
    whole = isinstance(shape, (tuple, list, torch.Size)) and all(isinstance(size, int) and size > 0 for size in shape)
    if not whole or len(shape) != 3:
        needed = 'norm="2" needs the shape (channels, height, width) of an input, such as shape=(1, 28, 28)'
        raise ValueError(f"shape is {shape!r}: the target takes images, so {needed}")


def refuse_inputs(steps, inputs, signed_input):
    """Refuse inputs that are no tensor, that do not fit the network (steps with Pairs), not finite, of a sign not served."""
    if not isinstance(inputs, torch.Tensor):
        raise TypeError(f"inputs is a {type(inputs).__name__}: give a tensor, as in torch.as_tensor(inputs)")
    try:
        follow_shapes(steps, torch.empty_like(inputs, device="meta", dtype=torch.float32))
    except RuntimeError as error:  # from PyTorch
        raise ValueError(f"the ticket does not take inputs of shape {tuple(inputs.shape)}: {error}") from None
    if not bool(torch.isfinite(inputs).all()):
        raise ValueError("inputs hold NaN or infinite values: the certificate needs finite inputs")
    if not signed_input and bool((inputs < 0).any()):
        raise ValueError(
            f"inputs go down to {float(inputs.min()):.3g}, but this ticket was built for inputs >= 0: "
            "build it with signed_input=True"
        )


def follow_shapes(steps, x):
    """Send a tensor without numbers through a network (steps with Pairs); what does not fit raises."""

    def apply(step, x):
        if isinstance(step, nn.Module):
            return step(x)
        refuse_shape(step, x)
        return linear_map(x, torch.empty(step.outputs, step.inputs, *step.kernel, device="meta"), step.convolution)

    return walk(steps, x, apply, lambda _, body, shortcut: body + shortcut)
