"""The look of every figure: a colour per role, readable at 600 pixels, with a description."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np
from IPython.display import display
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

Numbers: TypeAlias = Sequence[float] | np.ndarray  # what a curve is drawn from

# Okabe and Ito: safe for colour-blind readers
TARGET = "#D55E00"
KEPT = "#0072B2"
PRUNED = "#BBBBBB"
RANDOM = "#009E73"
# for curves that have no role
SERIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#000000")
STYLE: dict[Any, Any] = {  # keys as matplotlib's rcParams has them
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "lines.linewidth": 2,
}


@contextmanager
def canvas(
    alt: str,
    rows: int = 1,
    columns: int = 1,
    size: tuple[float, float] = (6.4, 3.6),
    **options: Any,
) -> Iterator[tuple[Figure, Any]]:
    """Open a figure in the course's style; the end of the block shows and closes it.

    Args:
        alt: description, for those who cannot see the figure.
        rows, columns: number of axes.
        size: width and height in inches, of 100 pixels each.
        options: of `plt.subplots`.

    Yields:
        The figure and its axes: one, or an array of them, as `plt.subplots` has it.

    >>> with canvas("A straight line from (0, 0) to (1, 1).") as (figure, axes):
    ...     _ = axes.plot([0, 1], [0, 1])
    Figure(640x360)
    """
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(rows, columns, figsize=size, **options)
        try:
            yield figure, axes
            show(figure, alt)
        finally:
            plt.close(figure)


def show(figure: Figure, alt: str) -> None:
    """Display a figure with alternative text, and close it so that no front end shows it twice.

    Args:
        figure: of pyplot.
        alt: description, for those who cannot see the figure.

    >>> show(plt.figure(figsize=(2, 1), dpi=100), "An empty figure.")
    Figure(200x100)
    """
    display(figure, metadata={"image/png": {"alt": alt}})
    plt.close(figure)
