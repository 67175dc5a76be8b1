"""The layers of a model that can carry a mask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from torch import nn
from torch.nn.parameter import is_lazy

from .layer_state import PRUNABLE, Layer
from .maskable import check_masks_act


def prunable(model: nn.Module, ignore: str | Iterable[str] | None = ()) -> dict[str, Layer]:
    """Find the layers whose weights can be pruned: the Linear and Conv layers of a model.

    Biases are never pruned.

    Args:
        model: nn.Module.
        ignore: names of layers to leave out, or one name.

    Returns:
        Dict from name to module, in the order of the model.

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
    ignored = {ignore} if isinstance(ignore, str) else set(ignore or ())
    check_layer_names(ignored, layers, "ignore")
    layers = {name: layer for name, layer in layers.items() if name not in ignored}
    _check_any_weights(layers)
    check_masks_act(model, layers)
    return layers


def weighted(model: nn.Module) -> dict[str, Layer]:
    """All Linear and Conv layers, whether or not they can carry a mask."""
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, PRUNABLE)}
    for name, layer in layers.items():
        _check_has_numbers(name, layer)
    _check_any_weights(layers)
    return layers


def _check_has_numbers(name: str, layer: Layer) -> None:
    """Refuse a layer whose weight is still to be made or loaded."""
    weight = layer._parameters.get("weight")
    if weight is not None and (is_lazy(weight) or weight.is_meta):
        raise ValueError(
            f"the weight of layer {name!r} has no numbers yet (lazy or meta): "
            "run or load the model first"
        )


def _check_any_weights(layers: Mapping[str, Layer]) -> None:
    """Refuse layers that have no weight at all between them."""
    if not sum(layer.weight.numel() for layer in layers.values()):
        raise ValueError(
            "there is nothing to prune: the model has no Linear or Conv layer with "
            "weights that is not ignored"
        )


def check_layer_names(names: Iterable[str], layers: Mapping[str, Layer], argument: str) -> None:
    """Refuse names that no layer has; `argument` is where they were given."""
    unknown = [name for name in names if name not in layers]
    if unknown:
        raise ValueError(
            f"{argument} names {unknown}: the prunable layers of this model are {list(layers)}"
        )
