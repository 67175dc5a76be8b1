"""Small convolutional networks for 28×28 images."""

from __future__ import annotations

import torch
from torch import nn


def mnist_cnn(bias: bool = False, seed: int = 0) -> nn.Sequential:
    """Build a small convolutional network for 28×28 images, with 20,688 weights.

    16 channels 5×5 and 32 channels 3×3, both of stride 2, and a Linear layer.

    Args:
        bias: whether the layers have biases.
        seed: of PyTorch's default initialisation; the global generator is left as it was.

    >>> sum(weights.numel() for weights in mnist_cnn().parameters())
    20688
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(1, 16, 5, stride=2, padding=2, bias=bias),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1, bias=bias),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(32 * 7 * 7, 10, bias=bias),
        )


def lenet5(seed: int = 0) -> nn.Sequential:
    """Build LeNet-5 as in the experiment of da Cunha et al.

    Two 5×5 convolutions, 1 to 6 to 16 channels, then 784-120-84-10, with biases, ReLU and MaxPool;
    zero padding keeps the size of the images, 28×28.

    Args:
        seed: of PyTorch's default initialisation; the global generator is left as it was.

    Source: da Cunha, Natale & Viennot 2022, experiments; LeCun et al. 1998 pad the first
    convolution only.

    >>> model = lenet5()
    >>> convolutions = [layer for layer in model if isinstance(layer, nn.Conv2d)]
    >>> sum(weights.numel() for layer in convolutions for weights in layer.parameters())
    2572
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(784, 120),
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, 10),
        )
