"""Asking scipy's HiGHS: in a thread, since it does not hear Ctrl-C, and without what it prints."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from scipy.optimize import OptimizeResult

from ..subset_sum.interrupts import interruptible


def ask(solver: Callable[..., OptimizeResult], *arguments: Any, **options: Any) -> OptimizeResult:
    """Return solver(*arguments, **options), in silence.

    Raises:
        KeyboardInterrupt: as soon as it comes; the solver is left to its time limit.
    """
    with _silence():
        return interruptible(partial(solver, **options), *arguments)


@contextmanager
def _silence() -> Iterator[None]:
    """Discard what compiled code writes to standard output, where HiGHS may leave a line."""
    try:
        kept = os.dup(1)
    except OSError:  # no standard output at all
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
