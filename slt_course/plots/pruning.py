"""Drawings of pruning experiments: accuracy against keep_fraction, and against width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .style import KEPT, SERIES, TARGET, Numbers, canvas

COLOURS = (KEPT, *SERIES[1:])
_MARKERS = "os^Dv"
LINES = ("--", ":", "-.")
_ROUND_SHARES = (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)


def _bands(
    axes: Axes,
    shares: Numbers,
    curves: Iterable[tuple[str, ArrayLike]],
    colours: Sequence[str] = COLOURS,
    markers: str = _MARKERS,
) -> None:
    """A line of means with a band from the worst to the best seed, per label and (seeds, K)."""
    for (label, values), colour, marker in zip(curves, cycle(colours), cycle(markers)):
        values = np.asarray(values)
        axes.plot(shares, values.mean(0), color=colour, marker=marker, markersize=5, label=label)
        axes.fill_between(
            shares, values.min(0), values.max(0), color=colour, alpha=0.2, linewidth=0
        )


def accuracy_curves(
    curves: Mapping[str, tuple[Numbers, ArrayLike]],
    references: Iterable[tuple[str, Numbers]] = (),
    ylim: tuple[float, float] | None = None,
    title: str | None = None,
) -> None:
    """Draw accuracy against keep_fraction, logarithmic: a line of means per method.

    Bands run from the worst to the best seed.

    Args:
        curves: from label to (keep_fractions (K,), accuracies (seeds, K)).
        references: pairs (label, accuracies (seeds,)) drawn as level lines with their bands, as the
            dense network.
        ylim: limits of the accuracy axis; chosen by matplotlib if None.
        title: of the figure.

    >>> accuracy_curves({"magnitude": ([0.5, 0.1], [[0.9, 0.7], [0.8, 0.5]])}, [("dense", [0.9])])
    Figure(640x400)
    """
    parts = [
        f"{label}: {np.asarray(values).mean(0)[-1]:.1%} at {shares[-1]:.2g}"
        for label, (shares, values) in curves.items()
    ]
    alt = "Accuracy against keep_fraction. " + "; ".join(parts) + "."
    with canvas(alt, size=(6.4, 4.0)) as (_, axes):
        axes.set_xscale("log")
        for (label, (shares, values)), colour, marker in zip(
            curves.items(), cycle(COLOURS), cycle(_MARKERS)
        ):
            _bands(axes, shares, [(label, values)], [colour], marker)
        for (label, accuracies), line in zip(references, cycle(LINES)):
            axes.axhline(np.mean(accuracies), color=TARGET, linestyle=line, label=label)
            axes.axhspan(
                np.min(accuracies), np.max(accuracies), color=TARGET, alpha=0.12, linewidth=0
            )
        ticks = _ticks_for([shares for shares, _ in curves.values()])
        axes.set_xticks(ticks, [f"{tick:.2g}" for tick in ticks])
        axes.minorticks_off()
        axes.invert_xaxis()
        axes.set(
            xlabel="keep_fraction (share of weights kept; fewer to the right)",
            ylabel="test accuracy",
            ylim=ylim,
        )
        axes.set_title(title or "bands: worst to best seed")
        axes.legend(loc="lower left", fontsize=9)


def _ticks_for(curves: Iterable[Numbers]) -> list[float]:
    """Every keep_fraction that is drawn, or round ones in their range where they are many."""
    drawn = sorted({round(float(share), 4) for shares in curves for share in shares})
    inside = [share for share in _ROUND_SHARES if drawn[0] <= share <= drawn[-1]]
    return drawn if len(drawn) <= 6 or not inside else inside


def hump(shares: Numbers, curves: Mapping[str, ArrayLike], references: Mapping[str, float]) -> None:
    """Draw the accuracy of the best subnetwork found in a frozen random network, from none to all.

    The second panel is the top of the first.

    Args:
        shares: (K,) keep_fractions in (0, 1].
        curves: from label to accuracies (seeds, K).
        references: from label to one accuracy, drawn as level lines (chance, trained).

    Source: Ramanujan et al. 2020; lesson 02.

    >>> hump([0.1, 0.5, 1.0], {"edge-popup": [[0.3, 0.9, 0.1]]}, {"chance": 0.1})
    Figure(740x400)
    """
    means = {label: np.asarray(values).mean(0) for label, values in curves.items()}
    tops = [
        f"{label} is highest ({mean.max():.1%}) at {shares[mean.argmax()]:g}"
        for label, mean in means.items()
    ]
    alt = "Accuracy against keep_fraction, a hump: " + "; ".join(tops) + "."
    top = max(np.max(values) for values in (*curves.values(), *references.values()))
    with canvas(alt, columns=2, size=(7.4, 4.0)) as (_, (all_of_it, the_top)):
        for axes in (all_of_it, the_top):
            _bands(axes, shares, curves.items())
            for (label, value), line in zip(references.items(), cycle(LINES)):
                axes.axhline(value, color=TARGET, linestyle=line, label=label)
            axes.set(xlabel="keep_fraction", xlim=(-0.02, 1.02))
        all_of_it.set(ylabel="test accuracy", ylim=(0, 1.02), title="from none to all")
        the_top.set(ylim=(top - 0.06, top + 0.005), title="the top of the hump")
        all_of_it.legend(loc="center", fontsize=9)


def width_curve(widths: Sequence[int], curves: Mapping[str, ArrayLike]) -> None:
    """Draw accuracy against the width of the hidden layer, logarithmic.

    Args:
        widths: (W,) numbers of hidden units.
        curves: from label to accuracies (seeds, W).

    Source: lesson 02.

    >>> width_curve([10, 100], {"edge-popup": [[0.5, 0.7], [0.7, 0.9]]})
    Figure(640x360)
    """
    means = {label: np.asarray(values).mean(0) for label, values in curves.items()}
    ends = [f"{label} {mean[0]:.1%} to {mean[-1]:.1%}" for label, mean in means.items()]
    alt = f"Accuracy against hidden units, {widths[0]} to {widths[-1]}: " + "; ".join(ends) + "."
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        axes.set_xscale("log")
        _bands(axes, widths, curves.items(), (KEPT, TARGET, *SERIES[2:]))
        axes.set_xticks(widths, widths)
        axes.minorticks_off()
        axes.set(xlabel="hidden units", ylabel="test accuracy")
        axes.legend(loc="lower right")
