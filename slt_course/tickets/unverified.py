"""What a ticket from a file may cost before it has met its target: memory in proportion to the file
and to the input.

Anyone can write a small file that describes an enormous network. Whether it stands for a target
only `verify` can tell, which allocates nothing before the layers agree; until then calls that would
need far more than the file holds are refused.
"""

import math

import torch

from .errors import TicketError
from .requests import follow_shapes

SMALL = 2**22  # values (16 MiB in float32) that any ticket may use
# values of an activation for every value of the input: channels that a first convolution may add
PER_INPUT = 128
# random weights in full for every bit of the masks: inputs that a unit may see for every output it
# serves
PER_BIT = 64


def refuse_outsized_run(steps, pairs, x):
    """Refuse an input x at which some activation would be far larger than the masks and the input
    are.
    """
    largest, most = 0, SMALL + PER_INPUT * x.numel() + mask_bits(pairs)

    def see(shape):
        nonlocal largest
        largest = max(largest, math.prod(shape))

    try:
        follow_shapes(steps, torch.empty(x.shape, device="meta", dtype=torch.float32), see)
    except RuntimeError:  # a shape that does not fit, which running the ticket says in words
        return
    if largest > most:
        raise TicketError(
            f"an activation at inputs of shape {tuple(x.shape)} would have {largest:,} values, "
            "and this ticket came from a "
            f"file with {mask_bits(pairs):,} mask bits: call verify(target) first, then it runs "
            "at any size"
        )


def refuse_outsized_network(pairs):
    """Refuse to make the random layers in full where they are far larger than the masks."""
    drawn, most = (
        sum(pair.units * (pair.columns + pair.outputs * pair.taps) for pair in pairs),
        SMALL,
    )
    if drawn > most + PER_BIT * mask_bits(pairs):
        raise TicketError(
            f"the random network in full has {drawn:,} weights, and this ticket came from a file "
            f"with {mask_bits(pairs):,} "
            "mask bits: call verify(target) first"
        )


def mask_bits(pairs):
    return sum(8 * pair.packed.nbytes for pair in pairs)
