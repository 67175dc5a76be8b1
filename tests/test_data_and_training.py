"""The shipped data are the official ones, and training works on them."""

import hashlib
import time

import pytest
import torch
from torch import nn

from slt_course import datasets, describe_device, models, training
from slt_course.datasets import read_mnist
from tools.build_mnist import DESTINATION, FILES


@pytest.mark.parametrize("split", ["train", "test"])
def test_mnist_is_the_official_mnist(split):
    """The IDX files, rebuilt from the shipped arrays, have the official files' md5."""
    for part, array in zip(("images", "labels"), read_mnist(split)):
        _, md5, shape = FILES[f"{split}_{part}"]
        header = bytes([0, 0, 8, len(shape)]) + b"".join(size.to_bytes(4, "big") for size in shape)
        assert hashlib.md5(header + array.tobytes()).hexdigest() == md5


def test_mnist_tensors():
    images, labels = datasets.mnist("train")
    assert (
        images.shape == (60_000, 1, 28, 28)
        and images.dtype is torch.float32
        and labels.dtype is torch.int64
    )
    assert (images.min(), images.max()) == (0, 1) and labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert images.mean() == pytest.approx(0.1307, abs=5e-5) and images.std() == pytest.approx(
        0.3081, abs=5e-5
    )
    images[:] = 0  # a copy: the next reader is not affected
    assert datasets.mnist("train", size=10)[0].max() > 0.9


def test_mnist_is_small_and_quick_to_load():
    assert DESTINATION.stat().st_size < 12e6
    read_mnist.cache_clear()
    start = time.perf_counter()
    for split in ("train", "test"):
        datasets.mnist(split)
    # a generous ceiling for slow machines; the figure is in the README
    assert time.perf_counter() - start < 5


def test_digits():
    (images, labels), (test_images, _) = datasets.digits(), datasets.digits("test", size=7)
    assert (
        images.shape == (1500, 1, 8, 8)
        and 0 <= images.min()
        and images.max() == 1
        and labels.max() == 9
    )
    assert test_images.shape == (7, 1, 8, 8)


@pytest.mark.parametrize("load", [datasets.mnist, datasets.digits])
def test_bad_requests_for_data(load):
    with pytest.raises(ValueError, match="split is 'validation'"):
        load("validation")
    for size in (0, -1, 10**9, 2.5, True):
        with pytest.raises(ValueError, match=f"size is {size}"):
            load("train", size=size)


def test_models():
    assert [p.shape for p in models.mnist_mlp().parameters()] == [(500, 784), (10, 500)]
    state = torch.random.get_rng_state()
    one, same, other = (models.digits_mlp(seed=s)[1].weight for s in (0, 0, 1))
    assert (
        torch.equal(one, same)
        and not torch.equal(one, other)
        and torch.equal(state, torch.random.get_rng_state())
    )
    for sizes in ((), (5,), (5, 0)):
        with pytest.raises(ValueError, match="at least two"):
            models.mlp(*sizes)


def test_training_is_seeded_and_learns():
    images, labels = datasets.digits()
    weights = []
    for _ in range(2):
        model = models.digits_mlp()
        losses = training.train(
            model, images, labels, epochs=15, learning_rate=5e-3, progress=False
        )
        weights.append(model[1].weight)
    assert (
        torch.equal(*weights)
        and not model.training
        and len(losses) == 15
        and losses[-1] < losses[0]
    )
    assert training.accuracy(model, *datasets.digits("test")) > 0.85
    for wrong in ((images, labels[:-1]), (images[:0], labels[:0])):
        with pytest.raises(ValueError, match="one label per image"):
            training.train(model, *wrong)
        with pytest.raises(ValueError, match="one label per image"):
            training.accuracy(model, *wrong)


def test_accuracy_counts():
    scores = torch.eye(10)[[1, 2, 3, 3]]
    assert (
        training.accuracy(nn.Identity(), scores, torch.tensor([1, 2, 3, 0]), batch_size=3) == 0.75
    )


