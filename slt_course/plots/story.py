"""The story of the course in one picture: three ways in which pruning finds a network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from ..subset_sum import solve
from .style import KEPT, PRUNED, RANDOM, TARGET, canvas

# of one small network, in axes units
WIDTH = 1.5
_HEIGHT = 1.5
# the small network of the third road: two inputs, two outputs
GIVEN = np.array([[0.6, -0.4], [0.3, 0.5]])
UNITS = 6  # random hidden units per input of its ticket


@dataclass(frozen=True, eq=False)
class _Stage:
    """One small network of a road, with the label below it."""

    label: str
    colour: str
    masks: list[np.ndarray]  # bool (outputs, inputs), of each layer


def story() -> None:
    """Draw three rows of small networks, one row per road to a network that pruning finds.

    Weights are green when random, grey when pruned, blue when kept, and orange when trained.

    >>> story()
    Figure(640x620)
    """
    alt = (
        "Three rows of small networks. Lottery ticket: random, trained, pruned and rewound, "
        "trained again. Training by "
        "pruning: random, then pruned by a search. Strong lottery ticket: random, then pruned by "
        "subset sums until every "
        "hidden unit hangs on one input and every output adds some of them up, which computes "
        "nearly the same as a given "
        "smaller network."
    )
    with canvas(alt, size=(6.4, 6.2)) as (_, axes):
        axes.set(xlim=(-0.2, 10.2), ylim=(-0.6, 9.3), aspect="equal")
        axes.axis("off")
        for row, (title, stages) in enumerate(_roads().items()):
            bottom = 6.8 - 3.3 * row
            axes.text(-0.1, bottom + _HEIGHT + 0.35, title, fontsize=10, weight="bold")
            for column, stage in enumerate(stages):
                left = 2.8 * column
                _draw_network(axes, left, bottom, stage)
                if column:
                    _draw_sign(axes, left, bottom, stage)


def _roads() -> dict[str, list[_Stage]]:
    """The stages of each road, by its title."""
    dense = [np.ones((6, 3), bool), np.ones((2, 6), bool)]
    mask = masks_without_dead_ends()
    first, second, first_mask, second_mask = gadget()
    everything = [np.ones_like(weights, bool) for weights in (first, second)]
    return {
        "Lottery ticket: train, prune, rewind, train (lesson 01)": [
            _Stage("random", RANDOM, dense),
            _Stage("train", TARGET, dense),
            _Stage("prune + rewind", RANDOM, mask),
            _Stage("train again", TARGET, mask),
        ],
        "Training by pruning: learn the mask, never the weights (lesson 02)": [
            _Stage("random", RANDOM, dense),
            _Stage("search a mask", KEPT, mask),
        ],
        "Strong lottery ticket: match a target by pruning, with a proof (lessons 03–11)": [
            _Stage("random", RANDOM, everything),
            _Stage("subset sums", KEPT, [first_mask, second_mask]),
            _Stage("a given network", TARGET, [GIVEN != 0]),
        ],
    }


def gadget(seed: int = 252) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The ticket of the third road: weights (units, 2) and (2, units), and their two masks.

    The construction of lesson 08 for inputs >= 0. Unit k of input i keeps one incoming weight, a_k
    from i; the path through it to output o is worth b·a_k, and the mask of o keeps those whose sum
    is nearest to the given weight. The seed is one that six units per input happen to serve well.
    """
    rng = np.random.default_rng(seed)
    first = rng.uniform(-1, 1, (2 * UNITS, 2))
    second = rng.uniform(-1, 1, (2, 2 * UNITS))
    # (units, inputs): each input has its own block
    blocks = np.kron(np.eye(2), np.ones((UNITS, 1))).astype(bool)
    # what a unit makes of 1 at its input: units with a < 0 are silent
    passed_on = np.maximum(first[blocks], 0)
    kept = solve((second * passed_on).reshape(2, 2, UNITS), GIVEN).mask.reshape(2, -1)
    return first, second, blocks & kept.any(0)[:, None], kept


def masks_without_dead_ends(seed: int = 77) -> list[np.ndarray]:
    """Masks (6, 3) and (2, 6) in which every kept edge lies on a path from input to output.

    The seed is one for which this holds.
    """
    rng = np.random.default_rng(seed)
    return [rng.random(shape) < 0.35 for shape in ((6, 3), (2, 6))]


def _draw_network(axes: Axes, left: float, bottom: float, stage: _Stage) -> None:
    """A small network with its lower left corner at (left, bottom), and its label below."""
    sizes = [stage.masks[0].shape[1], *(len(mask) for mask in stage.masks)]
    columns = [
        (left + WIDTH * depth / (len(sizes) - 1), bottom + _HEIGHT * (np.arange(size) + 0.5) / size)
        for depth, size in enumerate(sizes)
    ]
    for (x, heights), (next_x, next_heights), mask in zip(columns, columns[1:], stage.masks):
        for (output, i), kept in np.ndenumerate(mask):
            _draw_edge(axes, (x, next_x), (heights[i], next_heights[output]), kept, stage.colour)
    for x, heights in columns:
        axes.scatter(np.full(len(heights), x), heights, s=14, color="black", zorder=3)
    axes.text(left + WIDTH / 2, bottom - 0.25, stage.label, ha="center", va="top", fontsize=9)


def _draw_edge(
    axes: Axes, x: tuple[float, float], y: tuple[float, float], kept: bool, colour: str
) -> None:
    """A line for one weight."""
    if kept:
        axes.plot(x, y, color=colour, linewidth=1.3, zorder=2)
    else:
        axes.plot(x, y, color=PRUNED, linewidth=0.5)


def _draw_sign(axes: Axes, left: float, bottom: float, stage: _Stage) -> None:
    """What stands between a network and the one before it."""
    sign = "≈" if stage.label == "a given network" else "→"
    axes.text(left - 0.65, bottom + _HEIGHT / 2, sign, ha="center", va="center", fontsize=20)
