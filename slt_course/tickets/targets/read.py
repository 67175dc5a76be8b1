"""Reading a target network: its layers, and what each needs from its random pair."""

from dataclasses import dataclass, replace

from torch import nn

from ..steps import Branches, Steps
from .layer import TargetLayer, read_layer
from .plain import FOR_IMAGES, check_supported
from .refusals import check_behaviour, check_target
from .residual import Residual


@dataclass(frozen=True)
class _Flow:
    """What is known of the activations between two layers of the target."""

    signed: bool  # whether they can be negative
    outer_scale: float = 1.0  # what they are divided by in the random network
    # True after a convolution or pooling, False after a Linear layer or Flatten, None before
    images: bool | None = None

    def after(self, position, module):
        """The activations after a layer without weights; TypeError if it does not fit there."""
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
        return _Flow(True, layer.outer_scale, layer.convolution is not None)

    def need_images(self, position, module):
        name = "Conv2d" if isinstance(module, TargetLayer) else type(module).__name__
        if self.images is False:
            raise TypeError(
                f"layer {position} is {name}, which needs images, but it follows a "
                "Linear layer or Flatten"
            )
        return True


def read_target(target, signed_input):
    """The Steps of a target: its own layers, with a TargetLayer for every Linear and Conv2d.

    signed_input: whether its inputs can be negative.

    Raises:
        TypeError: the target is not an nn.Sequential, or holds a layer that a ticket cannot
            represent.
        ValueError: the target is in training mode, has no layer with weights, or weights that are
            NaN or infinite.
    """
    check_target(target)
    steps, _ = _read_sequential(target, "", _Flow(signed_input))
    if not steps.weighted():
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


def _read_sequential(sequential, prefix, flow):
    """The Steps of a Sequential whose input is `flow`, nested ones unfolded; the flow after it."""
    check_behaviour(prefix.rstrip(".") or "the target itself", sequential, nn.Sequential)
    steps = []
    # not named_children, which leaves out layers used twice
    for name, module in sequential._modules.items():
        position = prefix + name
        if isinstance(module, nn.Sequential):
            inside, flow = _read_sequential(module, f"{position}.", flow)
            steps.extend(inside)
        elif isinstance(module, Residual):
            branches, flow = _read_residual(position, module, flow)
            steps.append((position, branches))
        elif isinstance(module, (nn.Linear, nn.Conv2d)):
            layer = read_layer(position, module, flow.signed, flow.outer_scale)
            check_behaviour(
                position, module, nn.Linear if isinstance(module, nn.Linear) else nn.Conv2d
            )
            flow = flow.after_weights(layer)
            steps.append((position, layer))
        else:
            check_supported(position, module)
            flow = flow.after(position, module)
            steps.append((position, module))
    return Steps(tuple(steps)), flow


def _read_residual(position, module, flow):
    """The Branches of a Residual and the flow after them."""
    check_behaviour(position, module, Residual)
    body, after_body = _read_sequential(module.body, f"{position}.body.", flow)
    shortcut, after_shortcut = _read_sequential(module.shortcut, f"{position}.shortcut.", flow)
    if {after_body.images, after_shortcut.images} == {True, False}:
        raise TypeError(
            f"layer {position} is a Residual that adds images and vectors: its "
            "branches must have one shape"
        )
    scales = after_body.outer_scale, after_shortcut.outer_scale
    images = after_shortcut.images if after_body.images is None else after_body.images
    after = _Flow(after_body.signed or after_shortcut.signed, max(scales), images)
    return Branches(body, shortcut, tuple(scale / max(scales) for scale in scales)), after
