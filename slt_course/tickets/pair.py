"""A pair of random layers with its mask: what stands for one Linear or Conv2d layer of the target."""

from dataclasses import dataclass, field, replace

import numpy as np
import torch

from .convolution import Convolution
from .paths import FIRST, FIRST_BIAS, SECOND, first_matrix_blocks, second_entries
from .random_weights import uniform, whole

MASK_BITS_AT_A_TIME = 2**22


@dataclass(frozen=True)
class Pair:
    """Random A (columns·width × inputs) and B (outputs × columns·width), with B's mask in packed
    bits.

    For a Conv2d layer A is a 1×1 convolution and every entry of B a kernel of `taps` entries. The
    kept entries of A follow from B's mask: unit (i, k) keeps its edge from x_i if some output uses
    the unit. With a bias there is one more column, the coordinate (channel) that is always 1: its
    block is the bias vector of A's layer.
    """

    position: str  # of the layer in the target
    layer: int  # number of the pair, which names its random weights together with the seed
    inputs: int
    outputs: int
    bias: bool
    convolution: Convolution | None  # None for a Linear layer
    signed: bool  # whether negative inputs are served
    width: int
    scale: float  # the pair's weights are the target's divided by this power of two,
    outer_scale: float  # and its biases by this one (see layers.read_layer)
    seed: int
    # uint8 (outputs·taps, ceil(units / 8)); None before the search
    packed: np.ndarray = field(default=None, repr=False)

    @classmethod
    def for_layer(cls, layer, number, width, seed):
        """The pair, still without a mask, that has to represent a TargetLayer."""
        outputs, inputs = layer.weight.shape[:2]
        shape = {
            "inputs": inputs,
            "outputs": outputs,
            "bias": layer.bias is not None,
            "convolution": layer.convolution,
        }
        scales = {"scale": layer.scale, "outer_scale": layer.outer_scale}
        return cls(
            layer.position, number, **shape, signed=layer.signed, width=width, **scales, seed=seed
        )

    def with_mask(self, packed):
        return replace(self, packed=packed)

    @property
    def columns(self):
        return self.inputs + self.bias

    @property
    def units(self):
        return self.columns * self.width

    @property
    def taps(self):
        return 1 if self.convolution is None else self.convolution.taps

    @property
    def kernel(self):
        """What follows (outputs, inputs) in the shape of a weight: () or (height, width)."""
        return () if self.convolution is None else self.convolution.kernel

    def mask_rows(self, rows=slice(None)):
        """Rows of B's mask as they are stored, row (o, t) for tap t of output o: bool (rows,
        units).
        """
        return torch.from_numpy(
            np.unpackbits(self.packed[rows], axis=1, count=self.units).view(bool)
        )

    def mask(self):
        """B's mask: bool (outputs, units, *kernel)."""
        return self.as_weight(self.mask_rows())

    def as_weight(self, rows):
        """A matrix (outputs·taps, n) as a weight (outputs, n, *kernel)."""
        outputs, n = len(rows) // self.taps, rows.shape[1]
        return rows.view(outputs, self.taps, n).transpose(1, 2).reshape(outputs, n, *self.kernel)

    def blocks(self):
        """A's entries inside the blocks: float32 (columns, width)."""
        return first_matrix_blocks(
            self.seed, self.layer, self.inputs, self.columns, self.width, "cpu"
        )

    def first_weights(self):
        """All of A as drawn: weight float32 (units, inputs), as a 1×1 kernel if need be, and bias
        (units,) or None.
        """
        weight = whole(
            self.seed, self.layer, FIRST, self.units, self.inputs, *(1 for _ in self.kernel)
        )
        return weight, whole(self.seed, self.layer, FIRST_BIAS, self.units) if self.bias else None

    def first_masks(self):
        """A's masks, bool, in the shapes of `first_weights`."""
        used = self.used_units()
        column = torch.arange(self.columns).repeat_interleave(self.width)
        weight = (column[:, None] == torch.arange(self.inputs)) & used[:, None]
        weight = weight.reshape(*weight.shape, *(1 for _ in self.kernel))
        return weight, used & (column == self.inputs) if self.bias else None

    def second_weights(self):
        """All of B as drawn: float32 (outputs, units, *kernel)."""
        return whole(self.seed, self.layer, SECOND, self.outputs, self.units, *self.kernel)

    def used_units(self):
        """Which hidden units some output uses: bool (units,)."""
        bits = np.bitwise_or.reduce(self.packed, axis=0)
        return torch.from_numpy(np.unpackbits(bits, count=self.units).view(bool))

    def kept_paths(self, outputs=slice(None)):
        """Yield the kept entries of B, some rows at a time: row (o, t) and unit (int64), values of
        A and B (float64).
        """
        first = self.blocks().flatten().double()
        start, stop, _ = outputs.indices(self.outputs)
        step = max(1, MASK_BITS_AT_A_TIME // self.units)
        for begin in range(start * self.taps, stop * self.taps, step):
            row, unit = self.mask_rows(slice(begin, min(begin + step, stop * self.taps))).nonzero(
                as_tuple=True
            )
            row += begin
            second = uniform(
                self.seed, self.layer, SECOND, second_entries(row, unit, self.units, self.taps)
            )
            yield row, unit, first[unit], second.double()

    def most_paths(self):
        """The largest number of kept paths that one weight has for inputs of one sign."""
        most = 0
        for row, unit, first, _ in self.kept_paths():
            # rows are whole here: a weight is in one part
            place = (row - row[:1]) * self.columns + unit // self.width
            most = max(
                [
                    most,
                    *(
                        int(place[sign].bincount().max())
                        for sign in (first > 0, first < 0)
                        if sign.any()
                    ),
                ]
            )
        return most

    def effective_weights(self):
        """What the pair does to the positive and to the negative part of its input, and the bias it
        adds.

        Returns:
            positive, negative: float64 (outputs, inputs, *kernel), in the target's units: the
            scales are multiplied back. `negative` is zero where negative inputs are not served.
            bias: float64 (outputs,), zero without a bias.
        """
        sums = torch.zeros(2, self.outputs * self.taps * self.columns, dtype=torch.float64)
        for row, unit, first, second in self.kept_paths():
            place = row * self.columns + unit // self.width
            for part, sign in ((0, first > 0), (1, first < 0)):
                sums[part].index_add_(0, place[sign], (first * second)[sign])
        sums = sums.view(2, self.outputs * self.taps, self.columns)
        positive, negative = (self.as_weight(part[:, : self.inputs]) * self.scale for part in sums)
        bias = sums[0, :, self.inputs :].reshape(self.outputs, -1).sum(1) * self.outer_scale
        return positive, negative, bias
