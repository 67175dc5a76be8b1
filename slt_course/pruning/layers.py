"""The layers of a model that can carry a mask, what they hold, and why others cannot carry one."""

import torch
from torch import nn
from torch.nn.modules.linear import NonDynamicallyQuantizableLinear
from torch.nn.parameter import is_lazy
from torch.nn.utils import parametrize, prune

PRUNABLE = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


def prunable(model, ignore=()):
    """The layers whose weights can be pruned: dict from name to module, for Linear and Conv layers.

    Biases are never pruned.

    Args:
        model: nn.Module. ignore: names of layers to leave out.

    Raises:
        ValueError: nothing to prune, an ignored name that is no such layer, layers without numbers
            yet, or layers for which a mask would not mean what it says: their weight is used
            elsewhere too (tied), or they are not called but only lend their weight, as attention's
            output projection does.

    Other modules that read a layer's weight without calling it cannot be told from outside. Once
    pruned, they raise a RuntimeError in their first backward pass; without one they are right, but
    need `pruning.load` for `load_state_dict`.

    >>> list(prunable(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)), ignore=["2"]))
    ['0']
    """
    layers = weighted(model)
    ignore = {ignore} if isinstance(ignore, str) else set(ignore or ())
    refuse_unknown(ignore, layers, "ignore")
    layers = {name: layer for name, layer in layers.items() if name not in ignore}
    refuse_empty(layers)
    refuse_meaningless(model, layers)
    return layers


def weighted(model):
    """All Linear and Conv layers, whether or not they can carry a mask."""
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, PRUNABLE)}
    for name, layer in layers.items():
        weight = layer._parameters.get("weight")
        if weight is not None and (is_lazy(weight) or weight.is_meta):
            raise ValueError(
                f"the weight of layer {name!r} has no numbers yet (lazy or meta): "
                "run or load the model first"
            )
    refuse_empty(layers)
    return layers


def refuse_empty(layers):
    if not sum(layer.weight.numel() for layer in layers.values()):
        raise ValueError(
            "there is nothing to prune: the model has no Linear or Conv layer with "
            "weights that is not ignored"
        )


def is_masked(module, name="weight"):
    """Whether torch's pruning computes this tensor.

    A buffer called weight_mask alone says nothing: others have one, too.
    """
    hooks = module._forward_pre_hooks.values()
    return any(
        isinstance(hook, prune.BasePruningMethod) and hook._tensor_name == name for hook in hooks
    )


def has_scores(layer):
    """Whether the layer's mask comes from learnable scores (see `scores.py`)."""
    return parametrize.is_parametrized(layer, "weight") and hasattr(
        layer.parametrizations.weight[0], "mask"
    )


def is_derived(layer):
    """Whether the weight is computed from something else than a mask: weight norms, other
    parametrizations.
    """
    plain = isinstance(layer._parameters.get("weight"), nn.Parameter)
    return not (plain or is_masked(layer) or has_scores(layer))


def original(layer):
    """The weights under the mask: the parameter itself."""
    if has_scores(layer):
        return layer.parametrizations.weight.original
    return layer.weight_orig if is_masked(layer) else layer.weight


def mask_of(layer):
    if has_scores(layer):
        return layer.parametrizations.weight[0].mask()
    return (
        layer.weight_mask.bool()
        if is_masked(layer)
        else torch.ones_like(layer.weight, dtype=torch.bool)
    )


def refuse_meaningless(model, layers):
    """Refuse layers whose mask would not act on all that their weight does."""
    lent = {
        id(part.out_proj) for part in model.modules() if isinstance(part, nn.MultiheadAttention)
    }
    spans = [(place, *span(tensor)) for place, tensor in tensors(model)]
    for name, layer in layers.items():
        if id(layer) in lent or isinstance(layer, NonDynamicallyQuantizableLinear):
            raise ValueError(
                f"layer {name!r} is an output projection of attention, which reads its weight "
                "without calling it: "
                "under a mask it would never train. Leave it out, of the masks or by "
                f"ignore=[{name!r}]"
            )
        weight = original(layer)
        first, last = span(weight)
        shared = [place for place, start, end in spans if start < last and first < end]
        if len(shared) > 1:
            raise ValueError(
                f"{shared} share one weight tensor: a mask on layer {name!r} would apply to one "
                "of them only. Give each a "
                "tensor of its own (clone it), or leave out, of the masks or by ignore=…, every "
                "layer among them"
            )


def tensors(model):
    """Every tensor that a module of the model holds, with its place: parameters, buffers and plain
    attributes.
    """
    for name, module in model.named_modules():
        for attribute, value in (vars(module) | module._parameters | module._buffers).items():
            if isinstance(value, torch.Tensor):
                yield f"{name}.{attribute}".lstrip("."), value


def span(tensor):
    """First and last address of a tensor's numbers; an empty span where it has none in ordinary
    memory.
    """
    if is_lazy(tensor) or tensor.layout != torch.strided or tensor.is_meta or not tensor.numel():
        return ("", 0), ("", 0)
    start, device = tensor.data_ptr(), str(tensor.device)
    length = 1 + sum((size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride()))
    return (device, start), (device, start + length * tensor.element_size())


def refuse_unmaskable(model, layers):
    """Refuse also layers on which torch's pruning would fail, or would overwrite something."""
    refuse_meaningless(model, layers)
    for name, layer in layers.items():
        if is_derived(layer) or has_scores(layer):
            advice = "remove it first, scores by pruning.with_masks"
            raise ValueError(
                f"the weight of layer {name!r} is computed by a parametrization: {advice}"
            )
        own = [taken for taken in ("weight_orig", "weight_mask") if hasattr(layer, taken)]
        if own and not is_masked(layer):
            raise ValueError(
                f"layer {name!r} has {own} of its own, which torch's pruning would "
                "overwrite: rename it"
            )


def refuse_unknown(names, layers, argument):
    unknown = [name for name in names if name not in layers]
    if unknown:
        raise ValueError(
            f"{argument} names {unknown}: the prunable layers of this model are {list(layers)}"
        )
