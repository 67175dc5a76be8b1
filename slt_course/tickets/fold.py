"""Folding BatchNorm into the layer before it, so that a target has only layers that a ticket can represent."""

import copy

from torch import nn
from torch.nn.utils import prune
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

from .residual import Residual
from .targets import refuse_custom_behaviour

FOLDS = {(nn.Conv2d, nn.BatchNorm2d): fuse_conv_bn_eval, (nn.Linear, nn.BatchNorm1d): fuse_linear_bn_eval}


def fold_batchnorm(target):
    """A copy of a target in which every BatchNorm is part of the Linear or Conv2d layer directly before it.

    In evaluation mode BatchNorm is an affine map with fixed numbers, and an affine map after a linear one is a linear one
    with a bias. The copy computes the same function up to rounding; PyTorch's own functions fold.

    Args:
        target: nn.Sequential, in evaluation mode, with nested nn.Sequential and `Residual`. It is not modified.

    Raises:
        TypeError: a BatchNorm that does not follow a Conv2d (BatchNorm2d) or Linear layer (BatchNorm1d) in its Sequential.
        ValueError: the target is in training mode, or a BatchNorm has no running statistics.

    >>> target = nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU()).eval()
    >>> fold_batchnorm(target)
    Sequential(
      (0): Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))
      (1): ReLU()
    )
    """
    if not isinstance(target, nn.Sequential):
        raise TypeError(f"the target is a {type(target).__name__}: wrap its layers in an nn.Sequential")
    if any(module.training for module in target.modules()):
        raise ValueError("the target is in training mode, where BatchNorm depends on the batch: call target.eval()")
    return folded(target, "").eval()


def folded(sequential, prefix):
    """The layers of a Sequential, those with weights as copies, with every BatchNorm folded into the one before it."""
    refuse_custom_behaviour(prefix.rstrip(".") or "the target itself", sequential, nn.Sequential)
    layers = []
    for name, module in sequential._modules.items():
        position = prefix + name
        if isinstance(module, nn.Sequential):
            layers.append(folded(module, f"{position}."))
            continue
        refuse_custom_behaviour(position, module, Residual if isinstance(module, Residual) else type(module))
        if prune.is_pruned(module) and not list(module.children()):
            raise ValueError(f"layer {position} is pruned: make that permanent first, with torch.nn.utils.prune.remove")
        if "BatchNorm" in type(module).__name__:
            previous = layers.pop() if layers else None
            fold = FOLDS.get((type(previous), type(module)))
            if fold is None:
                before = "nothing" if previous is None else type(previous).__name__
                needed = "BatchNorm2d goes with a Conv2d, BatchNorm1d with a Linear layer, directly before it"
                raise TypeError(f"layer {position} is {type(module).__name__} after {before} and cannot be folded: {needed}")
            if module.running_mean is None:
                raise ValueError(
                    f"layer {position} has no running statistics, so it depends on the batch: it cannot be folded"
                )
            layers.append(fold(previous, with_affine_part(module)))
        elif isinstance(module, Residual):
            branches = (folded(getattr(module, name), f"{position}.{name}.") for name in ("body", "shortcut"))
            layers.append(Residual(*branches))
        else:
            layers.append(copy.deepcopy(module))
    return nn.Sequential(*layers)


def with_affine_part(norm):
    """The same BatchNorm with weight 1 and bias 0 if it has neither, which PyTorch's folding into a Linear needs."""
    if norm.affine:
        return norm
    whole = type(norm)(norm.num_features, norm.eps).to(norm.running_mean)
    whole.load_state_dict(norm.state_dict(), strict=False)
    return whole.eval()
