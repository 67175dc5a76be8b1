"""What one asks of a pruned model: the share that is kept, and whether the weights have changed."""

from __future__ import annotations

import hashlib
import numbers

import numpy as np
import torch
from torch import nn

from .layer_state import original
from .layers import weighted
from .masks import masks


def keep_fraction(model: nn.Module | dict[str, torch.Tensor]) -> float:
    """Count the kept share of the prunable weights: a float in [0, 1].

    Biases and norms do not count.

    Args:
        model: nn.Module, or a dict of masks. Of a model with scores, its present mask counts.

    Raises:
        ValueError: a model without weights to prune, or whose weights have no numbers yet; no mask.

    >>> keep_fraction(nn.Linear(3, 3)), keep_fraction({"a": torch.tensor([True, False])})
    (1.0, 0.5)
    """
    found = model if isinstance(model, dict) else masks(model)
    total = sum(mask.numel() for mask in found.values())
    if not total:
        raise ValueError("there is no mask, or all are empty: give those of a pruned model")
    return sum(int(mask.sum()) for mask in found.values()) / total


def fingerprint(model: nn.Module) -> str:
    """Compute the SHA-256 of all prunable weights under the masks.

    It is equal before and after work that may only change masks.

    Args:
        model: nn.Module, pruned or not, with scores or not.

    Returns:
        64 hexadecimal digits.

    Raises:
        ValueError: a model without weights to prune, or whose weights have no numbers yet.

    >>> from slt_course.pruning import apply_masks
    >>> layer = nn.Linear(2, 2)
    >>> fingerprint(layer) == fingerprint(apply_masks(layer, {"": torch.eye(2)}))
    True
    """
    digest = hashlib.sha256()
    for name, layer in weighted(model).items():
        weight = original(layer).detach().cpu().contiguous()
        digest.update(f"{name} {weight.dtype} {tuple(weight.shape)}".encode())
        digest.update(weight.view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def check_keep_fraction(value: float | np.floating, name: str = "keep_fraction") -> float:
    """Refuse what is no number in [0, 1]; return it as a float."""
    if (
        isinstance(value, bool | np.bool_)
        or not isinstance(value, numbers.Real)
        or not 0 <= value <= 1
    ):
        raise ValueError(
            f"{name} is {value!r}: it must be a number between 0 and 1, the share of "
            "weights to KEEP"
        )
    return float(value)
