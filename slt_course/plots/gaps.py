"""Drawings of the gap of lesson 06: how it falls with n, and the exponents fitted to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .style import KEPT, SERIES, TARGET, Numbers, canvas

if TYPE_CHECKING:
    from ..integer_programs import Exponent

_BANDS = ((0.1, 0.9, 0.15), (0.25, 0.75, 0.3))  # quantiles and opacity


def gap_laws(
    gaps: Mapping[str, tuple[Numbers, Sequence[np.ndarray]]], predicted: Mapping[str, ArrayLike]
) -> None:
    """Draw gap·n/ln²n against n, a panel per model: mean, percentiles, and a prediction.

    The bands hold the middle half and the tenth to ninetieth percentile.

    Args:
        gaps: from label to ((N,) values of n, N arrays of gaps).
        predicted: from label to (N,) mean gaps.

    Source: Borst, Dadush, Huiberts & Tiwari 2022 (a gap of order log²n/n); lesson 06.

    >>> gaps = [np.array([0.1, 0.2]), np.array([0.05, 0.1])]
    >>> gap_laws({"packing": ([50, 100], gaps)}, {"packing": [0.15, 0.08]})
    Figure(640x540)
    """
    ends = []
    for label, (numbers, samples) in gaps.items():
        means = _scaled_means(numbers, samples)
        ends.append(f"{label}, {means[0]:.2f} at {numbers[0]}, {means[-1]:.2f} at {numbers[-1]}")
    alt = "Mean gap·n/ln²n: " + "; ".join(ends) + "."
    columns = -(-len(gaps) // 2)
    options = {"sharex": "col", "sharey": "col", "squeeze": False}
    with canvas(alt, rows=2, columns=columns, size=(6.4, 5.4), **options) as (figure, grid):
        for axes, (label, (numbers, samples)) in zip(grid.flat, gaps.items()):
            _draw_gaps(axes, numbers, samples, np.asarray(predicted[label]))
            axes.set(title=label, xscale="log")
            axes.set_xticks(numbers, [str(n) for n in numbers], rotation=45)
            axes.set_xticks([], minor=True)
        for axes in grid[-1]:
            axes.set(xlabel="columns n", ylim=(0, None))
        for axes in grid[:, 0]:
            axes.set_ylabel("gap · n / ln² n")
        figure.legend(
            *grid.flat[0].get_legend_handles_labels(),
            loc="outside upper center",
            ncols=2,
            fontsize=9,
        )


def _draw_gaps(
    axes: Axes, numbers: Numbers, samples: Sequence[np.ndarray], predicted: np.ndarray
) -> None:
    """Bands and means of gap·n/ln²n, and the mean that is predicted."""
    scale = _scale_of(numbers)
    for low, high, alpha in _BANDS:
        band = [scale * [np.quantile(sample, level) for sample in samples] for level in (low, high)]
        axes.fill_between(numbers, *band, color=KEPT, alpha=alpha, linewidth=0)
    axes.plot(
        numbers,
        _scaled_means(numbers, samples),
        "o-",
        color=KEPT,
        label="mean, with 50 % and 80 % of the programs",
    )
    axes.plot(numbers, scale * predicted, "--", color=TARGET, label="mean predicted by counting")


def _scale_of(numbers: Numbers) -> np.ndarray:
    """n/ln²n."""
    return np.asarray(numbers) / np.log(numbers) ** 2


def _scaled_means(numbers: Numbers, samples: Sequence[np.ndarray]) -> np.ndarray:
    """Mean of gap·n/ln²n for every n."""
    return _scale_of(numbers) * [sample.mean() for sample in samples]


def exponents(fits: Mapping[str, Exponent], confidence: float) -> None:
    """Draw fitted exponents with their intervals, beside those of known decays on the same n.

    There is a row per model.

    Args:
        fits: from label to what `integer_programs.fitted_exponent` returns.
        confidence: of the intervals, in (0, 1).

    >>> from slt_course.integer_programs import fitted_exponent
    >>> gaps = [np.array([0.1, 0.2]), np.array([0.05, 0.1])]
    >>> exponents({"packing": fitted_exponent([50, 100], gaps, rounds=20)}, confidence=0.99)
    Figure(640x185)
    """
    rows = [
        f"{label} {fit.value:.2f} in [{fit.interval[0]:.2f}, {fit.interval[1]:.2f}]"
        for label, fit in fits.items()
    ]
    alt = "Fitted exponents: " + "; ".join(rows) + "."
    with canvas(alt, size=(6.4, 1.4 + 0.45 * len(fits))) as (_, axes):
        for row, fit in enumerate(fits.values()):
            _draw_exponent(axes, row, fit, f"fitted, {confidence:.0%} interval")
        axes.set_yticks(range(len(fits)), list(fits))
        axes.set(xlabel="exponent of n", ylim=(len(fits) - 0.4, -0.5))
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)


def _draw_exponent(axes: Axes, row: int, fit: Exponent, label: str) -> None:
    """One fit with its interval, known decays below it; the first row names them."""
    radii = np.abs(np.subtract(fit.interval, fit.value))[:, None]
    axes.errorbar(
        fit.value,
        row,
        xerr=radii,
        fmt="o",
        color=KEPT,
        capsize=4,
        label=label if row == 0 else None,
    )
    for colour, marker, (name, slope) in zip((TARGET, *SERIES[1:]), "|xPd", fit.decays.items()):
        axes.plot(
            slope,
            row + 0.28,
            color=colour,
            marker=marker,
            linestyle="none",
            markersize=17 if marker == "|" else 7,
            markeredgewidth=2,
            zorder=4 if marker == "|" else 3,
            label=name if row == 0 else None,
        )
