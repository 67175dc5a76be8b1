"""Peak memory of a fresh process, so that nothing that ran before counts."""

import contextlib
import sys
import time

import psutil


def peak_of(*arguments):
    """Peak resident memory, in MiB, of `python *arguments`: interpreter and libraries included.

    It must end well.
    """
    process, peak = psutil.Popen([sys.executable, *arguments]), 0
    while process.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess):
            peak = max(peak, process.memory_info().rss)
        time.sleep(0.002)
    if process.returncode:
        raise SystemExit(f"python {' '.join(arguments)} failed with exit code {process.returncode}")
    return peak / 2**20
