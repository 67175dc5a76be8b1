"""Drawings of the number of items at which all of an interval comes within reach."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from .style import KEPT, PRUNED, SERIES, TARGET, Numbers, canvas


def phase_transition(
    numbers: Numbers,
    probability: Mapping[float, Numbers],
    reach: Numbers | None = None,
    interval: tuple[float, float] = (-1.0, 1.0),
) -> None:
    """Draw the probability that all of an interval is covered, against n, a curve per tolerance.

    Args:
        numbers: (N,) values of n.
        probability: from tolerance to (N,) probabilities, up to six.
        reach: optional (N,) probabilities that the sums extend to both ends of the interval.
            Coverage needs them to come within the tolerance of the ends only, so a curve of a
            coarse tolerance can lie above.
        interval: (low, high).

    Source: lesson 03.

    >>> phase_transition([4, 8, 12], {0.1: [0.0, 0.4, 0.9]}, reach=[0.3, 0.8, 0.95])
    Figure(640x360)
    """
    shown = f"[{interval[0]:g}, {interval[1]:g}]"
    alt = (
        f"Probability that {shown} is covered against n: S-shaped curves that move right as the "
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
            ylabel=f"P(every z in {shown}\nhas a sum within ε)",
            ylim=(-0.03, 1.03),
        )
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)


def threshold_line(tolerances: ArrayLike, median: Numbers, slope: float, intercept: float) -> None:
    """Draw the n at which coverage becomes likely, against log2(1/eps), and the counting bound.

    Args:
        tolerances: (E,) tolerances eps > 0.
        median: (E,) n at which half of the draws cover.
        slope, intercept: of the line fitted to them.

    Source: lesson 03; the bound counts 2^n sums, each of which covers 2·eps.

    >>> threshold_line([0.1, 0.01], median=[7, 12], slope=1.5, intercept=2.0)
    Figure(640x360)
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


def failure_tail(
    numbers: np.ndarray, measured: ArrayLike, bounds: Mapping[str, tuple[Numbers, Numbers]]
) -> None:
    """Draw the probability that some target has no sum, against n: measured, and what bounds allow.

    Args:
        numbers: (N,) values of n.
        measured: (N,) shares of failing draws; zeros are not drawn.
        bounds: from label to (numbers, probabilities), up to two.

    Source: lesson 04.

    >>> failure_tail(np.array([4, 8]), [1.0, 0.2], {"proved": ([4, 40], [1.0, 0.01])})
    Figure(640x360)
    """
    measured = np.asarray(measured)
    seen = measured > 0
    alt = (
        f"Failure probability against n: measured 1 to {measured[seen][-1]:.2g} at n "
        f"= {numbers[seen][-1]}."
    )
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        axes.loglog(numbers[seen], measured[seen], "o-", color=KEPT, label="measured")
        for line, (label, curve) in zip(("--", ":"), bounds.items()):
            axes.loglog(*curve, line, color=TARGET, label=label)
        axes.set(xlabel="items n", ylabel="P(some z has no sum within 2ε)", ylim=(1e-4, 2))
        axes.legend(loc="lower left", fontsize=9)
