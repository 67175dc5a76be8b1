"""Asking scipy's HiGHS: in a thread, since it does not hear Ctrl-C, and without what it prints."""

import os
from contextlib import contextmanager
from functools import partial

from ..subset_sum.milp import interruptible


def ask(solver, *arguments, **options):
    """solver(*arguments, **options), or KeyboardInterrupt as soon as it comes: the solver is left
    to its time limit.
    """
    with silence():
        return interruptible(partial(solver, **options), *arguments)


@contextmanager
def silence():
    """Discard what compiled code writes to standard output: some versions of HiGHS leave a
    debugging line there.
    """
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
