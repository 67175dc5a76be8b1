"""Asking scipy's HiGHS: in a thread, because it does not hear Ctrl-C, and without what it prints."""

import os
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread


def ask(solver, *arguments, **options):
    """solver(*arguments, **options), or KeyboardInterrupt as soon as it comes: the solver is left to its time limit."""
    outcome = Future()

    def run():
        try:
            outcome.set_result(solver(*arguments, **options))
        except BaseException as error:  # raised again where the result is asked for
            outcome.set_exception(error)

    with silence():
        Thread(target=run, daemon=True).start()
        return outcome.result()


@contextmanager
def silence():
    """Discard what compiled code writes to standard output: some versions of HiGHS leave a debugging line there."""
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
