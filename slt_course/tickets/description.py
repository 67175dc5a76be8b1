"""A ticket without its masks as JSON-ready values, and back.

Whatever a file holds that no ticket has is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from torch import nn

from .constructions import CONSTRUCTIONS
from .convolution import Convolution
from .pair import Pair
from .steps import Branches, Steps
from .targets.plain import PASSED_THROUGH

if TYPE_CHECKING:
    from .ticket import Ticket

LAYERS = {kind.__name__: kind for kind in PASSED_THROUGH}  # what may stand between the pairs
# arguments of layers that are True or False; all others are whole numbers
_FLAGS = ("ceil_mode", "count_include_pad")
_DEPTH = 64  # of Residuals inside each other; the walk through a network is recursive
_MOST = 2**15  # no kernel, stride, padding or output size of an image is as large


def describe(ticket: Ticket) -> dict[str, Any]:
    """Everything in a ticket but the masks, as JSON-ready values."""
    return {
        "tolerances": ticket.tolerances,
        "signed_input": ticket.signed_input,
        "construction": ticket.construction,
        "modules": describe_steps(ticket.steps),
        "pairs": [describe_pair(pair) for pair in ticket.pairs],
        "rows": ticket.rows,
    }


def digest(ticket: Ticket) -> str:
    """SHA-256 of a ticket's description and masks: one flipped bit changes it."""
    state = hashlib.sha256(json.dumps(describe(ticket), sort_keys=True).encode())
    for pair in ticket.pairs:
        state.update(pair.packed.data)
    return state.hexdigest()


def describe_pair(pair: Pair) -> dict[str, Any]:
    values = {name: value for name, value in vars(pair).items() if name != "packed"}
    return values | {"convolution": pair.convolution and vars(pair.convolution)}


def describe_steps(steps: Steps) -> list:
    """[position, [name, arguments…]] of every step; None in the place of a pair."""
    return [[position, _describe_step(step)] for position, step in steps]


def _describe_step(step) -> list | None:
    if isinstance(step, Branches):
        branches = describe_steps(step.body), describe_steps(step.shortcut)
        return ["Residual", *branches, list(step.factors)]
    if not isinstance(step, nn.Module):
        return None
    arguments = (getattr(step, name) for name in PASSED_THROUGH[type(step)])
    return [type(step).__name__, *(list(v) if isinstance(v, tuple) else v for v in arguments)]


def restore(described: dict[str, Any], masks: dict[str, Any]) -> dict[str, Any]:
    """The arguments of Ticket: steps, rows, tolerances, signed_input, construction.

    ValueError, in few words, for what no ticket has; other exceptions for a description that is
    damaged.
    """
    pairs = [restore_pair(pair, masks[f"pair_{pair['layer']}"]) for pair in described["pairs"]]
    left = iter(pairs)
    steps = _restore_steps(described["modules"], left)
    rows, tolerances = described["rows"], described["tolerances"]
    places = len(steps.weighted())
    if next(left, None) is not None or not len(pairs) == len(rows) == len(tolerances) == places > 0:
        raise ValueError("its layers, masks and report do not match")
    names = {(pair.seed, pair.width) for pair in pairs}
    if [pair.layer for pair in pairs] != list(range(len(pairs))) or len(names) > 1:
        raise ValueError("its pairs are not those of one random network")
    dicts = all(isinstance(row, dict) for row in rows)
    if not dicts or not all(type(tolerance) is float for tolerance in tolerances):
        raise ValueError("its report or tolerances are not numbers")
    construction, signed_input = described["construction"], described["signed_input"]
    if construction not in CONSTRUCTIONS or type(signed_input) is not bool:
        raise ValueError(f"a ticket of construction {construction!r}, signed_input={signed_input}")
    settings = {"signed_input": signed_input, "construction": construction}
    return {"steps": steps, "rows": rows, "tolerances": tolerances} | settings


def _restore_steps(described: list, pairs: Iterator[Pair], depth: int = 0) -> Steps:
    """What `describe_steps` described, with the next pair wherever it wrote None."""
    if depth > _DEPTH:
        raise ValueError(f"more than {_DEPTH} Residuals inside each other")
    steps = []
    for position, step in described:
        if step is None:
            pair = next(pairs, None)
            if pair is None:
                raise ValueError("it has fewer masks than layers")
            steps.append((position, pair))
        else:
            steps.append((position, _restore_step(pairs, depth, *step)))
    return Steps(tuple(steps))


def _restore_step(pairs: Iterator[Pair], depth: int, name: str, *arguments):
    """The Branches or layer without weights that `_describe_step` described."""
    if name == "Residual":
        body, shortcut, factors = arguments
        if len(factors) != 2 or any(type(f) is not float or not 0 < f <= 1 for f in factors):
            raise ValueError(f"a Residual with factors {factors}")
        body, shortcut = (_restore_steps(part, pairs, depth + 1) for part in (body, shortcut))
        return Branches(body, shortcut, tuple(factors))
    named = dict(zip(PASSED_THROUGH[LAYERS[name]], arguments, strict=True))
    for argument, value in named.items():
        _check_layer_argument(name, argument, value)
    return LAYERS[name](**{key: tuple(v) if isinstance(v, list) else v for key, v in named.items()})


def _check_layer_argument(name: str, argument: str, value) -> None:
    """Refuse an argument that a layer's constructor would take and its forward choke on."""
    if argument in _FLAGS:
        fits = type(value) is bool
    else:
        parts = value if isinstance(value, list) else [value]
        fits = all(part is None or type(part) is int and abs(part) < _MOST for part in parts)
    if not fits:
        raise ValueError(f"a layer {name} with {argument}={value!r}")


def restore_pair(described: dict[str, Any], packed) -> Pair:
    """The Pair that `describe_pair` described, with its mask; ValueError for what no pair has."""
    convolution = described["convolution"]
    if convolution is not None:
        convolution = _restore_convolution(convolution)
    pair = Pair(**described | {"convolution": convolution}, packed=packed)
    counts = pair.layer, pair.inputs, pair.outputs, pair.width, pair.seed
    if any(type(n) is not int for n in counts) or {type(pair.bias), type(pair.signed)} != {bool}:
        raise ValueError(f"a pair with {described}")
    if min(pair.inputs, pair.outputs, pair.width) < 1 or not -(2**63) <= pair.seed < 2**63:
        raise ValueError(f"a pair with {described}")
    scales = pair.scale, pair.outer_scale
    if any(type(scale) is not float or not 1 <= scale <= 2.0**64 for scale in scales):
        raise ValueError(f"a pair with scales {pair.scale}, {pair.outer_scale}")
    wanted = pair.rows, -(-pair.units // 8)
    if packed.dtype != "uint8" or packed.shape != wanted:
        raise ValueError(f"mask {pair.layer} has shape {packed.shape}, needed {wanted}")
    return pair


def _restore_convolution(described: dict[str, list[int]]) -> Convolution:
    convolution = Convolution(**{name: tuple(value) for name, value in described.items()})
    parts = vars(convolution).values()
    counts = all(type(n) is int and 0 <= n < _MOST for part in parts for n in part)
    positive = (*convolution.kernel, *convolution.stride, *convolution.dilation)
    if [len(part) for part in parts] != [2, 2, 4, 2] or not counts or min(positive) < 1:
        raise ValueError(f"a convolution with {described}")
    return convolution
