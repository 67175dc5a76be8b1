"""Weights, masks and activations as images."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from .style import canvas


def receptive_fields(target_weights: ArrayLike, ticket_weights: ArrayLike, side: int = 28) -> None:
    """Draw first-layer weights of a few neurons as images: target, ticket, and their difference.

    The difference is on its own scale.

    Args:
        target_weights, ticket_weights: (neurons, side²) arrays.
        side: of the square images that the neurons see, in pixels.

    >>> receptive_fields(np.eye(4), np.eye(4) + 0.01, side=2)
    Figure(640x390)
    """
    target = np.asarray(target_weights).reshape(-1, side, side)
    found = np.asarray(ticket_weights).reshape(-1, side, side)
    alt = (
        f"Weight images of {len(target)} neurons: target and ticket look the same; their "
        f"difference is at most {abs(found - target).max():.1g}."
    )
    _draw_with_difference(target, found, "target\n(trained)", alt, size=(6.4, 3.9))


def kernels(target: ArrayLike, found: ArrayLike) -> None:
    """Draw kernels as images: of the target, of a ticket, and their difference on its own scale.

    Args:
        target, found: (kernels, height, width) arrays.

    >>> kernels(np.eye(3)[None], np.eye(3)[None] + 1e-3)
    Figure(640x360)
    """
    target, found = np.asarray(target), np.asarray(found)
    alt = (
        f"{len(target)} kernels of target and ticket look the same; they differ by at most "
        f"{abs(found - target).max():.1g}."
    )
    _draw_with_difference(target, found, "target", alt, size=(6.4, 3.6))


def _draw_with_difference(
    target: np.ndarray, found: np.ndarray, name: str, alt: str, size: tuple[float, float]
) -> None:
    """Images (count, height, width) in three rows: target, called `name`, found, found - target."""
    difference = found - target
    limit, small = abs(target).max(), abs(difference).max()
    magnified = f"difference\n× {limit / small:,.0f}" if small else "difference"
    rows = (
        (target, name, limit),
        (found, "ticket\n(random, pruned)", limit),
        (difference, magnified, small or 1),
    )
    options = {"rows": 3, "columns": len(target), "squeeze": False}
    with canvas(alt, size=size, **options) as (_, grid):
        for (images, label, scale), line in zip(rows, grid):
            line[0].set_ylabel(label, fontsize=10)
            for image, axes in zip(images, line):
                axes.imshow(image, cmap="RdBu_r", vmin=-scale, vmax=scale)
                axes.set(xticks=[], yticks=[])


def feature_maps(image: ArrayLike, target: ArrayLike, found: Mapping[str, ArrayLike]) -> None:
    """Draw an image, the target's output on it, and what networks that imitate it make of it.

    Their largest errors stand above them.

    Args:
        image: (height, width) array.
        target: (height, width) array.
        found: from label to (height, width) array.

    >>> feature_maps(np.eye(3), np.eye(3), {"ticket": np.eye(3) + 0.01})
    Figure(640x210)
    """
    image, target = np.asarray(image), np.asarray(target)
    outputs = {label: np.asarray(output) for label, output in found.items()}
    errors = {label: abs(output - target).max() for label, output in outputs.items()}
    worst = "; ".join(f"{label} is off by at most {error:.1g}" for label, error in errors.items())
    alt = f"An image, and outputs between {target.min():.2g} and {target.max():.2g}: {worst}."
    panels = {"image": image, "target": target}
    for label, output in outputs.items():
        panels[f"{label}\nmax error {errors[label]:.0e}"] = output
    limit = abs(target).max()
    with canvas(alt, columns=len(panels), size=(6.4, 2.1)) as (_, row):
        for (label, output), axes in zip(panels.items(), row):
            shown = axes.imshow(output, cmap="RdBu_r", vmin=-limit, vmax=limit)
            if output is image:
                shown.set(cmap="gray", clim=(image.min(), image.max()))
            axes.set(xticks=[], yticks=[])
            axes.set_title(label, fontsize=9)


def mask_maps(maps: Mapping[str, ArrayLike], shape: tuple[int, int] = (28, 28)) -> None:
    """Draw how many weights of each input pixel are kept, one picture per mask.

    All pictures have one scale.

    Args:
        maps: from title to a mask (units, pixels) of a first layer, bool.
        shape: height and width of the image, in pixels.

    >>> mask_maps({"all kept": np.ones((5, 16), bool)}, shape=(4, 4))
    Figure(640x290)
    """
    counts = {title: np.asarray(mask).sum(0).reshape(shape) for title, mask in maps.items()}
    top = max(count.max() for count in counts.values())
    centre = _central_quarter(shape)
    parts = [
        f"{title}: {count[centre].sum() / max(1, count.sum()):.0%} of them in the central quarter"
        for title, count in counts.items()
    ]
    alt = "Kept weights per pixel. " + "; ".join(parts) + "."
    with canvas(alt, columns=len(counts), size=(6.4, 2.9), squeeze=False) as (figure, grid):
        for (title, count), axes in zip(counts.items(), grid[0]):
            picture = axes.imshow(count, cmap="Blues", vmin=0, vmax=top)
            axes.set_title(title)
            axes.set_axis_off()
        figure.colorbar(picture, ax=list(grid[0]), label="kept weights of the pixel", shrink=0.8)


def _central_quarter(shape: tuple[int, int]) -> np.ndarray:
    """Bool array of this shape: the pixels of the middle half of rows and of columns."""
    rows, columns = np.indices(shape)
    in_rows = abs(rows - (shape[0] - 1) / 2) < shape[0] / 4
    in_columns = abs(columns - (shape[1] - 1) / 2) < shape[1] / 4
    return in_rows & in_columns
