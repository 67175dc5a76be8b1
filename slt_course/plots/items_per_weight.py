"""A drawing of the error of the best subset, against the number of items per weight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .style import KEPT, SERIES, TARGET, Numbers, canvas

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95, 1)  # the quantiles drawn, as shares of the weights


def errors_against_items(
    items: Sequence[int] | np.ndarray,
    errors: ArrayLike,
    rule: Numbers,
    published: tuple[str, Numbers] | None = None,
    other: tuple[str, Numbers] | None = None,
    spacing: float | None = None,
) -> None:
    """Draw the error of the best subset against n: quantiles of many weights, and a prediction.

    The prediction is the rule of thumb for the median.

    Args:
        items: (K,) numbers of items n.
        errors: (K, weights) errors > 0.
        rule: (K,) the predicted median.
        published: optional (label, (K,) medians).
        other: optional (label, (K,) medians), of items with another distribution, say.
        spacing: optional float > 0, the distance between neighbouring Float32: sums stored so hide
            smaller errors.

    Source: lesson 11.

    >>> errors = np.geomspace([1e-2, 1e-3], [1e-1, 1e-2], 50).T
    >>> errors_against_items([5, 8], errors, rule=[3e-2, 3e-3], spacing=1e-8)
    Figure(640x420)
    """
    low, lower, median, upper, high, largest = np.quantile(np.asarray(errors), LEVELS, axis=1)
    floor = median[-1] / 300
    alt = (
        f"Error against n, logarithmic: the median falls from {median[0]:.1g} at n = {items[0]} "
        f"to {median[-1]:.1g} at "
        f"n = {items[-1]} along the rule of thumb; the largest error is "
        f"{largest[0] / median[0]:,.0f} to "
        f"{(largest / median).max():,.0f} times the median."
    )
    if published is not None:
        shown = ", ".join(f"{value:.1g}" for value in published[1])
        alt += f" {published[0]}: {shown}."
    if spacing is not None:
        alt += f" One step of Float32 is {spacing:.1g}."
    with canvas(alt, size=(6.4, 4.2)) as (_, axes):
        shade = {"color": KEPT, "linewidth": 0}
        axes.fill_between(items, low, high, alpha=0.15, label="5 % to 95 % of the weights", **shade)
        axes.fill_between(items, lower, upper, alpha=0.3, label="quartiles", **shade)
        axes.plot(items, median, "o-", color=KEPT, label="median")
        axes.plot(items, largest, "^:", color=KEPT, markersize=5, label="largest")
        axes.plot(
            items, rule, "--", color="black", linewidth=1.2, label="rule of thumb 0.378·√n·2⁻ⁿ"
        )
        if spacing is not None:
            axes.axhline(spacing, color="grey", linewidth=1, label="one step of Float32")
        if other is not None:
            axes.plot(items, other[1], "s-.", color=SERIES[1], markersize=5, label=other[0])
        if published is not None:
            _draw_published(axes, np.asarray(items), np.asarray(published[1]), published[0], floor)
        axes.set_yscale("log")
        axes.set_ylim(bottom=floor)
        axes.set(xlabel="items n per weight", ylabel="|weight − subset sum|")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)


def _draw_published(
    axes: Axes, items: np.ndarray, medians: np.ndarray, label: str, floor: float
) -> None:
    """Published medians as crosses; zeros, which a logarithmic axis cannot show, at its floor."""
    seen = medians > 0
    axes.plot(items[seen], medians[seen], "X", color=TARGET, markersize=9, label=label)
    for n in items[~seen]:
        axes.annotate("0", (n, floor), color=TARGET, ha="center", va="bottom", fontweight="bold")
