"""The bounds that the course uses, as functions, and the constants that papers leave open, measured."""

from .estimates import (
    Estimate,
    Threshold,
    estimate_constant,
    estimate_fixed_size,
    estimate_malach_width,
    estimate_tail_constant,
    estimate_threshold,
)
from .networks import (
    malach_hit_probability,
    malach_width,
    malach_width_for,
    packing_bits,
    pensia_tolerance,
    pensia_width,
)
from .subset_sums import (
    counting_lower_bound,
    fixed_size_items,
    lueker_items,
    product_density,
    tail_bound,
    typical_error,
    uniform_content,
    volume_failure,
    volume_items,
)

__all__ = [
    "Estimate",
    "Threshold",
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
    "packing_bits",
    "pensia_tolerance",
    "pensia_width",
    "product_density",
    "tail_bound",
    "typical_error",
    "uniform_content",
    "volume_failure",
    "volume_items",
]
