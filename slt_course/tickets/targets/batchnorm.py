"""BatchNorm in evaluation mode as what it then is: one factor and one summand per channel."""

import copy

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from .refusals import check_behaviour

# the buffers of torchvision's FrozenBatchNorm2d and its kin
_FROZEN = {"weight", "bias", "running_mean", "running_var"}
# standard deviations from the mean
_PROBES = torch.tensor([-2.0, -1.0, 0.0, 1.0], dtype=torch.float64)


def is_batchnorm(module):
    """Whether a module is PyTorch's BatchNorm, a subclass, or a frozen one as in detection."""
    buffers = {name for name, _ in module.named_buffers(recurse=False)}
    return isinstance(module, _BatchNorm) or buffers >= _FROZEN


def on_images(module):
    """True if a BatchNorm needs images (N, C, H, W), False if vectors (N, C), None if either."""
    if isinstance(module, nn.BatchNorm1d):
        return False
    return None if isinstance(module, nn.SyncBatchNorm) else True


def factor_and_summand(position, module):
    """(C,) float64 each: the module maps x to factor·x + summand in every channel.

    A subclass may compute something else, an activation behind the norm for example, so the module
    is run and compared.
    """
    check_behaviour(position, module, type(module))
    if module.running_mean is None:
        raise ValueError(
            f"layer {position} has no running statistics, so it depends on the "
            "batch: it cannot be folded"
        )
    mean, spread = (
        module.running_mean.double(),
        (module.running_var.double() + getattr(module, "eps", 0.0)).sqrt(),
    )
    factor = (1.0 if module.weight is None else module.weight.detach().double()) / spread
    summand = (0.0 if module.bias is None else module.bias.detach().double()) - mean * factor
    if not bool((factor.isfinite() & summand.isfinite()).all()):
        raise ValueError(
            f"layer {position} has running statistics with which its outputs are not "
            "finite: mend them"
        )
    x = mean + spread * _PROBES.to(mean.device)[:, None]
    shape = (len(_PROBES), -1) if on_images(module) is False else (len(_PROBES), -1, 1, 1)
    try:
        found = copy.deepcopy(module).double()(x.view(shape)).view_as(x)
    except Exception as error:  # whatever the code of a subclass raises
        raise TypeError(
            f"layer {position} is {type(module).__name__}, which does not run: {error}"
        ) from None
    if not torch.allclose(
        found, factor * x + summand, rtol=1e-6, atol=1e-6 * float((factor * spread).abs().max())
    ):
        name = type(module).__name__
        raise TypeError(
            f"layer {position} is {name}, which computes more than a BatchNorm: "
            "replace it by nn.BatchNorm2d"
        )
    return factor, summand
