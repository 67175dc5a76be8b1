"""A ticket without its masks as JSON-ready values, and back: whatever a file holds that no ticket
has is refused.
"""

import hashlib
import json

from .constructions import CONSTRUCTIONS
from .convolution import Convolution
from .pair import Pair
from .residual import Branches, leaves
from .targets import PASSED_THROUGH

LAYERS = {kind.__name__: kind for kind in PASSED_THROUGH}  # what may stand between the pairs
# arguments of layers that are True or False; all others are whole numbers
FLAGS = ("ceil_mode", "count_include_pad")
DEPTH = 64  # of Residuals inside each other; the walk through a network is recursive
MOST = 2**15  # no kernel, stride, padding or output size of an image is as large


def describe(ticket):
    """Everything in a ticket but the masks, as JSON-ready values."""
    return {
        "tolerances": ticket.tolerances, "signed_input": ticket.signed_input,
        "construction": ticket.construction,
        "modules": describe_modules(ticket.modules),
        "pairs": [describe_pair(pair) for pair in ticket.pairs],
        "rows": ticket.rows,
    }  # fmt: skip


def describe_pair(pair):
    values = {name: value for name, value in vars(pair).items() if name != "packed"}
    return values | {"convolution": pair.convolution and vars(pair.convolution)}


def describe_modules(modules):
    """Layers without weights as [position, [name, arguments…]]; None, a pair's place, stays None."""
    return [[position, describe_module(module)] for position, module in modules]


def describe_module(module):
    if module is None:
        return None
    if isinstance(module, Branches):
        return [
            "Residual",
            *map(describe_modules, (module.body, module.shortcut)),
            list(module.factors),
        ]
    arguments = (getattr(module, name) for name in PASSED_THROUGH[type(module)])
    return [
        type(module).__name__,
        *(list(value) if isinstance(value, tuple) else value for value in arguments),
    ]


def restore(described, masks):
    """The parts of a ticket: modules, pairs, rows, tolerances, signed_input, construction.

    ValueError, in few words, for what no ticket has; other exceptions for a description that is
    damaged.
    """
    pairs = [restore_pair(pair, masks[f"pair_{pair['layer']}"]) for pair in described["pairs"]]
    modules = restore_modules(described["modules"])
    rows, tolerances, construction = (
        described[name] for name in ("rows", "tolerances", "construction")
    )
    if (
        not len(pairs)
        == len(rows)
        == len(tolerances)
        == sum(module is None for _, module in leaves(modules))
        > 0
    ):
        raise ValueError("its layers, masks and report do not match")
    if [pair.layer for pair in pairs] != list(range(len(pairs))) or len(
        {(pair.seed, pair.width) for pair in pairs}
    ) > 1:
        raise ValueError("its pairs are not those of one random network")
    if not (
        all(isinstance(row, dict) for row in rows) and all(type(own) is float for own in tolerances)
    ):
        raise ValueError("its report or tolerances are not numbers")
    if construction not in CONSTRUCTIONS or type(described["signed_input"]) is not bool:
        raise ValueError(
            f"a ticket of construction {construction!r}, signed_input={described['signed_input']!r}"
        )
    return modules, pairs, rows, tolerances, described["signed_input"], construction


def restore_modules(described, depth=0):
    """What `describe_modules` described."""
    if depth > DEPTH:
        raise ValueError(f"more than {DEPTH} Residuals inside each other")
    return [(position, module and restore_module(depth, *module)) for position, module in described]


def restore_module(depth, name, *arguments):
    if name == "Residual":
        body, shortcut, factors = arguments
        if len(factors) != 2 or any(
            type(factor) is not float or not 0 < factor <= 1 for factor in factors
        ):
            raise ValueError(f"a Residual with factors {factors}")
        return Branches(
            restore_modules(body, depth + 1), restore_modules(shortcut, depth + 1), tuple(factors)
        )
    named = dict(zip(PASSED_THROUGH[LAYERS[name]], arguments, strict=True))
    for argument, value in named.items():
        refuse_argument(name, argument, value)
    return LAYERS[name](
        **{argument: tuple(v) if isinstance(v, list) else v for argument, v in named.items()}
    )


def refuse_argument(name, argument, value):
    """Refuse an argument of a layer that its constructor would take and its forward pass choke on."""
    if argument in FLAGS:
        fits = type(value) is bool
    else:
        parts = value if isinstance(value, list) else [value]
        fits = all(part is None or type(part) is int and abs(part) < MOST for part in parts)
    if not fits:
        raise ValueError(f"a layer {name} with {argument}={value!r}")


def restore_pair(described, packed):
    """The Pair that `describe_pair` described, with its mask.

    ValueError for values that no pair has.
    """
    convolution = described["convolution"]
    if convolution is not None:
        convolution = Convolution(**{name: tuple(value) for name, value in convolution.items()})
        sizes = [len(part) for part in vars(convolution).values()]
        numbers = [number for part in vars(convolution).values() for number in part]
        positive = (*convolution.kernel, *convolution.stride, *convolution.dilation)
        if (
            sizes != [2, 2, 4, 2]
            or any(type(n) is not int or not 0 <= n < MOST for n in numbers)
            or min(positive) < 1
        ):
            raise ValueError(f"a convolution with {described['convolution']}")
    pair = Pair(**described | {"convolution": convolution}, packed=packed)
    whole, flags = (
        (pair.layer, pair.inputs, pair.outputs, pair.width, pair.seed),
        (pair.bias, pair.signed),
    )
    if any(type(n) is not int for n in whole) or any(type(flag) is not bool for flag in flags):
        raise ValueError(f"a pair with {described}")
    if min(pair.inputs, pair.outputs, pair.width) < 1 or not -(2**63) <= pair.seed < 2**63:
        raise ValueError(f"a pair with {described}")
    if any(
        type(scale) is not float or not 1 <= scale <= 2.0**64
        for scale in (pair.scale, pair.outer_scale)
    ):
        raise ValueError(f"a pair with scales {pair.scale}, {pair.outer_scale}")
    wanted = (pair.outputs * pair.taps, -(-pair.units // 8))
    if packed.dtype != "uint8" or packed.shape != wanted:
        raise ValueError(f"mask {pair.layer} has shape {packed.shape}, needed {wanted}")
    return pair


def digest(ticket):
    """SHA-256 of a ticket's description and masks: one flipped bit changes it."""
    state = hashlib.sha256(json.dumps(describe(ticket), sort_keys=True).encode())
    for pair in ticket.pairs:
        state.update(pair.packed)
    return state.hexdigest()
