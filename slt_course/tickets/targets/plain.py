"""Layers without weights: which ones a ticket copies into its network, which it refuses."""

import numbers

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from .refusals import advice_for, check_behaviour, wrapped
from .residual import Residual

# layers without weights, copied into the random network as they are, and their arguments
PASSED_THROUGH = {
    nn.ReLU: (),
    nn.Identity: (),
    nn.Flatten: ("start_dim", "end_dim"),
    nn.MaxPool2d: ("kernel_size", "stride", "padding", "dilation", "ceil_mode"),
    nn.AvgPool2d: ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"),
    nn.AdaptiveAvgPool2d: ("output_size",),
    nn.ZeroPad2d: ("padding",),
}
DROPPED = (  # the identity in evaluation mode
    nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout,
)  # fmt: skip
FOR_IMAGES = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.ZeroPad2d)
_SUPPORTED = ", ".join(
    kind.__name__ for kind in (nn.Linear, nn.Conv2d, *PASSED_THROUGH, *DROPPED, Residual)
)


def check_supported(position, module):
    """Refuse a layer that a ticket cannot represent, with what to do about it."""
    kind = type(module)
    if kind not in PASSED_THROUGH and kind not in DROPPED:
        advice = f"a target is an nn.Sequential of {_SUPPORTED}"
        if isinstance(module, _BatchNorm) or "BatchNorm" in kind.__name__:
            advice = "fold it into the layers beside it with tickets.fold_batchnorm(target)"
        elif (
            wrapped(module) or isinstance(module, torch.jit.ScriptModule) or list(module.children())
        ):
            advice = advice_for(module)
        raise TypeError(
            f"layer {position} of the target is {kind.__name__}, which a ticket "
            f"cannot represent: {advice}"
        )
    check_behaviour(position, module, kind)
    check_windows(position, module)
    for name, needed in {"return_indices": False, "divisor_override": None}.items():
        if getattr(module, name, needed) != needed:
            given = f"layer {position} is {kind.__name__} with {name}={getattr(module, name)!r}"
            raise TypeError(f"{given}: a ticket represents {name}={needed!r} only")


def check_windows(position, module):
    """Refuse pools whose outputs can be no numbers.

    A maximum over padding alone is -inf, and an output size may make no sense. A window is at least
    twice as wide as the padding, so that it always meets the image, unless dilation spreads it over
    an image that is smaller than the gaps.
    """
    if isinstance(module, nn.MaxPool2d) and any(
        p and d > 1 for p, d in zip(per_axis(module.padding), per_axis(module.dilation))
    ):
        raise TypeError(
            f"layer {position} is {module}: with padding and dilation a window can lie in padding "
            "alone, and its maximum is -inf. Take padding=0"
        )
    if isinstance(module, nn.AdaptiveAvgPool2d):
        sizes = per_axis(module.output_size)
        if (
            len(sizes) != 2
            or module.output_size is None
            or not all(size is None or positive(size) for size in sizes)
        ):
            raise TypeError(
                f"layer {position} is {module}: give a positive output size, (height, width), "
                "None for that of the input"
            )


def per_axis(value):
    """An argument of a layer for images, given once or per axis: one for each of the two axes."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def positive(value) -> bool:
    return isinstance(value, numbers.Integral) and int(value) > 0


def copy_plain(module):
    """A fresh copy of a layer without weights; Dropout in evaluation mode is the identity."""
    if type(module) in DROPPED:
        return nn.Identity()
    return type(module)(
        **{name: _to_python(getattr(module, name)) for name in PASSED_THROUGH[type(module)]}
    )


def _to_python(value):
    """An argument of a layer with Python's own numbers, which files can hold."""
    if isinstance(value, (tuple, list)):
        return tuple(_to_python(one) for one in value)
    return value if value is None or isinstance(value, bool) else int(value)
