"""`solve` against fractions: the optimum of exact arithmetic at every scale, whatever stands beside
the items.
"""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from slt_course.subset_sum import meet_in_the_middle, near_ties, solve

EXACT = ("exhaustive", "meet_in_the_middle")


def best_error(items, target):
    """The smallest |z - sum| of one row, as a fraction."""
    sums = {Fraction(0)}
    for x in map(Fraction, items):
        sums |= {s + x for s in sums}
    return min(abs(Fraction(target) - s) for s in sums)


def error_of(mask, items, target):
    return abs(
        Fraction(float(target)) - sum(Fraction(float(x)) for x, kept in zip(items, mask) if kept)
    )


def ulps(rng, n):
    return np.nextafter(rng.integers(1, 3, n) * 1.0, rng.choice([0, 9], n)) * rng.choice(
        [-1, 1, 1e6, -1e6], n
    )


def cancelling(rng, n):
    return np.r_[[1e19, -1e19, 1e19][:n], rng.integers(-5, 6, max(n - 3, 0))]


DISTRIBUTIONS = {
    "all scales": lambda rng, n: rng.uniform(-1, 1, n) * 10.0 ** rng.integers(-300, 300, n),
    "24 decades": lambda rng, n: rng.uniform(-1, 1, n) * 10.0 ** rng.integers(-12, 12, n),
    "3 decades": lambda rng, n: rng.uniform(-1, 1, n) * 10.0 ** rng.integers(-3, 1, n),
    "cancelling outliers": cancelling,
    "three levels": lambda rng, n: rng.integers(-3, 4, n) * 10.0 ** rng.choice([-20, 0, 20], n),
    "one ulp apart": ulps,
    "outliers": lambda rng, n: np.where(rng.random(n) < 0.3, 1e30, rng.uniform(-1, 1, n)),
    "zeros and duplicates": lambda rng, n: rng.choice([0.0, 0.1, 0.1, -0.3, 0.7], n),
    "subnormal": lambda rng, n: rng.integers(-20, 20, n) * 5e-324,
    "near the top": lambda rng, n: rng.uniform(-1, 1, n) * 1e305,
}
TARGETS = {
    "near 0": lambda rng, x: float(rng.normal()),
    "a sum": lambda rng, x: float(sum(map(Fraction, x[rng.random(len(x)) < 0.5]), Fraction(0))),
    "an item": lambda rng, x: float(rng.choice(x)) if len(x) else 0.0,
    "far out": lambda rng, x: float(rng.choice([-1e25, 1e25])),
}


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("aim", TARGETS)
def test_every_method_finds_the_optimum_of_exact_arithmetic(distribution, aim):
    rng = np.random.default_rng(0)
    for _ in range(15):
        items = DISTRIBUTIONS[distribution](rng, int(rng.integers(0, 9)))
        target = TARGETS[aim](rng, items)
        best = best_error(items.tolist(), target)
        tight, loose = float(best), math.nextafter(float(best), math.inf)
        for method, tolerance in [
            *((m, None) for m in EXACT),
            ("staged", 0.0),
            ("staged", tight),
            ("staged", loose),
        ]:
            found = solve(items, target, tolerance, method)
            error = error_of(found.mask, items, target)
            assert float(found.error) == pytest.approx(float(error), rel=1e-6, abs=0)
            if tolerance is None:
                assert error == best
            else:
                assert found.reached == (float(error) <= tolerance)
                assert found.reached or error == best
                assert found.reached or tolerance < best


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor])
def test_odd_rows_in_a_batch_are_settled_and_the_others_left_alone(kind):
    rng = np.random.default_rng(1)
    items, target = rng.uniform(-1, 1, (400, 10)), rng.uniform(-1, 1, 400)
    plain = solve(items, target).mask
    odd = rng.choice(400, 12, replace=False)
    items[odd[:6], rng.integers(0, 10, 6)] = 1e19
    items[odd[6:], :2] = 1e19, -1e19
    for found in (solve(kind(items), kind(target)), solve(kind(items), kind(target), 1e-12)):
        for row in odd:
            best = best_error(items[row].tolist(), float(target[row]))
            assert error_of(found.mask[row].tolist(), items[row], target[row]) == best
    others = np.setdiff1d(np.arange(400), odd)
    assert (np.asarray(solve(kind(items), kind(target)).mask)[others] == plain[others]).all()


def test_a_planted_sum_of_32_items_of_every_scale_is_found():
    rng = np.random.default_rng(2)
    items = (
        rng.integers(1, 2**20, 32)
        * 2.0 ** np.r_[np.arange(16) * 60 - 500, np.arange(16) * 60 - 480]
    )
    kept = rng.random(32) < 0.5
    exact = sum(map(Fraction, items[kept].tolist()))
    target = float(exact)
    found = solve(items, target)
    assert error_of(found.mask, items, target) <= abs(exact - Fraction(target))


