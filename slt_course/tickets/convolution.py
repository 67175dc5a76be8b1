"""How a convolution slides: the geometry that a Conv2d of the target and the second layer of its
random pair share.
"""

import math
from dataclasses import dataclass, replace

from torch.nn import functional


@dataclass(frozen=True)
class Convolution:
    """Kernel size, stride, zero padding and dilation of a two-dimensional convolution."""

    kernel: tuple  # (height, width)
    stride: tuple
    padding: tuple  # (left, right, top, bottom), as torch.nn.functional.pad takes it
    dilation: tuple

    @classmethod
    def of(cls, module, weight):
        """The geometry of an nn.Conv2d with this weight."""
        kernel = tuple(weight.shape[2:])
        if module.padding == "valid":
            padding = (0, 0, 0, 0)
        # PyTorch's choice where the two sides cannot be equal: the right one is larger
        elif module.padding == "same":
            totals = [d * (k - 1) for d, k in zip(module.dilation, kernel)]
            padding = tuple(
                side for total in reversed(totals) for side in (total // 2, total - total // 2)
            )
        else:
            padding = tuple(side for side in reversed(module.padding) for _ in range(2))
        return cls(
            *(tuple(map(int, part)) for part in (kernel, module.stride, padding, module.dilation))
        )

    @property
    def taps(self):
        """Entries of the kernel for one input and one output channel."""
        return math.prod(self.kernel)

    def pad(self, x):
        return functional.pad(x, self.padding)

    def without_padding(self):
        return replace(self, padding=(0, 0, 0, 0))

    def __call__(self, x, weight):
        """The convolution of x (batch, channels, height, width) with weight (outputs, channels,
        *kernel).
        """
        return functional.conv2d(self.pad(x), weight, stride=self.stride, dilation=self.dilation)


def linear_map(x, weight, convolution=None):
    """W x, without a bias: x (…, inputs) for a Linear layer, (batch, inputs, height, width) with a
    convolution.
    """
    return functional.linear(x, weight) if convolution is None else convolution(x, weight)


def windows_per_pixel(kernel, stride, dilation):
    """At most how many windows of a sliding kernel read one pixel, counted along both axes: an
    integer.

    Tap t of the window at position p reads pixel p·stride + t·dilation, so only every
    stride/gcd(stride, dilation)-th of the taps can read a given one.
    """
    along = [math.ceil(k * math.gcd(s, d) / s) for k, s, d in zip(kernel, stride, dilation)]
    return math.prod(along)
