"""Subset-sum solvers against one-at-a-time peers, in one run: time per instance, ratio, quality.

python -m benchmarks.solvers [--device cuda]
"""

import argparse
import time

import numpy as np
import pandas as pd
import torch

from slt_course import describe_device, subset_sum

from .peers import horowitz_sahni, integer_program

N, BATCH, REPEATS = 21, 50_000, 5
PEER_INSTANCES = {"horowitz_sahni": 500, "integer_program": 10}


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
    """Seconds per instance and errors of a peer, called once per instance."""
    start = time.perf_counter()
    errors = np.array([solver(x, z) for x, z in zip(items, target)])
    return (time.perf_counter() - start) / len(items), errors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    device = parser.parse_args().device
    items = subset_sum.sample("product", (BATCH, N), seed=0)
    target = np.random.default_rng(1).normal(0, 0.05, BATCH)
    given = [torch.as_tensor(a, device=device) for a in (items, target)] if device != "cpu" else [items, target]
    print(f"n = {N}, items: products of uniforms, targets N(0, 0.05), batch {BATCH:,}")
    print(describe_device())

    rows = {}
    for name, solver in (("horowitz_sahni", horowitz_sahni), ("integer_program", integer_program)):
        count = PEER_INSTANCES[name]
        seconds, errors = one_at_a_time(solver, items[:count], target[:count])
        rows[f"{name}, one at a time"] = seconds, np.nanmedian(errors), np.mean(errors <= 0.01)
    for tolerance in (None, 1e-2, 1e-3, 1e-4, 1e-5):
        seconds, found = timed(lambda tolerance=tolerance: subset_sum.solve(*given, tolerance))
        name = "solve, exact" if tolerance is None else f"solve, tolerance {tolerance:g}"
        errors = torch.as_tensor(found.error).cpu().numpy()
        rows[name] = seconds / BATCH, np.median(errors), np.mean(errors <= (tolerance or 0.01))
    table = pd.DataFrame(rows, index=["seconds", "median error", "within tolerance (exact: 0.01)"]).T
    exact = rows["horowitz_sahni, one at a time"][0]
    table.insert(0, "µs per instance", table.pop("seconds") * 1e6)
    table.insert(1, "times faster than one-at-a-time numpy", exact * 1e6 / table["µs per instance"])
    print(table.to_string(float_format="{:.4g}".format))


if __name__ == "__main__":
    main()
