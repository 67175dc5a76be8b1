"""The volume process: how the covered part of [-1/2, 1/2] grows, item by item (lesson 04).

Points of [-1/2, 1/2] on a grid of cells; a point is covered when it is within the tolerance of a
subset sum whose partial sums all stay inside the interval. With item X the covered set C becomes C
together with (C + X), cut to the interval. Items are uniform on the 2·cells grid points of [-1, 1),
so the identity E[v'] = v (1 + (1 - v)/2) holds exactly. Source: Lueker 1998 follows this fraction,
by a martingale; da Cunha, d'Amore, Giroire, Lesfari, Natale and Viennot, "Revisiting the random
subset sum problem", 2023, with elementary tools. Sums that leave the interval are discarded here.
"""

import numpy as np

from .distributions import Seed


def volume_paths(
    tolerance: float, steps: int, paths: int, cells: int = 4096, seed: Seed = 0
) -> np.ndarray:
    """Simulate the covered share of [-1/2, 1/2], as it grows with each item.

    Args:
        tolerance: half-width of the first covered interval, around 0; at least half a cell.
        steps: number of items, >= 0.
        paths: number of independent runs, >= 1.
        cells: number of grid points of the interval, >= 1.
        seed: integer >= 0, sequence of such integers, or numpy Generator.

    Returns:
        (paths, steps + 1) float64 array of covered shares v_0, v_1, …

    Raises:
        ValueError: a tolerance below half a cell or above 1/2.

    >>> v = volume_paths(0.01, steps=30, paths=5)
    >>> bool((v[:, 1:] <= 2 * v[:, :-1] + 1e-12).all()), bool(v[:, -1].min() > 0.9)
    (True, True)
    """
    if not 0.5 / cells <= tolerance <= 0.5:
        raise ValueError(
            f"tolerance is {tolerance}: give one between {0.5 / cells:g} (half a "
            "cell) and 0.5, or more cells"
        )
    rng = np.random.default_rng(seed)
    position = np.arange(cells)
    covered = np.tile(abs(position - (cells - 1) / 2) <= tolerance * cells, (paths, 1))
    shares = [covered.mean(1)]
    for _ in range(steps):
        source = position - rng.integers(-cells, cells, (paths, 1))
        inside = (source >= 0) & (source < cells)
        covered |= np.take_along_axis(covered, source.clip(0, cells - 1), 1) & inside
        shares.append(covered.mean(1))
    return np.stack(shares, 1)
