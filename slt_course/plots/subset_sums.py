"""Drawings of random subset sums."""

import numpy as np

from ..subset_sum import coverage, subset_sums
from .style import KEPT, PRUNED, SERIES, TARGET, canvas


def walk_to_target(items, mask, target):
    """The items as bars, kept ones in colour, and the walk along the kept items from 0 to the
    target.

    Args:
        items: (n,) numbers. mask: (n,) bool. target: number.
    """
    items, mask = np.asarray(items), np.asarray(mask)
    steps = np.concatenate([[0.0], np.cumsum(items * mask)])
    place = np.arange(1, len(items) + 1)
    alt = (
        f"Bars of {len(items)} random items, {mask.sum()} kept; the kept ones sum to "
        f"{steps[-1]:.4f}, target {target}."
    )
    with canvas(alt, rows=2, size=(6.4, 4.0), sharex=True, height_ratios=(1, 1.2)) as (
        _,
        (bars, walk),
    ):
        bars.bar(place, items, color=np.where(mask, KEPT, PRUNED))
        bars.axhline(0, color="black", linewidth=0.8)
        bars.set(
            ylabel="item",
            ylim=(-1.05, 1.05),
            title=f"{mask.sum()} of {len(items)} random numbers kept (blue)",
        )
        walk.step(np.concatenate([[0], place]), steps, where="post", color=KEPT)
        walk.axhline(target, color=TARGET, linestyle="--", label=f"target {target:g}")
        walk.plot(place[-1], steps[-1], "o", color=KEPT)
        walk.set(
            xlabel="item number",
            ylabel="running sum",
            title=f"the kept items sum to {steps[-1]:.6f}, error {abs(target - steps[-1]):.1e}",
        )
        walk.legend(loc="best", fontsize=9)
        walk.xaxis.get_major_locator().set_params(integer=True)


def growing_set(items, tolerance, interval=(-1.0, 1.0)):
    """One line per number of items: the part of the interval within the tolerance of a subset sum
    of the first n.

    Args:
        items: (n,) numbers, in order. tolerance: eps > 0.
    """
    low, high = interval
    grid = np.linspace(low, high, 1281)
    covered = np.array(
        [near_a_sum(np.asarray(items)[:n], tolerance, grid) for n in range(len(items) + 1)]
    )
    exact = [
        coverage(np.asarray(items)[:n], tolerance, interval).fraction for n in range(len(items) + 1)
    ]
    share = np.array(exact)  # the grid is coarser than a small tolerance
    alt = (
        f"The covered part of [{low:g}, {high:g}] for 0 to {len(items)} items: from {share[0]:.1%} "
        f"to {share[-1]:.1%}."
    )
    with canvas(alt, columns=2, size=(6.4, 3.8), sharey=True, width_ratios=(3, 1)) as (
        _,
        (strips, shares),
    ):
        strips.imshow(
            covered,
            aspect="auto",
            cmap=two_colours(),
            extent=(low, high, len(items) + 0.5, -0.5),
            interpolation="nearest",
            vmin=0,
            vmax=1,
        )
        strips.set(
            xlabel="target z",
            ylabel="number of items n",
            title=f"blue: some subset sum is within {tolerance:g}",
        )
        numbers = np.arange(len(share))
        shares.semilogx(share, numbers, "o-", color=KEPT, markersize=4)
        shares.semilogx(
            np.minimum(1, share[0] * 2.0**numbers), numbers, "--", color=TARGET, zorder=1
        )
        shares.set(xlabel="share covered\n(dashed: doubling)")


def near_a_sum(items, tolerance, points):
    """Whether points (P,) are within the tolerance of a subset sum of items (n,): bool (P,)."""
    sums = np.sort(subset_sums(items[None, :])[0])
    place = np.searchsorted(sums, points)
    below, above = sums[np.maximum(place - 1, 0)], sums[np.minimum(place, len(sums) - 1)]
    return np.minimum(abs(points - below), abs(points - above)) <= tolerance


def two_colours():
    """Colour map from pruned (not covered) to kept (covered)."""
    from matplotlib.colors import ListedColormap

    return ListedColormap(["#EEEEEE", KEPT])


def phase_transition(numbers, probability, reach=None, interval="[-1, 1]"):
    """Probability that all of an interval is covered, against n, one curve per tolerance.

    Args:
        numbers: (N,) values of n. probability: dict from tolerance to (N,) probabilities.
        reach: optional (N,) probabilities that the sums extend to both ends of the interval.
            Coverage needs them to come within the tolerance of the ends only, so a curve of a
            coarse tolerance can lie above.
    """
    alt = (
        f"Probability that {interval} is covered against n: S-shaped curves that move right as the "
        "tolerance shrinks."
    )
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        for colour, (tolerance, values) in zip(SERIES, probability.items()):
            axes.plot(numbers, values, "o-", color=colour, markersize=4, label=f"ε = {tolerance:g}")
        if reach is not None:
            axes.plot(
                numbers, reach, color=PRUNED, linestyle="--", label="sums reach both ends", zorder=1
            )
        axes.axhline(0.5, color="black", linewidth=0.8, linestyle=":")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set(
            xlabel="number of items n",
            ylabel=f"P(every z in {interval}\nhas a sum within ε)",
            ylim=(-0.03, 1.03),
        )
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)


def threshold_line(tolerances, median, slope, intercept):
    """The n at which coverage becomes likely, against log2(1/eps), with the fitted line and the
    counting bound.

    Args:
        tolerances: (E,) tolerances. median: (E,) n at which half of the draws cover. slope,
            intercept: of the fit.
    """
    bits = np.log2(1 / np.asarray(tolerances))
    alt = (
        f"n at which half of the draws cover, against log2(1/ε): a line of slope {slope:.2f}, "
        "above that of slope 1."
    )
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        axes.plot(
            bits, median, "o", color=KEPT, markersize=7, label="measured: half of the draws cover"
        )
        axes.plot(
            bits,
            slope * bits + intercept,
            color=KEPT,
            label=f"fit: {slope:.2f} log₂(1/ε) {intercept:+.1f}",
        )
        axes.plot(
            bits, bits, color=TARGET, linestyle="--", label="no n below this line can: 2ⁿ · 2ε ≥ 2"
        )
        axes.set(xlabel="log₂(1/ε)", ylabel="number of items n")
        axes.legend(loc="upper left")


def one_or_many(numbers, one, many):
    """Median error against n of the nearest single item and of the nearest subset sum, both axes
    logarithmic.
    """
    alt = (
        "Median error against n: the best single item improves like 1/n, the best subset sum like "
        "2 to the minus n."
    )
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        axes.loglog(numbers, one, "o-", color=SERIES[1], label="nearest single item", base=2)
        axes.loglog(numbers, many, "o-", color=KEPT, label="nearest subset sum", base=2)
        axes.set(
            xlabel="random numbers available, n",
            ylabel="median error",
            xticks=numbers,
            xticklabels=numbers,
        )
        axes.set_yscale("log")
        axes.legend(loc="lower left")
