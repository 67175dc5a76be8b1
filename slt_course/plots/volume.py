"""Drawings of the volume process of lesson 04."""

import numpy as np

from .style import KEPT, PRUNED, TARGET, canvas

TOP = 1 - 1e-4  # where complete coverage is drawn, labelled 1: a logit scale has no place for it


def volume_paths_figure(volumes, shown=40):
    """Covered share against the number of items, on a scale that stretches both ends: each phase is
    nearly a line.

    Args:
        volumes: (paths, steps + 1) shares in (0, 1]. shown: paths drawn thin; the median of all is
            drawn thick.
    """
    volumes = np.clip(np.asarray(volumes), None, TOP)
    numbers = np.arange(volumes.shape[1])
    middle = np.median(volumes, axis=0)
    half = int(np.argmax(middle >= 0.5))
    alt = (
        f"Covered share against items, from {middle[0]:.3g} to nearly 1: the median passes one "
        f"half at n = {half}."
    )
    with canvas(alt, size=(6.4, 4.0)) as (_, axes):
        axes.plot(numbers, volumes[:shown].T, color=KEPT, linewidth=0.6, alpha=0.35)
        axes.plot(numbers, middle, color=KEPT, linewidth=3, label="median path")
        axes.axhline(0.5, color="black", linestyle=":", linewidth=0.8)
        axes.set_yscale("logit")
        marks = [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999]
        axes.set_yticks([*marks, TOP], [*(f"{mark:g}" for mark in marks), "1"])
        axes.minorticks_off()
        axes.annotate("phase 1: growth", (0.02, 0.42), xycoords="axes fraction")
        axes.annotate("phase 2: the holes shrink", (0.62, 0.62), xycoords="axes fraction")
        axes.set(xlabel="items t", ylabel="covered share v of [-1/2, 1/2]")
        axes.legend(loc="lower right")


def volume_growth(before, ratio, centres, means, radii):
    """Growth factors against the covered share: single steps, bin means with their confidence, the
    exact mean, the cap.

    Args:
        before, ratio: (S,) shares v_t < 1 and factors v_{t+1}/v_t. centres: (B,) mean share in each
            bin. means, radii: (B,).
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


def volume_steps(tolerances, measured, proved):
    """Items until the interval is covered, against log2(1/eps): measured, counting bound, and what
    the proof guarantees.

    Args:
        tolerances, measured, proved: (E,) arrays.
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


def failure_tail(numbers, measured, bounds):
    """Probability that some target has no sum, against the number of items: measured, and what
    bounds allow.

    Args:
        numbers: (N,) values of n. measured: (N,) shares of failing draws.
        bounds: dict from label to (numbers, probabilities).
    """
    shown = np.asarray(measured) > 0
    alt = (
        f"Failure probability against n: measured 1 to {np.asarray(measured)[shown][-1]:.2g} at n "
        f"= {numbers[shown][-1]}."
    )
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        axes.loglog(numbers[shown], np.asarray(measured)[shown], "o-", color=KEPT, label="measured")
        for style, (label, curve) in zip(("--", ":"), bounds.items()):
            axes.loglog(*curve, style, color=TARGET, label=label)
        axes.set(xlabel="items n", ylabel="P(some z has no sum within 2ε)", ylim=(1e-4, 2))
        axes.legend(loc="lower left", fontsize=9)
