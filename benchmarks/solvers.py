"""Subset-sum solvers against one-at-a-time peers over n, in one run: time per instance, ratio, quality.

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

from .peers import EPS_PEERS, EXACT_PEERS

BATCH = {15: 100_000, 21: 50_000, 25: 5_000, 30: 500}
PEER_SECONDS, REPEATS, EPS = 5.0, 5, 0.01


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
    """Median seconds per instance and errors of a peer, for as many instances as PEER_SECONDS allow (at least three)."""
    seconds, errors, stop = [], [], time.perf_counter() + PEER_SECONDS
    for x, z in zip(items[:500], target):
        start = time.perf_counter()
        errors.append(solver(x, z))
        seconds.append(time.perf_counter() - start)
        if len(seconds) >= 3 and time.perf_counter() > stop:
            break
    return float(np.median(seconds)), np.array(errors)


def table(n, device, peers, ours):
    """DataFrame of peers (name -> solver) and our calls (name -> arguments of `solve`) at one n."""
    items = subset_sum.sample("product", (BATCH[n], n), seed=n)
    target = np.random.default_rng(n).normal(0, 0.05, BATCH[n])
    given = [torch.as_tensor(a, device=device) for a in (items, target)] if device != "cpu" else [items, target]
    rows = {}
    for name, solver in peers.items():
        rows[name] = one_at_a_time(solver, items, target)
    for name, arguments in ours.items():
        count = min(BATCH[n], 2000) if arguments.get("method") == "exhaustive" else BATCH[n]
        part = [array[:count] for array in given]
        seconds, found = timed(partial(subset_sum.solve, *part, **arguments))
        rows[name] = seconds / count, torch.as_tensor(found.error).cpu().numpy()
    slowest = max(seconds for seconds, _ in rows.values())
    columns = {
        "µs per instance": {name: 1e6 * seconds for name, (seconds, _) in rows.items()},
        "times faster than the slowest": {name: slowest / seconds for name, (seconds, _) in rows.items()},
        "median error": {name: np.nanmedian(errors) for name, (_, errors) in rows.items()},
        f"within {EPS:g}": {name: np.mean(errors <= EPS) for name, (_, errors) in rows.items()},
        "instances": {name: len(errors) for name, (_, errors) in rows.items()},
    }
    return pd.DataFrame(columns)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    options = parser.parse_args()
    print(describe_device())
    for n in BATCH:
        exact = {"solve, exact": {}, "solve, greedy": {"method": "greedy"}}
        if n <= 15:
            exact["solve, exhaustive"] = {"method": "exhaustive"}
        for title, peers, ours in (
            ("exact", EXACT_PEERS, exact),
            (f"any subset within {EPS:g}", EPS_PEERS, {f"solve, tolerance {EPS:g}": {"tolerance": EPS}}),
        ):
            print(f"\nn = {n}, {title}; items: products of uniforms, targets N(0, 0.05), batch {BATCH[n]:,}")
            print(table(n, options.device, peers, ours).to_string(float_format="{:.4g}".format))


if __name__ == "__main__":
    main()
