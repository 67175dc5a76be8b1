"""Fully connected networks: Flatten, Linear layers, ReLU between them."""

from __future__ import annotations

import torch
from torch import nn


def mlp(*sizes: int, bias: bool = True, seed: int = 0) -> nn.Sequential:
    """Build a multilayer perceptron: Flatten, then Linear layers with ReLU between them.

    Args:
        sizes: two or more layer sizes, inputs first: `mlp(784, 500, 10)`.
        bias: whether the Linear layers have biases. The theorems of Malach et al. and Pensia et al.
            have none.
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
        raise ValueError(
            f"sizes are {sizes}: give at least two positive sizes, inputs first, as "
            "in mlp(784, 500, 10)"
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        linears = [
            nn.Linear(inputs, outputs, bias=bias) for inputs, outputs in zip(sizes, sizes[1:])
        ]
    layers: list[nn.Module] = [nn.Flatten()]
    for linear in linears:
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def mnist_mlp(seed: int = 0) -> nn.Sequential:
    """Build the target of Pensia et al.'s experiment: 784-500-10, no biases, 397,000 weights.

    Args:
        seed: of PyTorch's default initialisation; the global generator is left as it was.

    Source: Pensia et al. 2020, experiments.

    >>> sum(weights.numel() for weights in mnist_mlp().parameters())
    397000
    """
    return mlp(784, 500, 10, bias=False, seed=seed)


def digits_mlp(seed: int = 0) -> nn.Sequential:
    """Build a small network with biases for the 8×8 digits: 64-32-10.

    Args:
        seed: of PyTorch's default initialisation; the global generator is left as it was.

    >>> sum(weights.numel() for weights in digits_mlp().parameters())
    2410
    """
    return mlp(64, 32, 10, seed=seed)


def lenet_300_100(bias: bool = True, seed: int = 0) -> nn.Sequential:
    """Build the dense network of the lottery-ticket literature: 784-300-100-10, 266,200 weights.

    Args:
        bias: whether the Linear layers have biases, 410 in all.
        seed: of PyTorch's default initialisation; the global generator is left as it was.

    Source: LeCun et al. 1998; Frankle & Carbin 2019.

    >>> sum(layer.weight.numel() for layer in lenet_300_100() if hasattr(layer, "weight"))
    266200
    """
    return mlp(784, 300, 100, 10, bias=bias, seed=seed)


def redundant_mlp(*sizes: int, copies: int = 5, relu: bool = True, seed: int = 0) -> nn.Sequential:
    """Build the network of Pensia et al.'s second experiment: every Linear layer becomes two.

    The first multiplies each input by `copies` random numbers (the blocks of a ticket, as a grouped
    1×1 convolution), the second is a Linear layer on all of them. Neither has biases.

    Args:
        sizes: two or more layer sizes, inputs first, of the network before the doubling.
        copies: random numbers per input, >= 1.
        relu: whether there is a ReLU between the two, as in the theorem.
        seed: of PyTorch's default initialisation; the global generator is left as it was.

    Source: Pensia et al. 2020, experiments.

    >>> sum(weights.numel() for weights in redundant_mlp(784, 500, 10).parameters())
    1991420
    """
    layers: list[nn.Module] = [nn.Flatten()]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for inputs, outputs in zip(sizes, sizes[1:]):
            layers += [
                nn.Unflatten(1, (inputs, 1, 1)),
                nn.Conv2d(inputs, copies * inputs, 1, groups=inputs, bias=False),
            ]
            if relu:
                layers.append(nn.ReLU())
            layers += [
                nn.Flatten(),
                nn.Linear(copies * inputs, outputs, bias=False),
                nn.ReLU(),
            ]
    return nn.Sequential(*layers[:-1])
