"""What all constructions share: a layer from two random layers, by choosing paths through units.

The first random matrix A is pruned to blocks: unit (i, k), the k-th of `width` units for coordinate
i, sees x_i only. Units with A > 0 pass positive x_i through the ReLU, units with A < 0 pass
negative x_i. Every kept path x_i -> unit (i, k) -> output o multiplies x_i by A·B, so the weight
from i to o is the sum of the products A·B over the kept paths, for either sign of x_i. Which paths
are kept is the construction. A is shared by all outputs, only the mask of B differs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

PATHS = 2**20  # candidate paths at a time,
UNITS = 2**27  # and units of their masks


@dataclass(frozen=True)
class _Candidates:
    """The units that a construction may use for inputs of one sign."""

    served: Tensor  # (columns,) int64, the coordinates whose inputs can have this sign
    units: Tensor  # (columns, m) int64, positions in the coordinate's block
    usable: Tensor  # (columns, m) bool; others are padding
    first: Tensor  # (columns, m) float64, their entries of A


def candidates(blocks: Tensor, sign: int, served: Tensor, most: int) -> _Candidates:
    """The first units of each block, at most `most`, that pass inputs of a sign, in the order
    drawn.

    blocks: (columns, width), A's entries. sign: +1 or -1. served: (columns',) int64.
    """
    usable = sign * blocks[served] > 0
    units = (~usable).to(torch.int8).argsort(dim=1, stable=True)
    units = units[:, : int(usable.sum(1).max().clamp(1, most))]
    first = blocks[served].gather(1, units).double()
    return _Candidates(served, units, usable.gather(1, units), first)


def choose_paths(
    construction, pair, weight: Tensor, tolerance: Tensor, signed: Tensor
) -> Iterator[tuple[slice, Tensor]]:
    """Choose the paths of one pair: for every weight and sign, units whose A·B add up to the
    weight.

    Args:
        construction: as `constructions.Construction` says. pair: Pair, whose mask is not needed.
        weight: (rows, columns) float64, from `da_cunha.rows_of_kernels`, on the device of the work.
        tolerance: (columns,) float64, of the weights of each column.
        signed: (columns,) bool, whether the coordinate can be negative: then its negative part is
            served too.

    Yields:
        slice of rows, and the mask of these rows of B: bool (rows, columns, width).
    """
    blocks = pair.blocks(weight.device)
    columns, width = blocks.shape
    every = torch.arange(columns, device=weight.device)
    sides = [candidates(blocks, +1, every, construction.MOST_UNITS)]
    if bool(signed.any()):
        sides.append(candidates(blocks, -1, every[signed], construction.MOST_UNITS))
    chunk = min(PATHS // (columns * min(width, construction.MOST_UNITS)), UNITS // blocks.numel())
    for row in torch.arange(len(weight), device=weight.device).split(max(1, chunk)):
        kept = torch.zeros(len(row), columns, width, dtype=torch.bool, device=weight.device)
        for side in sides:
            unit = side.served[:, None] * width + side.units
            second = pair.second_values(row[:, None, None], unit).double()
            wanted, within = weight[row][:, side.served], tolerance[side.served]
            chosen = construction.choose(side.first, second, side.usable, wanted, within)
            mark(kept, side, chosen & side.usable)
        yield slice(int(row[0]), int(row[-1]) + 1), kept


def mark(kept: Tensor, side: _Candidates, chosen: Tensor) -> None:
    """Set the chosen candidates (rows, columns', m) in a mask (rows, columns, width)."""
    rows, _, width = kept.shape
    part = torch.zeros(rows, len(side.served), width, dtype=torch.bool, device=kept.device)
    kept[:, side.served] |= part.scatter_(2, side.units.expand(rows, -1, -1), chosen)
