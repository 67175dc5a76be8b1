"""What all constructions share: one layer from two random layers, by choosing paths through random
units.

The first random matrix A is pruned to blocks: unit (i, k), the k-th of `width` units for coordinate
i, sees x_i only. Units with A > 0 pass positive x_i through the ReLU, units with A < 0 pass
negative x_i. Every kept path x_i -> unit (i, k) -> output o multiplies x_i by A·B, so the weight
from i to o is the sum of the products A·B over the kept paths, for either sign of x_i. Which paths
are kept is the construction: `pensia.py` or `malach.py`. A is shared by all outputs, only the mask
of B differs. A convolution is the same with channels for coordinates, a 1×1 convolution for A and,
for every tap of its kernel, a matrix B of its own.
"""

import torch

from .random_weights import uniform

FIRST, FIRST_BIAS, SECOND = 0, 1, 2  # the random tensors of a pair
PATHS = 2**20  # candidate paths at a time,
UNITS = 2**27  # and units of their masks


def first_matrix_blocks(seed, layer, inputs, columns, width, device):
    """The entries A[(i, k), i] that pruning leaves: (columns, width) float32, column i >= inputs
    being the bias.
    """
    unit = torch.arange(columns * width, device=device).view(columns, width)
    coordinate = torch.arange(inputs, device=device)[:, None]
    blocks = uniform(seed, layer, FIRST, unit[:inputs] * inputs + coordinate)
    return torch.cat([blocks, uniform(seed, layer, FIRST_BIAS, unit[inputs:])])


def second_entries(row, unit, units, taps):
    """Where the entry of B for row (o, t), tap t of output o, and a unit stands in B's row-major
    order (o, unit, t).
    """
    return (row // taps * units + unit) * taps + row % taps


def usable_units(blocks, sign, most):
    """The first units of each block that pass inputs of the given sign, `most` at most, in the
    order drawn.

    Returns:
        units (columns, m) int64 indices into the block, usable (columns, m) bool; unusable entries
        are padding.
    """
    usable = sign * blocks > 0
    units = (~usable).to(torch.int8).argsort(dim=1, stable=True)
    units = units[:, : int(usable.sum(1).max().clamp(1, most))]
    return units, usable.gather(1, units)


def choose_paths(construction, blocks, weight, tolerance, signed, seed, layer, taps=1):
    """Choose the paths of one pair: for every weight and sign, units whose products A·B add up to
    the weight.

    Args:
        construction: module or object with MOST_UNITS and choose(first, second, usable, weight,
            tolerance).
        blocks: (columns, width) from `first_matrix_blocks`.
        weight: (outputs·taps, columns) float64, the targets; row (o, t) is tap t of output o.
        tolerance: (columns,) float64, of the weights of each column.
        signed: (columns,) bool, whether the coordinate can be negative: then its negative part is
            served too.
        seed, layer: name of the random second matrix. taps: entries of a kernel, 1 for a Linear
            layer.

    Yields:
        slice of rows, kept (rows, columns, width) bool, the mask of those rows of the second
        matrix.
    """
    rows, columns = weight.shape
    width, device = blocks.shape[1], blocks.device
    coordinates = torch.arange(columns, device=device)
    signs = (
        ((+1, coordinates), (-1, coordinates[signed]))
        if bool(signed.any())
        else ((+1, coordinates),)
    )
    parts = [
        (served, *usable_units(blocks[served], sign, construction.MOST_UNITS))
        for sign, served in signs
    ]
    step = max(
        1, min(PATHS // (columns * min(width, construction.MOST_UNITS)), UNITS // (columns * width))
    )
    for row in torch.arange(rows, device=device).split(step):
        kept = torch.zeros(len(row), columns, width, dtype=torch.bool, device=device)
        for served, units, usable in parts:
            first = blocks[served].gather(1, units).double()
            entries = second_entries(
                row[:, None, None], served[:, None] * width + units, columns * width, taps
            )
            second = uniform(seed, layer, SECOND, entries).double()
            chosen = (
                construction.choose(
                    first, second, usable, weight[row][:, served], tolerance[served]
                )
                & usable
            )
            part = torch.zeros(len(row), len(served), width, dtype=torch.bool, device=device)
            kept[:, served] |= part.scatter_(2, units.expand(len(row), -1, -1), chosen)
        yield slice(int(row[0]), int(row[-1]) + 1), kept
