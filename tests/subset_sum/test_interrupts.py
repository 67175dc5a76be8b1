"""Ctrl-C while a search runs: a process of its own gets the signal and says what happened and how
soon.
"""

import signal
import subprocess
import sys
import time

import pytest

# Each takes minutes. One row or chunk of each takes much longer than an answer to Ctrl-C may.
WORK = {
    "exhaustive": "solve(items(20_000, 25), np.zeros(20_000), method='exhaustive')",
    "meet in the middle": "solve(items(20_000, 32), np.zeros(20_000))",
    "exact arithmetic": "solve(items(2000, 32) * 10.0 ** rng.integers(-300, 300, (2000, 32)), "
    "np.zeros(2000))",
    "other blocks": "solve(items(2000, 40), np.full(2000, 0.5), tolerance=0.0)",
    "milp": "solve(2.0 * rng.integers(500, 1000, (8, 40)), np.full(8, 15_001.0), method='milp')",
    "build": "tickets.build(models.mlp(400, 300, 10).eval(), width=64, tolerance=1e-9)",
}
PROGRAM = """
import signal, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits "ignored"
import numpy as np, torch
from slt_course import models, tickets
from slt_course.subset_sum import solve

torch.set_num_threads({threads})
rng = np.random.default_rng(0)
items = lambda rows, n: rng.uniform(-1, 1, (rows, n))
solve(items(4, 12), np.zeros(4), method="milp")  # whatever is loaded at first use
print("ready", flush=True)
try:
    {work}
    print("finished before the signal", flush=True)
except KeyboardInterrupt:
    others = [t for t in threading.enumerate() if t is not threading.main_thread()]
    left = [thread.name for thread in others if not thread.daemon]
    print("interrupted", left, flush=True)
"""
# Far above the second or so that it takes, for slow and busy machines; far below the minutes
# without an answer.
SECONDS = 16


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.parametrize(
    "name, threads", [*((name, 2) for name in WORK), ("exhaustive", 1), ("milp", 1)]
)
def test_ctrl_c_is_answered_soon_and_leaves_no_worker(name, threads):
    program = PROGRAM.format(threads=threads, work=WORK[name])
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        start = time.perf_counter()
        output, errors = process.communicate(timeout=SECONDS)
        print(f"{time.perf_counter() - start:.2f} s")
    finally:
        process.kill()
        process.wait()
    assert (output, errors) == ("interrupted []\n", "") and process.returncode == 0


EXIT = """
import os, signal, sys, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from slt_course.integer_programs import optimum, packing

class KeepsPythonShuttingDown:
    def __del__(self, sleep=time.sleep):
        sleep(6)

kept = KeepsPythonShuttingDown()
threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    optimum(packing(400, m=8, seed=0), seconds=3)
except KeyboardInterrupt:
    sys.exit(7)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_highs_that_ends_while_python_shuts_down_aborts_nothing():
    finished = subprocess.run([sys.executable, "-c", EXIT], capture_output=True, text=True)
    assert (finished.returncode, finished.stderr) == (7, "")
