"""A pair of random layers with its mask: what stands for a Linear or Conv2d layer of the target.

The mask acts in three places: here, where effective weights are added up over the kept paths; in
`compact.py`, which runs the pair without its pruned weights; in `network.py`, which hands it to
torch's prune.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from .constructions.da_cunha import kernels_of_rows, second_entries
from .convolution import Convolution
from .random_weights import full_tensor, uniform
from .targets import TargetLayer

_MASK_BITS_AT_A_TIME = 2**22
_FIRST, _FIRST_BIAS, _SECOND = (
    0,
    1,
    2,
)  # the random tensors of a pair, as the generator numbers them


@dataclass(frozen=True)
class Pair:
    """Random A (columns·width × inputs) and B (outputs × columns·width), B's mask in packed bits.

    For a Conv2d layer A is a 1×1 convolution and every entry of B a kernel. The kept entries of A
    follow from B's mask: unit (i, k) keeps its edge from x_i if some output uses the unit. With a
    bias there is one more column, the coordinate (channel) that is always 1: its block is the bias
    vector of A's layer.
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
    outer_scale: float  # and its biases by this one (see targets.layer.read_layer)
    seed: int
    # uint8 (outputs·entries, ceil(units / 8)); None before the search
    packed: np.ndarray = field(default=None, repr=False)  # type: ignore[arg-type]

    @classmethod
    def for_layer(cls, layer: TargetLayer, number: int, width: int, seed: int) -> Pair:
        """The pair, still without a mask, that has to represent a TargetLayer."""
        return cls(
            position=layer.position,
            layer=number,
            inputs=layer.weight.shape[1],
            outputs=layer.weight.shape[0],
            bias=layer.bias is not None,
            convolution=layer.convolution,
            signed=layer.signed,
            width=width,
            scale=layer.scale,
            outer_scale=layer.outer_scale,
            seed=seed,
        )

    def with_mask(self, packed) -> Pair:
        return replace(self, packed=packed)

    @property
    def columns(self) -> int:
        return self.inputs + self.bias

    @property
    def units(self) -> int:
        return self.columns * self.width

    @property
    def kernel(self) -> tuple[int, ...]:
        """What follows (outputs, inputs) in the shape of a weight: () or (height, width)."""
        return () if self.convolution is None else self.convolution.kernel

    @property
    def entries(self) -> int:
        """Entries of a kernel: height·width, 1 for a Linear layer."""
        return torch.Size(self.kernel).numel()

    @property
    def rows(self) -> int:
        """Rows of the matrix of all kernels, (o, t) for entry t of output o (see da_cunha.py)."""
        return self.outputs * self.entries

    # --- the random weights, as drawn ---------------------------------------------------------

    def blocks(self, device: torch.device | str = "cpu") -> Tensor:
        """A's entries that pruning may leave, [(i, k), i]: float32 (columns, width); bias last."""
        unit = torch.arange(self.units, device=device).view(self.columns, self.width)
        coordinate = torch.arange(self.inputs, device=device)[:, None]
        inputs, bias = unit[: self.inputs] * self.inputs + coordinate, unit[self.inputs :]
        name = self.seed, self.layer
        return torch.cat([uniform(*name, _FIRST, inputs), uniform(*name, _FIRST_BIAS, bias)])

    def second_values(self, row: Tensor, unit: Tensor) -> Tensor:
        """B's entries at row (o, t) and unit, int64 tensors that broadcast: float32."""
        places = second_entries(row, unit, self.units, self.entries)
        return uniform(self.seed, self.layer, _SECOND, places)

    def first_weights(self) -> tuple[Tensor, Tensor | None]:
        """All of A: weight float32 (units, inputs), or a 1×1 kernel; bias (units,) or None."""
        name, ones = (self.seed, self.layer), (1,) * len(self.kernel)
        weight = full_tensor(*name, _FIRST, self.units, self.inputs, *ones)
        return weight, full_tensor(*name, _FIRST_BIAS, self.units) if self.bias else None

    def second_weights(self) -> Tensor:
        """All of B: float32 (outputs, units, *kernel)."""
        shape = self.outputs, self.units, *self.kernel
        return full_tensor(self.seed, self.layer, _SECOND, *shape)

    # --- the mask -----------------------------------------------------------------------------

    def mask_rows(self, rows: slice = slice(None)) -> Tensor:
        """Rows of B's mask as they are stored: bool (rows, units)."""
        bits = np.unpackbits(self.packed[rows], axis=1, count=self.units)
        return torch.from_numpy(bits.view(bool))

    def mask(self) -> Tensor:
        """B's mask: bool (outputs, units, *kernel)."""
        return kernels_of_rows(self.mask_rows(), self.kernel)

    def used_units(self) -> Tensor:
        """Which hidden units some output uses: bool (units,)."""
        bits = np.bitwise_or.reduce(self.packed, axis=0)
        return torch.from_numpy(np.unpackbits(bits, count=self.units).view(bool))

    def first_masks(self) -> tuple[Tensor, Tensor | None]:
        """A's masks, bool, in the shapes of `first_weights`."""
        used = self.used_units()
        column = torch.arange(self.columns).repeat_interleave(self.width)
        weight = (column[:, None] == torch.arange(self.inputs)) & used[:, None]
        weight = weight.reshape(*weight.shape, *(1 for _ in self.kernel))
        return weight, used & (column == self.inputs) if self.bias else None

    # --- what random weights and mask make ----------------------------------------------------

    def kept_paths(
        self, outputs: slice = slice(None)
    ) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """Yield the kept entries of B, some rows at a time.

        They are row (o, t) and unit, int64, and the values of A and B there, float64: all (kept,).
        """
        first = self.blocks().flatten().double()
        start, stop, _ = outputs.indices(self.outputs)
        chunk = max(1, _MASK_BITS_AT_A_TIME // self.units)
        for begin in range(start * self.entries, stop * self.entries, chunk):
            end = min(begin + chunk, stop * self.entries)
            row, unit = self.mask_rows(slice(begin, end)).nonzero(as_tuple=True)
            row += begin
            yield row, unit, first[unit], self.second_values(row, unit).double()

    def most_paths(self) -> int:
        """The largest number of kept paths that one weight has for inputs of one sign."""
        most = 0
        for row, unit, first, _ in self.kept_paths():
            # a row is never split, so all paths of a weight are in one part
            weight = (row - row[:1]) * self.columns + unit // self.width
            for sign in (first > 0, first < 0):
                most = max(most, int(weight[sign].bincount().max()) if sign.any() else 0)
        return most

    def effective_weights(self) -> tuple[Tensor, Tensor, Tensor]:
        """What the pair does to the positive and negative part of its input, and the bias it adds.

        Returns:
            positive, negative: float64 (outputs, inputs, *kernel), in the target's units: the
            scales are multiplied back. `negative` is zero where negative inputs are not served.
            bias: float64 (outputs,), zero without a bias.
        """
        sums = torch.zeros(2, self.rows * self.columns, dtype=torch.float64)
        for row, unit, first, second in self.kept_paths():
            weight = row * self.columns + unit // self.width
            for part, sign in ((0, first > 0), (1, first < 0)):
                sums[part].index_add_(0, weight[sign], (first * second)[sign])
        positive, negative = sums.view(2, self.rows, self.columns)
        bias = positive[:, self.inputs :].reshape(self.outputs, -1).sum(1) * self.outer_scale
        positive, negative = (
            kernels_of_rows(part[:, : self.inputs], self.kernel) * self.scale
            for part in (positive, negative)
        )
        return positive, negative, bias
