"""The target networks of the course: each a plain `nn.Sequential`, ready for `tickets.build`."""

from .convolutional import lenet5, mnist_cnn
from .perceptrons import digits_mlp, lenet_300_100, mlp, mnist_mlp, redundant_mlp
from .resnet import resnet18

__all__ = [
    "digits_mlp",
    "lenet5",
    "lenet_300_100",
    "mlp",
    "mnist_cnn",
    "mnist_mlp",
    "redundant_mlp",
    "resnet18",
]
