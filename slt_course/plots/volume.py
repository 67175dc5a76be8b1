"""Drawings of the volume process of lesson 04."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .style import KEPT, PRUNED, TARGET, Numbers, canvas

_TOP = 1 - 1e-4  # where complete coverage is drawn, labelled 1: a logit scale has no place for it


def volume_paths_figure(volumes: ArrayLike, shown: int = 40) -> None:
    """Draw the covered share against the number of items, on a scale that stretches both ends.

    On it, each of the two phases is nearly a line.

    Args:
        volumes: (paths, items + 1) shares in (0, 1], of `subset_sum.volume_paths`.
        shown: paths drawn thin; the median of all is drawn thick.

    >>> from slt_course.subset_sum import volume_paths
    >>> volume_paths_figure(volume_paths(tolerance=1e-2, steps=15, paths=20))
    Figure(640x400)
    """
    drawn = np.clip(np.asarray(volumes), None, _TOP)
    numbers = np.arange(drawn.shape[1])
    median = np.median(drawn, axis=0)
    half = int(np.argmax(median >= 0.5))
    alt = (
        f"Covered share against items, from {median[0]:.3g} to nearly 1: the median passes one "
        f"half at n = {half}."
    )
    with canvas(alt, size=(6.4, 4.0)) as (_, axes):
        axes.plot(numbers, drawn[:shown].T, color=KEPT, linewidth=0.6, alpha=0.35)
        axes.plot(numbers, median, color=KEPT, linewidth=3, label="median path")
        axes.axhline(0.5, color="black", linestyle=":", linewidth=0.8)
        axes.set_yscale("logit")
        marks = [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999]
        axes.set_yticks([*marks, _TOP], [*(f"{mark:g}" for mark in marks), "1"])
        axes.minorticks_off()
        axes.annotate("phase 1: growth", (0.02, 0.42), xycoords="axes fraction")
        axes.annotate("phase 2: the holes shrink", (0.62, 0.62), xycoords="axes fraction")
        axes.set(xlabel="items t", ylabel="covered share v of [-1/2, 1/2]")
        axes.legend(loc="lower right")


def volume_growth(
    before: np.ndarray, ratio: np.ndarray, centres: Numbers, means: Numbers, radii: Numbers
) -> None:
    """Draw growth factors against the covered share: single items, bin means, the exact mean, 2.

    Args:
        before: (S,) shares v_t < 1.
        ratio: (S,) factors v_{t+1}/v_t.
        centres: (B,) mean share in each bin.
        means: (B,) mean factor in each bin.
        radii: (B,) half-widths of the intervals around these means.

    >>> before = np.linspace(0.01, 0.99, 50)
    >>> volume_growth(before, 1.5 - before / 2, [0.25, 0.75], [1.4, 1.1], [0.05, 0.05])
    Figure(640x380)
    """
    alt = (
        "Growth factor per item against covered share: single steps scatter between 1 and 2, bin "
        "means lie on 1 + (1 - v)/2."
    )
    with canvas(alt, size=(6.4, 3.8)) as (_, axes):
        axes.plot(before[::7], ratio[::7], ".", color=PRUNED, markersize=2, label="single steps")
        grid = np.linspace(0, 1, 50)
        axes.plot(grid, 1 + (1 - grid) / 2, color=TARGET, label="exact mean 1 + (1 − v)/2")
        axes.errorbar(
            centres,
            means,
            radii,
            fmt="o",
            color=KEPT,
            capsize=3,
            label="bin means, 99.9 % together",
        )
        axes.axhline(2, color="black", linestyle=":", linewidth=0.8)
        axes.set(
            xlabel="covered share v before the item", ylabel="growth factor of v", ylim=(0.97, 2.05)
        )
        axes.legend(loc="upper right", fontsize=9)


def volume_steps(tolerances: ArrayLike, measured: Numbers, proved: Numbers) -> None:
    """Draw the items until the interval is covered, measured and proved, against log2(1/eps).

    Args:
        tolerances: (E,) tolerances eps > 0.
        measured: (E,) items that are enough in 95 % of the runs.
        proved: (E,) items that are enough by the proof.

    >>> volume_steps([0.05, 0.01], measured=[9, 12], proved=[60, 80])
    Figure(640x360)
    """
    bits = np.log2(1 / np.asarray(tolerances))
    spans = [f"{values[0]:.0f} to {values[-1]:.0f}" for values in (measured, proved)]
    alt = (
        f"Items against log2(1/ε), logarithmic: measured {spans[0]}, guaranteed by the proof "
        f"{spans[1]}."
    )
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        axes.semilogy(bits, proved, "s--", color=TARGET, label="enough, by the proof")
        axes.semilogy(bits, measured, "o-", color=KEPT, label="enough in 95 % of the runs")
        axes.semilogy(bits, bits - 2, ":", color="black", label="needed, by counting")
        axes.set(xlabel="log₂(1/ε)", ylabel="items n", ylim=(2, None))
        axes.legend()
