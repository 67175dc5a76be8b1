"""What is given: target networks, read layer by layer."""

from .fold import fold_batchnorm
from .layer import TargetLayer
from .plain import copy_plain
from .read import read_target
from .residual import Residual

__all__ = ["Residual", "TargetLayer", "copy_plain", "fold_batchnorm", "read_target"]
