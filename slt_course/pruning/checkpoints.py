"""The way back from a file: the state of a pruned model into a plain one."""

from collections.abc import Mapping

from .layers import PRUNABLE, is_masked, refuse_unmaskable
from .masks import check_mask, put_on, refresh


def load(model, state_dict):
    """Load the state of a pruned model into a plain one, in place: it equals the saved model and
    trains on. Returns it.

    Args:
        model: nn.Module made like the saved one; parts of it may be pruned already, their masks are
            replaced.
        state_dict: what `state_dict()` of a model pruned by `slt_course.pruning` or by torch gives;
            also `torch.load` of it.

    Raises:
        ValueError: names or shapes that differ, masks other than 0 and 1, a layer that cannot carry
            a mask. Nothing is changed then.

    >>> import torch
    >>> from torch import nn
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
    own = model.state_dict()
    masked = [name for name in own if f"{name}_orig" in state_dict and f"{name}_mask" in state_dict]
    check_state(own, state_dict, masked)
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, PRUNABLE)}
    refuse_unmaskable(
        model,
        {name: layer for name, layer in layers.items() if f"{name}.weight".lstrip(".") in masked},
    )
    for name in masked:
        place, _, tensor = name.rpartition(".")
        put_on(model.get_submodule(place), state_dict[f"{name}_mask"], place, tensor)
    model.load_state_dict(state_dict)
    for place, module in model.named_modules():
        for tensor in [
            name.removesuffix("_orig") for name in module._parameters if name.endswith("_orig")
        ]:
            if is_masked(module, tensor):
                refresh(module, place, tensor)
    return model


def check_state(own, state, masked):
    """Refuse a state that does not fit the model's `own` once the tensors `masked` are pruned."""
    places = {name: name for name in own if name not in masked}
    places |= {f"{name}{part}": name for name in masked for part in ("_orig", "_mask")}
    missing, unknown = sorted(places.keys() - state.keys()), sorted(state.keys() - places.keys())
    if missing or unknown:
        raise ValueError(
            f"the state and the model have different names: missing are {missing}, unknown are "
            f"{unknown}. Make the model "
            "as the saved one was made, before its pruning"
        )
    for name, place in places.items():
        shapes = [tuple(getattr(part, "shape", ())) for part in (state[name], own[place])]
        if shapes[0] != shapes[1]:
            raise ValueError(
                f"{name!r} has shape {shapes[0]} in the state and {shapes[1]} in the "
                "model: make it as it was"
            )
        if name.endswith("_mask") and (
            place in masked or f"{name.removesuffix('_mask')}_orig" in own
        ):
            check_mask(state[name], own[place], repr(place))
