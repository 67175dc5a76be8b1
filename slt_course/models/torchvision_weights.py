"""A state dict with the names of torchvision's resnet18, read into our `resnet18`."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn


def sizes_of(
    weights: Mapping[str, torch.Tensor], classes: int | None, channels: int | None
) -> tuple[int, int]:
    """The numbers of classes and channels of a state dict, which those given have to agree with."""
    if not isinstance(weights, Mapping):
        raise TypeError(
            f"weights is a {type(weights).__name__}: give a state dict, as "
            "model.state_dict() returns it"
        )
    return (
        _size_of(weights, "fc.weight", 0, "classes", classes),
        _size_of(weights, "conv1.weight", 1, "channels", channels),
    )


def _size_of(
    weights: Mapping[str, torch.Tensor], key: str, axis: int, name: str, given: int | None
) -> int:
    """Size of one axis of the tensor called `key`; `name` is the argument that may give it."""
    if getattr(weights.get(key), "ndim", 0) < 2:
        raise ValueError(
            f"weights has no matrix {key!r}: give a state dict with the names of "
            "torchvision's resnet18"
        )
    size = weights[key].shape[axis]
    if given not in (None, size):
        raise ValueError(f"{name} is {given}, but the weights are for {size}: leave {name} out")
    return size


def load_torchvision(model: nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    """Load the tensors of a state dict that has torchvision's names into a `resnet18`."""
    state = model.state_dict()
    names = {_torchvision_name(name): name for name in state}
    _check_tensors(weights, {theirs: state[ours] for theirs, ours in names.items()})
    model.load_state_dict({names[name]: value for name, value in weights.items()}, strict=False)


def _check_tensors(
    weights: Mapping[str, torch.Tensor], expected: Mapping[str, torch.Tensor]
) -> None:
    """Refuse a state dict with other names or shapes than expected."""
    # older files have none; nothing needs them
    counters = {name for name in expected if name.endswith("num_batches_tracked")}
    shared = expected.keys() & weights.keys()
    problems = {
        "lacks": expected.keys() - counters - weights.keys(),
        "has, beyond a ResNet-18,": weights.keys() - expected.keys(),
        "has in another shape": {
            name for name in shared if weights[name].shape != expected[name].shape
        },
    }
    for problem, names in problems.items():
        if names:
            listed = ", ".join(sorted(names)[:4])
            raise ValueError(
                f"weights {problem} {listed}: give a state dict with the names of "
                "torchvision's resnet18"
            )


def _torchvision_name(name: str) -> str:
    """What torchvision calls a tensor of `resnet18`: 4.body.3.weight is layer1.0.conv2.weight."""
    index, *rest = name.split(".")
    outside = {"0": "conv1", "1": "bn1", "22": "fc"}
    if index in outside:
        return ".".join([outside[index], *rest])
    block = int(index) // 2 - 2  # blocks stand at 4, 6, … 18, each with a ReLU behind it
    branch, layer, tensor = rest
    if branch == "body":
        inside = {"0": "conv1", "1": "bn1", "3": "conv2", "4": "bn2"}[layer]
    else:
        inside = f"downsample.{layer}"
    return f"layer{block // 2 + 1}.{block % 2}.{inside}.{tensor}"
