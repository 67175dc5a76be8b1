"""Drawings of lesson 06: columns and the dual's line, repairs, gaps, exponents, branch-and-bound
nodes.
"""

import numpy as np

from .style import KEPT, PRUNED, SERIES, TARGET, canvas

STYLES = "o-", "s--", "^-.", "D:"  # curves that may coincide


def columns_plane(program, relaxation, found):
    """The columns of a program with one constraint as points (use, profit), and the line profit =
    price·use.

    Args:
        program: with m = 1. relaxation: its Relaxation. found: a Repair of it.
    """
    use, price, taken = program.A[0], relaxation.dual[0], relaxation.x > 0.5
    whole = np.ones(len(use), bool)
    whole[relaxation.fractional] = False
    alt = (
        f"{len(use)} columns in the plane of use and profit; the relaxation takes "
        f"{(taken & whole).sum()}, above a line of "
        f"slope {price:.2f}; {len(found.columns)} columns near the line are candidates, "
        f"{len(found.flipped)} are flipped."
    )
    with canvas(alt, size=(6.4, 4.2)) as (_, axes):
        for group, colour, label in (
            (taken, KEPT, "taken by the relaxation"),
            (~taken, PRUNED, "not taken"),
        ):
            axes.plot(
                use[group & whole],
                program.c[group & whole],
                "o",
                color=colour,
                markersize=5,
                label=label,
            )
        axes.plot(
            use[~whole], program.c[~whole], "*", color=TARGET, markersize=14, label="fractional"
        )
        ends = np.array([use.min(), use.max()])
        axes.plot(
            ends, price * ends, color="black", linewidth=1, label=f"profit = {price:.2f} · use"
        )
        for indices, size, style, label in (
            (found.columns, 10, ":", "small |r|"),
            (found.flipped, 14, "-", "flipped"),
        ):
            circles = axes.scatter(
                use[indices], program.c[indices], s=size**2, facecolors="none", edgecolors="black"
            )
            circles.set(linestyle=style, label=label)
        axes.set(xlabel="use of the constraint, A_j", ylabel="profit c_j")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)


def repairs(gaps):
    """Gaps of the rounded and of the repaired points against the gap of the optimum, a panel per
    model, logarithmic.

    Args:
        gaps: dict from label to (optimum, repaired, rounded), arrays of one gap per instance; NaN,
            infeasible, is left out.
    """
    shares = [
        f"{label}: {np.mean(abs(r - o) <= 1e-7):.0%} on the diagonal"
        for label, (o, r, _) in gaps.items()
    ]
    alt = (
        "Gap of the repair against the gap of the optimum. "
        + "; ".join(shares)
        + ". Roundings lie far above."
    )
    with canvas(alt, columns=len(gaps), size=(6.4, 3.6), sharex=True, sharey=True) as (_, panels):
        for axes, (label, (best, repaired, rounded)) in zip(np.atleast_1d(panels), gaps.items()):
            some = best > 1e-6
            axes.loglog(best[some], rounded[some], ".", color=PRUNED, markersize=4, label="rounded")
            axes.loglog(
                best[some],
                repaired[some],
                "o",
                color=KEPT,
                markersize=4,
                fillstyle="none",
                label="repaired",
            )
            ends = np.array([best[some].min(), best[some].max()])
            axes.plot(ends, ends, color=TARGET, linewidth=1, label="optimum")
            axes.set(title=label, xlabel="gap of the optimum")
        np.atleast_1d(panels)[0].set_ylabel("gap below the relaxation")
        np.atleast_1d(panels)[0].legend(loc="lower right", fontsize=9)


