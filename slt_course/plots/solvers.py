"""Drawings of subset-sum solvers."""

import numpy as np

from ..subset_sum import subset_sums
from .style import KEPT, PRUNED, SERIES, TARGET, canvas


def two_lists(items, target):
    """Meet in the middle on a line: left sums above, target minus right sums below, the closest
    pair of both marked.

    Args:
        items: (n,) numbers, n even and small. target: number.
    """
    half = len(items) // 2
    left, right = (subset_sums(np.asarray(part)[None])[0] for part in (items[:half], items[half:]))
    right = target - right
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


def errors_by_method(numbers, errors):
    """Median error against n, a curve per method, logarithmic.

    Args:
        numbers: (N,) values of n. errors: dict from name to (N,) median errors.
    """
    alt = (
        "Median error against n: "
        + ", ".join(f"{name} reaches {values[-1]:.1e}" for name, values in errors.items())
        + "."
    )
    with canvas(alt, size=(6.4, 3.4)) as (_, axes):
        for colour, (name, values) in zip((SERIES[1], KEPT, SERIES[2]), errors.items()):
            axes.semilogy(numbers, values, "o-", color=colour, label=name)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set(xlabel="number of items n", ylabel="median error")
        axes.legend()


def timings(measured, published):
    """Seconds per instance against n, a curve per method, with the growth 2^n and 2^(n/2) and a
    published figure.

    Args:
        measured: dict from name to (numbers, seconds). published: (label, n, seconds).
    """
    ends = ", ".join(
        f"{name} {values[-1]:.0e} s at n = {ns[-1]}" for name, (ns, values) in measured.items()
    )
    with canvas(f"Seconds per instance against n: {ends}.", size=(6.4, 4.4)) as (_, axes):
        for colour, (name, (ns, values)) in zip(SERIES, measured.items()):
            axes.semilogy(ns, values, "o-", color=colour, label=name)
        everything = [n for ns, _ in measured.values() for n in ns]
        span = np.array([min(everything), max(everything)])
        for growth, start, text in ((1.0, 3e-7, "∝ 2ⁿ"), (0.5, 1.5e-7, "∝ 2ⁿᐟ²")):
            values = start * 2.0 ** (growth * (span - span[0]))
            axes.semilogy(span, values, ":", color=PRUNED, zorder=1)
            axes.annotate(text, (span[1], values[1]), color="#777777", ha="right", va="bottom")
        axes.annotate(
            "given ε: flat in n", (span[1], 1.2e-7), color="#777777", ha="right", va="bottom"
        )
        label, n, seconds = published
        axes.semilogy(n, seconds, "*", color=TARGET, markersize=14, label=label)
        axes.set(xlabel="number of items n", ylabel="seconds per instance")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)
