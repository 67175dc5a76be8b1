"""Ticket files: one safetensors file with packed mask bits and, as metadata, everything else in
JSON.
"""

import json
import os
import shutil
import uuid
from pathlib import Path

import safetensors
from safetensors import numpy as arrays

from .description import describe, digest, restore
from .errors import TicketError

FORMAT, VERSION = "slt_course ticket", 3


def write(ticket, path):
    """Write a ticket to `path`: to a temporary file beside it first, so that no half-written ticket
    is ever left.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(
            f"{path} is a folder: give the path of a file, such as {path / 'ticket.safetensors'}"
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"there is no folder {path.parent} to save the ticket in: create it first"
        )
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(f"{path} is read-only: make it writable, or give another path")
    metadata = {
        "format": FORMAT,
        "version": str(VERSION),
        "ticket": json.dumps(describe(ticket)),
        "sha256": digest(ticket),
    }
    masks = {f"pair_{pair.layer}": pair.packed for pair in ticket.pairs}
    # a symlink stays, its file changes
    replace_content(Path(os.path.realpath(path)), arrays.save(masks, metadata))
    return path


def replace_content(path, content):
    """Put the content at `path` in one step: whoever reads it meanwhile, and a crash, finds the old
    file or the new one.

    The file gets the permissions of the one it replaces, or those of any new file (the umask's). A
    process that is killed midway leaves a file `.….part` beside it, which nothing reads.
    """
    # its own name for every call, also of threads
    temporary = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read(path):
    """The metadata (dict) and masks (dict of uint8 arrays) in a ticket file, after checking that
    nothing is damaged.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no ticket file {path}")
    content = path.read_bytes()  # once: another process may put a new file there at any moment
    try:
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        metadata = header.get("__metadata__", {})
        masks = arrays.load(content) if metadata.get("format") == FORMAT else {}
    except (safetensors.SafetensorError, ValueError, AttributeError, RecursionError) as error:
        raise TicketError(
            f"{path.name} is not a whole safetensors file (truncated, or another format): {error}"
        ) from None
    if metadata.get("format") != FORMAT:
        raise TicketError(
            f"{path.name} is a safetensors file but not a ticket: tickets are "
            "written by Ticket.save"
        )
    if metadata.get("version") != str(VERSION):
        older = str(metadata.get("version")).isdecimal() and int(metadata["version"]) < VERSION
        advice = "build the ticket again" if older else "update the package"
        raise TicketError(
            f"{path.name} has ticket format {metadata.get('version')}, this package "
            f"reads {VERSION}: {advice}"
        )
    return metadata, masks


def load(path):
    """Read a ticket that `Ticket.save` wrote.

    It runs at once; certificates need `verify(target)` first.

    Raises:
        FileNotFoundError: no such file. TicketError: a damaged file, another format, a mask or
            setting that changed.
    """
    from .ticket import Ticket

    metadata, masks = read(path)
    try:
        ticket = Ticket(*restore(json.loads(metadata["ticket"]), masks))
        found = digest(ticket)
    except ValueError as error:
        raise TicketError(f"{Path(path).name} does not hold a complete ticket: {error}") from None
    except Exception as error:  # whatever a damaged description leads to
        raise TicketError(f"{Path(path).name} does not hold a complete ticket: {error!r}") from None
    if found != metadata.get("sha256"):
        raise TicketError(
            f"{Path(path).name} was damaged or edited: its masks and settings do "
            "not match its checksum"
        )
    return ticket
