"""A network as a list of steps, and the walk through it that every computation takes.

A step is a layer without weights (an nn.Module such as ReLU), a layer with weights in whatever form
the computation needs (a TargetLayer, its Pair, the Comparison of both), or the two Branches of a
skip connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from torch import nn


@dataclass(frozen=True)
class Branches:
    """A skip connection: two lists of steps, whose outputs are brought to one scale and added.

    The branches divide their activations by different powers of two (see `targets.read_layer`); the
    factors, also powers of two, bring both to the larger.
    """

    body: Steps
    shortcut: Steps
    factors: tuple[float, float] = (1.0, 1.0)  # of body and shortcut


@dataclass(frozen=True)
class Steps:
    """The steps of a network in order, each with its position in the target ("2", "0.body.1").

    Iterating yields (position, step).
    """

    items: tuple[tuple[str, Any], ...]

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def walk(
        self,
        state: Any,
        plain: Callable[[nn.Module, Any], Any],
        weighted: Callable[[Any, Any], Any],
        join: Callable[[Branches, Any, Any], Any],
    ) -> Any:
        """Send a state through the network, and return the last one.

        Args:
            state: whatever the functions take and return: activations, bounds, shapes.
            plain: (layer, state) -> state after a layer without weights.
            weighted: (layer, state) -> state after a layer with weights.
            join: (branches, state of the body, state of the shortcut) -> state where they meet.
        """
        for _, step in self.items:
            if isinstance(step, Branches):
                ends = (
                    branch.walk(state, plain, weighted, join)
                    for branch in (step.body, step.shortcut)
                )
                state = join(step, *ends)
            else:
                state = (plain if isinstance(step, nn.Module) else weighted)(step, state)
        return state

    def layers(self) -> Iterator[tuple[str, Any]]:
        """Yield (position, layer) for all layers, in the order in which `walk` meets them."""
        for position, step in self.items:
            if isinstance(step, Branches):
                yield from step.body.layers()
                yield from step.shortcut.layers()
            else:
                yield position, step

    def plain(self) -> list[nn.Module]:
        """The layers without weights."""
        return [step for _, step in self.layers() if isinstance(step, nn.Module)]

    def weighted(self) -> list[Any]:
        """The layers with weights."""
        return [step for _, step in self.layers() if not isinstance(step, nn.Module)]

    def map(
        self, weighted: Callable[[Any], Any], plain: Callable[[nn.Module], Any] = lambda step: step
    ) -> Steps:
        """The same network with other layers: weighted(layer) and plain(layer) in their places."""

        def changed(step):
            if isinstance(step, Branches):
                body, shortcut = step.body.map(weighted, plain), step.shortcut.map(weighted, plain)
                return Branches(body, shortcut, step.factors)
            return (plain if isinstance(step, nn.Module) else weighted)(step)

        return Steps(tuple((position, changed(step)) for position, step in self.items))

    def with_weighted(self, layers) -> Steps:
        """The same network with these layers, in order, in place of those with weights."""
        layers = iter(layers)
        return self.map(lambda _: next(layers))

    @property
    def scale(self) -> float:
        """What the output of the random network has to be multiplied by: the power of two that its
        last activations were divided by."""
        return self.walk(
            1.0,
            plain=lambda _, scale: scale,
            weighted=lambda layer, _: layer.outer_scale,
            join=lambda _, body, shortcut: max(body, shortcut),
        )
