"""Reading a target network: which layers it has, what they need from their random pair, and what is
refused.
"""

import itertools
import numbers
from dataclasses import dataclass, replace

import torch
from torch import nn
from torch.nn.modules import module as shared
from torch.nn.modules.batchnorm import _BatchNorm

from .derived import recomputes
from .layers import TargetLayer, read_layer
from .residual import Branches, Residual, leaves, replace_leaves

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
# what a call runs
METHODS = ("forward", "_conv_forward", "__call__", "_wrapped_call_impl", "_call_impl", "__iter__")
SUPPORTED = ", ".join(
    kind.__name__ for kind in (nn.Linear, nn.Conv2d, *PASSED_THROUGH, *DROPPED, Residual)
)


@dataclass(frozen=True)
class Flow:
    """What is known of the activations between two layers of the target."""

    signed: bool  # whether they can be negative
    outer_scale: float = 1.0  # what they are divided by in the random network
    # True after a convolution or pooling, False after a Linear layer or Flatten, None before
    images: bool | None = None

    def after(self, position, module):
        """The activations after a layer without weights, or a refusal of layers that do not fit
        together.
        """
        if isinstance(module, nn.ReLU):
            return replace(self, signed=False)
        if isinstance(module, FOR_IMAGES):
            return replace(self, images=self.need_images(position, module))
        if isinstance(module, nn.Flatten):
            if self.images and (module.start_dim, module.end_dim) != (1, -1):
                raise TypeError(
                    f"layer {position} is {module}: after a convolution use "
                    "nn.Flatten(), which keeps the batch"
                )
            return replace(self, images=False)
        return self

    def after_weights(self, layer):
        """The activations after a TargetLayer."""
        if layer.convolution is not None:
            self.need_images(layer.position, layer)
        elif self.images:
            raise TypeError(
                f"layer {layer.position} is a Linear layer on images: put nn.Flatten() before it"
            )
        return Flow(True, layer.outer_scale, layer.convolution is not None)

    def need_images(self, position, module):
        name = "Conv2d" if isinstance(module, TargetLayer) else type(module).__name__
        if self.images is False:
            raise TypeError(
                f"layer {position} is {name}, which needs images, but it follows a "
                "Linear layer or Flatten"
            )
        return True


def read_target(target, signed_input):
    """Modules of the target in order, with a TargetLayer in place of every Linear and Conv2d,
    Branches for a Residual.

    Returns:
        List of (position, TargetLayer | nn.Module | Branches).

    Raises:
        TypeError: the target is not an nn.Sequential, or holds a layer that a ticket cannot
            represent.
        ValueError: the target is in training mode, has no layer with weights, or weights that are
            NaN or infinite.
    """
    refuse_other_targets(target)
    steps, _ = read_sequential(target, "", Flow(signed_input))
    if not target_layers(steps):
        raise ValueError(
            "the target has no Linear or Conv2d layer, so there is nothing to "
            "represent: give at least one"
        )
    if any(module.training for module in target.modules()):
        raise ValueError(
            "the target is in training mode, where layers such as Dropout are "
            "random: call target.eval()"
        )
    return steps


def read_sequential(sequential, prefix, flow):
    """The steps of a Sequential whose input is `flow`, nested ones unfolded, and the flow after
    them.
    """
    refuse_custom_behaviour(prefix.rstrip(".") or "the target itself", sequential, nn.Sequential)
    steps = []
    # not named_children, which leaves out layers used twice
    for name, module in sequential._modules.items():
        position = prefix + name
        if isinstance(module, nn.Sequential):
            inside, flow = read_sequential(module, f"{position}.", flow)
            steps += inside
        elif isinstance(module, Residual):
            branches, flow = read_residual(position, module, flow)
            steps.append((position, branches))
        elif isinstance(module, (nn.Linear, nn.Conv2d)):
            layer = read_layer(position, module, flow.signed, flow.outer_scale)
            refuse_custom_behaviour(
                position, module, nn.Linear if isinstance(module, nn.Linear) else nn.Conv2d
            )
            flow = flow.after_weights(layer)
            steps.append((position, layer))
        else:
            refuse_unknown(position, module)
            flow = flow.after(position, module)
            steps.append((position, module))
    return steps, flow


def read_residual(position, module, flow):
    """The Branches of a Residual and the flow after them."""
    refuse_custom_behaviour(position, module, Residual)
    body, after_body = read_sequential(module.body, f"{position}.body.", flow)
    shortcut, after_shortcut = read_sequential(module.shortcut, f"{position}.shortcut.", flow)
    if {after_body.images, after_shortcut.images} == {True, False}:
        raise TypeError(
            f"layer {position} is a Residual that adds images and vectors: its "
            "branches must have one shape"
        )
    scales = after_body.outer_scale, after_shortcut.outer_scale
    images = after_shortcut.images if after_body.images is None else after_body.images
    after = Flow(after_body.signed or after_shortcut.signed, max(scales), images)
    return Branches(body, shortcut, tuple(scale / max(scales) for scale in scales)), after


