"""Subset-sum solvers against one-at-a-time peers over n, in one run: time per instance, ratio,
quality, memory.

python -m benchmarks.solvers [--device cuda]

Peers beyond numpy and scipy are used if they are installed: pip install -e .[peers]
"""

import argparse
import time
from functools import partial

import numpy as np
import pandas as pd
import torch

from slt_course import describe_device, subset_sum

from .memory import peak_of
from .peers import EPS_PEERS, EXACT_PEERS

EXACT = {
    "solve, exact": {},
    "solve, greedy": {"method": "greedy"},
    "solve, exhaustive": {"method": "exhaustive"},
}
BATCH = {15: 100_000, 21: 50_000, 25: 5_000, 30: 500}
PEER_SECONDS, REPEATS, EPS = 5.0, 5, 0.01
MODES = {  # title: peers (name -> solver), our calls (name -> arguments of `solve`)
    "exact": (EXACT_PEERS, EXACT),
    f"any subset within {EPS:g}": (EPS_PEERS, {f"solve, tolerance {EPS:g}": {"tolerance": EPS}}),
}


def timed(work):
    """Median seconds of REPEATS runs, and the last result."""
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds)), result


def one_at_a_time(solver, items, target):
    """Median seconds per instance and errors of a peer, for as many instances as PEER_SECONDS allow
    (at least three).
    """
    seconds, errors, stop = [], [], time.perf_counter() + PEER_SECONDS
    for x, z in zip(items[:500], target):
        start = time.perf_counter()
        errors.append(solver(x, z))
        seconds.append(time.perf_counter() - start)
        if len(seconds) >= 3 and time.perf_counter() > stop:
            break
    return float(np.median(seconds)), np.array(errors)


def problems(n):
    """A batch of products of uniforms (B, n), and targets N(0, 0.05) (B,)."""
    return subset_sum.sample("product", (BATCH[n], n), seed=n), np.random.default_rng(n).normal(
        0, 0.05, BATCH[n]
    )


def runs_at(name, n):
    return name != "solve, exhaustive" or n <= 15  # beyond that it would list 2^n sums for minutes


def table(n, device, title):
    """DataFrame of the solvers of one mode at one n."""
    (peers, ours), (items, target) = MODES[title], problems(n)
    given = (
        [torch.as_tensor(a, device=device) for a in (items, target)]
        if device != "cpu"
        else [items, target]
    )
    rows = {}
    for name, solver in peers.items():
        rows[name] = one_at_a_time(solver, items, target)
    for name, arguments in ours.items():
        if not runs_at(name, n):
            continue
        count = min(BATCH[n], 2000) if arguments.get("method") == "exhaustive" else BATCH[n]
        part = [array[:count] for array in given]
        seconds, found = timed(partial(subset_sum.solve, *part, **arguments))
        rows[name] = seconds / count, torch.as_tensor(found.error).cpu().numpy()
    slowest = max(seconds for seconds, _ in rows.values())
    columns = {
        "µs per instance": {name: 1e6 * seconds for name, (seconds, _) in rows.items()},
        "times faster than the slowest": {
            name: slowest / seconds for name, (seconds, _) in rows.items()
        },
        "median error": {name: np.nanmedian(errors) for name, (_, errors) in rows.items()},
        f"within {EPS:g}": {name: np.mean(errors <= EPS) for name, (_, errors) in rows.items()},
        "instances": {name: len(errors) for name, (_, errors) in rows.items()},
        "peak MiB": {
            name: peak_of(
                "-m", "benchmarks.solvers", "--only", title, name, str(n), "--device", device
            )
            for name in rows
        },
    }
    return pd.DataFrame(columns)


def run_alone(title, name, n, device):
    """One solver and nothing else, for its memory: a peer on one instance, ours on the batch."""
    (peers, ours), (items, target) = MODES[title], problems(n)
    if name in peers:
        peers[name](items[0], target[0])
    elif name in ours:
        subset_sum.solve(
            *[torch.as_tensor(a, device=device) if device != "cpu" else a for a in (items, target)],
            **ours[name],
        )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument(
        "--only",
        nargs=3,
        metavar=("MODE", "SOLVER", "N"),
        help="run one solver, print nothing; '' for none",
    )
    options = parser.parse_args()
    if options.only:
        title, name, n = options.only
        return run_alone(title, name, int(n), options.device)
    print(describe_device())
    for n in BATCH:
        nothing = peak_of("-m", "benchmarks.solvers", "--only", "exact", "", str(n))
        for title in MODES:
            print(
                f"\nn = {n}, {title}; items: products of uniforms, targets N(0, 0.05), batch "
                f"{BATCH[n]:,}"
            )
            print(table(n, options.device, title).to_string(float_format="{:.4g}".format))
        print(
            "peak MiB are those of a fresh process that only solves; with libraries and the "
            f"batch alone: {nothing:.0f}"
        )


if __name__ == "__main__":
    main()
