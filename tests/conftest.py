"""What several tests share: MNIST and a target trained on it once."""

import pytest

from slt_course import datasets, models, training


@pytest.fixture(scope="session")
def mnist_test():
    return datasets.mnist("test")


@pytest.fixture(scope="session")
def mnist_target():
    """784-500-10 without biases, trained on all of MNIST for three epochs: about 97 %."""
    target = models.mnist_mlp()
    training.train(target, *datasets.mnist("train"), epochs=3, progress=False)
    return target.requires_grad_(False)
