"""The look of every figure: one colour per role, readable at 600 pixels, with a description for
those who cannot see it.
"""

from contextlib import contextmanager

from IPython.display import display
from matplotlib import pyplot as plt

# Okabe and Ito: safe for colour-blind readers
TARGET, KEPT, PRUNED, RANDOM = "#D55E00", "#0072B2", "#BBBBBB", "#009E73"
# for curves that have no role
SERIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#000000")
STYLE = {
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
def canvas(alt, rows=1, columns=1, size=(6.4, 3.6), **options):
    """Figure and axes in the course's style; shown with its description at the end of the block,
    then closed.

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


def show(figure, alt):
    """Display a figure with alternative text, and close it so that no front end shows it twice."""
    display(figure, metadata={"image/png": {"alt": alt}})
    plt.close(figure)
