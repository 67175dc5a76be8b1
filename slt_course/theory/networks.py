"""The bounds on random networks that the course uses, with source and range of validity: how wide,
how many weights.
"""

import numpy as np
from scipy.optimize import brentq

from .subset_sums import in_range


def malach_hit_probability(weight, tolerance, variant="both"):
    """Probability that one random unit of a block serves one weight for inputs of one sign.

    Args:
        weight: number or array in [-1, 1]. tolerance: eps in (0, 1], of the product A·B, with A, B
            from U[-1, 1].
        variant: "both": A within eps/2 of the signed |weight| and B within eps/2 of ±1, which gives
            |A·B - weight| <= eps; "product": |A·B - weight| <= eps, A of the right sign.

    Source: Malach et al. 2020, the gadget; the constants are derived in lesson 07.

    >>> both = malach_hit_probability(0.5, 0.1)
    >>> product = malach_hit_probability(0.5, 0.1, "product")
    >>> float(both.round(5)), float(product.round(4))
    (0.00125, 0.035)
    """
    weight = np.abs(np.asarray(weight, dtype=float))
    if not np.all(weight <= 1):
        raise ValueError(
            f"weight is {weight}: products of two numbers from [-1, 1] serve weights in [-1, 1]"
        )
    tolerance = in_range(tolerance, "tolerance", 0, 1)
    if variant == "both":
        window = np.minimum(1, weight + tolerance / 2) - np.maximum(0, weight - tolerance / 2)
        return window / 2 * tolerance / 4
    if variant == "product":
        low, high = np.maximum(-1, weight - tolerance), np.minimum(1, weight + tolerance)
        return (product_mass(high) - product_mass(low)) / 2
    raise ValueError(f'variant is {variant!r}: choose "both" or "product"')


def product_mass(t):
    """Integral of the density of U·V, ln(1/|t|)/2, from 0 to t: t·(1 - ln|t|)/2."""
    t = np.asarray(t, dtype=float)
    return t * (1 - np.log(np.where(t == 0, 1, np.abs(t)))) / 2


def malach_width(weight, tolerance, failure, variant="both"):
    """Units per input coordinate with which one weight is served for both signs, with probability
    at least 1 - failure.

    ln(2/failure)/p with p = `malach_hit_probability`: for the paper's gadget of order 1/tolerance²,
    since two numbers must land; for the product variant of order 1/tolerance for |weight| away from
    1. Round up. Source: Malach et al. 2020; the constants are derived in lesson 07.

    >>> both = malach_width(0.5, 0.1, failure=0.1)
    >>> product = malach_width(0.5, 0.1, 0.1, "product")
    >>> f"{float(both):.0f}, {float(product):.0f}"
    '2397, 86'
    """
    return np.log(2 / in_range(failure, "failure", 0, 1)) / malach_hit_probability(
        weight, tolerance, variant
    )


def malach_width_for(weights, tolerance, share, variant="both"):
    """Units per input coordinate with which a share of many weights is expected to be served for
    both signs: a float.

    The k with mean over the weights of (1 - (1 - p)^k)² = share; arguments as in
    `malach_hit_probability`, share in (0, 1).

    >>> round(malach_width_for([0.5], 0.1, share=0.9, variant="product"))
    83
    """
    p = np.asarray(malach_hit_probability(weights, tolerance, variant))
    share = float(in_range(share, "share", 0, 1 - 1e-12))
    served = lambda k: np.mean(np.expm1(k * np.log1p(-p)) ** 2)  # noqa: E731
    return float(brentq(lambda k: served(k) - share, 0.0, 50 / p.min() * np.log(2 / (1 - share))))


