"""For tests and doctests alike: each starts from the same seed, SLT_TEST_SEED (0 unless the environment says otherwise)."""

import os
import random
import sys

import numpy as np
import pytest
import torch

FINISHED = pytest.StashKey[int]()


@pytest.fixture(autouse=True)
def seeded():
    """The three global generators, seeded. `make seeds` runs everything again with other seeds."""
    seed = int(os.environ.get("SLT_TEST_SEED", "0"))
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - a test that used the global generator must not depend on what ran before it
    torch.manual_seed(seed)


def pytest_sessionfinish(session, exitstatus):
    session.config.stash[FINISHED] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """End with pytest's own verdict: threads of compiled libraries (all are loaded here) may abort Python's clean-up."""
    sys.stdout.flush()
    sys.stderr.flush()
    if FINISHED in config.stash:
        os._exit(config.stash[FINISHED])
