"""Drawings of the constructions: where a unit hits a weight, what a gadget computes, its width."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from .style import KEPT, PRUNED, RANDOM, SERIES, TARGET, Numbers, canvas


def hit_regions(first: ArrayLike, second: ArrayLike, weight: float, tolerance: float) -> None:
    """Draw random units as points (A, B), with the windows in which one serves a weight.

    The windows are those for positive inputs: A > 0, and either both A near the weight and B near
    1, or their product near the weight.

    Args:
        first: (K,) weights A of the units.
        second: (K,) weights B of the units.
        weight: in (0, 1].
        tolerance: eps > 0.

    Source: Malach et al. 2020; lesson 07.

    >>> hit_regions([0.5, 0.9, -0.2], [0.98, 0.55, 0.1], weight=0.5, tolerance=0.1)
    Figure(640x460)
    """
    first, second = np.asarray(first), np.asarray(second)
    near_weight = abs(first - weight) <= tolerance / 2
    near_one = abs(second - 1) <= tolerance / 2
    both = near_weight & near_one & (first > 0)
    product = (abs(first * second - weight) <= tolerance) & (first > 0)
    alt = (
        f"{len(first)} random units in the plane of A and B: {product.sum()} in the band where "
        "the product is near "
        f"{weight:g}, {both.sum()} in the small box at the top edge where both weights land."
    )
    shown = slice(None, None, -(-len(first) // 3000))  # enough to see, small enough to store
    groups = (
        (shown, PRUNED, ".", 3, "random units (some)"),
        (product, KEPT, ".", 6, "A·B within ε of the weight"),
        (both, TARGET, "o", 6, "both within ε/2"),
    )
    with canvas(alt, size=(6.4, 4.6)) as (_, axes):
        for units, colour, marker, size, label in groups:
            axes.plot(
                first[units], second[units], marker, color=colour, markersize=size, label=label
            )
        a = np.linspace(1e-3, 1, 500)
        for edge in (weight - tolerance, weight + tolerance):
            curve = edge / a
            axes.plot(a[abs(curve) <= 1], curve[abs(curve) <= 1], color=KEPT, linewidth=1)
        low, high = weight - tolerance / 2, min(1, weight + tolerance / 2)
        axes.fill_between(
            [low, high], 1 - tolerance / 2, 1, facecolor="none", edgecolor=TARGET, linewidth=2
        )
        axes.set(
            xlabel="incoming weight A",
            ylabel="outgoing weight B",
            xlim=(-1.02, 1.02),
            ylim=(-1.02, 1.05),
        )
        axes.set_aspect("equal")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)


def gadget_functions(x: np.ndarray, curves: Mapping[str, np.ndarray], weight: float) -> None:
    """Draw what pruned gadgets compute, against the line w·x they imitate.

    Args:
        x: (N,) inputs.
        curves: from label to (N,) outputs, up to three.
        weight: w.

    Source: lesson 07.

    >>> x = np.linspace(-1, 1, 5)
    >>> gadget_functions(x, {"for x > 0": 0.59 * np.maximum(0, x)}, weight=0.6)
    Figure(640x360)
    """
    errors = {label: np.max(abs(y - weight * x)) for label, y in curves.items()}
    worst = "; ".join(f"{label}: off by at most {error:.2g}" for label, error in errors.items())
    alt = f"Outputs of gadgets against x, and the line {weight:g}·x. {worst}."
    looks = ((SERIES[1], "--"), (KEPT, "-"), (RANDOM, ":"))
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        axes.plot(
            x, weight * x, color=TARGET, linewidth=6, alpha=0.35, label=f"target {weight:g}·x"
        )
        for (label, y), (colour, line) in zip(curves.items(), looks):
            axes.plot(x, y, line, color=colour, label=label)
        axes.axhline(0, color="black", linewidth=0.6)
        axes.axvline(0, color="black", linewidth=0.6)
        axes.set(xlabel="x", ylabel="output")
        axes.legend(fontsize=9)


def width_needed(
    lines: Mapping[str, tuple[Numbers, Numbers, Numbers]],
    bound: tuple[str, Numbers, Numbers] | None = None,
) -> None:
    """Draw the width needed to reach a tolerance: measured points on the lines of theory.

    Width is random units per input coordinate; both axes are logarithmic.

    Args:
        lines: from label to (tolerances, measured widths, predicted widths), up to three; NaN where
            nothing was measured.
        bound: optional (label, tolerances, widths), drawn dotted.

    Source: lessons 07 and 08.

    >>> width_needed({"product": ([0.1, 0.01], [40, float("nan")], [45, 450])})
    Figure(640x440)
    """
    parts = [
        f"{label}, {predicted[-1]:,.0f} at {tolerances[-1]:g}"
        for label, (tolerances, _, predicted) in lines.items()
    ]
    alt = "Width against tolerance, predicted: " + "; ".join(parts) + "."
    with canvas(alt, size=(6.4, 4.4)) as (_, axes):
        for (label, (tolerances, measured, predicted)), colour in zip(
            lines.items(), (SERIES[1], RANDOM, KEPT)
        ):
            axes.loglog(tolerances, predicted, "-", color=colour, linewidth=1.5, label=label)
            axes.loglog(tolerances, measured, "o", color=colour)
        if bound is not None:
            name, tolerances, widths = bound
            axes.loglog(tolerances, widths, ":", color="black", label=name)
        axes.invert_xaxis()
        axes.set(
            xlabel="tolerance ε (smaller to the right)", ylabel="random units per input coordinate"
        )
        axes.set_title("points: measured, lines: theory")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)
