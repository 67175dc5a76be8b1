"""A plain training loop, the same for every notebook."""

import torch
from torch.nn import functional
from tqdm.auto import tqdm


def train(model, images, labels, epochs=5, batch_size=128, learning_rate=1e-3, weight_decay=0.0, seed=0, progress=True):
    """Train a classifier in place with Adam and cross-entropy, the learning rate falling to zero along a cosine.

    Args:
        model: nn.Module from images to class scores.
        images: (N, …) float tensor. labels: (N,) int64.
        epochs: passes over the data. batch_size: images per step.
        learning_rate: of the first step. weight_decay: decoupled (AdamW), per step and unit of learning rate.
        seed: of the order of the images. The same seed, data and thread count give the same weights.
        progress: show a progress bar.

    Returns:
        List of the mean training loss of every epoch. The model is left in evaluation mode.

    Raises:
        ValueError: images and labels of different lengths, or none at all.

    >>> from slt_course import datasets, models
    >>> losses = train(models.digits_mlp(), *datasets.digits(), epochs=2, progress=False)
    >>> losses[1] < losses[0]
    True
    """
    check_lengths(images, labels)
    order = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    steps = epochs * -(-len(images) // batch_size)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=max(steps, 1))
    losses = []
    model.train()
    with tqdm(total=steps, desc="training", unit="step", disable=not progress, leave=False) as bar:
        for _ in range(epochs):
            total = 0.0
            for batch in torch.randperm(len(images), generator=order).split(batch_size):
                loss = functional.cross_entropy(model(images[batch]), labels[batch])
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
                schedule.step()
                total += loss.item() * len(batch)
                bar.update()
            losses.append(total / len(images))
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
