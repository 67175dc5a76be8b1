"""A drawing of a convolutional pair: its two random tensors, and what is kept of them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from numpy.typing import ArrayLike

from .style import KEPT, PRUNED, TARGET, canvas

_EMPTY, GONE, PLUS, MINUS = range(4)  # what a cell of `construction` can be
COLOURS = ListedColormap(["white", PRUNED, KEPT, TARGET])


def construction(
    first: ArrayLike, second: ArrayLike, first_mask: ArrayLike, second_mask: ArrayLike
) -> None:
    """Draw the two random tensors of a pair: kept entries coloured by sign, pruned ones grey.

    Args:
        first: (units, inputs, 1, 1) weights of the 1×1 convolution.
        second: (outputs, units, height, width) weights of the convolution after it.
        first_mask, second_mask: bool, of the same shapes.

    Source: da Cunha, Natale & Viennot 2022; lesson 10.

    >>> first, second = np.ones((6, 2, 1, 1)), np.ones((3, 6, 2, 2))
    >>> construction(first, second, first_mask=first > 0, second_mask=second > 0)
    Figure(640x420)
    """
    first_cells, cells = _cells_of(first, first_mask), _cells_of(second, second_mask)
    _, inputs, _, _ = first_cells.shape
    outputs, units, height, width = cells.shape
    first_kept, kept = int(np.asarray(first_mask).sum()), int(np.asarray(second_mask).sum())
    alt = (
        f"The 1×1 convolution, {units} units by {inputs} channels, {first_kept} "
        "entries kept in blocks, one per "
        f"channel; the second convolution, {outputs} by {units} kernels of {height}×{width}, "
        f"{kept} entries kept."
    )
    ratios = {"height_ratios": [inputs + 1, outputs * (height + 1) * 0.75]}
    with canvas(alt, rows=2, size=(6.4, 4.2), gridspec_kw=ratios) as (_, (top, bottom)):
        _draw_cells(top, first_cells[:, :, 0, 0].T)
        top.set(title=f"1×1 convolution: {first_kept} of {first_cells.size} kept")
        top.set(ylabel="channel in", yticks=range(inputs), xticks=[])
        _draw_cells(bottom, _kernels_in_a_grid(cells))
        bottom.set(
            title=f"{height}×{width} convolution: {kept} of {cells.size:,} kept",
            xlabel="hidden units",
        )
        middle = height / 2 - 0.5
        ticks = [middle + output * (height + 1) for output in range(outputs)]
        bottom.set_yticks(ticks, [str(output) for output in range(outputs)])
        bottom.set(ylabel="channel out", xticks=[])
        _draw_legend(bottom)


def _cells_of(weights: ArrayLike, mask: ArrayLike) -> np.ndarray:
    """PLUS or MINUS for a kept weight, GONE for a pruned one."""
    signs = np.where(np.asarray(weights) > 0, PLUS, MINUS)
    return np.where(np.asarray(mask), signs, GONE)


def _kernels_in_a_grid(cells: np.ndarray) -> np.ndarray:
    """Cells (outputs, units, height, width) as one image, with a white line between kernels."""
    outputs, units, height, width = cells.shape
    grid = np.full((outputs, height + 1, units, width + 1), _EMPTY)
    grid[:, :-1, :, :-1] = cells.transpose(0, 2, 1, 3)
    return grid.reshape(outputs * (height + 1), units * (width + 1))[:-1, :-1]


def _draw_cells(axes: Axes, cells: np.ndarray) -> None:
    """An image of cells, one colour for each thing that a cell can be."""
    axes.imshow(cells, cmap=COLOURS, vmin=0, vmax=3, aspect="auto", interpolation="nearest")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def _draw_legend(axes: Axes) -> None:
    """The meaning of the colours, beside the axes."""
    names = {PLUS: "kept, > 0", MINUS: "kept, < 0", GONE: "pruned"}
    handles = [axes.scatter([], [], marker="s", s=60, color=COLOURS(cell)) for cell in names]
    axes.legend(handles, list(names.values()), loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)
