"""How wide a random network must be that contains a convolutional network."""

import numpy as np
from numpy.typing import ArrayLike

from .networks import pensia_width
from .ranges import FloatOrArray, IntOrArray, check_range


def cnn_tolerance(eps: float, depth: int, entries: int) -> float:
    """Compute the tolerance per weight that a convolutional network needs: eps/(2·depth·entries).

    With it, the network is within eps at every output, for inputs with all |x_i| <= 1.

    Args:
        eps: in (0, 1].
        depth: number of layers.
        entries: number of weights that one output of the layer reads: channels times kernel height
            times width.

    Raises:
        ValueError: eps out of range.

    Source: da Cunha, Natale & Viennot 2022, for kernels of l1 norm at most 1 per output channel, no
    biases; the constant is derived in lesson 10.

    >>> round(cnn_tolerance(0.01, depth=5, entries=6 * 5 * 5), 9)
    6.667e-06
    """
    return float(check_range(eps, "eps", 0, 1)) / (2 * depth * entries)


def cnn_width(
    eps: ArrayLike,
    failure: ArrayLike,
    depth: IntOrArray,
    inputs: IntOrArray,
    outputs: IntOrArray,
    taps: ArrayLike,
    constant: float,
) -> FloatOrArray:
    """Count the channels per input channel of a convolution's pair: constant·ln(1/tolerance').

    tolerance' = min(eps, failure)/(2·depth·inputs·outputs·taps), a share of the failure probability
    for each of the layer's 2·inputs·outputs·taps subset sums, of both signs.

    Args:
        eps: in (0, 1], of the whole network.
        failure: probability in (0, 1] with which some convolution may not be contained.
        depth: number of layers.
        inputs: channels that go into the layer.
        outputs: channels that come out of it.
        taps: number of entries of a kernel.
        constant: the C of the theorem as lesson 10 states it.

    Raises:
        ValueError: eps or failure out of range.

    Source: da Cunha, Natale & Viennot 2022, in the form of lesson 10.

    >>> f"{float(cnn_width(0.01, 0.01, depth=5, inputs=6, outputs=16, taps=25, constant=1)):.1f}"
    '14.7'
    """
    return pensia_width(eps, failure, depth, inputs, outputs * np.asarray(taps), constant) / 2
