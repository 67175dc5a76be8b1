"""Drawings of tickets."""

import numpy as np

from .style import KEPT, PRUNED, TARGET, canvas


def receptive_fields(target_weights, ticket_weights, side=28):
    """First-layer weights of a few neurons as images: target, ticket, and their difference on its
    own scale.

    Args:
        target_weights, ticket_weights: (neurons, side²) arrays.
    """
    rows = np.asarray(target_weights), np.asarray(ticket_weights)
    rows = (*rows, rows[1] - rows[0])
    limit, small = abs(rows[0]).max(), abs(rows[2]).max()
    names = "target\n(trained)", "ticket\n(random, pruned)", f"difference\n× {limit / small:,.0f}"
    alt = (
        f"Weight images of {len(rows[0])} neurons: target and ticket look the same; their "
        f"difference is at most {small:.1g}."
    )
    with canvas(alt, rows=3, columns=len(rows[0]), size=(6.4, 3.9)) as (_, axes):
        for images, line, name, scale in zip(rows, axes, names, (limit, limit, small)):
            line[0].set_ylabel(name, fontsize=10)
            for image, one in zip(images, line):
                one.imshow(image.reshape(side, side), cmap="RdBu_r", vmin=-scale, vmax=scale)
                one.set(xticks=[], yticks=[])


def paths_of_a_weight(products, mask, weight):
    """All usable products A·B of one weight as dots, kept ones in colour, and the weight they add
    up to.

    Args:
        products: (n,) numbers. mask: (n,) bool. weight: number.
    """
    products, mask = np.asarray(products), np.asarray(mask)
    total = products[mask].sum()
    alt = (
        f"{len(products)} random products, {mask.sum()} of them kept: they sum to {total:.5f}, the "
        f"weight is {weight:.5f}."
    )
    with canvas(alt, size=(6.4, 2.2)) as (_, axes):
        axes.axhline(0, color="black", linewidth=0.8)
        for chosen, colour, label in ((~mask, PRUNED, "pruned"), (mask, KEPT, "kept")):
            axes.vlines(
                products[chosen], 0, 1, color=colour, label=f"{label} paths ({chosen.sum()})"
            )
        axes.vlines(weight, 0, 1.5, color=TARGET, linestyle="--", label=f"weight {weight:.5f}")
        axes.set(
            xlabel="product a·b of a path",
            yticks=[],
            ylim=(0, 1.6),
            title=f"the kept products sum to {total:.5f}",
        )
        axes.spines["left"].set_visible(False)
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)


def proved_predictions(tolerances, proved, same):
    """Share of test images whose prediction is unchanged, measured and proved, against the
    tolerance.

    Args:
        tolerances: (T,) falling tolerances. proved, same: (T,) shares in [0, 1].
    """
    tolerances, proved, same = map(np.asarray, (tolerances, proved, same))
    alt = (
        "Share of test images with the same prediction, against tolerance: measured always near "
        "100 %, proved rising from "
        + (f"{proved[0]:.1%} at {tolerances[0]:g} to {proved[-1]:.2%} at {tolerances[-1]:g}.")
    )
    with canvas(alt, size=(6.4, 3.6)) as (_, axes):
        axes.semilogx(
            tolerances, 100 * same, "s--", color=PRUNED, label="same prediction, measured"
        )
        axes.semilogx(
            tolerances, 100 * proved, "o-", color=KEPT, label="same prediction, proved", zorder=3
        )
        for tolerance, share in zip(tolerances, proved):
            axes.annotate(
                f"{100 * share:.2f} %",
                (tolerance, 100 * share),
                textcoords="offset points",
                xytext=(0, -16),
                ha="center",
                fontsize=9,
            )
        axes.invert_xaxis()
        axes.set(
            xlabel="tolerance asked of every weight",
            ylabel="share of test images, %",
            ylim=(-14, 108),
        )
        axes.legend(loc="center right")
