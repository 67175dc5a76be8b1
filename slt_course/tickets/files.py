"""Ticket files: one safetensors file, with packed mask bits and, as metadata, the rest in JSON."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import safetensors
from safetensors import numpy as arrays

from .description import describe, digest
from .errors import TicketError

if TYPE_CHECKING:
    from .ticket import Ticket

_FORMAT, _VERSION = "slt_course ticket", 3


def write(ticket: Ticket, path: str | os.PathLike) -> Path:
    """Write a ticket to `path`, through a temporary file: no half-written ticket is ever left."""
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
        "format": _FORMAT,
        "version": str(_VERSION),
        "ticket": json.dumps(describe(ticket)),
        "sha256": digest(ticket),
    }
    masks = {f"pair_{pair.layer}": pair.packed for pair in ticket.pairs}
    # a symlink stays, its file changes
    _replace_content(Path(os.path.realpath(path)), arrays.save(masks, metadata))
    return path


def _replace_content(path: Path, content: bytes) -> None:
    """Put the content at `path` in one step.

    Whoever reads it meanwhile, and a crash, finds the old file or the new one. The file gets the
    permissions of the one it replaces, or those of any new file (the umask's). A process that is
    killed midway leaves a file `.….part` beside it, which nothing reads.
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


def read(path: str | os.PathLike) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """The metadata and the masks (uint8 arrays) in a ticket file, if nothing is damaged."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no ticket file {path}")
    content = path.read_bytes()  # once: another process may put a new file there at any moment
    try:
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        metadata = header.get("__metadata__", {})
        masks = arrays.load(content) if metadata.get("format") == _FORMAT else {}
    except (safetensors.SafetensorError, ValueError, AttributeError, RecursionError) as error:
        raise TicketError(
            f"{path.name} is not a whole safetensors file (truncated, or another format): {error}"
        ) from None
    if metadata.get("format") != _FORMAT:
        raise TicketError(
            f"{path.name} is a safetensors file but not a ticket: tickets are "
            "written by Ticket.save"
        )
    if metadata.get("version") != str(_VERSION):
        older = str(metadata.get("version")).isdecimal() and int(metadata["version"]) < _VERSION
        advice = "build the ticket again" if older else "update the package"
        raise TicketError(
            f"{path.name} has ticket format {metadata.get('version')}, this package "
            f"reads {_VERSION}: {advice}"
        )
    return metadata, masks
