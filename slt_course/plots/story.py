"""The whole story in one picture: three ways in which pruning finds a network."""

import numpy as np

from ..subset_sum import solve
from .style import KEPT, PRUNED, RANDOM, TARGET, canvas

WIDTH, HEIGHT = 1.5, 1.5  # of one small network, in axes units
# the small network of the third road: two inputs, two outputs
GIVEN = np.array([[0.6, -0.4], [0.3, 0.5]])
UNITS = 6  # random hidden units per input of its ticket


def story():
    """Three rows of small networks, one row per road: green random, grey pruned, blue kept, orange
    trained.
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
    first, second, *ticket = gadget()
    everything = [np.ones_like(weights, bool) for weights in (first, second)]
    dense, mask = [np.ones((6, 3), bool), np.ones((2, 6), bool)], some_mask()
    roads = (
        ("Lottery ticket: train, prune, rewind, train (lesson 01)",
         (("random", RANDOM, dense), ("train", TARGET, dense),
          ("prune + rewind", RANDOM, mask), ("train again", TARGET, mask))),
        ("Training by pruning: learn the mask, never the weights (lesson 02)",
         (("random", RANDOM, dense), ("search a mask", KEPT, mask))),
        ("Strong lottery ticket: match a target by pruning, with a proof (lessons 03–11)",
         (("random", RANDOM, everything), ("subset sums", KEPT, ticket),
         ("a given network", TARGET, [GIVEN != 0]))),
    )  # fmt: skip
    with canvas(alt, size=(6.4, 6.2)) as (_, axes):
        axes.set(xlim=(-0.2, 10.2), ylim=(-0.6, 9.3), aspect="equal")
        axes.axis("off")
        for row, (title, stages) in enumerate(roads):
            bottom = 6.8 - 3.3 * row
            axes.text(-0.1, bottom + HEIGHT + 0.35, title, fontsize=10, weight="bold")
            for place, (label, colour, masks) in enumerate(stages):
                left = 2.8 * place
                draw_network(axes, left, bottom, colour, masks)
                if place:
                    sign = "≈" if label == "a given network" else "→"
                    axes.text(
                        left - 0.65,
                        bottom + HEIGHT / 2,
                        sign,
                        ha="center",
                        va="center",
                        fontsize=20,
                    )
                axes.text(left + WIDTH / 2, bottom - 0.25, label, ha="center", va="top", fontsize=9)


def gadget(seed=252):  # a draw that six units per input happen to serve well
    """The ticket that the third road shows: random weights first (units, 2) and second (2, units),
    and their two masks.

    The construction of lesson 08 for inputs >= 0. Unit k of input i keeps one incoming weight, a_k
    from i; the path through it to output o is worth b·a_k, and the mask of o keeps those whose sum
    is nearest to the given weight.
    """
    rng = np.random.default_rng(seed)
    first, second = rng.uniform(-1, 1, (2 * UNITS, 2)), rng.uniform(-1, 1, (2, 2 * UNITS))
    # (units, inputs): each input has its own block
    own = np.kron(np.eye(2), np.ones((UNITS, 1))) > 0
    # what a unit makes of 1 at its input: units with a < 0 are silent
    passed_on = np.maximum(first[own], 0)
    kept = solve((second * passed_on).reshape(2, 2, UNITS), GIVEN).mask.reshape(2, -1)
    return first, second, own & kept.any(0)[:, None], kept


def some_mask(seed=77):
    """Masks (6, 3) and (2, 6) without dead ends: every kept edge lies on a path from an input to an
    output.
    """
    rng = np.random.default_rng(seed)
    return [rng.random(shape) < 0.35 for shape in ((6, 3), (2, 6))]


def draw_network(axes, left, bottom, colour, masks):
    """A small network with its lower left corner at (left, bottom), from the masks (outputs,
    inputs) of its layers.
    """
    sizes = [masks[0].shape[1], *(len(mask) for mask in masks)]
    nodes = [
        [
            (left + WIDTH * depth / (len(sizes) - 1), bottom + HEIGHT * (k + 0.5) / size)
            for k in range(size)
        ]
        for depth, size in enumerate(sizes)
    ]
    for before, after, mask in zip(nodes, nodes[1:], masks):
        for (k, i), kept in np.ndenumerate(mask):
            style = (
                {"color": colour, "linewidth": 1.3, "zorder": 2}
                if kept
                else {"color": PRUNED, "linewidth": 0.5}
            )
            axes.plot(*zip(before[i], after[k]), **style)
    axes.scatter(*zip(*sum(nodes, [])), s=14, color="black", zorder=3)
