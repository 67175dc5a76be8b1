"""All subset sums of a few items, by doubling."""

from .arrays import Array, empty, namespace


def subset_sums(items: Array, start: float | Array = 0, out: Array | None = None) -> Array:
    """List all 2^m subset sums of every row, entry c being that of the items whose bit is set in c.

    One item at a time: the sums with item j are the sums without it, shifted by x_j, so each item
    doubles the list.

    Args:
        items: (rows, m) array or tensor, any numeric dtype.
        start: number or (rows,) added to every sum (the empty subset's value).
        out: optional (rows, 2^m) array to fill.

    Returns:
        (rows, 2^m) array of the dtype and device of `items`.

    >>> import numpy as np
    >>> subset_sums(np.array([[1, 10, 100]])).tolist()
    [[0, 1, 10, 11, 100, 101, 110, 111]]
    """
    rows, m = items.shape
    add = namespace(items).add
    if out is None:
        out = empty(items, (rows, 2**m), str(items.dtype).removeprefix("torch."))
    out[:, 0] = start
    for j in range(m):
        add(out[:, : 2**j], items[:, j : j + 1], out=out[:, 2**j : 2 ** (j + 1)])
    return out
