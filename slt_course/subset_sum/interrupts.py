"""Ctrl-C for compiled code that does not hear it: the work is done in a thread that is left behind.

scipy's HiGHS is such code.
"""

import atexit
import ctypes
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

from .blocks import stop_if_interrupted

_Result = TypeVar("_Result")

_UNDER_WAY: set[Future[Any]] = set()  # what threads work at


def interruptible(work: Callable[..., _Result], *arguments: Any) -> _Result:
    """Return `work(*arguments)`, called in a thread that Ctrl-C leaves behind until it ends itself.

    Raises:
        KeyboardInterrupt: as soon as it comes, in the main thread.
        Stopped: in a thread of `in_chunks` whose call was interrupted.
        BaseException: whatever the work raises.
    """
    outcome: Future[_Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(work(*arguments))
        except BaseException as error:  # raised again where the result is asked for
            outcome.set_exception(error)

    _UNDER_WAY.add(outcome)
    outcome.add_done_callback(_UNDER_WAY.discard)
    Thread(target=run, daemon=True).start()
    while not wait([outcome], timeout=0.2).done:
        stop_if_interrupted()
    return outcome.result()


@atexit.register
def _let_threads_be_left_behind() -> None:
    """End quietly while compiled code is still at work.

    A thread that comes back from C++ while Python shuts down is ended by unwinding its stack, and
    for that C++ aborts the process. Let the thread sleep there instead, as Python 3.14 does.
    """
    if _UNDER_WAY and os.name == "posix" and sys.version_info < (3, 14):
        with suppress(OSError, AttributeError):  # another C++ library: nothing better is known
            library = ctypes.CDLL(
                "libc++.1.dylib" if sys.platform == "darwin" else "libstdc++.so.6"
            )
            library._ZSt13set_terminatePFvvE(ctypes.CDLL(None).pause)  # std::set_terminate(pause)
