"""Arguments of `build`: what is out of range is refused, in words."""

from __future__ import annotations

import itertools
import math
import numbers

import numpy as np
import torch
from torch import nn

from .constructions import CONSTRUCTIONS


def check_arguments(width, tolerance, construction, signed_input, seed, eps) -> None:
    """Refuse arguments out of range, in words."""
    if isinstance(width, bool) or not isinstance(width, numbers.Integral) or int(width) < 1:
        raise ValueError(
            f"width is {width!r}: give a whole number of random units per input, at "
            "least 1 (60 is usual)"
        )
    check_tolerance(tolerance, eps)
    if not isinstance(construction, str) or construction not in ("auto", *CONSTRUCTIONS):
        raise ValueError(
            f"unknown construction {construction!r}: choose one of auto, {', '.join(CONSTRUCTIONS)}"
        )
    if not isinstance(signed_input, (bool, np.bool_)):
        raise TypeError(
            f"signed_input is {signed_input!r}: give True (inputs of any sign) or "
            "False (inputs >= 0)"
        )
    if (
        isinstance(seed, bool)
        or not isinstance(seed, numbers.Integral)
        or not -(2**63) <= int(seed) < 2**63
    ):
        raise ValueError(f"seed is {seed!r}: give a whole number that fits 64 bits")


def check_tolerance(tolerance, eps) -> None:
    if isinstance(tolerance, str) and tolerance == "theorem":
        if (
            isinstance(eps, bool)
            or not isinstance(eps, numbers.Real)
            or not 1e-12 <= float(eps) <= 1
        ):
            raise ValueError(
                f'eps is {eps!r}: tolerance="theorem" needs eps, the error of the whole network on '
                "the unit ball, a number in [1e-12, 1] such as 0.05"
            )
        return
    if eps is not None:
        raise ValueError(
            f'eps is {eps}, but tolerance is {tolerance}: eps goes with tolerance="theorem" only'
        )
    for one in tolerance if isinstance(tolerance, (list, tuple)) else [tolerance]:
        if isinstance(one, bool) or not isinstance(one, numbers.Real):
            raise TypeError(
                f"tolerance is {tolerance!r}: give one number, the largest weight error wanted, "
                "such "
                'as 1e-4; or a list with one per layer; or "theorem", with eps'
            )
        if not (math.isfinite(one) and float(one) >= 0):
            raise ValueError(f"tolerance is {tolerance}: give a finite number >= 0, such as 1e-4")


def device_of(target: nn.Module) -> torch.device:
    """The device of the target's first parameter, or buffer if it has no parameters."""
    return next(
        (tensor.device for tensor in itertools.chain(target.parameters(), target.buffers())),
        torch.device("cpu"),
    )


def usable_device(name: torch.device | str) -> torch.device:
    """The torch device of that name, after checking that it exists here and holds numbers."""
    try:
        device = torch.empty(0, device=name).device
        if device.type == "meta":
            raise TypeError("its tensors hold no numbers")
        return device
    except (RuntimeError, AssertionError, TypeError) as error:
        raise ValueError(
            f"device {name!r} cannot be used ({error}): leave device=None for the device of the "
            "target"
        ) from None
