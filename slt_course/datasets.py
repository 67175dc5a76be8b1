"""The data that notebooks use, shipped with the package or scikit-learn: nothing is downloaded."""

from __future__ import annotations

import numbers
from functools import lru_cache
from importlib import resources
from typing import Literal, TypeAlias

import numpy as np
import torch

_Split: TypeAlias = Literal["train", "test"]


def mnist(split: _Split = "train", size: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Load MNIST: the official 60,000 training or 10,000 test images, in the official order.

    Args:
        split: "train" or "test".
        size: number of images to return, from the start; None for all.

    Returns:
        images float32 (N, 1, 28, 28) in [0, 1], labels int64 (N,) in 0 … 9.

    Raises:
        ValueError: unknown split, or size not between 1 and the size of the split.

    Source: LeCun, Cortes and Burges; `slt_course/data/README.md` has licence and checksums.

    >>> images, labels = mnist("test", size=3)
    >>> images.shape, labels.tolist()
    (torch.Size([3, 1, 28, 28]), [7, 2, 1])
    """
    _check_split(split)
    stored_images, stored_labels = read_mnist(split)
    _check_size(size, len(stored_labels))
    images = torch.from_numpy(stored_images[:size]).unsqueeze(1).float().div_(255)
    return images, torch.from_numpy(stored_labels[:size]).long()


@lru_cache(maxsize=2)
def read_mnist(split: _Split) -> tuple[np.ndarray, np.ndarray]:
    """The stored uint8 arrays of a split, read once: images (N, 28, 28), labels (N,)."""
    with (
        resources.files("slt_course").joinpath("data/mnist.npz").open("rb") as file,
        np.load(file) as arrays,
    ):
        return arrays[f"{split}_images"], arrays[f"{split}_labels"]


def digits(split: _Split = "train", size: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Load scikit-learn's 8×8 digits, for demonstrations that take seconds.

    Args:
        split: "train" (the first 1,500) or "test" (the other 297).
        size: number of images to return, from the start; None for all.

    Returns:
        images float32 (N, 1, 8, 8) in [0, 1], labels int64 (N,) in 0 … 9.

    Raises:
        ValueError: unknown split, or size not between 1 and the size of the split.

    Source: Alpaydin and Kaynak 1998, the test part of the UCI set of handwritten digits.

    >>> images, labels = digits("test")
    >>> images.shape, float(images.min()), float(images.max())
    (torch.Size([297, 1, 8, 8]), 0.0, 1.0)
    """
    # imported here: it takes a second, and only this function needs it
    from sklearn.datasets import load_digits

    _check_split(split)
    stored = load_digits()
    part = slice(0, 1500) if split == "train" else slice(1500, None)
    stored_images, stored_labels = stored.images[part], stored.target[part]
    _check_size(size, len(stored_labels))
    images = torch.from_numpy(stored_images[:size]).float().div(16).unsqueeze(1)
    return images, torch.from_numpy(stored_labels[:size]).long()


def _check_split(split: str) -> None:
    """Refuse what is neither "train" nor "test"."""
    if split not in ("train", "test"):
        raise ValueError(f'split is {split!r}: choose "train" or "test"')


def _check_size(size: int | None, available: int) -> None:
    """Refuse a size that a split of `available` images does not have; None is all of them."""
    whole_number = isinstance(size, numbers.Integral) and not isinstance(size, bool)
    if size is not None and not (whole_number and 1 <= size <= available):
        raise ValueError(
            f"size is {size}: this split has {available} images, give 1 … "
            f"{available} or None for all"
        )
