"""The volume process against its own definition and its exact mean."""

import pytest

from slt_course import theory
from slt_course.subset_sum import coverage, sample, volume_paths


def test_growth_is_monotone_at_most_doubling_and_exact_in_the_mean():
    """Mean of v' over 20,000 runs from one state: v (1 + (1 - v)/2) within five standard errors."""
    for tolerance in (0.01, 0.1, 0.3):
        v = volume_paths(tolerance, steps=1, paths=20_000, cells=512, seed=3)
        before, after = v[0, 0], v[:, 1]
        assert (v[:, 0] == before).all() and before == pytest.approx(2 * tolerance, abs=2 / 512)
        assert (after >= before).all() and (after <= 2 * before + 1e-12).all()
        error = 5 * after.std() / len(after) ** 0.5
        assert abs(after.mean() - before * (1 + (1 - before) / 2)) <= error


def test_it_covers_no_more_than_all_subset_sums_do():
    """Sums that leave the interval are forgotten: coverage by all sums comes sooner, on average."""
    shares = volume_paths(0.01, steps=12, paths=300, seed=0)[:, -1]
    fractions = coverage(
        sample("uniform", (300, 12), seed=0), tolerance=0.01, interval=(-0.5, 0.5)
    ).fraction
    assert shares.mean() < fractions.mean() + 0.01


def test_the_theorem_holds_in_simulation():
    for eps in (0.05, 0.01):
        items = int(theory.volume_items(eps, failure=0.05))
        final = volume_paths(eps, steps=60, paths=200, seed=5)[:, -1]
        assert items >= 60 and (1 - final < eps).mean() >= 0.95
    assert theory.volume_items(1e-6, 0.01) - theory.volume_items(1e-3, 0.01) < 14 * 60 + 25


def test_tolerances_that_the_grid_cannot_show():
    for wrong in (1e-5, 0.6, float("nan")):
        with pytest.raises(ValueError, match="half a cell"):
            volume_paths(wrong, steps=3, paths=2, cells=1000)
