"""For tests and doctests alike: each starts from the same seed, SLT_TEST_SEED (0 unless the
environment says otherwise).
"""

import os
import random

import numpy as np
import pytest
import torch


@pytest.fixture(autouse=True)
def seeded():
    """The three global generators, seeded. `make seeds` runs everything again with other seeds."""
    seed = int(os.environ.get("SLT_TEST_SEED", "0"))
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - a test that used the global generator must not depend on what ran before it
    torch.manual_seed(seed)