LABELS = torch.tensor([0, 2, 1, 2])
BAD_LABELS = {  # what is given -> words
    "(N, 1)": (LABELS[:, None], r"shape \(4, 1\) and dtype int64.*labels.flatten\(\)"),
    "(1, N)": (LABELS[None], r"shape \(1, 4\)"),
    "one-hot": (nn.functional.one_hot(LABELS), r"shape \(4, 3\).*labels.argmax\(1\)"),
    "probabilities": (torch.eye(3)[LABELS], r"shape \(4, 3\) and dtype float32"),
    "floats": (LABELS.float(), "dtype float32.*labels.long"),
    "halves": (LABELS.half(), "dtype float16"),
    "complex": (LABELS + 0j, "dtype complex64"),
    "bool": (LABELS > 1, "dtype bool"),
    "one number": (LABELS[0], r"shape \(\)"),
    "too few": (LABELS[:3], "4 images and 3 labels: give one label per image"),
    "too large": (
        LABELS + 1,
        "labels run from 1 to 3, but the model has 3 classes: labels must be from 0 to 2",
    ),
    "negative": (LABELS - 1, "labels run from -1 to 1"),
    "ignored by torch": (torch.tensor([0, -100, 1, 2]), "labels run from -100 to 2"),
    "numpy": (LABELS.numpy(), r"labels is a ndarray: pass a tensor, torch.as_tensor\(labels\)"),
    "list": (LABELS.tolist(), "labels is a list"),
}


@pytest.mark.parametrize("given", BAD_LABELS)
def test_labels_that_would_be_compared_wrongly_are_refused(given):
    labels, words = BAD_LABELS[given]
    model, images = models.mlp(2, 3), torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    before = [p.clone() for p in model.parameters()]
    for call in (training.accuracy, lambda *a: training.train(*a, epochs=1, progress=False)):
        with pytest.raises(ValueError, match=words):
            call(model, images, labels)
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters()))


def test_scores_and_sizes_that_do_not_fit_are_refused():
    images = torch.zeros(4, 2)
    for model, words in (
        (nn.Flatten(0), r"scores of 4 images have shape \(8,\)"),
        (lambda x: x[:, :, None], r"shape \(4, 2, 1\): they must be \(images, classes\)"),
        (lambda x: x.T, r"shape \(2, 4\)"),
        (lambda x: x[:, :1], "labels run from 0 to 2, but the model has 1 classes"),
    ):
        with pytest.raises(ValueError, match=words):
            training.accuracy(model, images, LABELS)
    for size in (0, -3, 2.5, True):
        for call in (training.accuracy, training.train):
            with pytest.raises(ValueError, match="batch_size is"):
                call(models.mlp(2, 3), images, LABELS, batch_size=size)
    with pytest.raises(ValueError, match="images is a ndarray"):
        training.accuracy(models.mlp(2, 3), images.numpy(), LABELS)
    with pytest.raises(ValueError, match="0 images and 4 labels"):
        training.accuracy(models.mlp(2, 3), images.sum(), LABELS)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int16, torch.int32])
def test_integer_labels_of_any_size_are_right(dtype):
    images, weights = torch.randn(4, 2, generator=torch.Generator().manual_seed(0)), []
    for labels in (LABELS, LABELS.to(dtype)):
        model = models.mlp(2, 3)
        training.train(model, images, labels, epochs=2, progress=False)
        weights.append(model[1].weight)
        assert training.accuracy(torch.eye(3)[LABELS].__getitem__, torch.arange(4), labels) == 1
    assert torch.equal(*weights)


def test_training_ignores_torchs_default_device():
    images, labels = (
        torch.randn(9, 2, generator=torch.Generator().manual_seed(0)),
        torch.arange(9) % 3,
    )
    model = models.mlp(2, 3)
    torch.set_default_device("meta")  # stands for "cuda"
    try:
        training.train(model, images, labels, epochs=1, batch_size=4, progress=False)
    finally:
        torch.set_default_device(None)
    assert 0 <= training.accuracy(model, images, labels) <= 1


@pytest.mark.slow
def test_mnist_target_is_good(mnist_target, mnist_test):
    assert training.accuracy(mnist_target, *mnist_test) >= 0.96


def test_device_is_described():
    assert describe_device().startswith(("CPU with", "CUDA:"))
