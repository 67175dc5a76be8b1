"""The construction of da Cunha, Natale & Viennot (2022): the same for convolutions.

A kernel K (outputs, inputs, height, width) is represented by a 1×1 convolution A with n random
units for every input channel, a ReLU, and a random convolution B with K's kernel size. After
pruning every unit sees one channel, so that by the lemma of the paper (here `effective_weights`)
both together are again one convolution, whose entry for output o, channel i and place t is the sum
of A·B over the kept paths through the units of channel i, at the same place t. Every kernel entry
is therefore a subset sum of its own, over the same A: the problem of a Linear layer with a row for
every (output, place). This file is the translation: kernels to rows, rows to kernels, and where the
entries of B stand. Strides, padding and dilation belong to B alone (`convolution.py`).

Source: da Cunha, Natale & Viennot 2022, the main theorem and the lemma in its proof.
"""

import torch
from torch import Tensor


def rows_of_kernels(weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """All numbers that a layer's pair has to represent, as one float64 matrix.

    Args:
        weight: (outputs, inputs) or (outputs, inputs, height, width). bias: (outputs,).

    Returns:
        (outputs·entries, columns), where a kernel has `entries` = height·width entries; row
        o·entries + t holds entry t of output o's kernels. Columns are the inputs and, with a bias,
        one more: the constant coordinate (channel) that is 1 everywhere. Of its kernel only the
        middle entry is used, the others are 0.
    """
    outputs, inputs = weight.shape[:2]
    rows = weight.double().reshape(outputs, inputs, -1).transpose(1, 2)
    if bias is not None:
        entries = rows.shape[1]
        constant = rows.new_zeros(outputs, entries, 1)
        constant[:, entries // 2, 0] = bias.double()
        rows = torch.cat([rows, constant], dim=2)
    return rows.reshape(outputs * rows.shape[1], -1)


def kernels_of_rows(rows: Tensor, kernel: tuple[int, ...]) -> Tensor:
    """A matrix (outputs·entries, n) as a weight (outputs, n, *kernel); kernel () for Linear."""
    entries = torch.Size(kernel).numel()
    outputs, n = len(rows) // entries, rows.shape[1]
    return rows.view(outputs, entries, n).transpose(1, 2).reshape(outputs, n, *kernel)


def second_entries(row: Tensor, unit: Tensor, units: int, entries: int) -> Tensor:
    """Flat index into B (outputs, units, entries) of the entry for a unit, where row = o·entries +
    t.
    """
    return (row // entries * units + unit) * entries + row % entries


def effective_weights(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Read off by which weights a masked pair acts on positive and on negative inputs.

    If every hidden unit sees one input only, as the masks of all constructions see to, then
    second · relu(first · x) = positive · relu(x) - negative · relu(-x).

    Args:
        first: (units, inputs) or, for a 1×1 convolution, (units, inputs, 1, 1), already masked; at
            most one entry per unit is not zero. second: (outputs, units) or (outputs, units,
            height, width), already masked.

    Returns:
        positive, negative: (outputs, inputs) or (outputs, inputs, height, width), of the dtype of
            `second`.

    Raises:
        ValueError: shapes that do not fit, or a unit that sees several inputs, where no such
            weights exist.

    Source: da Cunha, Natale & Viennot 2022, proof of the theorem: two convolutions without
    activation compose.

    >>> first = torch.tensor([[0.5], [-0.25]])  # one unit for positive, one for negative inputs
    >>> effective_weights(first, torch.tensor([[1.0, 1.0]]))
    (tensor([[0.5000]]), tensor([[-0.2500]]))
    """
    if (
        first.ndim != second.ndim
        or first.shape[0] != second.shape[1]
        or any(size != 1 for size in first.shape[2:])
    ):
        shapes = f"first has shape {tuple(first.shape)}, second {tuple(second.shape)}"
        raise ValueError(
            f"{shapes}: needed are (units, inputs) and (outputs, units), or the same with (…, 1, "
            "1) and a kernel"
        )
    first = first.flatten(1).to(second.dtype)
    crowded = int((first.count_nonzero(dim=1) > 1).sum())
    if crowded:
        raise ValueError(
            f"{crowded} units of first see several inputs: mask it so that every unit sees one"
        )
    positive, negative = first.relu(), -(-first).relu()
    return (
        torch.einsum("ou...,ui->oi...", second, positive),
        torch.einsum("ou...,ui->oi...", second, negative),
    )
