"""Skip connections: the container that targets use, its counterpart inside a ticket, and the walk
through both.
"""

from dataclasses import dataclass

from torch import nn


class Residual(nn.Module):
    """body(x) + shortcut(x): the building block of residual networks, for targets of
    `tickets.build`.

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

    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body, self.shortcut = sequential(body, "body"), sequential(shortcut, "shortcut")

    def forward(self, x):
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


@dataclass(frozen=True)
class Branches:
    """A Residual inside a ticket: two lists of (position, step), whose outputs are scaled alike
    before they are added.

    The branches divide their activations by different powers of two (see layers.read_layer); the
    factors, also powers of two, bring both to the larger.
    """

    body: list
    shortcut: list
    factors: tuple = (1.0, 1.0)  # of body and shortcut

    def change(self, function):
        """The same branches with other steps: function(list) of each."""
        return Branches(function(self.body), function(self.shortcut), self.factors)


def walk(steps, state, apply, join):
    """Send a state through a network: apply(step, state) at every layer, join(branches, body,
    shortcut) where two meet.

    Args:
        steps: list of (position, step), where a step is a layer or a Branches.
        state: whatever apply and join take and return: activations, bounds, shapes.
    """
    for _, step in steps:
        if isinstance(step, Branches):
            state = join(
                step, *(walk(branch, state, apply, join) for branch in (step.body, step.shortcut))
            )
        else:
            state = apply(step, state)
    return state


def leaves(steps):
    """All (position, layer) of a network in the order in which `walk` meets them."""
    for position, step in steps:
        if isinstance(step, Branches):
            yield from leaves(step.body)
            yield from leaves(step.shortcut)
        else:
            yield position, step


def replace_leaves(steps, function):
    """The same network with function(position, layer) in place of every layer."""
    change = lambda branch: replace_leaves(branch, function)  # noqa: E731
    return [
        (p, step.change(change) if isinstance(step, Branches) else function(p, step))
        for p, step in steps
    ]


def fill(modules, values):
    """The same network with the values, in order, in place of the layers that are None."""
    values = iter(values)
    return replace_leaves(modules, lambda _, module: next(values) if module is None else module)


def final_scale(modules, pairs):
    """What the network's output has to be multiplied by: the power of two that its activations were
    divided by.
    """
    apply = lambda step, scale: scale if isinstance(step, nn.Module) else step.outer_scale  # noqa: E731
    return walk(fill(modules, pairs), 1.0, apply, lambda _, body, shortcut: max(body, shortcut))
