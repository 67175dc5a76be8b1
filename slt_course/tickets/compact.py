"""Running a pruned pair without its pruned weights: only units that are used, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from .constructions.da_cunha import kernels_of_rows
from .convolution import linear_map
from .inputs import check_shape
from .pair import Pair

# entries of second matrices that a ticket keeps between calls; larger networks draw theirs anew
CACHED_ENTRIES = 2**26
OUTPUTS = 2**24  # entries of a second matrix,
HIDDEN = 2**25  # and hidden activations, at a time


@dataclass(frozen=True)
class _Compact:
    """The pruned pair without its pruned rows and columns, for some outputs."""

    column: Tensor  # (used,) which column of the input a unit sees
    first: Tensor  # (used,) A's values
    second: Tensor  # float32 (outputs, used, *kernel)


def compact_parts(pair: Pair) -> Iterator[_Compact]:
    """Yield the Compact parts of a pair, a bounded number of outputs at a time."""
    used = pair.used_units().nonzero().flatten()
    # all weights are 0; PyTorch's convolution of no channels would lose its outputs
    if len(used) == 0:
        used = torch.zeros(1, dtype=torch.int64)
    place = torch.empty(pair.units, dtype=torch.int64)
    place[used] = torch.arange(len(used))
    column, first = used // pair.width, pair.blocks().flatten()[used]
    chunk = max(1, OUTPUTS // max(1, len(used) * pair.entries))
    for start in range(0, pair.outputs, chunk):
        outputs = slice(start, min(start + chunk, pair.outputs))
        second = torch.zeros((outputs.stop - start) * pair.entries, len(used), dtype=torch.float32)
        for row, unit, _, value in pair.kept_paths(outputs):
            second[row - start * pair.entries, place[unit]] = value.float()
        yield _Compact(column, first, kernels_of_rows(second, pair.kernel))


def cached_compact_parts(pairs: list[Pair]) -> dict[int, list[_Compact]]:
    """The Compact parts by a pair's number, or an empty dict if they are too large to be kept."""
    if sum(pair.rows * pair.units for pair in pairs) > CACHED_ENTRIES:
        return {}
    return {pair.layer: list(compact_parts(pair)) for pair in pairs}


def run_pair(pair: Pair, parts: Iterable[_Compact], x: Tensor) -> Tensor:
    """The pruned pair applied to x.

    x: (…, inputs), or (batch, inputs, height, width) for a convolution.
    """
    check_shape(pair, x)
    flat = x.reshape(-1, pair.inputs) if pair.convolution is None else pair.convolution.pad(x)
    if pair.bias:  # the constant is added after the padding, so that it is 1 at the borders too
        flat = torch.cat([flat, flat.new_ones(len(flat), 1, *flat.shape[2:])], dim=1)
    outputs = torch.cat([_run_part(pair, part, flat) for part in parts], dim=1)
    return outputs.reshape(*x.shape[:-1], pair.outputs) if pair.convolution is None else outputs


def _run_part(pair: Pair, part: _Compact, x: Tensor) -> Tensor:
    """One Compact part applied to x (batch, columns, …), which is already padded."""
    column, first, second = (
        tensor.to(x.device) for tensor in (part.column, part.first, part.second)
    )
    first, second = first.to(x.dtype).view(-1, *(1 for _ in x.shape[2:])), second.to(x.dtype)
    rows = max(1, HIDDEN // max(1, len(column) * x[0, 0].numel())) if len(x) else 1
    slide = None if pair.convolution is None else pair.convolution.without_padding()
    return torch.cat(
        [linear_map(torch.relu_(few[:, column] * first), second, slide) for few in x.split(rows)]
    )
