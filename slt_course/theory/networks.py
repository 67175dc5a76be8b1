"""How wide a random network must be that contains a network, and how many weights it has."""

import numpy as np
from numpy.typing import ArrayLike

from .ranges import FloatOrArray, IntOrArray, check_range


def pensia_tolerance(eps: float, depth: int, inputs: int, outputs: int) -> float:
    """Compute the tolerance per weight that a whole network needs: eps/(2·depth·inputs·outputs).

    With it, the network is within eps on the unit ball.

    Args:
        eps: in (0, 1].
        depth: number of layers.
        inputs: of the weight's layer.
        outputs: of the weight's layer.

    Raises:
        ValueError: eps out of range.

    Source: Pensia et al. 2020, Theorem 1 (spectral norms at most 1, no biases).

    >>> pensia_tolerance(0.05, depth=5, inputs=64, outputs=64)
    1.220703125e-06
    """
    return float(check_range(eps, "eps", 0, 1)) / (2 * depth * inputs * outputs)


def pensia_width(
    eps: ArrayLike,
    failure: ArrayLike,
    depth: IntOrArray,
    inputs: IntOrArray,
    outputs: IntOrArray,
    constant: float,
) -> FloatOrArray:
    """Count the units per input coordinate of a layer's random pair: 2·constant·ln(1/tolerance').

    tolerance' = min(eps, failure)/(2·depth·inputs·outputs); the factor 2 is the paper's, which sets
    units aside for each sign.

    Args:
        eps: in (0, 1], of the whole network.
        failure: probability in (0, 1] with which some layer may not be contained.
        depth: number of layers.
        inputs: of the layer.
        outputs: of the layer.
        constant: the C of the theorem, which the paper does not give: at most twice that of
            `lueker_items` for the half-zero distribution, where the logarithm is of 2/tolerance.

    Raises:
        ValueError: eps or failure out of range.

    Source: Pensia et al. 2020, Theorem 1.

    >>> f"{float(pensia_width(0.01, 0.01, depth=2, inputs=784, outputs=500, constant=1)):.1f}"
    '37.7'
    """
    smaller = np.minimum(check_range(eps, "eps", 0, 1), check_range(failure, "failure", 0, 1))
    return 2 * constant * np.log(2 * depth * inputs * outputs / smaller)


def random_parameters(
    width: IntOrArray, inputs: IntOrArray, outputs: IntOrArray, taps: IntOrArray = 1
) -> IntOrArray:
    """Count the random weights of a layer's pair: width·inputs·(inputs + outputs·taps).

    The first, 1×1 layer has width·inputs² of them, the second width·inputs·outputs·taps; biases are
    not counted.

    Args:
        width: random hidden units per input coordinate, or channels per input channel.
        inputs: of the layer.
        outputs: of the layer.
        taps: number of entries of a kernel, 1 for a Linear layer.

    Returns:
        An integer where the arguments are integers.

    >>> random_parameters(60, inputs=6, outputs=16, taps=25)
    146160
    """
    return width * inputs * (inputs + outputs * taps)


def packing_bits(eps: ArrayLike, inputs: IntOrArray) -> FloatOrArray:
    """Count the parameters that any random network needs: inputs²·log2(1/(2·eps)) - 1.

    To contain every linear map of norm at most 1: if for every W, ||W|| <= 1, some subnetwork is
    within eps on the unit ball with probability at least 1/2, then the 2^m subnetworks of one draw
    serve, on average over draws, at least half of a packing of (1/(2·eps))^(inputs²) maps that are
    pairwise further than 2·eps apart.

    Args:
        eps: in (0, 1/2].
        inputs: of the map, and outputs.

    Raises:
        ValueError: eps out of range.

    Source: Pensia et al. 2020, Theorem 2.

    >>> float(packing_bits(1 / 64, inputs=2))
    19.0
    """
    return inputs**2 * np.log2(1 / (2 * check_range(eps, "eps", 0, 0.5))) - 1
