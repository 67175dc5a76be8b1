"""By how much a layer can enlarge the Euclidean norm of its input."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ..convolution import Convolution, windows_per_pixel
from ..targets.plain import per_axis


def spectral(weight: Tensor, convolution: Convolution | None = None) -> float:
    """The largest singular value of a matrix, or a bound on a convolution's for any image size.

    A convolution takes every pixel into at most r windows, and applies the matrix (outputs,
    inputs·entries) to each: its norm is at most sqrt(r) times the matrix's. It also is a sum over
    the entries of its kernel, each a matrix applied to shifted pixels, so its norm is at most the
    sum of the norms of these. The smaller of both.
    """
    if convolution is None:
        return norm(weight)
    r = windows_per_pixel(convolution.kernel, convolution.stride, convolution.dilation)
    by_windows = math.sqrt(r) * norm(weight.flatten(1))
    return min(by_windows, sum(norm(entry) for entry in weight.flatten(2).unbind(2)))


def norm(matrix: Tensor) -> float:
    return float(torch.linalg.matrix_norm(matrix, 2))


def plain_norm(layer: nn.Module, image: Tensor | None = None) -> float:
    """By how much a layer without weights can enlarge the Euclidean norm of a difference.

    A pixel that is in r windows can change r maxima. A mean of k numbers has a square of at most
    the mean of their squares. image: of the shape of the layer's input, if known.
    """
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        sizes = (None, None) if image is None else image.shape[-2:]
        return math.prod(map(averaging_norm, per_axis(layer.output_size), sizes))
    if not isinstance(layer, (nn.MaxPool2d, nn.AvgPool2d)):
        return 1.0
    kernel, stride = per_axis(layer.kernel_size), per_axis(layer.stride)
    windows = windows_per_pixel(kernel, stride, per_axis(getattr(layer, "dilation", 1)))
    means = isinstance(layer, nn.AvgPool2d) and layer.count_include_pad and not layer.ceil_mode
    return math.sqrt(windows / (math.prod(kernel) if means else 1))


def averaging_norm(wanted: int | None, size: int | None) -> float:
    """A bound on the norm of the matrix that averages `size` numbers over `wanted` windows.

    The windows may overlap. The matrix's rows are means, of sum 1, so its norm is at most the
    square root of its largest column sum; for `size` not known (None), of `wanted`. Exact where the
    windows do not overlap.
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
