"""The target networks of the course. All are plain `nn.Sequential`, ready for `tickets.build`."""

import torch
from torch import nn

from .tickets import Residual


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


def lenet5(seed=0):
    """LeNet-5 as in the experiment of da Cunha et al.: two 5×5 convolutions, 1 to 6 to 16 channels, then 784-120-84-10.

    With biases, ReLU and MaxPool; zero padding keeps the size of the images, 28×28.
    Source: da Cunha, Natale & Viennot 2022, experiments; LeCun et al. 1998 pad the first convolution only.

    >>> model = lenet5()
    >>> sum(weights.numel() for layer in model if isinstance(layer, nn.Conv2d) for weights in layer.parameters())
    2572
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        convolutions = [
            layer
            for inputs, outputs in ((1, 6), (6, 16))
            for layer in (nn.Conv2d(inputs, outputs, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2))
        ]
        linears = [nn.Linear(784, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)]
    return nn.Sequential(*convolutions, nn.Flatten(), *linears)


def resnet18(classes=1000, channels=3, seed=0):
    """ResNet-18 with BatchNorm as `tickets.Residual` blocks, with random weights of He scale: 11.7 million parameters.

    Fold its BatchNorm with `tickets.fold_batchnorm` before building a ticket.
    Source: He et al. 2016, table 1 (18 layers) and the initialisation of He et al. 2015.

    >>> sum(weights.numel() for weights in resnet18().parameters())
    11689512
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers = [*convolution_with_norm(channels, 64, 7, stride=2), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1)]
        for inputs, outputs in ((64, 64), (64, 128), (128, 256), (256, 512)):
            stride = 1 if inputs == outputs else 2
            layers += [basic_block(inputs, outputs, stride), nn.ReLU(), basic_block(outputs, outputs, 1), nn.ReLU()]
        layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, classes)]
    return nn.Sequential(*layers)


def basic_block(inputs, outputs, stride):
    """Two 3×3 convolutions and a skip connection, a 1×1 convolution where the shapes differ; the ReLU follows outside."""
    first = [*convolution_with_norm(inputs, outputs, 3, stride), nn.ReLU()]
    body = nn.Sequential(*first, *convolution_with_norm(outputs, outputs, 3))
    same = stride == 1 and inputs == outputs
    return Residual(body, None if same else nn.Sequential(*convolution_with_norm(inputs, outputs, 1, stride)))


def convolution_with_norm(inputs, outputs, size, stride=1):
    """[Conv2d, BatchNorm2d] that keeps the size of the images, or divides it by the stride."""
    convolution = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)
    nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
    return [convolution, nn.BatchNorm2d(outputs)]


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
