"""The bounds against simulation: what is proved holds, what is measured is measured again."""

import numpy as np
import pytest

from slt_course import theory
from slt_course.subset_sum import LAWS, coverage, sample, solve


def test_rule_of_thumb_is_within_ten_percent():
    """Median error against 0.36·s·sqrt(n)·2^-n for n = 8 … 20, 15,000 draws each, any scale."""
    ratios = []
    for n, scale in zip((8, 10, 12, 14, 16, 18, 20), (1.0, 0.1, 1.0, 3.0, 1.0, 1.0, 0.5)):
        items = scale * sample("uniform", (15_000, n), seed=n)
        target = np.random.default_rng(n).uniform(-0.2, 0.2, len(items)) * scale  # 0 itself is always hit, by no item
        median = np.median(solve(items, target).error)
        ratios.append(median / theory.typical_error(n, scale))
    assert max(abs(np.array(ratios) - 1)) < 0.1


def test_nothing_beats_the_counting_bound():
    """Not even chosen items: the powers of two meet it within one item."""
    for bits in (3, 6, 10):
        eps = 2.0**-bits
        for law in LAWS:
            items = sample(law, (50, max(0, int(np.ceil(theory.counting_lower_bound(eps))) - 1)), seed=bits)
            assert (coverage(items).radius > eps).all()
        chosen = np.append(2.0 ** (1 - np.arange(1, bits + 1)), -1.0)
        assert coverage(chosen).radius <= eps


def test_product_density_is_that_of_products():
    """Histogram of a million products against the integral of the density: within five standard errors, in every bin."""
    t, count = np.sort(sample("product", 1_000_000, seed=0)), 1_000_000
    edges = np.linspace(-1, 1, 41)
    cumulative = 0.5 + 0.5 * np.where(edges == 0, 0, edges * (1 - np.log(np.abs(np.where(edges == 0, 1, edges)))))
    share = np.diff(np.searchsorted(t, edges)) / count
    assert (abs(share - np.diff(cumulative)) < 5 * np.sqrt(np.diff(cumulative) / count)).all()
    middle = np.linspace(0.02, 1, 2000)
    numeric = np.gradient(0.5 + 0.5 * middle * (1 - np.log(middle)), middle)[1:-1]
    np.testing.assert_allclose(theory.product_density(middle[1:-1]), numeric, atol=1e-3)


@pytest.mark.parametrize("law", LAWS)
def test_uniform_content_is_contained(law):
    """In every bin of [-1/2, 1/2] the law has at least the mass that p·U[-1/2, 1/2] puts there, and in some hardly more."""
    count, p = 2_000_000, theory.uniform_content(law)
    share = np.histogram(sample(law, count, seed=1), np.linspace(-0.5, 0.5, 41))[0] / count
    assert share.min() >= p / 40 - 5 * np.sqrt(max(p, 0.01) / 40 / count)
    assert share.min() <= p / 40 * 1.05 + 1e-9


def test_threshold_is_that_of_the_reference_figures():
    """Median cover of [-1, 1] within 0.01 needs about 12 uniform or Gaussian items and 14 products."""
    for law, low, high in (("uniform", 10.5, 12), ("gaussian", 10, 12), ("product", 12.5, 14)):
        found = theory.estimate_threshold(law, (0.1, 0.03, 0.01), most=15, draws=300)
        assert low <= found.items[2] <= high, (law, found)
        assert (found.items >= theory.counting_lower_bound(found.tolerances)).all()
    assert np.isnan(theory.estimate_threshold("half_zero", (0.01,), most=8, draws=20).items).all()


def test_bounds_refuse_arguments_outside_their_range():
    for wrong in (0, -1, 2, float("nan")):
        with pytest.raises(ValueError, match="tolerance is"):
            theory.counting_lower_bound(wrong)
        with pytest.raises(ValueError, match="tolerance is"):
            theory.lueker_items(wrong, 1)
    with pytest.raises(ValueError, match="fraction is"):
        theory.fixed_size_items(0.1, 5, 0.7, 1)
    with pytest.raises(ValueError, match="unknown law"):
        theory.uniform_content("cauchy")
    assert theory.fixed_size_items(0.01, 8, 0.5, 1) == pytest.approx(np.log2(800))
