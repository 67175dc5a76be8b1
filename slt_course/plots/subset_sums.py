"""Drawings of random subset sums: the walk to one target, and the targets within reach."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap
from numpy.typing import ArrayLike

from ..subset_sum import coverage, subset_sums
from .style import KEPT, PRUNED, TARGET, canvas

_NOT_COVERED = "#EEEEEE"


def walk_to_target(items: ArrayLike, mask: ArrayLike, target: float) -> None:
    """Draw the items as bars, kept ones in colour, and the walk along them from 0 to the target.

    Args:
        items: (n,) numbers.
        mask: (n,) bool.
        target: number.

    >>> walk_to_target([0.5, -0.3, 0.8], [True, True, False], target=0.2)
    Figure(640x400)
    """
    items, mask = np.asarray(items), np.asarray(mask)
    sums = np.concatenate([[0.0], np.cumsum(items * mask)])
    numbers = np.arange(len(items) + 1)
    alt = (
        f"Bars of {len(items)} random items, {mask.sum()} kept; the kept ones sum to "
        f"{sums[-1]:.4f}, target {target}."
    )
    ratios = (1, 1.2)
    with canvas(alt, rows=2, size=(6.4, 4.0), sharex=True, height_ratios=ratios) as (
        _,
        (bars, walk),
    ):
        bars.bar(numbers[1:], items, color=np.where(mask, KEPT, PRUNED))
        bars.axhline(0, color="black", linewidth=0.8)
        bars.set(
            ylabel="item",
            ylim=(-1.05, 1.05),
            title=f"{mask.sum()} of {len(items)} random numbers kept (blue)",
        )
        walk.step(numbers, sums, where="post", color=KEPT)
        walk.axhline(target, color=TARGET, linestyle="--", label=f"target {target:g}")
        walk.plot(numbers[-1], sums[-1], "o", color=KEPT)
        walk.set(
            xlabel="item number",
            ylabel="running sum",
            title=f"the kept items sum to {sums[-1]:.6f}, error {abs(target - sums[-1]):.1e}",
        )
        walk.legend(loc="best", fontsize=9)
        walk.xaxis.get_major_locator().set_params(integer=True)


def growing_set(
    items: ArrayLike, tolerance: float, interval: tuple[float, float] = (-1.0, 1.0)
) -> None:
    """Draw the part of an interval near a subset sum of the first n items, a line for every n.

    Args:
        items: (n,) numbers, in order, n <= 24.
        tolerance: eps > 0: how near.
        interval: (low, high), the targets shown.

    Raises:
        ValueError: more than 24 items, NaN or inf among them, a negative tolerance, an interval
            that is not increasing.

    Source: lesson 03.

    >>> growing_set([0.5, -0.3, 0.8], tolerance=0.1)
    Figure(640x380)
    """
    items = np.asarray(items)
    low, high = interval
    grid = np.linspace(low, high, 1281)
    numbers = np.arange(len(items) + 1)
    covered = np.array([near_a_sum(items[:n], tolerance, grid) for n in numbers])
    # exact, since the grid is coarser than a small tolerance
    share = np.array([coverage(items[:n], tolerance, interval).fraction for n in numbers])
    alt = (
        f"The covered part of [{low:g}, {high:g}] for 0 to {len(items)} items: from {share[0]:.1%} "
        f"to {share[-1]:.1%}."
    )
    options: dict[str, Any] = {"sharey": True, "width_ratios": (3, 1)}
    with canvas(alt, columns=2, size=(6.4, 3.8), **options) as (_, (strips, shares)):
        strips.imshow(
            covered,
            aspect="auto",
            cmap=ListedColormap([_NOT_COVERED, KEPT]),
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
        doubling = np.minimum(1, share[0] * 2.0**numbers)
        shares.semilogx(share, numbers, "o-", color=KEPT, markersize=4)
        shares.semilogx(doubling, numbers, "--", color=TARGET, zorder=1)
        shares.set(xlabel="share covered\n(dashed: doubling)")


def near_a_sum(items: np.ndarray, tolerance: float, points: np.ndarray) -> np.ndarray:
    """Whether points (P,) are within the tolerance of a subset sum of items (n,): bool (P,)."""
    sums = np.sort(subset_sums(items[None, :])[0])
    after = np.searchsorted(sums, points)
    below, above = sums[np.maximum(after - 1, 0)], sums[np.minimum(after, len(sums) - 1)]
    return np.minimum(abs(points - below), abs(points - above)) <= tolerance
