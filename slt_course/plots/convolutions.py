"""Drawings of convolutional tickets: the two random tensors of a pair, kernels before and after,
errors against items.
"""

import numpy as np
from matplotlib.colors import ListedColormap

from .style import KEPT, PRUNED, SERIES, TARGET, canvas

EMPTY, GONE, PLUS, MINUS = range(4)  # what a cell of `construction` can be
COLOURS = ListedColormap(["white", PRUNED, KEPT, TARGET])


def construction(first, second, first_mask, second_mask):
    """The two random tensors of a pair as grids of their entries: kept ones coloured by sign,
    pruned ones grey.

    Args:
        first: (units, inputs, 1, 1) weights of the 1×1 convolution. second: (outputs, units,
            height, width).
        first_mask, second_mask: bool, of the same shapes.
    """
    signs = [np.where(np.asarray(w) > 0, PLUS, MINUS) for w in (first, second)]
    first_cells, cells = (
        np.where(np.asarray(m), s, GONE) for m, s in zip((first_mask, second_mask), signs)
    )
    outputs, units, height, width = cells.shape
    grid = np.full((outputs, height + 1, units, width + 1), EMPTY)  # a white line between kernels
    grid[:, :-1, :, :-1] = cells.transpose(0, 2, 1, 3)
    grid = grid.reshape(outputs * (height + 1), units * (width + 1))[:-1, :-1]
    kept = [int(np.asarray(m).sum()) for m in (first_mask, second_mask)]
    alt = (
        f"The 1×1 convolution, {units} units by {first_cells.shape[1]} channels, {kept[0]} "
        "entries kept in blocks, one per "
        f"channel; the second convolution, {outputs} by {units} kernels of {height}×{width}, "
        f"{kept[1]} entries kept."
    )
    ratios = {"height_ratios": [first_cells.shape[1] + 1, outputs * (height + 1) * 0.75]}
    with canvas(alt, rows=2, size=(6.4, 4.2), gridspec_kw=ratios) as (_, (top, bottom)):
        options = {
            "cmap": COLOURS,
            "vmin": 0,
            "vmax": 3,
            "aspect": "auto",
            "interpolation": "nearest",
        }
        top.imshow(first_cells[:, :, 0, 0].T, **options)
        top.set(title=f"1×1 convolution: {kept[0]} of {first_cells.size} kept", ylabel="channel in")
        top.set(yticks=range(first_cells.shape[1]), xticks=[])
        bottom.imshow(grid, **options)
        bottom.set(
            title=f"{height}×{width} convolution: {kept[1]} of {cells.size:,} kept",
            xlabel="hidden units",
        )
        middle = height / 2 - 0.5
        bottom.set_yticks([middle + o * (height + 1) for o in range(outputs)], range(outputs))
        bottom.set(ylabel="channel out", xticks=[])
        for axes in (top, bottom):
            axes.spines[:].set_visible(False)
            axes.tick_params(length=0)
        names = ((PLUS, "kept, > 0"), (MINUS, "kept, < 0"), (GONE, "pruned"))
        handles = [
            bottom.scatter([], [], marker="s", s=60, color=COLOURS(code)) for code, _ in names
        ]
        bottom.legend(
            handles,
            [name for _, name in names],
            loc="upper left",
            bbox_to_anchor=(1, 1),
            fontsize=9,
        )


def kernels(target, found):
    """Kernels as images: of the target, of a ticket, and their difference on its own scale.

    Args:
        target, found: (kernels, height, width) arrays.
    """
    rows = np.asarray(target), np.asarray(found)
    rows = (*rows, rows[1] - rows[0])
    limit, small = abs(rows[0]).max(), abs(rows[2]).max()
    names = (
        "target",
        "ticket\n(random, pruned)",
        f"difference\n× {limit / small:,.0f}" if small else "difference",
    )
    alt = (
        f"{len(rows[0])} kernels of target and ticket look the same; they differ by at most "
        f"{small:.1g}."
    )
    with canvas(alt, rows=3, columns=len(rows[0]), size=(6.4, 3.6), squeeze=False) as (_, axes):
        for images, line, name, scale in zip(rows, axes, names, (limit, limit, small or 1)):
            line[0].set_ylabel(name, fontsize=10)
            for image, one in zip(images, line):
                one.imshow(image, cmap="RdBu_r", vmin=-scale, vmax=scale)
                one.set(xticks=[], yticks=[])


