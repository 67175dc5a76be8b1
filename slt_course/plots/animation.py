"""The set of reachable targets filling an interval, as an animation that plays in a notebook
without any network.
"""

import re

import numpy as np
from IPython.display import HTML, display
from matplotlib import pyplot as plt
from matplotlib.animation import FuncAnimation

from .style import KEPT, SERIES, STYLE, TARGET
from .subset_sums import near_a_sum

SYMBOLS = {
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


def filling(items, tolerance, interval=(-1.0, 1.0)):
    """Animation, a frame per item: the covered set, its copy shifted by the new item, and the union
    of both.

    Args:
        items: (n,) numbers, in order, n <= 20. tolerance: eps > 0. interval: (low, high), the
            targets shown.
    """
    items, grid = np.asarray(items, dtype=float), np.linspace(*interval, 1281)
    before = [near_a_sum(items[:n], tolerance, grid) for n in range(len(items) + 1)]
    copies = [near_a_sum(items[:n], tolerance, grid - items[n]) for n in range(len(items))]
    share = np.array([covered.mean() for covered in before])
    first = max(share[0], 1 / len(grid))  # the axis is logarithmic
    with plt.rc_context(
        STYLE
        | {"figure.constrained_layout.use": False, "figure.dpi": 80, "animation.embed_limit": 5}
    ):
        figure, (strips, shares) = plt.subplots(1, 2, figsize=(6.4, 2.6), width_ratios=(3, 1))
        figure.subplots_adjust(left=0.17, right=0.98, bottom=0.21, top=0.88, wspace=0.45)

        def frame(n):
            strips.clear()
            shares.clear()
            rows = [before[n]] if n == 0 else [before[n - 1], copies[n - 1], before[n]]
            for height, covered, colour in zip(
                (2, 1, 0) if n else (0,), rows, (KEPT, SERIES[1], KEPT) if n else (KEPT,)
            ):
                strips.fill_between(
                    grid,
                    height + 0.1,
                    height + 0.9,
                    where=covered,
                    color=colour,
                    step="mid",
                    linewidth=0,
                )
            title = f"item {n} is {items[n - 1]:+.2f}" if n else "no item: one sum, 0"
            strips.set(
                xlim=interval,
                ylim=(0, 3),
                xlabel="target z",
                title=f"{title};  covered {share[n]:.1%}",
            )
            strips.set_yticks([0.5, 1.5, 2.5], ["both", "its copy", "before"])
            shares.semilogy(range(n + 1), share[: n + 1], "o-", color=KEPT, markersize=3)
            shares.semilogy(
                range(len(share)),
                np.minimum(1, first * 2.0 ** np.arange(len(share))),
                "--",
                color=TARGET,
                zorder=1,
            )
            shares.set(
                xlim=(-0.5, len(items) + 0.5),
                ylim=(first / 1.5, 1.6),
                xlabel="items",
                ylabel="share covered",
            )

        moving = FuncAnimation(figure, frame, frames=len(items) + 1, interval=900)
        html = moving.to_jshtml(default_mode="once", embed_frames=True)
        plt.close(figure)
    where = f"[{interval[0]:g}, {interval[1]:g}]"
    alt = (
        f"Animation: the part of {where} within {tolerance:g} of a sum, 0 to {len(items)} items: "
        f"{share[-1]:.0%}."
    )
    display(HTML(self_contained(html, alt)))


def self_contained(html, alt):
    """matplotlib's player, changed so that it needs no network and no trust to show something.

    The remote style sheet goes, and the icons on the buttons become characters; the last frame is
    the picture until the script runs; and the script waits for its picture, which JupyterLab adds
    to the page only when it scrolls into view.
    """
    html = re.sub(r'<link rel="stylesheet"\s*href="http[^>]*>', "", html)
    html = re.sub(r'<i class="fa ([^"]*)"></i>', lambda icon: SYMBOLS[icon[1]], html)
    last = re.findall(r'frames\[\d+\] = "([^"]*)"', html)[-1].replace("\\\n", "")
    html = html.replace("<img id=", f'<img alt="{alt}" src="{last}" id=', 1)
    start = re.search(r"setTimeout\(function\(\) \{(.*?)\}, 0\);", html, flags=re.DOTALL)
    wait = (
        "function start() { if (!document.getElementById(img_id)) { setTimeout(start, 200); "
        "return; }"
    )
    return html.replace(start[0], f"{wait}{start[1]}}}\n    start();")
