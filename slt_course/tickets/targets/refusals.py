"""What is no target, or computes something else than it seems, and the way to a target."""

import itertools

import torch
from torch import nn
from torch.nn.modules import module as shared

from .derived import recomputes

# what a call runs
METHODS = ("forward", "_conv_forward", "__call__", "_wrapped_call_impl", "_call_impl", "__iter__")


def check_target(target):
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


def check_behaviour(position, module, kind):
    """Refuse a layer that computes something else than its class does.

    That is one with methods of its own, or with hooks other than those that set its weight.
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


def advice_for(module, name="the layer"):
    """The way from a module that is no layer of a target, or from no nn.Sequential, to one."""
    if isinstance(module, torch.jit.ScriptModule):
        return (
            "it is compiled and its layers cannot be read. Give the nn.Module that was scripted or "
            "traced"
        )
    if wrapped(module):
        return f"give what it wraps, {name}.{wrapped(module)}"
    if isinstance(module, (list, tuple)):
        return "wrap its layers in an nn.Sequential, as in nn.Sequential(*layers)"
    if isinstance(module, nn.Module) and not list(module.children()):
        return f"wrap its layers in an nn.Sequential, as in nn.Sequential({name})"
    advice = "wrap its layers in an nn.Sequential, in the order of its forward"
    if name == "target":
        return advice
    skip = "the forward of its class is not known. Skip connections become tickets.Residual"
    return f"{advice}; {skip}"


def wrapped(module):
    """The attribute in which torch.compile, DataParallel and their kin keep what they wrap."""
    return next(
        (
            own
            for own in ("_orig_mod", "module")
            if isinstance(getattr(module, own, None), nn.Module)
        ),
        None,
    )
