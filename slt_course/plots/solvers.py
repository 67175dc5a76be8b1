"""Drawings of subset-sum solvers: the lists they search, their errors and their times."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from ..subset_sum import subset_sums
from .style import KEPT, PRUNED, SERIES, TARGET, Numbers, canvas


def meet_in_the_middle(items: ArrayLike, target: float) -> None:
    """Draw the two lists of meet in the middle on a line, and the closest pair between them.

    Sums of the left half stand above the line, target minus sums of the right half below it.

    Args:
        items: (n,) numbers, n small.
        target: number.

    Source: Horowitz & Sahni 1974; lesson 05.

    >>> meet_in_the_middle([0.5, -0.3, 0.8, 0.1], target=0.6)
    Figure(640x240)
    """
    items = np.asarray(items)
    half = len(items) // 2
    left = subset_sums(items[None, :half])[0]
    right = target - subset_sums(items[None, half:])[0]
    i, j = np.unravel_index(abs(left[:, None] - right).argmin(), (len(left), len(right)))
    alt = (
        f"{len(left)} left sums and {len(right)} values target minus right sum on one line; "
        f"closest pair at {left[i]:.3f}."
    )
    with canvas(alt, size=(6.4, 2.4)) as (_, axes):
        axes.vlines(left, 0, 1, color=KEPT, label="left sums")
        axes.vlines(right, -1, 0, color=SERIES[1], label="target − right sums")
        axes.plot(
            [left[i], right[j]],
            [0, 0],
            "o",
            color=TARGET,
            markersize=9,
            fillstyle="none",
            label="closest pair",
        )
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set(
            xlabel="value",
            yticks=[],
            ylim=(-1.2, 1.2),
            title=f"error {abs(left[i] - right[j]):.1e}",
        )
        axes.spines["left"].set_visible(False)
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)


def single_item_or_subset(numbers: Numbers, single_errors: Numbers, subset_errors: Numbers) -> None:
    """Draw the median error of the nearest single item and of the nearest subset sum, against n.

    Both axes are logarithmic.

    Args:
        numbers: (N,) values of n.
        single_errors: (N,) median errors of the nearest item.
        subset_errors: (N,) median errors of the nearest subset sum.

    Source: lesson 03.

    >>> single_item_or_subset([4, 8], single_errors=[0.2, 0.1], subset_errors=[0.05, 0.002])
    Figure(640x360)
    """
    alt = (
        "Median error against n: the best single item improves like 1/n, the best subset sum like "
        "2 to the minus n."
    )
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        axes.loglog(
            numbers, single_errors, "o-", color=SERIES[1], label="nearest single item", base=2
        )
        axes.loglog(numbers, subset_errors, "o-", color=KEPT, label="nearest subset sum", base=2)
        axes.set(
            xlabel="random numbers available, n",
            ylabel="median error",
            xticks=numbers,
            xticklabels=numbers,
        )
        axes.set_yscale("log")
        axes.legend(loc="lower left")


def errors_by_method(numbers: Numbers, errors: Mapping[str, Numbers]) -> None:
    """Draw the median error against n, a curve per method, logarithmic.

    Args:
        numbers: (N,) values of n.
        errors: from name to (N,) median errors, up to three.

    Source: lesson 05.

    >>> errors_by_method([4, 8], {"greedy": [0.2, 0.1], "optimum": [0.05, 0.002]})
    Figure(640x340)
    """
    ends = [f"{name} reaches {values[-1]:.1e}" for name, values in errors.items()]
    alt = "Median error against n: " + ", ".join(ends) + "."
    with canvas(alt, size=(6.4, 3.4)) as (_, axes):
        for colour, (name, values) in zip((SERIES[1], KEPT, SERIES[2]), errors.items()):
            axes.semilogy(numbers, values, "o-", color=colour, label=name)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set(xlabel="number of items n", ylabel="median error")
        axes.legend()


def timings(
    measured: Mapping[str, tuple[Numbers, Numbers]], published: tuple[str, float, float]
) -> None:
    """Draw seconds per instance against n, with the growth 2^n and 2^(n/2) and a published figure.

    Args:
        measured: from name of a method to (numbers, seconds), up to six.
        published: (label, n, seconds).

    Source: lesson 05.

    >>> timings({"exhaustive": ([8, 12], [1e-5, 2e-4])}, ("published", 21, 0.195))
    Figure(640x440)
    """
    ends = ", ".join(
        f"{name} {seconds[-1]:.0e} s at n = {numbers[-1]}"
        for name, (numbers, seconds) in measured.items()
    )
    with canvas(f"Seconds per instance against n: {ends}.", size=(6.4, 4.4)) as (_, axes):
        for colour, (name, (numbers, seconds)) in zip(SERIES, measured.items()):
            axes.semilogy(numbers, seconds, "o-", color=colour, label=name)
        first = min(min(numbers) for numbers, _ in measured.values())
        last = max(max(numbers) for numbers, _ in measured.values())
        span = np.array([first, last])
        for growth, start, text in ((1.0, 3e-7, "∝ 2ⁿ"), (0.5, 1.5e-7, "∝ 2ⁿᐟ²")):
            values = start * 2.0 ** (growth * (span - span[0]))
            axes.semilogy(span, values, ":", color=PRUNED, zorder=1)
            axes.annotate(text, (span[1], values[1]), color="#777777", ha="right", va="bottom")
        axes.annotate(
            "given ε: flat in n", (span[1], 1.2e-7), color="#777777", ha="right", va="bottom"
        )
        label, n, published_seconds = published
        axes.semilogy(n, published_seconds, "*", color=TARGET, markersize=14, label=label)
        axes.set(xlabel="number of items n", ylabel="seconds per instance")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)
