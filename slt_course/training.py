"""A plain training loop, the same for every notebook."""

import math
import numbers

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
    """Train a classifier in place with Adam and cross-entropy, the learning rate falling to zero
    along a cosine.

    Args:
        model: nn.Module from images to class scores.
        images: (N, …) float tensor. labels: (N,) integers, the class of each image, from 0 to
            classes - 1.
        epochs: passes over the data. batch_size: images per step.
        learning_rate: of the first step. weight_decay: decoupled (AdamW), per step and unit of
            learning rate.
        seed: of the order of the images, and of Dropout and other chance in the model. The same
            seed, data and thread count give the same weights; the global generator is left as it
            was.
        progress: show a progress bar.
        start, stop: take only the steps start … stop - 1 of this training (stop=None: to the end),
            with the batches and learning rates that they have in the whole; Adam's memory starts
            empty.

    Returns:
        List of the mean training loss of every epoch, of the steps taken. The model is left in
        evaluation mode.

    Raises:
        ValueError: images and labels of different lengths, or none at all; labels of another shape,
            dtype or range; scores that are not one row per image; a batch_size below 1; steps
            outside the training.

    >>> from slt_course import datasets, models
    >>> losses = train(models.digits_mlp(), *datasets.digits(), epochs=2, progress=False)
    >>> losses[1] < losses[0]
    True
    """
    classes = check_data(images, labels, batch_size)
    labels = labels.long()
    per_epoch = -(-len(images) // batch_size)
    steps = epochs * per_epoch
    stop = steps if stop is None else stop
    if not 0 <= start <= stop <= steps:
        raise ValueError(
            f"start is {start} and stop is {stop}: this training needs 0 <= start <= "
            f"stop <= {steps} steps"
        )
    order = torch.Generator(device="cpu").manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    losses = []
    model.train()
    devices = {p.device for p in model.parameters() if p.is_cuda}
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
                optimizer.param_groups[0]["lr"] = (
                    learning_rate * (1 + math.cos(math.pi * step / steps)) / 2
                )
                scores = model(images[batch])
                check_scores(scores, len(batch), classes)
                loss = functional.cross_entropy(scores, labels[batch])
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
    """Share of images (N, …) whose highest score is at their label: a float in [0, 1].

    `model` is any callable.

    Arguments and errors as in `train`.
    """
    classes = check_data(images, labels, batch_size)
    right = 0
    for x, y in zip(images.split(batch_size), labels.split(batch_size)):
        scores = model(x)
        check_scores(scores, len(x), classes)
        right += (scores.argmax(1) == y).sum().item()
    return right / len(labels)


def check_data(images, labels, batch_size):
    """Refuse images and labels that do not belong together.

    Returns the smallest and the largest label.
    """
    for name, value in (("images", images), ("labels", labels)):
        if not isinstance(value, torch.Tensor):
            raise ValueError(
                f"{name} is a {type(value).__name__}: pass a tensor, torch.as_tensor({name})"
            )
    if (
        not labels.ndim == 1
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
    if not images.ndim or len(images) != len(labels) or not len(labels):
        counts = f"{len(images) if images.ndim else 0} images and {len(labels)} labels"
        raise ValueError(f"{counts}: give one label per image, and at least one")
    if (
        isinstance(batch_size, bool)
        or not isinstance(batch_size, numbers.Integral)
        or batch_size < 1
    ):
        raise ValueError(f"batch_size is {batch_size!r}: it must be a whole number, at least 1")
    return labels.min().item(), labels.max().item()


def check_scores(scores, count, classes):
    """Refuse what would be compared with labels wrongly: other shapes than (images, classes),
    labels that are no class.
    """
    if scores.ndim != 2 or len(scores) != count:
        raise ValueError(
            f"the model's scores of {count} images have shape {tuple(scores.shape)}: they must be "
            "(images, classes), so "
            "let it end with nn.Flatten() or a Linear layer"
        )
    low, high = classes
    if low < 0 or high >= scores.shape[1]:
        raise ValueError(
            f"labels run from {low} to {high}, but the model has {scores.shape[1]} classes: "
            "labels must be from 0 to "
            f"{scores.shape[1] - 1}"
        )
