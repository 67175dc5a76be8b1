"""The bounds against simulation: what is proved holds, what is measured is measured again."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from slt_course import theory
from slt_course.subset_sum import DISTRIBUTIONS, coverage, sample, solve, subset_sums


def test_rule_of_thumb_is_derived():
    """Given a centre G standard deviations away, none within r = c/(2·density) has probability
    exp(-c·exp(-G²/2)).
    """

    def none_within(c):
        return quad(lambda g: norm.pdf(g) * np.exp(-c * np.exp(-(g**2) / 2)), -12, 12)[0]

    c = brentq(lambda c: none_within(c) - 0.5, 0.1, 5)
    # ln 2 = 0.693 if every draw were centred at the target
    assert c == pytest.approx(1.044, abs=5e-4)
    constant = c / 2 * np.sqrt(2 * np.pi / 12)  # c/(2·2^n) · sqrt(2·pi·n/12), without sqrt(n)·2^-n
    assert theory.typical_error(16, 0.5) == pytest.approx(constant * 0.5 * 4 * 2.0**-16, rel=1e-3)


def test_mean_density_near_zero():
    """Subset sums in [0.05, 0.15], any scale; standard errors below 2 %.

    Centred sums would give sqrt(2) times as many.
    """
    for n, scale, draws in ((10, 1.0, 6000), (14, 1.0, 4000), (16, 0.5, 2000)):
        sums = (subset_sums(x[None])[0] for x in scale * sample("uniform", (draws, n), seed=n))
        count = np.mean([(abs(s - 0.1 * scale) <= 0.05 * scale).sum() for s in sums])
        assert count == pytest.approx(0.1 * scale * theory.mean_density(n, scale), rel=0.06)


def test_rule_of_thumb_is_within_ten_percent():
    """Median error against 0.378·s·sqrt(n)·2^-n for n = 8 … 20, 15,000 draws each, any scale."""
    ratios = []
    for n, scale in zip((8, 10, 12, 14, 16, 18, 20), (1.0, 0.1, 1.0, 3.0, 1.0, 1.0, 0.5)):
        items = scale * sample("uniform", (15_000, n), seed=n)
        # 0 itself is always hit, by no item
        target = np.random.default_rng(n).uniform(-0.2, 0.2, len(items)) * scale
        median = np.median(solve(items, target).error)
        ratios.append(median / theory.typical_error(n, scale))
    assert max(abs(np.array(ratios) - 1)) < 0.1


def test_nothing_beats_the_counting_bound():
    """Not even chosen items: the powers of two meet it within one item."""
    for bits in (3, 6, 10):
        eps = 2.0**-bits
        for distribution in DISTRIBUTIONS:
            items = sample(
                distribution,
                (50, max(0, int(np.ceil(theory.counting_lower_bound(eps))) - 1)),
                seed=bits,
            )
            assert (coverage(items).radius > eps).all()
        chosen = np.append(2.0 ** (1 - np.arange(1, bits + 1)), -1.0)
        assert coverage(chosen).radius <= eps


def test_product_density_is_that_of_products():
    """Histogram of a million products against the integral of the density: within five standard
    errors, in every bin.
    """
    t, count = np.sort(sample("product", 1_000_000, seed=0)), 1_000_000
    edges = np.linspace(-1, 1, 41)
    cumulative = 0.5 + 0.5 * np.where(
        edges == 0, 0, edges * (1 - np.log(np.abs(np.where(edges == 0, 1, edges))))
    )
    share = np.diff(np.searchsorted(t, edges)) / count
    assert (abs(share - np.diff(cumulative)) < 5 * np.sqrt(np.diff(cumulative) / count)).all()
    middle = np.linspace(0.02, 1, 2000)
    numeric = np.gradient(0.5 + 0.5 * middle * (1 - np.log(middle)), middle)[1:-1]
    np.testing.assert_allclose(theory.product_density(middle[1:-1]), numeric, atol=1e-3)


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_uniform_content_is_contained(distribution):
    """Every bin of [-1/2, 1/2] has at least the mass of p·U[-1/2, 1/2], some hardly more."""
    count, p = 2_000_000, theory.uniform_content(distribution)
    share = np.histogram(sample(distribution, count, seed=1), np.linspace(-0.5, 0.5, 41))[0] / count
    assert share.min() >= p / 40 - 5 * np.sqrt(max(p, 0.01) / 40 / count)
    assert share.min() <= p / 40 * 1.05 + 1e-9


@pytest.mark.slow
def test_threshold_is_that_of_the_reference_figures():
    """Median cover of [-1, 1] within 0.01: about 12 uniform or Gaussian items, 14 products."""
    for distribution, low, high in (
        ("uniform", 10.5, 12),
        ("gaussian", 10, 12),
        ("product", 12.5, 14),
    ):
        found = theory.estimate_threshold(distribution, (0.1, 0.03, 0.01), largest_n=15, draws=300)
        assert low <= found.items[2] <= high, (distribution, found)
        assert (found.items >= theory.counting_lower_bound(found.tolerances)).all()
    assert np.isnan(
        theory.estimate_threshold("half_zero", (0.01,), largest_n=8, draws=20).items
    ).all()


def test_bounds_refuse_arguments_outside_their_range():
    for wrong in (0, -1, 2, float("nan")):
        with pytest.raises(ValueError, match="tolerance is"):
            theory.counting_lower_bound(wrong)
        with pytest.raises(ValueError, match="tolerance is"):
            theory.lueker_items(wrong, 1)
    with pytest.raises(ValueError, match="fraction is"):
        theory.fixed_size_items(0.1, 5, 0.7, 1)
    with pytest.raises(ValueError, match="unknown distribution"):
        theory.uniform_content("cauchy")
    assert theory.fixed_size_items(0.01, 8, 0.5, 1) == pytest.approx(np.log2(800))


def test_volume_failure_inverts_volume_items():
    """The items that are enough for failure d do fail with probability at most d, and many fewer
    are not proved to.
    """
    for eps in (0.1, 0.01, 0.001):
        for failure in (0.5, 0.05, 1e-6):
            n = int(theory.volume_items(eps, failure))
            assert theory.volume_failure(n, eps) <= failure
            assert theory.volume_failure(n // 2, eps) > failure
    failures = [theory.volume_failure(n, 0.01) for n in range(0, 2000, 50)]
    assert failures[0] == 1 and (np.diff(failures) <= 0).all() and failures[-1] < 1e-4


def test_tail_bound_with_the_measured_constant_covers_fresh_failures():
    """With the upper end of the interval, the bound is above the failures of other draws; with half
    of it, it is not.
    """
    found = theory.estimate_tail_constant(tolerance=0.05, largest_n=12, draws=500)
    excess = {}
    for constant in (found.interval[1], found.value / 2):
        excess[constant] = 0.0
        for n in range(1, 13):
            radius = coverage(
                sample("uniform", (500, n), seed=[99, n]), interval=(-0.5, 0.5)
            ).radius
            failed = (radius > 0.1).mean()
            error = 4 * np.sqrt(max(failed * (1 - failed), 0.01) / 500)
            excess[constant] = max(
                excess[constant], failed - error - theory.tail_bound(n, 0.05, constant)
            )
    assert excess[found.interval[1]] <= 0 < excess[found.value / 2]


@pytest.mark.slow
def test_estimated_constant_is_enough_for_fresh_draws():
    """With C·ln(2/eps) items, fresh draws fail with probability about eps; with 3/4 as many, far
    more often.
    """
    found = theory.estimate_constant(tolerances=(0.1, 0.05), largest_n=15, draws=800)
    assert found.interval[0] <= found.value <= found.interval[1]
    for eps in (0.1, 0.05):
        enough = int(np.ceil(theory.lueker_items(eps, found.value)))
        failures = [
            (coverage(sample("uniform", (2000, n), seed=[77, n])).radius > eps).mean()
            for n in (enough, enough * 3 // 4)
        ]
        assert failures[0] <= eps + 4 * np.sqrt(eps / 800) and failures[1] > 1.5 * eps
    assert np.isnan(theory.estimate_constant("half_zero", (0.01,), largest_n=6, draws=20).value)


def test_fixed_size_constant():
    """Near 1 for halves and for quarters: the second-moment form has the right dependence on the
    fraction.
    """
    for fraction in (0.5, 0.25):
        found = theory.estimate_fixed_size(
            tolerance=0.02, fraction=fraction, largest_n=16, draws=200
        )
        assert 0.9 < found.interval[0] <= found.value <= found.interval[1] < 1.4


def test_edges_of_the_bounds():
    assert (
        theory.tail_bound(0, 0.01, 2) == 1
        and theory.product_density(2.0) == 0
        and theory.product_density(0.0) == np.inf
    )
    # too few items for an answer
    found = theory.estimate_constant(tolerances=(0.1, 0.05), largest_n=9, draws=50)
    assert np.isnan(found.value) and np.isnan(found.interval).all()
    with pytest.raises(ValueError, match="tolerance is 1.5"):
        theory.estimate_tail_constant(tolerance=1.5)


def test_width_of_bootstrap_intervals():
    """The 95 % interval of a crossing of shares has the size of a binomial one: not 0, not all."""
    found = theory.estimate_threshold(tolerances=(0.1, 0.03), largest_n=12, draws=400)
    low, high = found.interval
    assert 0.01 < high - low < 0.3 and low < found.items_per_bit < high
