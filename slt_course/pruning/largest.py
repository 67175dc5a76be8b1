"""Keep the weights of largest score: exactly as many as asked for, ties or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import torch

from .layer_state import Layer, Model, mask_of
from .layers import prunable
from .masks import apply_masks
from .measures import check_keep_fraction


def keep_largest(
    model: Model,
    score: Callable[[Layer], torch.Tensor],
    keep_fraction: float | np.floating,
    scope: str,
    ignore: str | Iterable[str] | None,
) -> Model:
    """Keep the weights of highest score(layer) >= 0, among those kept so far."""
    share = check_keep_fraction(keep_fraction)
    if scope not in ("global", "layer"):
        raise ValueError(f'scope is {scope!r}: choose "global" or "layer"')
    layers = prunable(model, ignore)
    scores = {
        name: torch.where(mask_of(layer), score(layer), -1.0) for name, layer in layers.items()
    }
    groups = [list(layers)] if scope == "global" else [[name] for name in layers]
    found = {}
    for group in groups:
        joined = torch.cat([scores[name].flatten() for name in group])
        check_numbers(joined, group)
        kept = largest(joined, round(share * len(joined)))
        _check_still_kept(joined, kept, share)
        sizes = [scores[name].numel() for name in group]
        for name, mask in zip(group, kept.split(sizes)):
            found[name] = mask.view_as(scores[name])
    return apply_masks(model, found)


def check_numbers(scores: torch.Tensor, group: list[str]) -> None:
    """Refuse scores that are NaN; `group` are the layers they belong to."""
    if bool(scores.isnan().any()):
        raise ValueError(
            f"layers {group} hold NaN weights, which have no magnitude: training diverged, "
            "lower its learning rate"
        )


def _check_still_kept(scores: torch.Tensor, kept: torch.Tensor, share: float) -> None:
    """Refuse to keep what is pruned already: its score is negative."""
    if bool((scores[kept] < 0).any()):
        left = int((scores >= 0).sum()) / len(scores)
        raise ValueError(
            f"keep_fraction is {share}, but only {left:.4g} is still kept: pruned "
            "weights do not return"
        )


def largest(values: torch.Tensor, count: int) -> torch.Tensor:
    """Mask of exactly `count` largest entries of a flat tensor; of equal ones, the first.

    It is on the values' device.
    """
    if not 0 < count < len(values):
        return torch.full_like(values, count > 0, dtype=torch.bool)
    # numpy has no bfloat16
    values = values.detach().float() if values.dtype == torch.bfloat16 else values.detach()
    if values.is_cuda:
        threshold = values.kthvalue(len(values) - count + 1).values
    else:  # numpy's partition is many times faster than torch's selection on a CPU
        threshold = np.partition(values.numpy(), len(values) - count)[len(values) - count].item()
    mask = values >= threshold
    surplus = int(torch.count_nonzero(mask)) - count
    if surplus:
        mask[(values == threshold).nonzero().flatten()[-surplus:]] = False
    return mask