def feature_maps(image, target, found):
    """An image, the target's output on it, and the outputs of networks that imitate it, with their
    largest errors.

    Args:
        image, target: (height, width) arrays. found: dict from label to (height, width) array.
    """
    image, target = np.asarray(image), np.asarray(target)
    found = {label: np.asarray(output) for label, output in found.items()}
    errors = {label: abs(output - target).max() for label, output in found.items()}
    worst = "; ".join(f"{label} is off by at most {error:.1g}" for label, error in errors.items())
    alt = f"An image, and outputs between {target.min():.2g} and {target.max():.2g}: {worst}."
    panels = {"image": image, "target": target}
    panels |= {f"{label}\nmax error {errors[label]:.0e}": output for label, output in found.items()}
    limit = abs(target).max()
    with canvas(alt, columns=len(panels), size=(6.4, 2.1)) as (_, axes):
        for (label, output), one in zip(panels.items(), axes):
            shown = one.imshow(output, cmap="RdBu_r", vmin=-limit, vmax=limit)
            if output is image:
                shown.set(cmap="gray", clim=(image.min(), image.max()))
            one.set(xticks=[], yticks=[])
            one.set_title(label, fontsize=9)


def errors_against_items(items, errors, rule, published=None, other=None, step=None):
    """Error of the best subset against the number of items: quantiles of many weights, the rule of
    thumb, published points.

    Args:
        items: (K,) numbers of items n. errors: (K, weights) errors. rule: (K,) the predicted
            median.
        published: optional (label, (K,) medians). other: optional (label, (K,) medians), another
            law of items, say.
        step: optional float > 0, the distance between neighbouring Float32: sums stored so hide
            smaller errors.
    """
    levels = (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)
    least, low, lower, median, upper, high, most = np.quantile(np.asarray(errors), levels, axis=1)
    floor = median[-1] / 300
    alt = (
        f"Error against n, logarithmic: the median falls from {median[0]:.1g} at n = {items[0]} "
        f"to {median[-1]:.1g} at "
        f"n = {items[-1]} along the rule of thumb; the largest error is "
        f"{most[0] / median[0]:,.0f} to "
        f"{(most / median).max():,.0f} times the median."
    )
    if published is not None:
        shown = ", ".join(f"{value:.1g}" for value in published[1])
        alt += f" {published[0]}: {shown}."
    if step is not None:
        alt += f" One step of Float32 is {step:.1g}."
    with canvas(alt, size=(6.4, 4.2)) as (_, axes):
        axes.fill_between(
            items,
            low,
            high,
            color=KEPT,
            alpha=0.15,
            linewidth=0,
            label="5 % to 95 % of the weights",
        )
        axes.fill_between(
            items, lower, upper, color=KEPT, alpha=0.3, linewidth=0, label="quartiles"
        )
        axes.plot(items, median, "o-", color=KEPT, label="median")
        axes.plot(items, most, "^:", color=KEPT, markersize=5, label="largest")
        axes.plot(
            items, rule, "--", color="black", linewidth=1.2, label="rule of thumb 0.378·√n·2⁻ⁿ"
        )
        if step is not None:
            axes.axhline(step, color="grey", linewidth=1, label="one step of Float32")
        if other is not None:
            axes.plot(items, other[1], "s-.", color=SERIES[1], markersize=5, label=other[0])
        if published is not None:
            label, medians = published
            seen = np.asarray(medians) > 0
            axes.plot(
                np.asarray(items)[seen],
                np.asarray(medians)[seen],
                "X",
                color=TARGET,
                markersize=9,
                label=label,
            )
            # zeros, which no logarithmic axis can show, at its lower end
            for n in np.asarray(items)[~seen]:
                axes.annotate(
                    "0", (n, floor), color=TARGET, ha="center", va="bottom", fontweight="bold"
                )
        axes.set_yscale("log")
        axes.set_ylim(bottom=floor)
        axes.set(xlabel="items n per weight", ylabel="|weight − subset sum|")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)