def test_outliers_cost_no_slow_arithmetic(monkeypatch):
    """Without the outlier a row is an ordinary one: the search is repeated, and integers of any
    length are not needed.
    """
    monkeypatch.setattr(near_ties, "_exact_optimum", None)
    items = np.random.default_rng(3).uniform(-1, 1, (200, 20))
    items[:, 7] = 1e19
    assert solve(items, 0.3).error.max() < 1e-3


def test_whole_numbers_cost_no_slow_arithmetic(monkeypatch):
    """Their sums coincide by the thousand, but no rounding can hide one."""
    monkeypatch.setattr(near_ties, "_exact_optimum", None)
    items = np.random.default_rng(4).integers(-(10**6), 10**6, (100, 18)).astype(float)
    for method in EXACT:
        assert (solve(items, np.full(100, 12.5), method=method).error % 1 == 0.5).all()


@pytest.mark.parametrize(
    "method, tolerance", [("exhaustive", None), ("meet_in_the_middle", None), ("staged", 0.5)]
)
def test_an_outlier_beside_1_and_2(method, tolerance):
    for outliers in ([1e19], [1e19, -3e18], [-1e300], [1e19, -1e19]):
        found = solve([*outliers, 1.0, 2.0], 3.0, tolerance, method)
        assert found.error == 0 and found.reached and found.mask[-2:].all() and found.sum == 3


def test_targets_far_out_keep_every_item_of_their_sign():
    for method in EXACT:
        assert solve([[1.0, 0.5, -0.25]], [-1e25], method=method).mask.tolist() == [
            [False, False, True]
        ]
        assert solve([[1.0, 1e-30, -0.25]], [1e300], method=method).mask.tolist() == [
            [True, True, False]
        ]


def test_reached_is_judged_exactly():
    """2^53 + 1 is no float64: a plain sum of the two items would hit the target."""
    assert solve([2.0**53, 1.0], 2.0**53 + 2, 0.5).reached == False  # noqa: E712
    assert solve([2.0**53, 1.0], 2.0**53 + 2, 1.0).reached == True  # noqa: E712
    both = solve([2.0**53, 1.0, 1.0], 2.0**53 + 2, 0.0)
    assert both.reached and both.mask.all() and both.sum == 2.0**53 + 2 and both.error == 0


def test_sums_do_not_depend_on_the_order_of_the_items():
    """Plain sums of 1e16, -1e16 and 0.1 give 0 or 0.1."""
    orders = list(itertools.permutations([1e16, 0.3, -1e16, 0.1, 0.2]))
    found = solve(orders, 0.1 + 0.2)
    best = float(best_error(orders[0], 0.1 + 0.2))
    assert (
        (found.error == best).all()
        and 0 < best < 1e-16
        and set(found.sum.tolist()) <= {0.3, 0.1 + 0.2}
    )


def test_a_miss_by_one_rounding_says_so():
    found = solve([0.1, 0.2, 0.6, 0.7], 0.8, tolerance=0)
    assert not found.reached and found.error == float(best_error([0.1, 0.2, 0.6, 0.7], 0.8)) > 0
    assert "1 missed only by the rounding of the numbers given: allow 5.6e-17" in repr(found)
    assert solve([0.1, 0.2, 0.6, 0.7], 0.8, tolerance=5.6e-17).reached
    for whole in (solve([1, 2, 6, 7], 8, tolerance=0), solve([0.1, 0.2], 0.8, tolerance=0.1)):
        assert "rounding" not in repr(whole)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    items=st.lists(st.floats(-1e300, 1e300), max_size=7),
    target=st.floats(-1e300, 1e300),
    tolerance=st.one_of(st.none(), st.floats(0, 1e300)),
)
def test_any_floats(items, target, tolerance):
    found = solve(items, target, tolerance)
    error, best = error_of(found.mask, items, target), best_error(items, target)
    assert error == best if tolerance is None or not found.reached else float(error) <= tolerance
    assert tolerance is None or found.reached or best > tolerance


def test_blocks_hold_as_many_rows_as_fit(monkeypatch):
    """The keys of a block's rows fill it by more than half, and not over."""
    sizes, search = [], meet_in_the_middle.search_block

    def counted(items, *arguments, **options):
        sizes.append(len(items) * (2 ** (items.shape[1] // 2) + 2 ** (-(-items.shape[1] // 2))))
        return search(items, *arguments, **options)

    monkeypatch.setattr(meet_in_the_middle, "search_block", counted)
    monkeypatch.setattr("slt_course.subset_sum.blocks.CPU_BLOCK", 4096)
    solve(np.random.default_rng(0).uniform(-1, 1, (100, 15)), np.zeros(100))
    assert max(sizes) <= 4096 < 2 * max(sizes)
