"""Drawings of pruning experiments: accuracy against keep_fraction, and where a mask keeps its
weights.
"""

from itertools import cycle

import numpy as np

from .style import KEPT, SERIES, TARGET, canvas

COLOURS = (KEPT, *SERIES[1:])


def bands(axes, shares, curves, colours=COLOURS, markers="os^Dv"):
    """A line of means with a band from the worst to the best seed for every (label, values (seeds,
    K)).
    """
    for (label, values), colour, marker in zip(curves, cycle(colours), cycle(markers)):
        values = np.asarray(values)
        axes.plot(shares, values.mean(0), color=colour, marker=marker, markersize=5, label=label)
        axes.fill_between(
            shares, values.min(0), values.max(0), color=colour, alpha=0.2, linewidth=0
        )


def accuracy_curves(curves, references=(), ylim=None, title=None):
    """Accuracy against keep_fraction, logarithmic: a line of means per method, and a band from the
    worst to the best seed.

    Args:
        curves: dict from label to (keep_fractions (K,), accuracies (seeds, K)).
        references: pairs (label, accuracies (seeds,)) drawn as level lines with their bands, as the
            dense network.
        ylim: limits of the accuracy axis. title: of the figure.
    """
    parts = [
        f"{label}: {np.mean(values, 0)[-1]:.1%} at {shares[-1]:.2g}"
        for label, (shares, values) in curves.items()
    ]
    with canvas("Accuracy against keep_fraction. " + "; ".join(parts) + ".", size=(6.4, 4.0)) as (
        _,
        axes,
    ):
        axes.set_xscale("log")
        for (label, (shares, values)), colour, marker in zip(
            curves.items(), cycle(COLOURS), cycle("os^Dv")
        ):
            bands(axes, shares, [(label, values)], [colour], marker)
        for (label, values), line in zip(references, cycle(("--", ":", "-."))):
            axes.axhline(np.mean(values), color=TARGET, linestyle=line, label=label)
            axes.axhspan(np.min(values), np.max(values), color=TARGET, alpha=0.12, linewidth=0)
        shown = sorted({round(float(s), 4) for shares, _ in curves.values() for s in shares})
        round_ones = [s for s in (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01) if shown[0] <= s <= shown[-1]]
        ticks = shown if len(shown) <= 6 or not round_ones else round_ones
        axes.set_xticks(ticks, [f"{s:.2g}" for s in ticks])
        axes.minorticks_off()
        axes.invert_xaxis()
        axes.set(
            xlabel="keep_fraction (share of weights kept; fewer to the right)",
            ylabel="test accuracy",
            ylim=ylim,
        )
        axes.set_title(title or "bands: worst to best seed")
        axes.legend(loc="lower left", fontsize=9)


def hump(shares, curves, references):
    """Accuracy of the best subnetwork found in a frozen random network against keep_fraction, from
    none to all.

    Args:
        shares: (K,) keep_fractions in (0, 1]. curves: dict from label to accuracies (seeds, K).
        references: dict from label to one accuracy, drawn as level lines (chance, trained).
    """
    tops = [
        f"{label} is highest ({np.mean(v, 0).max():.1%}) at {shares[np.mean(v, 0).argmax()]:g}"
        for label, v in curves.items()
    ]
    with canvas(
        "Accuracy against keep_fraction, a hump: " + "; ".join(tops) + ".",
        columns=2,
        size=(7.4, 4.0),
    ) as (_, both):
        for axes in both:
            bands(axes, shares, curves.items())
            for (label, value), line in zip(references.items(), cycle(("--", ":", "-."))):
                axes.axhline(value, color=TARGET, linestyle=line, label=label)
            axes.set(xlabel="keep_fraction", xlim=(-0.02, 1.02))
        top = max(np.max(v) for v in (*curves.values(), *references.values()))
        both[0].set(ylabel="test accuracy", ylim=(0, 1.02), title="from none to all")
        both[1].set(ylim=(top - 0.06, top + 0.005), title="the top of the hump")
        both[0].legend(loc="center", fontsize=9)


def mask_maps(maps, shape=(28, 28)):
    """How many weights of each input pixel are kept, one picture per mask, on a common scale.

    Args:
        maps: dict from title to a mask (units, pixels) of a first layer. shape: of the image.
    """
    counts = {title: np.asarray(mask).sum(0).reshape(shape) for title, mask in maps.items()}
    top = max(count.max() for count in counts.values())
    rows, columns = np.indices(shape)
    middle = (abs(rows - (shape[0] - 1) / 2) < shape[0] / 4) & (
        abs(columns - (shape[1] - 1) / 2) < shape[1] / 4
    )
    parts = [
        f"{title}: {count[middle].sum() / max(1, count.sum()):.0%} of them in the central quarter"
        for title, count in counts.items()
    ]
    alt = "Kept weights per pixel. " + "; ".join(parts) + "."
    with canvas(alt, columns=len(counts), size=(6.4, 2.9), squeeze=False) as (figure, axes):
        for (title, count), place in zip(counts.items(), axes[0]):
            image = place.imshow(count, cmap="Blues", vmin=0, vmax=top)
            place.set_title(title)
            place.set_axis_off()
        figure.colorbar(image, ax=list(axes[0]), label="kept weights of the pixel", shrink=0.8)


def width_curve(widths, curves):
    """Accuracy against the width of the hidden layer, logarithmic.

    Args:
        widths: (W,) numbers of hidden units. curves: dict from label to accuracies (seeds, W).
    """
    ends = [
        f"{label} {np.mean(v, 0)[0]:.1%} to {np.mean(v, 0)[-1]:.1%}" for label, v in curves.items()
    ]
    alt = f"Accuracy against hidden units, {widths[0]} to {widths[-1]}: " + "; ".join(ends) + "."
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        axes.set_xscale("log")
        bands(axes, widths, curves.items(), (KEPT, TARGET, *SERIES[2:]))
        axes.set_xticks(widths, widths)
        axes.minorticks_off()
        axes.set(xlabel="hidden units", ylabel="test accuracy")
        axes.legend(loc="lower right")
