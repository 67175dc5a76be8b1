"""A pair of random layers with its mask: what stands for one Linear layer of the target."""

from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch.nn import functional

from .paths import FIRST, FIRST_BIAS, SECOND, first_matrix_blocks
from .random_weights import uniform, whole

MASK_BITS_AT_A_TIME = 2**24


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
    packed: np.ndarray = field(default=None, repr=False)  # uint8 (outputs, ceil(units / 8)); None before the search

    @classmethod
    def for_layer(cls, layer, number, width, seed):
        """The pair, still without a mask, that has to represent a LinearLayer of the target."""
        outputs, inputs = layer.weight.shape
        scales = {"scale": layer.scale, "outer_scale": layer.outer_scale}
        has_bias = layer.bias is not None
        return cls(layer.position, number, inputs, outputs, has_bias, layer.signed, width, **scales, seed=seed)

    def with_mask(self, packed):
        return replace(self, packed=packed)

    @property
    def columns(self):
        return self.inputs + self.bias

    @property
    def units(self):
        return self.columns * self.width

    def mask(self, rows=slice(None)):
        """B's mask, or some rows of it: bool (outputs, units)."""
        return torch.from_numpy(np.unpackbits(self.packed[rows], axis=1, count=self.units).view(bool))

    def blocks(self):
        """A's entries inside the blocks: float32 (columns, width)."""
        return first_matrix_blocks(self.seed, self.layer, self.inputs, self.columns, self.width, "cpu")

    def first_weights(self):
        """All of A as drawn: weight float32 (units, inputs) and, with a bias, bias (units,), else None."""
        weight = whole(self.seed, self.layer, FIRST, self.units, self.inputs)
        return weight, whole(self.seed, self.layer, FIRST_BIAS, self.units) if self.bias else None

    def first_masks(self):
        """A's masks: bool (units, inputs) and, with a bias, (units,), else None."""
        used = self.used_units()
        column = torch.arange(self.columns).repeat_interleave(self.width)
        weight = (column[:, None] == torch.arange(self.inputs)) & used[:, None]
        return weight, used & (column == self.inputs) if self.bias else None

    def second_weights(self):
        """All of B as drawn: float32 (outputs, units)."""
        return whole(self.seed, self.layer, SECOND, self.outputs, self.units)

    def used_units(self):
        """Which hidden units some output uses: bool (units,)."""
        bits = np.bitwise_or.reduce(self.packed, axis=0)
        return torch.from_numpy(np.unpackbits(bits, count=self.units).view(bool))

    def kept_paths(self):
        """Yield the kept entries of B, some rows at a time: output, unit (int64), values of A and B (float64)."""
        first = self.blocks().flatten().double()
        step = max(1, MASK_BITS_AT_A_TIME // self.units)
        for start in range(0, self.outputs, step):
            output, unit = self.mask(slice(start, start + step)).nonzero(as_tuple=True)
            output += start
            second = uniform(self.seed, self.layer, SECOND, output * self.units + unit)
            yield output, unit, first[unit], second.double()

    def effective_weights(self):
        """The matrices by which the pair acts on the positive and on the negative part of its input.

        Returns:
            positive, negative: float64 (outputs, columns), in the target's units: the scales are multiplied back.
            `negative` is zero where negative inputs are not served.
        """
        sums = torch.zeros(2, self.outputs * self.columns, dtype=torch.float64)
        for output, unit, first, second in self.kept_paths():
            place = output * self.columns + unit // self.width
            for part, sign in ((0, first > 0), (1, first < 0)):
                sums[part].index_add_(0, place[sign], (first * second)[sign])
        sums = sums.view(2, self.outputs, self.columns)
        sums[:, :, : self.inputs] *= self.scale
        sums[:, :, self.inputs :] *= self.outer_scale
        return sums[0], sums[1]

    def compact_weights(self):
        """The pruned pair without its pruned rows and columns: unit's column, A's value (used,), B (outputs, used)."""
        used = self.used_units().nonzero().flatten()
        place = torch.empty(self.units, dtype=torch.int64)
        place[used] = torch.arange(len(used))
        weights = torch.zeros(self.outputs, len(used))
        for output, unit, _, second in self.kept_paths():
            weights[output, place[unit]] = second.float()
        return used // self.width, self.blocks().flatten()[used], weights


def run_compact(pair, compact, x, block=2**25):
    """The pruned pair applied to x (…, inputs): only the units that are used, a bounded number of rows at a time."""
    if x.shape[-1:] != (pair.inputs,):
        raise ValueError(f"layer {pair.position} of the ticket takes {pair.inputs} inputs, but got shape {tuple(x.shape)}")
    column, first, second = (tensor.to(x.device) for tensor in compact)
    first, second = first.to(x.dtype), second.to(x.dtype)
    flat = x.reshape(-1, pair.inputs)
    if pair.bias:
        flat = torch.cat([flat, flat.new_ones(len(flat), 1)], dim=1)
    rows = max(1, block // max(1, len(column)))
    outputs = [functional.linear(torch.relu_(part[:, column] * first), second) for part in flat.split(rows)]
    return torch.cat(outputs).reshape(*x.shape[:-1], pair.outputs)
