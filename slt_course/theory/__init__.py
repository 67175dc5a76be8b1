"""The bounds that the course uses, as functions, and constants that papers leave open, measured."""

from .convolutions import cnn_tolerance, cnn_width
from .densities import product_density, uniform_content
from .estimates import (
    Estimate,
    estimate_constant,
    estimate_fixed_size,
    estimate_tail_constant,
)
from .malach import malach_hit_probability, malach_width, malach_width_for
from .malach_estimate import estimate_malach_width
from .networks import packing_bits, pensia_tolerance, pensia_width, random_parameters
from .subset_sums import (
    counting_lower_bound,
    fixed_size_items,
    lueker_items,
    mean_density,
    typical_error,
)
from .threshold import Threshold, estimate_threshold
from .volume import tail_bound, volume_failure, volume_items

__all__ = [
    "Estimate",
    "Threshold",
    "cnn_tolerance",
    "cnn_width",
    "counting_lower_bound",
    "estimate_constant",
    "estimate_fixed_size",
    "estimate_malach_width",
    "estimate_tail_constant",
    "estimate_threshold",
    "fixed_size_items",
    "lueker_items",
    "malach_hit_probability",
    "malach_width",
    "malach_width_for",
    "mean_density",
    "packing_bits",
    "pensia_tolerance",
    "pensia_width",
    "product_density",
    "random_parameters",
    "tail_bound",
    "typical_error",
    "uniform_content",
    "volume_failure",
    "volume_items",
]
