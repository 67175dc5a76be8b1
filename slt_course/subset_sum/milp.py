"""The generic tool: each instance as a mixed-integer linear program for scipy's HiGHS, one at a
time.

min t  subject to  |z - sum x_i b_i| <= t, b binary. A solver's "binary" is a float within about
1e-6 of 0 or 1: it is rounded, and the sum recomputed from the mask, or the reported error would be
below the true optimum. For the same reason the optimum is found only up to about 1e-6 of the
largest item. Slow, from milliseconds to seconds per instance: for comparison, not for work.
"""

import atexit
import ctypes
import os
import sys
from concurrent.futures import Future, wait
from contextlib import suppress
from threading import Thread

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from . import greedy
from .arrays import namespace, to_numpy
from .blocks import stop_if_interrupted

ITEM_LIMIT = 64
SECONDS = 60  # per instance; then the best subset so far, or the greedy one
UNDER_WAY = set()  # Futures: what HiGHS works at


def search(items, target, tolerance=None):
    """Mask (rows, n) of the best subset that HiGHS finds. `tolerance` is not needed."""
    mask = greedy.search(items, target)
    for row in range(len(items)):
        found = interruptible(solve_one, to_numpy(items[row]), float(target[row]))
        if found is not None:
            mask[row] = namespace(mask).asarray(found)
    return mask


def interruptible(work, *arguments):
    """`work(*arguments)` in a thread that is left behind on Ctrl-C, to which HiGHS is deaf until it
    ends by itself.
    """
    outcome = Future()

    def run():
        try:
            outcome.set_result(work(*arguments))
        except BaseException as error:  # raised again where the result is asked for
            outcome.set_exception(error)

    UNDER_WAY.add(outcome)
    outcome.add_done_callback(UNDER_WAY.discard)
    Thread(target=run, daemon=True).start()
    while not wait([outcome], timeout=0.2).done:
        stop_if_interrupted()
    return outcome.result()


@atexit.register
def let_threads_be_left_behind():
    """End quietly while HiGHS is still at work.

    A thread that comes back from C++ while Python shuts down is ended by unwinding its stack, and
    for that C++ aborts the process. Let the thread sleep there instead, as Python 3.14 does.
    """
    if UNDER_WAY and os.name == "posix" and sys.version_info < (3, 14):
        with suppress(OSError, AttributeError):  # another C++ library: nothing better is known
            library = ctypes.CDLL(
                "libc++.1.dylib" if sys.platform == "darwin" else "libstdc++.so.6"
            )
            library._ZSt13set_terminatePFvvE(ctypes.CDLL(None).pause)  # std::set_terminate(pause)


def solve_one(items, target):
    """Bool (n,) for one instance, or None if HiGHS ends without a solution."""
    n, unit = len(items), abs(items).max(initial=0.0) or 1.0
    items = items / unit
    # A target far beyond the reach has the same optimum as one just beyond; HiGHS dislikes numbers
    # of very different size.
    target = np.clip(target / unit, items[items < 0].sum() - 1, items[items > 0].sum() + 1)
    rows = LinearConstraint([np.r_[items, 1.0], np.r_[-items, 1.0]], [target, -target], np.inf)
    bounds, integrality = Bounds(np.zeros(n + 1), np.r_[np.ones(n), np.inf]), np.r_[np.ones(n), 0.0]
    cost = np.r_[np.zeros(n), 1.0]
    options = {"time_limit": SECONDS, "mip_rel_gap": 0.0}
    answer = milp(cost, constraints=rows, integrality=integrality, bounds=bounds, options=options)
    return None if answer.x is None else np.round(answer.x[:n]).astype(bool)
