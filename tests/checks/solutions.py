"""The solutions of all exercises, as functions whose source is at hand."""

import functools
import linecache
import re

import nbformat
import numpy as np

from tools.exercises import BEGIN, SOLUTIONS


@functools.cache
def solutions():
    """name -> the solution's function, from the solution cells of solutions/."""
    found = {}
    for path in SOLUTIONS.glob("*.ipynb"):
        namespace = {"np": np}
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and BEGIN in cell.source:
                run(cell.source, f"<{path.stem} {cell.id}>", namespace)
            elif cell.cell_type == "code" and (call := CHECKED.search(cell.source)):
                name, function = call.groups()
                found[name] = namespace[function]
    return found


CHECKED = re.compile(r'^check\("(.+)", (\w+)\)', re.MULTILINE)


def run(source, filename, namespace):
    """Execute a cell as if it were a file, so that `inspect` finds the source of its functions."""
    linecache.cache[filename] = len(source), None, source.splitlines(keepends=True), filename
    exec(compile(source, filename, "exec"), namespace)