def refuse_custom_behaviour(position, module, kind):
    """Refuse a layer that computes something else than its class: other methods, or hooks but those
    that set its weight.
    """
    if shared._global_forward_hooks or shared._global_forward_pre_hooks:
        raise TypeError(
            "a global forward hook of torch.nn.modules.module is set, which may "
            "change every layer: remove it"
        )
    own = [
        name
        for name in METHODS
        if name in vars(module) or getattr(type(module), name, 0) is not getattr(kind, name, 0)
    ]
    if own or module._forward_hooks or not all(map(recomputes, module._forward_pre_hooks.values())):
        raise TypeError(
            f"layer {position} is a {kind.__name__} with its own forward method or hooks, which a "
            "ticket cannot represent: "
            f"use a plain nn.{kind.__name__}"
        )


def refuse_unknown(position, module):
    """Refuse a layer that a ticket cannot represent, with what to do about it."""
    kind = type(module)
    if kind not in PASSED_THROUGH and kind not in DROPPED:
        advice = f"a target is an nn.Sequential of {SUPPORTED}"
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
    refuse_custom_behaviour(position, module, kind)
    refuse_empty_windows(position, module)
    for name, needed in {"return_indices": False, "divisor_override": None}.items():
        if getattr(module, name, needed) != needed:
            given = f"layer {position} is {kind.__name__} with {name}={getattr(module, name)!r}"
            raise TypeError(f"{given}: a ticket represents {name}={needed!r} only")


def refuse_empty_windows(position, module):
    """Refuse pools whose outputs can be no number: a maximum over padding alone is -inf, an output
    size may make no sense.

    A window is at least twice as wide as the padding, so that it always meets the image, unless
    dilation spreads it over an image that is smaller than the gaps.
    """
    if isinstance(module, nn.MaxPool2d) and any(
        p and d > 1 for p, d in zip(two(module.padding), two(module.dilation))
    ):
        raise TypeError(
            f"layer {position} is {module}: with padding and dilation a window can lie in padding "
            "alone, and its maximum is "
            "-inf. Take padding=0"
        )
    if isinstance(module, nn.AdaptiveAvgPool2d):
        sizes = two(module.output_size)
        if (
            len(sizes) != 2
            or module.output_size is None
            or not all(size is None or positive(size) for size in sizes)
        ):
            raise TypeError(
                f"layer {position} is {module}: give a positive output size, (height, width), "
                "None for that of the input"
            )


def two(value):
    """What a layer for images does along both axes, if it was given once."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def positive(value):
    return isinstance(value, numbers.Integral) and value > 0


def refuse_other_targets(target):
    """Refuse what is no nn.Sequential with numbers in it, with the way to one."""
    if not isinstance(target, nn.Sequential):
        raise TypeError(f"the target is a {type(target).__name__}: {advice_for(target, 'target')}")
    for name, module in target.named_modules():
        if isinstance(module, nn.modules.lazy.LazyModuleMixin):
            advice = "run one batch through the target first, as in target(x)"
            raise TypeError(
                f"layer {name} is {type(module).__name__}, which needs initialised "
                f"weights: {advice}"
            )
    for name, tensor in itertools.chain(target.named_parameters(), target.named_buffers()):
        if tensor.is_meta:
            advice = "target.to_empty(device='cpu') and then target.load_state_dict(…)"
            raise TypeError(
                f"{name} is on the meta device and has no numbers, it needs "
                f"initialised weights: {advice}"
            )


def advice_for(module, name="the layer"):
    """How to come from a module that is no layer of a target, or a target that is no nn.Sequential,
    to one.
    """
    if isinstance(module, torch.jit.ScriptModule):
        return "it is compiled and its layers cannot be read. Give the nn.Module that was scripted or traced"
    if wrapped(module):
        return f"give what it wraps, {name}.{wrapped(module)}"
    if isinstance(module, (list, tuple)):
        return "wrap its layers in an nn.Sequential, as in nn.Sequential(*layers)"
    if isinstance(module, nn.Module) and not list(module.children()):
        return f"wrap its layers in an nn.Sequential, as in nn.Sequential({name})"
    skip = "the forward of its class is not known. Skip connections become tickets.Residual"
    return f"wrap its layers in an nn.Sequential, in the order of its forward{f'; {skip}' if name != 'target' else ''}"


def wrapped(module):
    """The attribute in which torch.compile, DataParallel and their kin keep the module that they
    wrap.
    """
    return next(
        (
            own
            for own in ("_orig_mod", "module")
            if isinstance(getattr(module, own, None), nn.Module)
        ),
        None,
    )


def target_layers(steps):
    """The TargetLayers of what `read_target` returned, in order."""
    return [step for _, step in leaves(steps) if isinstance(step, TargetLayer)]


def plain_modules(steps):
    """The target's layers without weights, as fresh copies: (position, nn.Module | Branches), None
    for a TargetLayer.
    """
    return replace_leaves(
        steps, lambda _, step: None if isinstance(step, TargetLayer) else plain(step)
    )


def plain(module):
    """A fresh copy of a layer without weights; Dropout in evaluation mode is the identity."""
    if type(module) in DROPPED:
        return nn.Identity()
    return type(module)(
        **{name: whole(getattr(module, name)) for name in PASSED_THROUGH[type(module)]}
    )


def whole(value):
    """An argument of a layer with Python's own numbers, which files can hold."""
    if isinstance(value, (tuple, list)):
        return tuple(whole(one) for one in value)
    return value if value is None or isinstance(value, bool) else int(value)
