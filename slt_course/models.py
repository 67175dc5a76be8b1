"""The target networks of the course. All are plain `nn.Sequential`, ready for `tickets.build`."""

from collections.abc import Mapping

import torch
from torch import nn

from .tickets import Residual


def mlp(*sizes, bias=True, seed=0):
    """A multilayer perceptron: Flatten, then Linear layers of the given sizes with ReLU between
    them.

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
    """The fully connected network of the lottery-ticket literature: 784-300-100-10, 266,200
    weights.

    >>> sum(layer.weight.numel() for layer in lenet_300_100() if hasattr(layer, "weight"))
    266200
    """
    return mlp(784, 300, 100, 10, bias=bias, seed=seed)


def redundant_mlp(*sizes, copies=5, relu=True, seed=0):
    """The structure of Pensia et al.'s second experiment: every Linear layer becomes two, without
    biases.

    The first multiplies each input by `copies` random numbers (the blocks of a ticket, as a grouped
    1×1 convolution), the second is a Linear layer on all of them; with relu=True there is a ReLU
    between the two, as in the theorem.

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
            layers += [
                nn.Unflatten(1, (inputs, 1, 1)),
                blocks,
                *inner,
                nn.Flatten(),
                second,
                nn.ReLU(),
            ]
    return nn.Sequential(*layers[:-1])


def lenet5(seed=0):
    """LeNet-5 as in the experiment of da Cunha et al.: two 5×5 convolutions, 1 to 6 to 16 channels,
    then 784-120-84-10.

    With biases, ReLU and MaxPool; zero padding keeps the size of the images, 28×28.
    Source: da Cunha, Natale & Viennot 2022, experiments; LeCun et al. 1998 pad the first
    convolution only.

    >>> model = lenet5()
    >>> convolutions = [layer for layer in model if isinstance(layer, nn.Conv2d)]
    >>> sum(weights.numel() for layer in convolutions for weights in layer.parameters())
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


def resnet18(classes=None, channels=None, seed=0, weights=None):
    """ResNet-18 with BatchNorm as `tickets.Residual` blocks, with random weights of He scale: 11.7
    million parameters.

    Fold its BatchNorm with `tickets.fold_batchnorm` before building a ticket.

    Args:
        classes, channels: of outputs (1000) and inputs (3); with `weights` those of the weights.
        seed: of the random weights; the global generator is left as it was.
        weights: a state dict with the names of torchvision's resnet18 ("layer1.0.conv1.weight"), to
            have instead:
            `resnet18(weights=torchvision.models.resnet18(weights="DEFAULT").state_dict())`.

    Raises:
        ValueError: weights with other names or shapes, or of other classes or channels than asked
            for.

    Source: He et al. 2016, table 1 (18 layers) and the initialisation of He et al. 2015.

    >>> sum(weights.numel() for weights in resnet18().parameters())
    11689512
    """
    if weights is not None:
        return resnet18_with(weights, classes, channels)
    classes, channels = 1000 if classes is None else classes, 3 if channels is None else channels
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers = [
            *convolution_with_norm(channels, 64, 7, stride=2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
        ]
        for inputs, outputs in ((64, 64), (64, 128), (128, 256), (256, 512)):
            stride = 1 if inputs == outputs else 2
            layers += [
                basic_block(inputs, outputs, stride),
                nn.ReLU(),
                basic_block(outputs, outputs, 1),
                nn.ReLU(),
            ]
        layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, classes)]
    return nn.Sequential(*layers)


def resnet18_with(weights, classes, channels):
    """ResNet-18 with the tensors of a state dict that has torchvision's names."""
    if not isinstance(weights, Mapping):
        raise TypeError(
            f"weights is a {type(weights).__name__}: give a state dict, as "
            "model.state_dict() returns it"
        )
    sizes = {}
    for name, key, axis, given in (
        ("classes", "fc.weight", 0, classes),
        ("channels", "conv1.weight", 1, channels),
    ):
        if getattr(weights.get(key), "ndim", 0) < 2:
            raise ValueError(
                f"weights has no matrix {key!r}: give a state dict with the names of "
                "torchvision's resnet18"
            )
        sizes[name] = weights[key].shape[axis]
        if given not in (None, sizes[name]):
            raise ValueError(
                f"{name} is {given}, but the weights are for {sizes[name]}: leave {name} out"
            )
    model = resnet18(**sizes)
    own, names = model.state_dict(), {torchvision_name(name): name for name in model.state_dict()}
    # older files have none; nothing needs them
    counters = {name for name in names if name.endswith("num_batches_tracked")}
    wrong = [
        name for name in names if name in weights and weights[name].shape != own[names[name]].shape
    ]
    for problem, found in (
        ("lacks", names.keys() - counters - weights.keys()), ("has, beyond a "
                                                              "ResNet-18,",
                                                              weights.keys() - names.keys()),
        ("has in another shape", wrong),
    ):  # fmt: skip
        if found:
            few = ", ".join(sorted(found)[:4])
            raise ValueError(
                f"weights {problem} {few}: give a state dict with the names of "
                "torchvision's resnet18"
            )
    model.load_state_dict({names[name]: value for name, value in weights.items()}, strict=False)
    return model


def torchvision_name(name):
    """What torchvision calls a tensor of `resnet18`: 4.body.3.weight is layer1.0.conv2.weight."""
    place, *rest = name.split(".")
    outside = {"0": "conv1", "1": "bn1", "22": "fc"}
    if place in outside:
        return ".".join([outside[place], *rest])
    block = int(place) // 2 - 2  # blocks stand at 4, 6, … 18, each with a ReLU behind it
    branch, layer, tensor = rest
    inside = (
        {"0": "conv1", "1": "bn1", "3": "conv2", "4": "bn2"}[layer]
        if branch == "body"
        else f"downsample.{layer}"
    )
    return f"layer{block // 2 + 1}.{block % 2}.{inside}.{tensor}"


def basic_block(inputs, outputs, stride):
    """Two 3×3 convolutions and a skip connection, a 1×1 convolution where the shapes differ; the
    ReLU follows outside.
    """
    first = [*convolution_with_norm(inputs, outputs, 3, stride), nn.ReLU()]
    body = nn.Sequential(*first, *convolution_with_norm(outputs, outputs, 3))
    same = stride == 1 and inputs == outputs
    return Residual(
        body, None if same else nn.Sequential(*convolution_with_norm(inputs, outputs, 1, stride))
    )


def convolution_with_norm(inputs, outputs, size, stride=1):
    """[Conv2d, BatchNorm2d] that keeps the size of the images, or divides it by the stride."""
    convolution = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)
    nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
    return [convolution, nn.BatchNorm2d(outputs)]


def mnist_cnn(bias=False, seed=0):
    """A small convolutional network for 28×28 images: 16 channels 5×5, 32 channels 3×3, both of
    stride 2, and a Linear.

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
