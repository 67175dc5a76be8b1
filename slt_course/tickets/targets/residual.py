"""Skip connections: the container that targets use."""

from __future__ import annotations

from torch import Tensor, nn


class Residual(nn.Module):
    """Add body(x) and shortcut(x): the building block of residual networks, as a target's layer.

    Args:
        body, shortcut: nn.Sequential, or another layer that is wrapped in one. Without a shortcut x
            itself is added.

    Source: He et al. 2016, "Deep residual learning for image recognition". No theorem of this
    course treats skip connections; they need none of their own, since the random network adds the
    same two branches.

    >>> import torch
    >>> double = Residual(nn.ReLU())
    >>> double(torch.tensor([1.0, -1.0]))
    tensor([ 2., -1.])
    """

    def __init__(self, body: nn.Module | None, shortcut: nn.Module | None = None):
        super().__init__()
        self.body, self.shortcut = sequential(body, "body"), sequential(shortcut, "shortcut")

    def forward(self, x: Tensor) -> Tensor:
        """body(x) + shortcut(x)."""
        # a copy, since a body may begin with a ReLU in place
        return self.body(x.clone()) + self.shortcut(x)


def sequential(module, name):
    """The module as an nn.Sequential; an empty one, which is the identity, for None."""
    if module is not None and not isinstance(module, nn.Module):
        raise TypeError(
            f"{name} is a {type(module).__name__}: give an nn.Sequential, or None for the identity"
        )
    return (
        module
        if isinstance(module, nn.Sequential)
        else nn.Sequential(*([] if module is None else [module]))
    )
