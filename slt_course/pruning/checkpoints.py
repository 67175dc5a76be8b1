"""The way back from a file: the state of a pruned model into a plain one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from .layer_state import PRUNABLE, Layer, Model, is_masked
from .maskable import check_maskable
from .masks import check_mask, put_on, refresh


def load(model: Model, state_dict: Mapping[str, Any]) -> Model:
    """Load the state of a pruned model into a plain one in place, and return it.

    It equals the saved model then, and trains on.

    Args:
        model: nn.Module made like the saved one; parts of it may be pruned already, their masks are
            replaced.
        state_dict: what `state_dict()` of a model pruned by `slt_course.pruning` or by torch gives;
            also `torch.load` of it.

    Returns:
        The model.

    Raises:
        ValueError: a state_dict that is no mapping, names or shapes that differ, masks other than 0
            and 1, a layer that cannot carry a mask. Nothing is changed then.

    >>> import torch
    >>> from slt_course import pruning
    >>> saved = pruning.magnitude(nn.Linear(4, 3), 0.5)
    >>> found = pruning.load(nn.Linear(4, 3), saved.state_dict())
    >>> torch.equal(found.weight, saved.weight), pruning.keep_fraction(found)
    (True, 0.5)
    """
    if not isinstance(state_dict, Mapping):
        raise ValueError(
            f"state_dict is a {type(state_dict).__name__}: pass model.state_dict(), "
            "or torch.load of its file"
        )
    before = model.state_dict()
    masked = [
        name for name in before if f"{name}_orig" in state_dict and f"{name}_mask" in state_dict
    ]
    _check_state(before, state_dict, masked)
    check_maskable(model, _layers_among(model, masked))
    for name in masked:
        owner, _, tensor = name.rpartition(".")
        put_on(model.get_submodule(owner), state_dict[f"{name}_mask"], owner, tensor)
    model.load_state_dict(state_dict)
    _refresh_all(model)
    return model


def _layers_among(model: nn.Module, masked: list[str]) -> dict[str, Layer]:
    """The Linear and Conv layers whose weights are among the tensors `masked`."""
    return {
        name: layer
        for name, layer in model.named_modules()
        if isinstance(layer, PRUNABLE) and f"{name}.weight".lstrip(".") in masked
    }


def _refresh_all(model: nn.Module) -> None:
    """Compute every tensor that torch's pruning masks, in every module."""
    for name, module in model.named_modules():
        parameters = list(module._parameters)
        for parameter in parameters:
            tensor = parameter.removesuffix("_orig")
            if tensor != parameter and is_masked(module, tensor):
                refresh(module, name, tensor)


def _check_state(before: Mapping[str, Any], state: Mapping[str, Any], masked: list[str]) -> None:
    """Refuse a state that does not fit the model's state `before`, with the tensors `masked`."""
    sources = {name: name for name in before if name not in masked}
    for name in masked:
        sources[f"{name}_orig"] = name
        sources[f"{name}_mask"] = name
    missing, unknown = sorted(sources.keys() - state.keys()), sorted(state.keys() - sources.keys())
    if missing or unknown:
        raise ValueError(
            f"the state and the model have different names: missing are {missing}, unknown are "
            f"{unknown}. Make the model "
            "as the saved one was made, before its pruning"
        )
    for name, source in sources.items():
        given, expected = _shape_of(state[name]), _shape_of(before[source])
        if given != expected:
            raise ValueError(
                f"{name!r} has shape {given} in the state and {expected} in the "
                "model: make it as it was"
            )
        if name.endswith("_mask") and (
            source in masked or f"{name.removesuffix('_mask')}_orig" in before
        ):
            check_mask(state[name], before[source], repr(source))


def _shape_of(value: Any) -> tuple[int, ...]:
    """The shape of a tensor; () for what a state may hold beside tensors."""
    return tuple(getattr(value, "shape", ()))
