"""What a ticket from a file may cost before it has met its target.

Memory in proportion to the file and to the input.

Anyone can write a small file that describes an enormous network. Whether it stands for a target
only `verify` can tell, which allocates nothing before the layers agree; until then calls that would
need far more than the file holds are refused.
"""

import math

import torch

from .errors import TicketError
from .inputs import follow_shapes
from .pair import Pair
from .steps import Steps

_SMALL = 2**22  # values (16 MiB in float32) that any ticket may use
# values of an activation for every value of the input: channels that a first convolution may add
_PER_INPUT = 128
# random weights in full for every bit of the masks: inputs that a unit may see for every output it
# serves
_PER_BIT = 64


def check_run_size(steps: Steps, x: torch.Tensor) -> None:
    """Refuse an input at which an activation would be far larger than masks and input are.

    steps: with Pairs.
    """
    bits = _mask_bits(steps.weighted())
    largest, most = 0, _SMALL + _PER_INPUT * x.numel() + bits

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
            f"and this ticket came from a file with {bits:,} mask bits: call verify(target) first, "
            "then it runs at any size"
        )


def check_network_size(pairs: list[Pair]) -> None:
    """Refuse to make the random layers in full where they are far larger than the masks."""
    drawn = sum(pair.units * (pair.columns + pair.rows) for pair in pairs)
    if drawn > _SMALL + _PER_BIT * _mask_bits(pairs):
        raise TicketError(
            f"the random network in full has {drawn:,} weights, and this ticket came from a file "
            f"with {_mask_bits(pairs):,} mask bits: call verify(target) first"
        )


def _mask_bits(pairs: list[Pair]) -> int:
    return sum(8 * pair.packed.nbytes for pair in pairs)
