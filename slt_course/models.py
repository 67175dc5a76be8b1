"""The target networks of the course. All are plain `nn.Sequential`, ready for `tickets.build`."""

import torch
from torch import nn


def mlp(*sizes, bias=True, seed=0):
    """A multilayer perceptron: Flatten, then Linear layers of the given sizes with ReLU between them.

    Args:
        sizes: two or more layer sizes, inputs first: `mlp(784, 500, 10)`.
        bias: whether the Linear layers have biases. The theorems of Malach et al. and Pensia et al. have none.
        seed: of PyTorch's default initialisation; the global generator is left as it was.

    Raises:
        ValueError: fewer than two sizes, or one below 1.

    >>> mlp(4, 3, 2, bias=False)
    Sequential(
      (0): Flatten(start_dim=1, end_dim=-1)
      (1): Linear(in_features=4, out_features=3, bias=False)
      (2): ReLU()
      (3): Linear(in_features=3, out_features=2, bias=False)
    )
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes are {sizes}: give at least two positive sizes, inputs first, as in mlp(784, 500, 10)")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        linears = [nn.Linear(inputs, outputs, bias=bias) for inputs, outputs in zip(sizes, sizes[1:])]
    layers = [nn.Flatten()]
    for linear in linears:
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def mnist_mlp(seed=0):
    """The target of Pensia et al.'s experiment: 784-500-10, no biases, 397,000 weights.

    >>> sum(weights.numel() for weights in mnist_mlp().parameters())
    397000
    """
    return mlp(784, 500, 10, bias=False, seed=seed)


def digits_mlp(seed=0):
    """A small network with biases for the 8×8 digits: 64-32-10.

    >>> sum(weights.numel() for weights in digits_mlp().parameters())
    2410
    """
    return mlp(64, 32, 10, seed=seed)


def lenet_300_100(bias=True, seed=0):
    """The fully connected network of the lottery-ticket literature: 784-300-100-10, 266,200 weights.

    >>> sum(layer.weight.numel() for layer in lenet_300_100() if hasattr(layer, "weight"))
    266200
    """
    return mlp(784, 300, 100, 10, bias=bias, seed=seed)


def redundant_mlp(*sizes, copies=5, relu=True, seed=0):
    """The structure of Pensia et al.'s second experiment: every Linear layer becomes two, without biases.

    The first multiplies each input by `copies` random numbers (the blocks of a ticket, as a grouped 1×1 convolution), the
    second is a Linear layer on all of them; with relu=True there is a ReLU between the two, as in the theorem.

    >>> sum(weights.numel() for weights in redundant_mlp(784, 500, 10).parameters())
    1991420
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers = [nn.Flatten()]
        for inputs, outputs in zip(sizes, sizes[1:]):
            blocks = nn.Conv2d(inputs, copies * inputs, 1, groups=inputs, bias=False)
            inner = [nn.ReLU()] if relu else []
            second = nn.Linear(copies * inputs, outputs, bias=False)
            layers += [nn.Unflatten(1, (inputs, 1, 1)), blocks, *inner, nn.Flatten(), second, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def mnist_cnn(bias=False, seed=0):
    """A small convolutional network for 28×28 images: 16 channels 5×5, 32 channels 3×3, both of stride 2, and a Linear.

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
