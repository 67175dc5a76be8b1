"""The figures a ticket reports, layer by layer."""

import hashlib
import math

import numpy as np
import torch

from .certificates.comparison import LayerComparison, Weights
from .pair import Pair
from .targets import TargetLayer

# weights of a target whose comparisons a ticket keeps in float64; those of a larger one are made
# anew
CACHED_WEIGHTS = 2**22


def compare_and_report(
    layers: list[TargetLayer], pairs: list[Pair], tolerances: list[float]
) -> tuple[list[LayerComparison], list[dict]]:
    """A LayerComparison and a report row for every layer, one after another."""
    small = sum(layer.parameters() for layer in layers) <= CACHED_WEIGHTS
    comparisons, rows = [], []
    for layer, pair, tolerance in zip(layers, pairs, tolerances, strict=True):
        weights = Weights.of(layer, pair)
        rows.append(_report_row(pair, weights, tolerance))
        comparisons.append(LayerComparison(layer, pair, weights if small else None))
    return comparisons, rows


def _report_row(pair: Pair, weights: Weights, tolerance: float) -> dict:
    """One row of `Ticket.report()` for a pair and its Weights beside the target's.

    `kept_parameters` counts both random layers, `kept_per_weight` the second alone: the items per
    subset sum, both signs together. `error_bound` bounds the layer's own error, on the largest
    output, for inputs with |x_i| <= 1.
    """
    kept_second, used_units = int(np.unpackbits(pair.packed).sum()), int(pair.used_units().sum())
    positive, negative = weights.errors()
    served = [positive]
    if pair.bias:
        served.append(weights.bias_error)
    if pair.signed:
        served.append(negative)
    errors = torch.cat([part.flatten() for part in served])
    target_parameters = weights.target.numel() + (pair.outputs if pair.bias else 0)
    sizes = "×".join(map(str, weights.target.shape))
    random_parameters = pair.units * (pair.columns + pair.rows)
    return {
        "layer": pair.position,
        "shape": sizes + (" + bias" if pair.bias else ""),
        "target_parameters": target_parameters,
        "random_parameters": random_parameters,
        "kept_parameters": kept_second + used_units,
        "keep_fraction": (kept_second + used_units) / random_parameters,
        "kept_per_weight": kept_second / target_parameters,
        "tolerance": tolerance,
        "reached": float((errors <= tolerance).double().mean()),
        "median_weight_error": float(errors.median()),
        "max_weight_error": float(errors.max()),
        "error_bound": float(
            (torch.maximum(positive, negative).flatten(1).sum(1) + weights.bias_error).max()
        ),
        "target_sha256": hashlib.sha256(
            torch.cat([weights.target.flatten(1), weights.target_bias[:, None]], 1).numpy().data
        ).hexdigest(),
    }


def difference(reported: dict, found: dict) -> str | None:
    """The first figure in which two rows differ by more than rounding, in a sentence."""
    layer, others = found["layer"], set(reported) ^ set(found)
    if others:
        return f"layer {layer}: the ticket's report has other columns: {sorted(others)}"
    for name, value in found.items():
        claim = reported[name]
        both = isinstance(claim, float) and isinstance(value, float)
        same = math.isclose(claim, value, rel_tol=1e-9, abs_tol=1e-15) if both else claim == value
        if not same:
            return f"layer {layer}: the ticket reports {name} = {claim}, its weights give {value}"
    return None
