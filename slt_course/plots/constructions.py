"""Drawings of the constructions: where a random unit hits a weight, what a gadget computes, how
wide networks must be.
"""

import numpy as np

from .style import KEPT, PRUNED, RANDOM, SERIES, TARGET, canvas


def hit_regions(first, second, weight, tolerance):
    """Random units as points (A, B), with the windows in which a unit serves a weight for positive
    inputs.

    Args:
        first, second: (K,) weights A and B of the units. weight: in (0, 1]. tolerance: eps > 0.
    """
    first, second = np.asarray(first), np.asarray(second)
    both = (abs(first - weight) <= tolerance / 2) & (abs(second - 1) <= tolerance / 2) & (first > 0)
    product = (abs(first * second - weight) <= tolerance) & (first > 0)
    alt = (
        f"{len(first)} random units in the plane of A and B: {product.sum()} in the band where "
        "the product is near "
        f"{weight:g}, {both.sum()} in the small box at the top edge where both weights land."
    )
    with canvas(alt, size=(6.4, 4.6)) as (_, axes):
        some = slice(None, None, -(-len(first) // 3000))  # enough to see, small enough to store
        axes.plot(
            first[some], second[some], ".", color=PRUNED, markersize=3, label="random units (some)"
        )
        axes.plot(
            first[product],
            second[product],
            ".",
            color=KEPT,
            markersize=6,
            label="A·B within ε of the weight",
        )
        axes.plot(
            first[both], second[both], "o", color=TARGET, markersize=6, label="both within ε/2"
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


def gadget_functions(x, curves, weight):
    """What pruned gadgets compute, against the line w·x they imitate.

    Args:
        x: (N,) inputs. curves: dict from label to (N,) outputs. weight: w.
    """
    worst = "; ".join(
        f"{label}: off by at most {np.max(abs(y - weight * x)):.2g}" for label, y in curves.items()
    )
    with canvas(
        f"Outputs of gadgets against x, and the line {weight:g}·x. {worst}.", size=(6.4, 3.6)
    ) as (_, axes):
        axes.plot(
            x, weight * x, color=TARGET, linewidth=6, alpha=0.35, label=f"target {weight:g}·x"
        )
        for (label, y), colour, line in zip(
            curves.items(), (SERIES[1], KEPT, RANDOM), ("--", "-", ":")
        ):
            axes.plot(x, y, line, color=colour, label=label)
        axes.axhline(0, color="black", linewidth=0.6)
        axes.axvline(0, color="black", linewidth=0.6)
        axes.set(xlabel="x", ylabel="output")
        axes.legend(fontsize=9)


def width_needed(lines, bound=None):
    """Units per input coordinate needed to reach a tolerance, both axes logarithmic: measured
    points on the lines of theory.

    Args:
        lines: dict from label to (tolerances, measured widths, predicted widths); NaN where nothing
            was measured.
        bound: optional (label, tolerances, widths), drawn dotted.
    """
    parts = [f"{label}, {p[-1]:,.0f} at {eps[-1]:g}" for label, (eps, _, p) in lines.items()]
    with canvas(
        "Width against tolerance, predicted: " + "; ".join(parts) + ".", size=(6.4, 4.4)
    ) as (_, axes):
        for (label, (tolerances, measured, predicted)), colour in zip(
            lines.items(), (SERIES[1], RANDOM, KEPT)
        ):
            axes.loglog(tolerances, predicted, "-", color=colour, linewidth=1.5, label=label)
            axes.loglog(tolerances, measured, "o", color=colour)
        if bound is not None:
            axes.loglog(bound[1], bound[2], ":", color="black", label=bound[0])
        axes.invert_xaxis()
        axes.set(
            xlabel="tolerance ε (smaller to the right)", ylabel="random units per input coordinate"
        )
        axes.set_title("points: measured, lines: theory")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)
