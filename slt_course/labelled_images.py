"""Images, labels and scores that belong together: what training and its accuracy need."""

from __future__ import annotations

import numbers

import torch


def check_data(images: torch.Tensor, labels: torch.Tensor) -> None:
    """Refuse images and labels that do not belong together, or are no tensors."""
    for name, value in (("images", images), ("labels", labels)):
        if not isinstance(value, torch.Tensor):
            raise ValueError(
                f"{name} is a {type(value).__name__}: pass a tensor, torch.as_tensor({name})"
            )
    _check_class_numbers(labels)
    if not images.ndim or len(images) != len(labels) or not len(labels):
        counts = f"{len(images) if images.ndim else 0} images and {len(labels)} labels"
        raise ValueError(f"{counts}: give one label per image, and at least one")


def _check_class_numbers(labels: torch.Tensor) -> None:
    """Refuse labels of another shape than (N,), or that are no integers."""
    if (
        labels.ndim != 1
        or labels.is_floating_point()
        or labels.is_complex()
        or labels.dtype is torch.bool
    ):
        shape, dtype = tuple(labels.shape), str(labels.dtype).removeprefix("torch.")
        raise ValueError(
            f"labels has shape {shape} and dtype {dtype}: give one class number per image, shape "
            "(N,) and int64. Of shape "
            "(N, 1): labels.flatten(); one-hot or probabilities: labels.argmax(1); floats: "
            "labels.long()"
        )


def check_batch_size(batch_size: int) -> None:
    """Refuse what is no whole number of at least 1."""
    if (
        isinstance(batch_size, bool)
        or not isinstance(batch_size, numbers.Integral)
        or batch_size < 1
    ):
        raise ValueError(f"batch_size is {batch_size!r}: it must be a whole number, at least 1")


def range_of(labels: torch.Tensor) -> tuple[int, int]:
    """The smallest and the largest label."""
    return int(labels.min()), int(labels.max())


def check_scores(scores: torch.Tensor, count: int, label_range: tuple[int, int]) -> None:
    """Refuse scores that are not (images, classes), or labels that are no class of theirs."""
    if scores.ndim != 2 or len(scores) != count:
        raise ValueError(
            f"the model's scores of {count} images have shape {tuple(scores.shape)}: they must be "
            "(images, classes), so "
            "let it end with nn.Flatten() or a Linear layer"
        )
    low, high = label_range
    if low < 0 or high >= scores.shape[1]:
        raise ValueError(
            f"labels run from {low} to {high}, but the model has {scores.shape[1]} classes: "
            "labels must be from 0 to "
            f"{scores.shape[1] - 1}"
        )
