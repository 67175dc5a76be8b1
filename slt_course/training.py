"""A plain training loop, the same for every notebook."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional
from tqdm.auto import tqdm

from .labelled_images import check_batch_size, check_data, check_scores, range_of


def train(
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    epochs: int = 5,
    batch_size: int = 128,
    learning_rate: float = 1e-3,
    weight_decay: float = 0.0,
    seed: int = 0,
    progress: bool = True,
    start: int = 0,
    stop: int | None = None,
) -> list[float]:
    """Train a classifier in place with Adam and cross-entropy.

    The learning rate falls to zero along a cosine.

    Args:
        model: nn.Module from images to class scores, (N, …) to (N, classes).
        images: (N, …) float tensor.
        labels: (N,) integers, the class of each image, from 0 to classes - 1.
        epochs: passes over the data.
        batch_size: images per step, >= 1.
        learning_rate: of the first step.
        weight_decay: decoupled (AdamW), per step and unit of learning rate.
        seed: of the order of the images, and of Dropout and other chance in the model. The same
            seed, data and thread count give the same weights; the global generator is left as it
            was.
        progress: show a progress bar.
        start, stop: take only the steps start … stop - 1 of this training (stop=None: to the end),
            with the batches and learning rates that they have in all of it; Adam's memory starts
            empty.

    Returns:
        List of the mean training loss of every epoch, of the steps taken. The model is left in
        evaluation mode.

    Raises:
        ValueError: images or labels that are no tensors, of different lengths, or none at all;
            labels of another shape, dtype or range; scores that are not one row per image; a
            batch_size below 1; steps outside the training.

    >>> from slt_course import datasets, models
    >>> losses = train(models.digits_mlp(), *datasets.digits(), epochs=2, progress=False)
    >>> losses[1] < losses[0]
    True
    """
    check_data(images, labels)
    check_batch_size(batch_size)
    label_range = range_of(labels)
    labels = labels.long()
    per_epoch = -(-len(images) // batch_size)
    steps = epochs * per_epoch
    stop = steps if stop is None else stop
    _check_steps(start, stop, steps)
    order = torch.Generator(device="cpu").manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    losses = []
    model.train()
    devices = {parameter.device for parameter in model.parameters() if parameter.is_cuda}
    with (
        tqdm(
            total=stop - start, desc="training", unit="step", disable=not progress, leave=False
        ) as bar,
        torch.random.fork_rng(devices=devices),
    ):
        torch.manual_seed(seed)
        for epoch in range(epochs):
            total, seen = 0.0, 0
            shuffled = torch.randperm(len(images), generator=order, device="cpu")
            for step, batch in enumerate(shuffled.split(batch_size), epoch * per_epoch):
                if not start <= step < stop:
                    continue
                optimizer.param_groups[0]["lr"] = _along_cosine(learning_rate, step, steps)
                scores = model(images[batch])
                check_scores(scores, len(batch), label_range)
                loss = functional.cross_entropy(scores, labels[batch])
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
                total += loss.item() * len(batch)
                seen += len(batch)
                bar.update()
            if seen:
                losses.append(total / seen)
                bar.set_postfix(loss=f"{losses[-1]:.4f}")
    model.eval()
    return losses


@torch.no_grad()
def accuracy(
    model: Callable[[torch.Tensor], torch.Tensor],
    images: torch.Tensor,
    labels: torch.Tensor,
    batch_size: int = 2000,
) -> float:
    """Measure the share of images whose highest score is at their label: a float in [0, 1].

    Args:
        model: any function from images to class scores, (N, …) to (N, classes); an nn.Module stays
            in the mode it is in.
        images: (N, …) tensor.
        labels: (N,) integers, the class of each image, from 0 to classes - 1.
        batch_size: images per call, >= 1.

    Raises:
        ValueError: images or labels that are no tensors, of different lengths, or none at all;
            labels of another shape, dtype or range; scores that are not one row per image; a
            batch_size below 1.

    >>> accuracy(torch.eye(3).__getitem__, torch.tensor([0, 1, 2, 2]), torch.tensor([0, 1, 2, 0]))
    0.75
    """
    check_data(images, labels)
    check_batch_size(batch_size)
    label_range = range_of(labels)
    right = 0
    for batch, wanted in zip(images.split(batch_size), labels.split(batch_size)):
        scores = model(batch)
        check_scores(scores, len(batch), label_range)
        right += int((scores.argmax(1) == wanted).sum())
    return right / len(labels)


def _along_cosine(learning_rate: float, step: int, steps: int) -> float:
    """The learning rate of a step: from all of it at 0 to nothing at `steps`."""
    return learning_rate * (1 + math.cos(math.pi * step / steps)) / 2


def _check_steps(start: int, stop: int, steps: int) -> None:
    """Refuse a part of a training that lies outside its steps."""
    if not 0 <= start <= stop <= steps:
        raise ValueError(
            f"start is {start} and stop is {stop}: this training needs 0 <= start <= "
            f"stop <= {steps} steps"
        )
