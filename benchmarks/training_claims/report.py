"""What the lessons' modules share: seeds measured once and remembered, and the table of a claim's
distribution.
"""

import os
import tempfile
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from joblib import Memory
from tqdm import tqdm

FOLDER = Path(os.environ.get("SLT_CLAIMS", Path(tempfile.gettempdir()) / "slt_training_claims"))


def measured(measure, seeds):
    """`measure(seed, instructions)` for every seed: a list of its results.

    Results are kept in FOLDER, so that an interrupted run goes on where it stopped. They are
    forgotten when `measure` changes, not when the package does: delete the folder then.
    """
    remembered = Memory(FOLDER, verbose=0).cache(measure)
    instructions = torch.backends.cpu.get_cpu_capability()
    return [remembered(seed, instructions) for seed in tqdm(seeds, desc=f"seeds, {instructions}")]


def print_claims(title, rows):
    """A line per claim: the distribution of its statistic, and how often "statistic >= threshold"
    is true.

    Args:
        title: of the table. rows: triples (claim, values of the statistic, one per seed;
            threshold).
    """
    print(f"{title}\n{'holds for':>91}")
    columns = f"{'min':>8}{'5 %':>8}{'median':>8}{'max':>8}{'needed':>9}{'seeds':>9}{'triples':>9}"
    print(f"{'statistic':44}{columns}")
    for claim, values, threshold in rows:
        values = np.array(values, dtype=float)
        low, median = np.quantile(values, (0.05, 0.5))
        triples = [np.median(triple) >= threshold for triple in combinations(values, 3)]
        seeds, of_triples = (values >= threshold).mean(), np.mean(triples) if triples else np.nan
        numbers = f"{values.min():8.2f}{low:8.2f}{median:8.2f}{values.max():8.2f}"
        print(f"{claim:44}{numbers}{threshold:9.2f}{seeds:9.1%}{of_triples:9.1%}")