def pensia_tolerance(eps, depth, inputs, outputs):
    """The tolerance per weight with which a whole network is within eps on the unit ball:
    eps/(2·depth·inputs·outputs).

    Inputs and outputs are those of the weight's layer; eps in (0, 1].
    Source: Pensia et al. 2020, Theorem 1 (spectral norms at most 1, no biases).

    >>> pensia_tolerance(0.05, depth=5, inputs=64, outputs=64)
    1.220703125e-06
    """
    return float(in_range(eps, "eps", 0, 1)) / (2 * depth * inputs * outputs)


def pensia_width(eps, failure, depth, inputs, outputs, constant):
    """Hidden units per input coordinate with which a random pair contains every layer:
    2·constant·ln(1/tolerance').

    tolerance' = min(eps, failure)/(2·depth·inputs·outputs); the factor 2 is the paper's, which sets
    units aside for each sign. `constant` is the C of the theorem, which the paper does not give: at
    most twice that of `lueker_items` for the half-zero law, where the logarithm is of 2/tolerance.
    eps and failure in (0, 1]. Source: Pensia et al. 2020, Theorem 1.

    >>> f"{float(pensia_width(0.01, 0.01, depth=2, inputs=784, outputs=500, constant=1)):.1f}"
    '37.7'
    """
    smaller = np.minimum(in_range(eps, "eps", 0, 1), in_range(failure, "failure", 0, 1))
    return 2 * constant * np.log(2 * depth * inputs * outputs / smaller)


def cnn_tolerance(eps, depth, entries):
    """The tolerance per weight with which a convolutional network is within eps at every output:
    eps/(2·depth·entries).

    For inputs with all |x_i| <= 1. entries is the number of weights that one output of the layer
    reads, channels times kernel height times width; eps in (0, 1]. Source: da Cunha, Natale &
    Viennot 2022, for kernels of l1 norm at most 1 per output channel, no biases; the constant is
    derived in lesson 10.

    >>> round(cnn_tolerance(0.01, depth=5, entries=6 * 5 * 5), 9)
    6.667e-06
    """
    return float(in_range(eps, "eps", 0, 1)) / (2 * depth * entries)


def cnn_width(eps, failure, depth, inputs, outputs, taps, constant):
    """Hidden channels per input channel with which a random pair contains every convolution:
    constant·ln(1/tolerance').

    tolerance' = min(eps, failure)/(2·depth·inputs·outputs·taps), a share of the failure probability
    for each of the layer's 2·inputs·outputs·taps subset sums, of both signs. `constant` is the C of
    the theorem as lesson 10 states it. Source: da Cunha, Natale & Viennot 2022, in the form of
    lesson 10.

    >>> f"{float(cnn_width(0.01, 0.01, depth=5, inputs=6, outputs=16, taps=25, constant=1)):.1f}"
    '14.7'
    """
    return pensia_width(eps, failure, depth, inputs, outputs * np.asarray(taps), constant) / 2


def random_parameters(width, inputs, outputs, taps=1):
    """Random weights of the pair for one layer without bias: width·inputs·(inputs + outputs·taps).

    The first, 1×1 layer has width·inputs² of them, the second width·inputs·outputs·taps; taps is
    the number of entries of a kernel, 1 for a Linear layer. They are an integer where the arguments
    are.

    >>> random_parameters(60, inputs=6, outputs=16, taps=25)
    146160
    """
    return width * inputs * (inputs + outputs * taps)


def packing_bits(eps, inputs):
    """Parameters that any random network needs to contain every linear map of norm at most 1:
    inputs²·log2(1/(2·eps)) - 1.

    If for every W, ||W|| <= 1, some subnetwork is within eps on the unit ball with probability at
    least 1/2, then the 2^m subnetworks of one draw serve, on average over draws, at least half of a
    packing of (1/(2·eps))^(inputs²) maps that are pairwise further than 2·eps apart. Source: Pensia
    et al. 2020, Theorem 2. eps in (0, 1/2].

    >>> float(packing_bits(1 / 64, inputs=2))
    19.0
    """
    return inputs**2 * np.log2(1 / (2 * in_range(eps, "eps", 0, 0.5))) - 1
