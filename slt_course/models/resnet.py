"""ResNet-18 with random weights, or with those of a state dict that has torchvision's names."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from ..tickets import Residual
from .torchvision_weights import load_torchvision, sizes_of


def resnet18(
    classes: int | None = None,
    channels: int | None = None,
    seed: int = 0,
    weights: Mapping[str, torch.Tensor] | None = None,
) -> nn.Sequential:
    """Build ResNet-18 with BatchNorm, as `tickets.Residual` blocks: 11.7 million parameters.

    Its weights are random, of He scale, unless some are given. Fold its BatchNorm with
    `tickets.fold_batchnorm` before building a ticket.

    Args:
        classes: number of outputs, 1000 by default; with `weights` that of the weights.
        channels: number of input channels, 3 by default; with `weights` that of the weights.
        seed: of the random weights; the global generator is left as it was.
        weights: a state dict with the names of torchvision's resnet18 ("layer1.0.conv1.weight"), to
            have instead:
            `resnet18(weights=torchvision.models.resnet18(weights="DEFAULT").state_dict())`.

    Raises:
        TypeError: weights that are no mapping.
        ValueError: weights with other names or shapes, or of other classes or channels than asked
            for.

    Source: He et al. 2016, table 1 (18 layers) and the initialisation of He et al. 2015.

    >>> sum(weights.numel() for weights in resnet18().parameters())
    11689512
    """
    if weights is not None:
        classes, channels = sizes_of(weights, classes, channels)
        model = _with_random_weights(classes, channels, seed)
        load_torchvision(model, weights)
        return model
    return _with_random_weights(
        1000 if classes is None else classes, 3 if channels is None else channels, seed
    )


def _with_random_weights(classes: int, channels: int, seed: int) -> nn.Sequential:
    """A ResNet-18 of this many outputs and input channels."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers: list[nn.Module] = [
            *_convolution_with_norm(channels, 64, 7, stride=2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
        ]
        for inputs, outputs in ((64, 64), (64, 128), (128, 256), (256, 512)):
            stride = 1 if inputs == outputs else 2
            layers += [
                _basic_block(inputs, outputs, stride),
                nn.ReLU(),
                _basic_block(outputs, outputs, 1),
                nn.ReLU(),
            ]
        layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, classes)]
    return nn.Sequential(*layers)


def _basic_block(inputs: int, outputs: int, stride: int) -> Residual:
    """Two 3×3 convolutions and a skip connection; the ReLU follows outside.

    The skip connection has a 1×1 convolution where the shapes differ.
    """
    body = nn.Sequential(
        *_convolution_with_norm(inputs, outputs, 3, stride),
        nn.ReLU(),
        *_convolution_with_norm(outputs, outputs, 3),
    )
    if stride == 1 and inputs == outputs:
        return Residual(body)
    return Residual(body, nn.Sequential(*_convolution_with_norm(inputs, outputs, 1, stride)))


def _convolution_with_norm(
    inputs: int, outputs: int, size: int, stride: int = 1
) -> list[nn.Module]:
    """[Conv2d, BatchNorm2d] that keeps the size of the images, or divides it by the stride."""
    convolution = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)
    nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
    return [convolution, nn.BatchNorm2d(outputs)]
