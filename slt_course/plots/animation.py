"""The reachable targets filling an interval, as an animation that plays without any network."""

from __future__ import annotations

import re

import numpy as np
from IPython.display import HTML, display
from matplotlib import pyplot as plt
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .style import KEPT, SERIES, STYLE, TARGET
from .subset_sums import near_a_sum

_SYMBOLS = {
    "fa-minus": "−",
    "fa-fast-backward": "|◀",
    "fa-step-backward": "◂",
    "fa-play fa-flip-horizontal": "◀",
    "fa-pause": "||",
    "fa-play": "▶",
    "fa-step-forward": "▸",
    "fa-fast-forward": "▶|",
    "fa-plus": "+",
}


def animate_coverage(
    items: ArrayLike, tolerance: float, interval: tuple[float, float] = (-1.0, 1.0)
) -> None:
    """Animate how items cover an interval: one frame per item.

    A frame has the set covered before, its copy shifted by the new item, and the union of both.

    Args:
        items: (n,) numbers, in order, n <= 20.
        tolerance: eps > 0.
        interval: (low, high), the targets shown.

    Source: lesson 03.

    >>> animate_coverage([0.5], tolerance=0.1)
    <IPython.core.display.HTML object>
    """
    items = np.asarray(items, dtype=float)
    grid = np.linspace(interval[0], interval[1], 1281)
    covered = [near_a_sum(items[:n], tolerance, grid) for n in range(len(items) + 1)]
    copies = [near_a_sum(items[:n], tolerance, grid - items[n]) for n in range(len(items))]
    share = np.array([points.mean() for points in covered])

    with (
        plt.rc_context(STYLE),
        plt.rc_context(
            {"figure.constrained_layout.use": False, "figure.dpi": 80, "animation.embed_limit": 5}
        ),
    ):
        figure, (strips, shares) = plt.subplots(1, 2, figsize=(6.4, 2.6), width_ratios=(3, 1))
        figure.subplots_adjust(left=0.17, right=0.98, bottom=0.21, top=0.88, wspace=0.45)

        def frame(n: int) -> None:
            strips.clear()
            shares.clear()
            if n == 0:
                _draw_strip(strips, grid, covered[0], 0, KEPT)
                title = "no item: one sum, 0"
            else:
                _draw_strip(strips, grid, covered[n - 1], 2, KEPT)
                _draw_strip(strips, grid, copies[n - 1], 1, SERIES[1])
                _draw_strip(strips, grid, covered[n], 0, KEPT)
                title = f"item {n} is {items[n - 1]:+.2f}"
            title += f";  covered {share[n]:.1%}"
            strips.set(xlim=interval, ylim=(0, 3), xlabel="target z", title=title)
            strips.set_yticks([0.5, 1.5, 2.5], ["both", "its copy", "before"])
            _draw_shares(shares, share, n, floor=max(share[0], 1 / len(grid)))

        moving = FuncAnimation(figure, frame, frames=len(items) + 1, interval=900)
        html = moving.to_jshtml(default_mode="once", embed_frames=True)
        plt.close(figure)
    shown = f"[{interval[0]:g}, {interval[1]:g}]"
    alt = (
        f"Animation: the part of {shown} within {tolerance:g} of a sum, 0 to {len(items)} items: "
        f"{share[-1]:.0%}."
    )
    display(HTML(_self_contained(html, alt)))


def _draw_strip(
    axes: Axes, grid: np.ndarray, covered: np.ndarray, height: int, colour: str
) -> None:
    """A strip that is coloured where the points of the grid are covered."""
    axes.fill_between(
        grid, height + 0.1, height + 0.9, where=covered, color=colour, step="mid", linewidth=0
    )


def _draw_shares(axes: Axes, share: np.ndarray, n: int, floor: float) -> None:
    """The covered share up to n items, and the line of doubling from `floor` that bounds it."""
    doubling = np.minimum(1, floor * 2.0 ** np.arange(len(share)))
    axes.semilogy(range(n + 1), share[: n + 1], "o-", color=KEPT, markersize=3)
    axes.semilogy(range(len(share)), doubling, "--", color=TARGET, zorder=1)
    axes.set(
        xlim=(-0.5, len(share) - 0.5),
        ylim=(floor / 1.5, 1.6),
        xlabel="items",
        ylabel="share covered",
    )


def _self_contained(html: str, alt: str) -> str:
    """matplotlib's player, changed so that it needs no network and no trust to show something.

    The remote style sheet goes, and the icons on the buttons become characters; the last frame is
    the picture until the script runs; and the script waits for its picture, which JupyterLab adds
    to the page only when it scrolls into view.
    """

    def symbol(icon: re.Match[str]) -> str:
        return _SYMBOLS[icon[1]]

    def waiting(start: re.Match[str]) -> str:
        return (
            "function start() { if (!document.getElementById(img_id)) { setTimeout(start, 200); "
            f"return; }}{start[1]}}}\n    start();"
        )

    html = re.sub(r'<link rel="stylesheet"\s*href="http[^>]*>', "", html)
    html = re.sub(r'<i class="fa ([^"]*)"></i>', symbol, html)
    last = re.findall(r'frames\[\d+\] = "([^"]*)"', html)[-1].replace("\\\n", "")
    html = html.replace("<img id=", f'<img alt="{alt}" src="{last}" id=', 1)
    return re.sub(
        r"setTimeout\(function\(\) \{(.*?)\}, 0\);", waiting, html, count=1, flags=re.DOTALL
    )
