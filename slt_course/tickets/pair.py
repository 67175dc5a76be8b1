"""A pair of random layers with its mask: what stands for one Linear layer of the target."""

from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch.nn import functional

from .pensia import FIRST, FIRST_BIAS, SECOND, first_matrix_blocks
from .random_weights import uniform, whole


@dataclass(frozen=True)
class Pair:
    """Random A (columns·width × inputs) and B (outputs × columns·width), with B's mask in packed bits.

    The kept entries of A follow from B's mask: unit (i, k) keeps its edge from x_i if some output uses the unit. With a
    bias there is one more column, the coordinate that is always 1: its block is the bias vector of A's layer.
    """

    position: str  # of the Linear layer in the target
    layer: int  # number of the pair, which names its random weights together with the seed
    inputs: int
    outputs: int
    bias: bool
    signed: bool  # whether negative inputs are served
    width: int
    scale: float  # the pair's weights are the target's divided by this power of two,
    outer_scale: float  # and its biases by this one (see targets.read_linear)
    seed: int
    packed: np.ndarray = field(repr=False)  # uint8 (outputs, ceil(units / 8))

    @property
    def columns(self):
        return self.inputs + self.bias

    @property
    def units(self):
        return self.columns * self.width

    @property
    def shape(self):
        """What must agree with the target's LinearLayer.shape."""
        return self.outputs, self.inputs, self.bias, self.signed, self.scale

    def mask(self):
        """B's mask: bool (outputs, units)."""
        return torch.from_numpy(np.unpackbits(self.packed, axis=1, count=self.units).view(bool))

    def with_mask(self, mask):
        """The same pair with another mask, bool (outputs, columns, width), packed."""
        return replace(self, packed=np.packbits(mask.reshape(self.outputs, -1).cpu().numpy(), axis=1))

    def blocks(self):
        """A's entries inside the blocks: float32 (columns, width)."""
        return first_matrix_blocks(self.seed, self.layer, self.inputs, self.columns, self.width, "cpu")

    def first_weights(self):
        """All of A as drawn: weight float32 (units, inputs) and, with a bias, bias (units,), else None."""
        weight = whole(self.seed, self.layer, FIRST, self.units, self.inputs)
        return weight, whole(self.seed, self.layer, FIRST_BIAS, self.units) if self.bias else None

    def first_masks(self):
        """A's masks: bool (units, inputs) and, with a bias, (units,), else None."""
        used = self.mask().any(0)
        column = torch.arange(self.columns).repeat_interleave(self.width)
        weight = (column[:, None] == torch.arange(self.inputs)) & used[:, None]
        return weight, used & (column == self.inputs) if self.bias else None

    def second_weights(self):
        """All of B as drawn: float32 (outputs, units)."""
        return whole(self.seed, self.layer, SECOND, self.outputs, self.units)

    def kept_paths(self):
        """The kept entries of B: output, unit (int64), and the values of A and B on each path (float64)."""
        output, unit = self.mask().nonzero(as_tuple=True)
        second = uniform(self.seed, self.layer, SECOND, output * self.units + unit)
        return output, unit, self.blocks().flatten()[unit].double(), second.double()

    def effective_weights(self):
        """The matrices by which the pair acts on the positive and on the negative part of its input.

        Returns:
            positive, negative: float64 (outputs, columns), in the target's units: the scales are multiplied back.
            `negative` is zero where negative inputs are not served.
        """
        output, unit, first, second = self.kept_paths()
        sums = torch.zeros(2, self.outputs * self.columns, dtype=torch.float64)
        place = output * self.columns + unit // self.width
        for part, sign in ((0, first > 0), (1, first < 0)):
            sums[part].index_add_(0, place[sign], (first * second)[sign])
        sums = sums.view(2, self.outputs, self.columns)
        sums[:, :, : self.inputs] *= self.scale
        sums[:, :, self.inputs :] *= self.outer_scale
        return sums[0], sums[1]

    def compact_weights(self):
        """The pruned pair without its pruned rows and columns: unit's column, A's value (used,), B (outputs, used)."""
        output, unit, _, second = self.kept_paths()
        used, place = unit.unique(return_inverse=True)
        weights = torch.zeros(self.outputs, len(used))
        weights[output, place] = second.float()
        return used // self.width, self.blocks().flatten()[used], weights


def run_compact(pair, compact, x, block=2**25):
    """The pruned pair applied to x (…, inputs): only the units that are used, a bounded number of rows at a time."""
    column, first, second = (tensor.to(x.device) for tensor in compact)
    first, second = first.to(x.dtype), second.to(x.dtype)
    flat = x.reshape(-1, pair.inputs)
    if pair.bias:
        flat = torch.cat([flat, flat.new_ones(len(flat), 1)], dim=1)
    rows = max(1, block // max(1, len(column)))
    outputs = [functional.linear(torch.relu_(part[:, column] * first), second) for part in flat.split(rows)]
    return torch.cat(outputs).reshape(*x.shape[:-1], pair.outputs)
