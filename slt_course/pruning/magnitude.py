"""Magnitude pruning, the oldest rule that works, and its control, the removal of random weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import torch

from .largest import keep_largest
from .layer_state import Layer, Model, original
from .randomness import generator, uniform


def magnitude(
    model: Model,
    keep_fraction: float | np.floating,
    scope: Literal["global", "layer"] = "global",
    ignore: str | Iterable[str] | None = (),
) -> Model:
    """Prune a model in place to its largest weights, and return it.

    Weights that are pruned already stay pruned.

    Args:
        model: nn.Module with Linear or Conv layers.
        keep_fraction: share of all prunable weights to keep, in [0, 1]: exactly round(keep_fraction
            · count) of them.
        scope: "global": the largest of all layers together; "layer": the same share of every layer.
        ignore: names of layers to leave alone, or one name; they do not count.

    Returns:
        The model.

    Raises:
        ValueError: keep_fraction outside [0, 1] or above what is still kept, unknown scope or
            layer, a layer that cannot carry a mask (see `prunable`), weights that are NaN. Nothing
            is changed then.

    Before `copy.deepcopy` of a pruned model that was called, see `apply_masks`.

    >>> from torch import nn
    >>> layer = nn.Linear(3, 1)
    >>> _ = layer.weight.data.copy_(torch.tensor([[0.1, -3.0, 2.0]]))
    >>> magnitude(layer, 2 / 3).weight_mask
    tensor([[0., 1., 1.]])
    """

    def size(layer: Layer) -> torch.Tensor:
        return original(layer).detach().abs()

    return keep_largest(model, size, keep_fraction, scope, ignore)


def random(
    model: Model,
    keep_fraction: float | np.floating,
    scope: Literal["global", "layer"] = "global",
    ignore: str | Iterable[str] | None = (),
    seed: int = 0,
) -> Model:
    """Prune a model in place to random weights, the control for `magnitude`, and return it.

    Weights that are pruned already stay pruned.

    Args:
        model: nn.Module with Linear or Conv layers.
        keep_fraction: share of all prunable weights to keep, in [0, 1]: exactly round(keep_fraction
            · count) of them.
        scope: "global": any of all layers together; "layer": the same share of every layer.
        ignore: names of layers to leave alone, or one name; they do not count.
        seed: of the choice. The global generator is left as it was.

    Returns:
        The model.

    Raises:
        ValueError: keep_fraction outside [0, 1] or above what is still kept, unknown scope or
            layer, a layer that cannot carry a mask (see `prunable`). Nothing is changed then.

    >>> from torch import nn
    >>> int(random(nn.Linear(10, 10), 0.25).weight_mask.sum())
    25
    """
    stream = generator(seed, "random pruning")

    def draw(layer: Layer) -> torch.Tensor:
        return uniform(layer.weight.shape, stream).to(layer.weight.device)

    return keep_largest(model, draw, keep_fraction, scope, ignore)
