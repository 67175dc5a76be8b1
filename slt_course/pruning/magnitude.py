"""Magnitude pruning, the oldest rule that works: remove the smallest weights.

And its control, removing random ones.
"""

import numpy as np
import torch

from .layers import mask_of, original, prunable
from .masks import NUMBERS, apply_masks, check_keep_fraction, generator


def magnitude(model, keep_fraction, scope="global", ignore=()):
    """Prune a model in place to its largest weights; weights that are pruned already stay pruned.

    Returns the model.

    Args:
        model: nn.Module with Linear or Conv layers.
        keep_fraction: share of all prunable weights to keep, in [0, 1]: exactly round(keep_fraction
            · count) of them.
        scope: "global": the largest of all layers together; "layer": the same share of every layer.
        ignore: names of layers to leave alone; they do not count.

    Raises:
        ValueError: keep_fraction outside [0, 1] or above what is still kept, unknown scope or
            layer, a layer that cannot carry a mask (see `prunable`). Nothing is changed then.

    Before `copy.deepcopy` of a pruned model that was called, see `apply_masks`.

    >>> from torch import nn
    >>> layer = nn.Linear(3, 1)
    >>> _ = layer.weight.data.copy_(torch.tensor([[0.1, -3.0, 2.0]]))
    >>> magnitude(layer, 2 / 3).weight_mask
    tensor([[0., 1., 1.]])
    """
    return keep_largest(
        model, lambda layer: original(layer).detach().abs(), keep_fraction, scope, ignore
    )


def random(model, keep_fraction, scope="global", ignore=(), seed=0):
    """Prune a model in place to random weights: the control for `magnitude`, with the same
    arguments and a seed.

    >>> from torch import nn
    >>> int(random(nn.Linear(10, 10), 0.25).weight_mask.sum())
    25
    """
    stream = generator(seed, "random pruning")

    def score(layer):
        return torch.rand(layer.weight.shape, generator=stream, **NUMBERS).to(layer.weight.device)

    return keep_largest(model, score, keep_fraction, scope, ignore)


def keep_largest(model, score, keep_fraction, scope, ignore):
    """Keep the weights of highest score(layer) >= 0, among those kept so far."""
    keep_fraction = check_keep_fraction(keep_fraction)
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
        if bool(joined.isnan().any()):
            raise ValueError(
                f"layers {group} hold NaN weights, which have no magnitude: training diverged, "
                "lower its learning rate"
            )
        kept = largest(joined, round(keep_fraction * len(joined)))
        if bool((joined[kept] < 0).any()):
            left = int((joined >= 0).sum()) / len(joined)
            raise ValueError(
                f"keep_fraction is {keep_fraction}, but only {left:.4g} is still kept: pruned "
                "weights do not return"
            )
        for name, part in zip(group, kept.split([scores[name].numel() for name in group])):
            found[name] = part.view_as(scores[name])
    return apply_masks(model, found)


def largest(values, count):
    """Mask of exactly `count` largest entries of a flat tensor; of equal ones, the first.

    Follows the values' device.
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
