"""What the sets say to expect is what their own data give."""

import re

import nbformat
import numpy as np
import pytest

from slt_course import theory
from tools.exercises import SOLUTIONS


def cells(name):
    (path,) = SOLUTIONS.glob(f"{name}_*.ipynb")
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


def run(source, *ids):
    namespace = {}
    for name in ("imports", *ids):
        exec(source[name], namespace)
    return namespace


@pytest.fixture(autouse=True)
def own_progress_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SLT_PROGRESS", str(tmp_path / "progress.json"))


def test_set_00_best_mask_has_the_error_of_the_reference():
    found = run(cells("00"), "best-mask-code", "best-mask-reference")
    items = found["items"]
    error = abs(0.7 - items[found["best_mask"](items, 0.7)].sum())
    assert error == pytest.approx(float(found["subset_sum"].solve(items, 0.7).error), abs=1e-12)


def test_set_03_states_the_slope_of_its_data():
    source = cells("03")
    found = run(source, "items-per-bit-data", "items-per-bit-code")
    stated = float(re.search(r"Expected for these data: (\d\.\d+)\.", source["items-per-bit"])[1])
    assert found["items_per_bit"](found["radius"], found["tolerances"]) == pytest.approx(
        stated, abs=0.005
    )


def test_set_03_states_what_products_share_and_errors_are():
    source = cells("03")
    found = run(source, "uniform-inside-code", "predicted-error-code")
    t = found["subset_sum"].sample("product", 400_000, seed=3)
    stated = float(
        re.search(
            r"about (\d+\.\d) % of the products are "
            r"accepted",
            source["uniform-inside"],
        )[1]
    )
    share = found["uniform_inside"](t, np.random.default_rng(4).uniform(size=len(t))).mean()
    assert 100 * share == pytest.approx(stated, abs=0.3)  # four standard errors
    for n, s in ((10, 1.0), (30, 0.1)):
        assert found["predicted_error"](n, s) == pytest.approx(theory.typical_error(n, s), rel=2e-3)
    patterns = r"(1\.\d+) times as much", r"I am (0\.\d+) times"
    factor, share = (float(re.search(words, source["predicted-error"])[1]) for words in patterns)
    assert 1.044 / np.log(2) == pytest.approx(factor, abs=0.005) and 1 / factor == pytest.approx(
        share, abs=0.005
    )
