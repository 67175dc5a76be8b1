"""Running a pruned pair without its pruned weights: the units that are used, some outputs and
inputs at a time.
"""

from dataclasses import dataclass

import torch

from .convolution import linear_map

# entries of second matrices that a ticket holds between calls; those of larger networks are drawn
# anew
HELD = 2**26
OUTPUTS = 2**24  # entries of a second matrix,
HIDDEN = 2**25  # and hidden activations, at a time


@dataclass(frozen=True)
class Compact:
    """The pruned pair without its pruned rows and columns, for some outputs."""

    column: torch.Tensor  # (used,) which column of the input a unit sees
    first: torch.Tensor  # (used,) A's values
    second: torch.Tensor  # float32 (outputs, used, *kernel)


def compact_parts(pair):
    """Yield the Compact parts of a pair, a bounded number of outputs at a time."""
    used = pair.used_units().nonzero().flatten()
    # all weights are 0; PyTorch's convolution of no channels would lose its outputs
    if len(used) == 0:
        used = torch.zeros(1, dtype=torch.int64)
    place = torch.empty(pair.units, dtype=torch.int64)
    place[used] = torch.arange(len(used))
    column, first = used // pair.width, pair.blocks().flatten()[used]
    step = max(1, OUTPUTS // max(1, len(used) * pair.taps))
    for start in range(0, pair.outputs, step):
        outputs = slice(start, min(start + step, pair.outputs))
        second = torch.zeros((outputs.stop - start) * pair.taps, len(used), dtype=torch.float32)
        for row, unit, _, value in pair.kept_paths(outputs):
            second[row - start * pair.taps, place[unit]] = value.float()
        yield Compact(column, first, pair.as_weight(second))


def hold(pairs):
    """dict from a pair's number to the list of its Compact parts; empty if they are too large to be
    held.
    """
    if sum(pair.outputs * pair.taps * pair.units for pair in pairs) > HELD:
        return {}
    return {pair.layer: list(compact_parts(pair)) for pair in pairs}


def run_pair(pair, parts, x):
    """The pruned pair applied to x: (…, inputs), or (batch, inputs, height, width) for a
    convolution.
    """
    refuse_shape(pair, x)
    flat = x.reshape(-1, pair.inputs) if pair.convolution is None else pair.convolution.pad(x)
    if pair.bias:  # the constant is added after the padding, so that it is 1 at the borders too
        flat = torch.cat([flat, flat.new_ones(len(flat), 1, *flat.shape[2:])], dim=1)
    outputs = torch.cat([run_part(pair, part, flat) for part in parts], dim=1)
    return outputs.reshape(*x.shape[:-1], pair.outputs) if pair.convolution is None else outputs


def run_part(pair, part, x):
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


def refuse_shape(pair, x):
    """Refuse inputs that the pair's layer cannot take."""
    shape = tuple(x.shape)
    if pair.convolution is None and shape[-1:] != (pair.inputs,):
        raise ValueError(
            f"layer {pair.position} of the ticket takes {pair.inputs} inputs, but got shape {shape}"
        )
    if pair.convolution is not None and (len(shape) != 4 or shape[1] != pair.inputs):
        needed = f"(batch, {pair.inputs}, height, width)"
        raise ValueError(
            f"layer {pair.position} of the ticket takes images {needed}, but got shape {shape}"
        )
