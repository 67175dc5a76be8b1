"""Ticket files: one safetensors file with packed mask bits and, as metadata, everything else in JSON."""

import hashlib
import json
import os
from pathlib import Path

import safetensors
from safetensors.numpy import load_file, save_file

from .constructions import CONSTRUCTIONS
from .convolution import Convolution
from .errors import TicketError
from .pair import Pair
from .residual import Branches, leaves
from .targets import PASSED_THROUGH

FORMAT, VERSION = "slt_course ticket", 3
LAYERS = {kind.__name__: kind for kind in PASSED_THROUGH}  # what may stand between the pairs


def describe(ticket):
    """Everything in a ticket but the masks, as JSON-ready values."""
    return {
        "tolerances": ticket.tolerances, "signed_input": ticket.signed_input, "construction": ticket.construction,
        "modules": describe_modules(ticket.modules), "pairs": [describe_pair(pair) for pair in ticket.pairs],
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
        return ["Residual", *map(describe_modules, (module.body, module.shortcut)), list(module.factors)]
    arguments = (getattr(module, name) for name in PASSED_THROUGH[type(module)])
    return [type(module).__name__, *(list(value) if isinstance(value, tuple) else value for value in arguments)]


def restore_modules(described):
    """What `describe_modules` described."""
    return [(position, module and restore_module(*module)) for position, module in described]


def restore_module(name, *arguments):
    if name == "Residual":
        body, shortcut, factors = arguments
        return Branches(restore_modules(body), restore_modules(shortcut), tuple(factors))
    return LAYERS[name](**dict(zip(PASSED_THROUGH[LAYERS[name]], arguments)))


def restore_pair(described, packed):
    """The Pair that `describe_pair` described, with its mask. ValueError for values that no pair has."""
    convolution = described["convolution"]
    if convolution is not None:
        convolution = Convolution(**{name: tuple(value) for name, value in convolution.items()})
        sizes = [len(part) for part in vars(convolution).values()]
        numbers = [number for part in vars(convolution).values() for number in part]
        if sizes != [2, 2, 4, 2] or any(type(n) is not int or not 0 <= n < 2**31 for n in numbers):
            raise ValueError(f"a convolution with {described['convolution']}")
    pair = Pair(**described | {"convolution": convolution}, packed=packed)
    whole = pair.layer, pair.inputs, pair.outputs, pair.width, pair.seed
    flags, scales = (pair.bias, pair.signed), (pair.scale, pair.outer_scale)
    if any(type(n) is not int for n in whole) or any(type(flag) is not bool for flag in flags):
        raise ValueError(f"a pair with {described}")
    if any(type(scale) is not float or not 1 <= scale <= 2.0**64 for scale in scales):
        raise ValueError(f"a pair with scales {scales}")
    return pair


def digest(ticket):
    """SHA-256 of a ticket's description and masks: one flipped bit changes it."""
    state = hashlib.sha256(json.dumps(describe(ticket), sort_keys=True).encode())
    for pair in ticket.pairs:
        state.update(pair.packed)
    return state.hexdigest()


def write(ticket, path):
    """Write a ticket to `path`: to a temporary file beside it first, so that no half-written ticket is ever left."""
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: give the path of a file, such as {path / 'ticket.safetensors'}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent} to save the ticket in: create it first")
    metadata = {"format": FORMAT, "version": str(VERSION), "ticket": json.dumps(describe(ticket)), "sha256": digest(ticket)}
    masks = {f"pair_{pair.layer}": pair.packed for pair in ticket.pairs}
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        save_file(masks, temporary, metadata=metadata)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def read(path):
    """The description (dict) and masks (dict of uint8 arrays) in a ticket file, after checking that nothing is damaged."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no ticket file {path}")
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
    except (safetensors.SafetensorError, OSError, ValueError) as error:
        raise TicketError(f"{path.name} is not a whole safetensors file (truncated, or another format): {error}") from None
    if metadata.get("format") != FORMAT:
        raise TicketError(f"{path.name} is a safetensors file but not a ticket: tickets are written by Ticket.save")
    if metadata.get("version") != str(VERSION):
        older = str(metadata.get("version")).isdecimal() and int(metadata["version"]) < VERSION
        advice = "build the ticket again" if older else "update the package"
        raise TicketError(f"{path.name} has ticket format {metadata.get('version')}, this package reads {VERSION}: {advice}")
    return metadata, load_file(path)


def rebuild(path):
    """The parts of a ticket in a file: modules, pairs, rows, tolerances, signed_input, construction.

    Whatever a damaged description raises here becomes a TicketError in `load`.
    """
    metadata, masks = read(path)
    found = json.loads(metadata["ticket"])
    pairs = [restore_pair(pair, masks[f"pair_{pair['layer']}"]) for pair in found["pairs"]]
    modules = restore_modules(found["modules"])
    parts = modules, pairs, found["rows"], found["tolerances"], found["signed_input"], found["construction"]
    if not len(pairs) == len(found["rows"]) == sum(module is None for _, module in leaves(modules)) > 0:
        raise TicketError(f"{Path(path).name} does not hold a complete ticket: its layers, masks and report do not match")
    tolerances, construction = parts[3], parts[5]
    if not all(isinstance(row, dict) for row in found["rows"]) or not all(type(own) is float for own in tolerances):
        raise TicketError(f"{Path(path).name} does not hold a complete ticket: its report or tolerances are not numbers")
    if not (isinstance(tolerances, list) and len(tolerances) == len(pairs) and construction in CONSTRUCTIONS):
        raise TicketError(f"{Path(path).name} does not hold a complete ticket: its tolerances or construction do not fit")
    for pair in pairs:
        wanted = (pair.outputs * pair.taps, -(-pair.units // 8))
        if pair.packed.dtype != "uint8" or pair.packed.shape != wanted:
            raise TicketError(f"{Path(path).name}: mask {pair.layer} has shape {pair.packed.shape}, needed {wanted}")
    return parts, metadata.get("sha256")


def load(path):
    """Read a ticket that `Ticket.save` wrote. It runs at once; certificates need `verify(target)` first.

    Raises:
        FileNotFoundError: no such file. TicketError: a damaged file, another format, a mask or setting that changed.
    """
    from .ticket import Ticket

    try:
        parts, written = rebuild(path)
        ticket = Ticket(*parts)
        found = digest(ticket)
    except (FileNotFoundError, TicketError):
        raise
    except Exception as error:  # whatever a damaged description leads to
        raise TicketError(f"{Path(path).name} does not hold a complete ticket: {error!r}") from None
    if found != written:
        raise TicketError(f"{Path(path).name} was damaged or edited: its masks and settings do not match its checksum")
    return ticket
