"""What two masked random layers with a ReLU between them compute, read off their weights."""

import torch


def effective_weights(first, second):
    """The weights by which a masked pair acts on the positive and on the negative part of its
    input.

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
    signs = (first.relu(), -(-first).relu())
    return tuple(torch.einsum("ou...,ui->oi...", second, part) for part in signs)
