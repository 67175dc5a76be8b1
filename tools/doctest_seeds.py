"""Run every doctest of the package again and again, each time from another seed: `python -m
tools.doctest_seeds 200`.
"""

import doctest
import importlib
import os
import pkgutil
import random
import sys

import numpy as np
import torch

import slt_course


def doctests():
    """Every doctest of the package that has an example."""
    names = [
        slt_course.__name__,
        *(m.name for m in pkgutil.walk_packages(slt_course.__path__, "slt_course.")),
    ]
    finder = doctest.DocTestFinder(exclude_empty=True)
    return [
        test
        for name in names
        for test in finder.find(importlib.import_module(name))
        if test.examples
    ]


def run(test, seed):
    """Whether a doctest passes from a seed; what fails is printed."""
    random.seed(seed), np.random.seed(seed), torch.manual_seed(seed)  # noqa: NPY002 - what tests might use
    return doctest.DocTestRunner(verbose=False).run(test, clear_globs=False).failed == 0


def main(seeds):
    before, failures, tests = dict(os.environ), [], doctests()
    for test in tests:
        own = test.globs.copy()
        for seed in range(1, seeds + 1):
            test.globs = own.copy()
            if not run(test, seed):
                failures.append((test.name, seed))
        os.environ.clear(), os.environ.update(before)
    print(
        f"{len(tests)} doctests, {seeds} seeds each: {len(failures)} failures",
        *failures[:20],
        sep="\n",
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
