"""How a convolution slides: the geometry that a target's Conv2d and its pair's B share."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Convolution:
    """Kernel size, stride, zero padding and dilation of a two-dimensional convolution."""

    kernel: tuple[int, ...]  # (height, width)
    stride: tuple[int, ...]
    padding: tuple[int, ...]  # (left, right, top, bottom), as torch.nn.functional.pad takes it
    dilation: tuple[int, ...]

    @classmethod
    def of(cls, module: nn.Conv2d, weight: Tensor) -> Convolution:
        """The geometry of an nn.Conv2d with this weight."""
        kernel = weight.shape[2:]
        if module.padding == "valid":
            (top, bottom), (left, right) = (0, 0), (0, 0)
        elif module.padding == "same":  # where the sides cannot be equal, PyTorch's last is larger
            spare = [d * (k - 1) for d, k in zip(module.dilation, kernel)]
            (top, bottom), (left, right) = ((one // 2, one - one // 2) for one in spare)
        else:
            top, left = bottom, right = integers(module.padding)
        padding = left, right, top, bottom
        return cls(*map(integers, (kernel, module.stride, padding, module.dilation)))

    @property
    def entries(self) -> int:
        """Entries of the kernel for one input and one output channel."""
        return math.prod(self.kernel)

    def pad(self, x: Tensor) -> Tensor:
        return functional.pad(x, self.padding)

    def without_padding(self) -> Convolution:
        return replace(self, padding=(0, 0, 0, 0))

    def __call__(self, x: Tensor, weight: Tensor) -> Tensor:
        """x (batch, channels, height, width) convolved with weight (outputs, channels, *kernel)."""
        return functional.conv2d(self.pad(x), weight, stride=self.stride, dilation=self.dilation)


def integers(values) -> tuple[int, ...]:
    return tuple(int(value) for value in values)


def linear_map(x: Tensor, weight: Tensor, convolution: Convolution | None = None) -> Tensor:
    """W x without a bias.

    x: (…, inputs) for a Linear layer, (batch, inputs, height, width) with a convolution.
    """
    return functional.linear(x, weight) if convolution is None else convolution(x, weight)


def windows_per_pixel(kernel, stride, dilation) -> int:
    """At most how many windows of a sliding kernel read one pixel, counted along both axes.

    Entry t of the window at position p reads pixel p·stride + t·dilation, so only every
    stride/gcd(stride, dilation)-th of the entries can read a given one.
    """
    along = [math.ceil(k * math.gcd(s, d) / s) for k, s, d in zip(kernel, stride, dilation)]
    return math.prod(along)
