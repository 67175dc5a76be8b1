"""The figures a ticket reports, layer by layer."""

import torch


def report_row(pair, weights, tolerance):
    """One row of `Ticket.report()` for a pair and its comparison with the target (certificate.Weights).

    `kept_parameters` counts both random layers, `kept_per_weight` the second alone: the items per subset sum, both signs
    together. `error_bound` is the sup over inputs with |x_i| <= 1 of the layer's own error, largest output.
    """
    mask = pair.mask()
    kept_second, used_units = int(mask.sum()), int(mask.any(0).sum())
    positive, negative = weights.errors()
    errors = [positive, weights.bias_error[:, None]] if pair.bias else [positive]
    errors = torch.cat([*errors, negative] if pair.signed else errors, dim=1).flatten()
    target_parameters = pair.outputs * pair.columns
    random_parameters = pair.units * (pair.columns + pair.outputs)
    return {
        "layer": pair.position,
        "shape": f"{pair.outputs}×{pair.inputs}" + (" + bias" if pair.bias else ""),
        "target_parameters": target_parameters,
        "random_parameters": random_parameters,
        "kept_parameters": kept_second + used_units,
        "keep_fraction": (kept_second + used_units) / random_parameters,
        "kept_per_weight": kept_second / target_parameters,
        "reached": float((errors <= tolerance).double().mean()),
        "median_weight_error": float(errors.median()),
        "max_weight_error": float(errors.max()),
        "error_bound": float((torch.maximum(positive, negative).sum(1) + weights.bias_error).max()),
    }


def difference(reported, found):
    """The first figure in which two rows differ by more than rounding: a sentence, or None."""
    for name, value in reported.items():
        same = value == found[name] if isinstance(value, (str, int)) else abs(value - found[name]) <= 1e-9 * abs(value)
        if not same:
            return f"layer {reported['layer']}: the ticket reports {name} = {value}, its weights give {found[name]}"
    return None
