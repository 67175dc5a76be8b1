"""Drawings of lesson 06: columns and the dual's line, repairs, branch-and-bound nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from .style import KEPT, PRUNED, SERIES, TARGET, Numbers, canvas

if TYPE_CHECKING:
    from ..integer_programs import Program, Relaxation, Repair

LINES = ("o-", "s--", "^-.", "D:")  # of curves that may coincide


def columns_plane(program: Program, relaxation: Relaxation, found: Repair) -> None:
    """Draw the columns of a program with one constraint as points, and the line of the dual price.

    Points are (use, profit), the line is profit = price·use.

    Args:
        program: with m = 1.
        relaxation: of this program.
        found: a repair of it.

    >>> from slt_course.integer_programs import packing, relax, repair
    >>> program = packing(50, seed=0)
    >>> relaxation = relax(program)
    >>> columns_plane(program, relaxation, repair(program, relaxation))
    Figure(640x420)
    """
    use, price, taken = program.A[0], relaxation.dual[0], relaxation.x > 0.5
    integral = np.ones(len(use), bool)
    integral[relaxation.fractional] = False
    alt = (
        f"{len(use)} columns in the plane of use and profit; the relaxation takes "
        f"{(taken & integral).sum()}, above a line of "
        f"slope {price:.2f}; {len(found.columns)} columns near the line are candidates, "
        f"{len(found.flipped)} are flipped."
    )
    groups = (
        (taken & integral, "o", KEPT, 5, "taken by the relaxation"),
        (~taken & integral, "o", PRUNED, 5, "not taken"),
        (~integral, "*", TARGET, 14, "fractional"),
    )
    circled = ((found.columns, 10, ":", "small |r|"), (found.flipped, 14, "-", "flipped"))
    with canvas(alt, size=(6.4, 4.2)) as (_, axes):
        for group, marker, colour, size, label in groups:
            axes.plot(
                use[group], program.c[group], marker, color=colour, markersize=size, label=label
            )
        ends = np.array([use.min(), use.max()])
        axes.plot(
            ends, price * ends, color="black", linewidth=1, label=f"profit = {price:.2f} · use"
        )
        for indices, size, style, label in circled:
            circles = axes.scatter(
                use[indices], program.c[indices], s=size**2, facecolors="none", edgecolors="black"
            )
            circles.set(linestyle=style, label=label)
        axes.set(xlabel="use of the constraint, A_j", ylabel="profit c_j")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)


def repairs(gaps: Mapping[str, Sequence[np.ndarray] | np.ndarray]) -> None:
    """Draw gaps of the rounded and of the repaired points against the gap of the optimum.

    A panel per model, both axes logarithmic.

    Args:
        gaps: from label to (optimum, repaired, rounded), arrays of one gap per instance; NaN,
            infeasible, is left out.

    >>> optimum, repaired = np.array([0.1, 0.2]), np.array([0.1, 0.3])
    >>> repairs({"m = 1": (optimum, repaired, np.array([0.5, np.nan]))})
    Figure(640x360)
    """
    shares = []
    for label, (best, repaired, _) in gaps.items():
        on_diagonal = np.mean(abs(repaired - best) <= 1e-7)
        shares.append(f"{label}: {on_diagonal:.0%} on the diagonal")
    alt = (
        "Gap of the repair against the gap of the optimum. "
        + "; ".join(shares)
        + ". Roundings lie far above."
    )
    options = {"sharex": True, "sharey": True, "squeeze": False}
    with canvas(alt, columns=len(gaps), size=(6.4, 3.6), **options) as (_, (row,)):
        for axes, (label, (best, repaired, rounded)) in zip(row, gaps.items()):
            seen = best > 1e-6
            x = best[seen]
            axes.loglog(x, rounded[seen], ".", color=PRUNED, markersize=4, label="rounded")
            axes.loglog(
                x,
                repaired[seen],
                "o",
                color=KEPT,
                markersize=4,
                fillstyle="none",
                label="repaired",
            )
            ends = np.array([x.min(), x.max()])
            axes.plot(ends, ends, color=TARGET, linewidth=1, label="optimum")
            axes.set(title=label, xlabel="gap of the optimum")
        row[0].set_ylabel("gap below the relaxation")
        row[0].legend(loc="lower right", fontsize=9)


def tree_nodes(
    numbers: Sequence[int] | np.ndarray, nodes: Mapping[str, Sequence[ArrayLike]]
) -> None:
    """Draw branch-and-bound nodes against n, a curve per model: medians with the middle half.

    Both axes are logarithmic.

    Args:
        numbers: (N,) values of n.
        nodes: from label to N arrays of one count per instance, up to four labels.

    >>> tree_nodes([50, 100], {"packing": [[0, 1, 1], [5, 7, 9]]})
    Figure(640x360)
    """
    ends = [f"{label} {np.median(np.asarray(counts[-1])):.0f}" for label, counts in nodes.items()]
    alt = f"Median nodes at n = {numbers[-1]}: " + ", ".join(ends) + "."
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        for index, (label, counts) in enumerate(nodes.items()):
            colour, line = SERIES[index], LINES[index]
            low = _quantiles_above_one(counts, 0.25)
            median = _quantiles_above_one(counts, 0.5)
            high = _quantiles_above_one(counts, 0.75)
            axes.fill_between(numbers, low, high, color=colour, alpha=0.2, linewidth=0)
            axes.loglog(
                numbers, median, line, color=colour, markersize=9 - 1.5 * index, label=label
            )
        axes.set_xticks(numbers, [str(n) for n in numbers], minor=False)
        axes.set_xticks([], minor=True)
        axes.set(xlabel="columns n", ylabel="nodes (1: the root was enough)")
        axes.legend(fontsize=9)


def _quantiles_above_one(counts: Sequence[ArrayLike], level: float) -> Numbers:
    """A quantile of each array of counts, at least 1: a logarithmic axis has no 0."""
    return np.array([max(1, np.quantile(np.asarray(sample), level)) for sample in counts])
