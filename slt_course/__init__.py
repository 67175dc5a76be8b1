"""A course on the strong lottery ticket hypothesis, and the tools it is taught with."""

from . import (
    checks,
    datasets,
    integer_programs,
    interact,
    models,
    plots,
    pruning,
    subset_sum,
    theory,
    tickets,
    training,
)
from .devices import default_device, describe_device

__version__ = "0.1.0"
__all__ = [
    "checks",
    "datasets",
    "default_device",
    "describe_device",
    "integer_programs",
    "interact",
    "models",
    "plots",
    "pruning",
    "subset_sum",
    "theory",
    "tickets",
    "training",
]
