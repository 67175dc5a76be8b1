"""The whole story in one picture: three ways in which pruning finds a network."""

import numpy as np

from .style import KEPT, PRUNED, RANDOM, TARGET, canvas

LAYERS = (3, 6, 2)
WIDTH, HEIGHT = 1.5, 1.5  # of one small network, in axes units
ROADS = (
    ("Lottery ticket: train, prune, rewind, train (lesson 01)",
     (("random", RANDOM, False), ("train", TARGET, False), ("prune + rewind", RANDOM, True), ("train again", TARGET, True))),
    ("Training by pruning: learn the mask, never the weights (lesson 02)",
     (("random", RANDOM, False), ("search a mask", KEPT, True))),
    ("Strong lottery ticket: match a target by pruning, with a proof (lessons 03–11)",
     (("random", RANDOM, False), ("subset sums", KEPT, True), ("a given network", TARGET, "target"))),
)  # fmt: skip


def story():
    """Three rows of small networks, one row per road: green random, grey pruned, blue kept, orange trained."""
    alt = (
        "Three rows of small networks. Lottery ticket: random, trained, pruned and rewound, trained again. Training by "
        "pruning: random, then pruned by a search. Strong lottery ticket: random, pruned by subset sums, computing the "
        "same function as a given smaller network."
    )
    with canvas(alt, size=(6.4, 6.2)) as (_, axes):
        axes.set(xlim=(-0.2, 10.2), ylim=(-0.6, 9.3), aspect="equal")
        axes.axis("off")
        for row, (title, stages) in enumerate(ROADS):
            bottom = 6.8 - 3.3 * row
            axes.text(-0.1, bottom + HEIGHT + 0.35, title, fontsize=10, weight="bold")
            for place, (label, colour, pruned) in enumerate(stages):
                left = 2.8 * place
                draw_network(axes, left, bottom, colour, pruned)
                if place:
                    sign = "≈" if pruned == "target" else "→"
                    axes.text(left - 0.65, bottom + HEIGHT / 2, sign, ha="center", va="center", fontsize=20)
                axes.text(left + WIDTH / 2, bottom - 0.25, label, ha="center", va="top", fontsize=9)


def draw_network(axes, left, bottom, colour, pruned):
    """A small network with its lower left corner at (left, bottom). `pruned` greys out most edges."""
    layers = (3, 2) if pruned == "target" else LAYERS
    nodes = [
        [(left + WIDTH * depth / 2, bottom + HEIGHT * (k + 0.5) / size) for k in range(size)]
        for depth, size in enumerate(layers)
    ]
    kept = np.random.default_rng(4)
    for before, after in zip(nodes, nodes[1:]):
        for one in before:
            for other in after:
                keep = pruned is not True or kept.random() < 0.35
                style = (
                    {"color": colour, "linewidth": 1.3, "zorder": 2}
                    if keep
                    else {"color": PRUNED, "linewidth": 0.5, "zorder": 1}
                )
                axes.plot(*zip(one, other), **style)
    axes.scatter(*zip(*sum(nodes, [])), s=14, color="black", zorder=3)
