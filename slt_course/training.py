"""A plain training loop, the same for every notebook."""

import math

import torch
from torch.nn import functional
from tqdm.auto import tqdm


def train(
    model,
    images,
    labels,
    epochs=5,
    batch_size=128,
    learning_rate=1e-3,
    weight_decay=0.0,
    seed=0,
    progress=True,
    start=0,
    stop=None,
):
    """Train a classifier in place with Adam and cross-entropy, the learning rate falling to zero along a cosine.

    Args:
        model: nn.Module from images to class scores.
        images: (N, …) float tensor. labels: (N,) int64.
        epochs: passes over the data. batch_size: images per step.
        learning_rate: of the first step. weight_decay: decoupled (AdamW), per step and unit of learning rate.
        seed: of the order of the images, and of Dropout and other chance in the model. The same seed, data and thread count
            give the same weights; the global generator is left as it was.
        progress: show a progress bar.
        start, stop: take only the steps start … stop - 1 of this training (stop=None: to the end), with the batches and
            learning rates that they have in the whole; Adam's memory starts empty.

    Returns:
        List of the mean training loss of every epoch, of the steps taken. The model is left in evaluation mode.

    Raises:
        ValueError: images and labels of different lengths, or none at all; steps outside the training.

    >>> from slt_course import datasets, models
    >>> losses = train(models.digits_mlp(), *datasets.digits(), epochs=2, progress=False)
    >>> losses[1] < losses[0]
    True
    """
    check_lengths(images, labels)
    per_epoch = -(-len(images) // batch_size)
    steps = epochs * per_epoch
    stop = steps if stop is None else stop
    if not 0 <= start <= stop <= steps:
        raise ValueError(f"start is {start} and stop is {stop}: this training needs 0 <= start <= stop <= {steps} steps")
    order = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    losses = []
    model.train()
    devices = {p.device for p in model.parameters() if p.is_cuda}
    with (
        tqdm(total=stop - start, desc="training", unit="step", disable=not progress, leave=False) as bar,
        torch.random.fork_rng(devices=devices),
    ):
        torch.manual_seed(seed)
        for epoch in range(epochs):
            total, seen = 0.0, 0
            for step, batch in enumerate(torch.randperm(len(images), generator=order).split(batch_size), epoch * per_epoch):
                if not start <= step < stop:
                    continue
                optimizer.param_groups[0]["lr"] = learning_rate * (1 + math.cos(math.pi * step / steps)) / 2
                loss = functional.cross_entropy(model(images[batch]), labels[batch])
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
                total, seen = total + loss.item() * len(batch), seen + len(batch)
                bar.update()
            if seen:
                losses.append(total / seen)
                bar.set_postfix(loss=f"{losses[-1]:.4f}")
    model.eval()
    return losses


@torch.no_grad()
def accuracy(model, images, labels, batch_size=2000):
    """Share of images (N, …) whose highest score is at their label: a float in [0, 1]. `model` is any callable."""
    check_lengths(images, labels)
    batches = zip(images.split(batch_size), labels.split(batch_size))
    return sum((model(x).argmax(1) == y).sum().item() for x, y in batches) / len(labels)


def check_lengths(images, labels):
    if len(images) != len(labels) or not len(images):
        raise ValueError(f"{len(images)} images and {len(labels)} labels: give one label per image, and at least one")
