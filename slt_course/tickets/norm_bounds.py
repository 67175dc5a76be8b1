"""Proved bounds on |f - g| for all inputs in a box or a ball, by norms of the layers: the recursion
of `certificate.py`.

In the box every channel has a bound of its own on its activations and on their errors, and a kernel
K passes on at most
|K * x| <= ||K||_1 |x| of either (Young's inequality). In the ball the Euclidean norms of the whole activations are bounded;
a convolution's norm is at most the smaller of two numbers (`spectral`).
"""

import math

import torch
from torch import nn

from .convolution import windows_per_pixel
from .residual import leaves, walk
from .targets import two


def over_box(steps, radius):
    """Bound on max |f(x) - g(x)| over the outputs and over all inputs with |x_i| <= radius: a
    float.

    Args:
        steps: as in `certificate.outputs_and_bound`. The state is (size, error) per channel or
            coordinate, (channels,) each; one number stands for all, and after a Flatten each
            channel's for all of its pixels.
    """
    start = torch.tensor([float(radius)], dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    return float(walk(steps, start, box_after, join_boxes)[1].max())


def box_after(step, state):
    if isinstance(step, nn.Module):  # none of them makes a bound on sizes or errors worse
        return state
    layer = step.weights()
    size, error = (part.repeat_interleave(layer.target.shape[1] // len(part)) for part in state)
    in_l1 = lambda weight: weight.abs().reshape(*weight.shape[:2], -1).sum(2)  # noqa: E731
    error = (
        in_l1(layer.largest()) @ error
        + in_l1(torch.maximum(*layer.errors())) @ size
        + layer.bias_error
    )
    return in_l1(layer.target) @ size + layer.target_bias.abs(), error


def join_boxes(_, body, shortcut):
    """Where two branches meet; one may have a number per channel and the other, after Flatten and
    Linear, one per pixel.
    """
    entries = max(len(body[0]), len(shortcut[0]))
    return tuple(
        sum(part.repeat_interleave(entries // len(part)) for part in parts)
        for parts in zip(body, shortcut)
    )


def over_ball(steps, radius, shape=None):
    """Bound on the Euclidean norm of f(x) - g(x) over all inputs of Euclidean norm <= radius: a
    float.

    Args:
        steps: as in `certificate.outputs_and_bound`. shape: of an input, which convolutions and
            pooling need.
    """
    if shape is None:
        shape = (
            next(step for _, step in leaves(steps) if not isinstance(step, nn.Module))
            .weights()
            .target.shape[1:2]
        )
    return float(walk(steps, (meta(shape), float(radius), 0.0), ball_after, join_balls)[2])


def meta(shape):
    """An input without numbers, to follow the shapes of activations."""
    return torch.empty(1, *shape, device="meta")


def ball_after(step, state):
    """(activations without numbers, size, error) after a layer."""
    image, size, error = state
    if isinstance(step, nn.Module):
        factor = pooling_norm(step, image)
        return step(image), size * factor, error * factor
    layer = step.weights()
    image = follow(layer, image)
    # a bias is added at every place
    places = 1 if layer.convolution is None else image[0, 0].numel()
    # V+ h+ - V- h- = (V+ + V-)/2 h + (V+ - V-)/2 |h|, and likewise for D.
    half = spectral(layer.positive - layer.negative, layer.convolution) / 2
    mean = (layer.positive + layer.negative) / 2
    slope = spectral(mean, layer.convolution) + half
    own = spectral(layer.target - mean, layer.convolution) + half
    error = slope * error + own * size + float(layer.bias_error.norm()) * places**0.5
    size = (
        spectral(layer.target, layer.convolution) * size
        + float(layer.target_bias.norm()) * places**0.5
    )
    return image, size, error


def join_balls(_, body, shortcut):
    """Where two branches meet; where PyTorch broadcasts one, each of its numbers is added to
    several.
    """
    image = body[0] + shortcut[0]
    body_copies, shortcut_copies = (
        (image.numel() / part[0].numel()) ** 0.5 for part in (body, shortcut)
    )
    size, error = (body_copies * body[i] + shortcut_copies * shortcut[i] for i in (1, 2))
    return image, size, error


def follow(layer, image):
    """The shape after a layer, as a tensor without numbers."""
    return layer.apply(torch.empty_like(layer.target, device="meta", dtype=image.dtype), image)


def pooling_norm(pool, image=None):
    """By how much a layer without weights can enlarge the Euclidean norm of a difference.

    A pixel that is in r windows can change r maxima. A mean of k numbers has a square of at most
    the mean of their squares.
    """
    if isinstance(pool, nn.AdaptiveAvgPool2d):
        sizes = (None, None) if image is None else image.shape[-2:]
        return math.prod(
            averaging_norm(wanted, size) for wanted, size in zip(two(pool.output_size), sizes)
        )
    if not isinstance(pool, (nn.MaxPool2d, nn.AvgPool2d)):
        return 1.0
    kernel, stride = two(pool.kernel_size), two(pool.stride)
    windows = windows_per_pixel(kernel, stride, two(getattr(pool, "dilation", 1)))
    whole_windows = isinstance(pool, nn.AvgPool2d) and pool.count_include_pad and not pool.ceil_mode
    return math.sqrt(windows / (math.prod(kernel) if whole_windows else 1))


def averaging_norm(wanted, size):
    """A bound on the norm of the matrix that averages `size` numbers over `wanted` windows, which
    may overlap.

    Its rows are means, of sum 1, so its norm is at most the square root of its largest column sum;
    for `size` not known (None), of `wanted`. Exact where the windows do not overlap.
    """
    if wanted is None:  # as many windows as numbers
        return 1.0
    if size is None:
        return math.sqrt(wanted)
    columns = torch.zeros(size, dtype=torch.float64)
    for window in range(wanted):
        start, end = window * size // wanted, -(-(window + 1) * size // wanted)
        columns[start:end] += 1 / (end - start)
    return math.sqrt(float(columns.max()))


def spectral(weight, convolution=None):
    """The largest singular value of a matrix, or a bound on that of a convolution for images of any
    size: a float.

    A convolution takes every pixel into at most r windows, and applies the matrix (outputs,
    inputs·taps) to each: its norm is at most sqrt(r) times the matrix's. It also is a sum over its
    taps of a matrix applied to shifted pixels, so its norm is at most the sum of the norms of
    these. The smaller of both.
    """
    if convolution is None:
        return norm(weight)
    r = windows_per_pixel(convolution.kernel, convolution.stride, convolution.dilation)
    return min(
        math.sqrt(r) * norm(weight.flatten(1)),
        sum(norm(tap) for tap in weight.flatten(2).unbind(2)),
    )


def norm(matrix):
    return float(torch.linalg.matrix_norm(matrix, 2))
