"""Drawings of tickets: the paths of one weight, and predictions proved to be unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from .style import KEPT, PRUNED, TARGET, canvas

if TYPE_CHECKING:
    import torch


def paths_of_a_weight(products: ArrayLike, mask: ArrayLike, weight: float | torch.Tensor) -> None:
    """Draw all usable products A·B of one weight, kept ones in colour, and what they add up to.

    Args:
        products: (n,) numbers.
        mask: (n,) bool.
        weight: number, or a tensor of one.

    >>> paths_of_a_weight([0.5, -0.3, 0.8], [True, True, False], weight=0.21)
    Figure(640x220)
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


def proved_predictions(tolerances: ArrayLike, proved: ArrayLike, same: ArrayLike) -> None:
    """Draw the share of test images whose prediction is unchanged, measured and proved.

    Args:
        tolerances: (T,) falling tolerances.
        proved: (T,) shares in [0, 1] of the images, by a certificate.
        same: (T,) shares in [0, 1], measured.

    >>> proved_predictions([0.1, 0.01], proved=[0.2, 0.97], same=[0.99, 1.0])
    Figure(640x360)
    """
    tolerances, proved, same = np.asarray(tolerances), np.asarray(proved), np.asarray(same)
    alt = (
        "Share of test images with the same prediction, against tolerance: measured always near "
        "100 %, proved rising from "
        f"{proved[0]:.1%} at {tolerances[0]:g} to {proved[-1]:.2%} at {tolerances[-1]:g}."
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