def gap_laws(gaps, predicted):
    """Gap·n/ln²n against n, a panel per model: mean, middle half and tenth-to-ninetieth
    percentiles, and a prediction.

    Args:
        gaps: dict from label to (numbers, list of arrays of gaps). predicted: dict from label to
            mean gaps.
    """
    scale = {
        label: np.asarray(numbers) / np.log(numbers) ** 2 for label, (numbers, _) in gaps.items()
    }
    means = {
        label: scale[label] * [one.mean() for one in values] for label, (_, values) in gaps.items()
    }
    ends = [
        f"{label}, {means[label][0]:.2f} at {ns[0]}, {means[label][-1]:.2f} at {ns[-1]}"
        for label, (ns, _) in gaps.items()
    ]
    options = {
        "rows": 2,
        "columns": -(-len(gaps) // 2),
        "size": (6.4, 5.4),
        "sharex": "col",
        "sharey": "col",
    }
    with canvas("Mean gap·n/ln²n: " + "; ".join(ends) + ".", **options, squeeze=False) as (
        figure,
        grid,
    ):
        for axes, (label, (numbers, values)) in zip(grid.flat, gaps.items()):
            for low, high, alpha in ((0.1, 0.9, 0.15), (0.25, 0.75, 0.3)):
                band = [scale[label] * [np.quantile(one, q) for one in values] for q in (low, high)]
                axes.fill_between(numbers, *band, color=KEPT, alpha=alpha, linewidth=0)
            axes.plot(
                numbers,
                means[label],
                "o-",
                color=KEPT,
                label="mean, with 50 % and 80 % of the programs",
            )
            axes.plot(
                numbers,
                scale[label] * predicted[label],
                "--",
                color=TARGET,
                label="mean predicted by counting",
            )
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


def exponents(fits, confidence):
    """Fitted exponents with their intervals, a row per model, beside the exponents of the laws on
    the same n.

    Args:
        fits: dict from label to Exponent. confidence: of the intervals.
    """
    rows = [
        f"{label} {fit.value:.2f} in [{fit.interval[0]:.2f}, {fit.interval[1]:.2f}]"
        for label, fit in fits.items()
    ]
    with canvas(
        "Fitted exponents: " + "; ".join(rows) + ".", size=(6.4, 1.4 + 0.45 * len(fits))
    ) as (_, axes):
        for row, fit in enumerate(fits.values()):
            known = {"label": f"fitted, {confidence:.0%} interval"} if row == 0 else {}
            radii = np.abs(np.subtract(fit.interval, fit.value))[:, None]
            axes.errorbar(fit.value, row, xerr=radii, fmt="o", color=KEPT, capsize=4, **known)
            for colour, marker, (name, slope) in zip(
                (TARGET, *SERIES[1:]), "|xPd", fit.decays.items()
            ):
                style = {
                    "marker": marker,
                    "linestyle": "none",
                    "markersize": 17 if marker == "|" else 7,
                    "markeredgewidth": 2,
                }
                named = {"label": name} if row == 0 else {}
                axes.plot(
                    slope,
                    row + 0.28,
                    color=colour,
                    zorder=4 if marker == "|" else 3,
                    **style,
                    **named,
                )
        axes.set_yticks(range(len(fits)), fits)
        axes.set(xlabel="exponent of n", ylim=(len(fits) - 0.4, -0.5))
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)


def tree_nodes(numbers, nodes):
    """Branch-and-bound nodes against n, a curve per model: medians with the middle half, both axes
    logarithmic.

    Args:
        numbers: (N,) values of n. nodes: dict from label to a list of N arrays.
    """
    ends = [f"{label} {np.median(values[-1]):.0f}" for label, values in nodes.items()]
    with canvas(
        f"Median nodes at n = {numbers[-1]}: " + ", ".join(ends) + ".", size=(6.4, 3.6)
    ) as (_, axes):
        for place, (label, values) in enumerate(nodes.items()):
            colour, style = SERIES[place], STYLES[place]
            low, middle, high = (
                np.array([max(1, np.quantile(one, q)) for one in values]) for q in (0.25, 0.5, 0.75)
            )
            axes.fill_between(numbers, low, high, color=colour, alpha=0.2, linewidth=0)
            axes.loglog(
                numbers, middle, style, color=colour, markersize=9 - 1.5 * place, label=label
            )
        axes.set_xticks(numbers, [str(n) for n in numbers], minor=False)
        axes.set_xticks([], minor=True)
        axes.set(xlabel="columns n", ylabel="nodes (1: the root was enough)")
        axes.legend(fontsize=9)
