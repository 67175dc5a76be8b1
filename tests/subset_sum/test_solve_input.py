"""What `solve` takes and refuses: kinds of arrays, numbers that float64 cannot hold, giant batches,
rows of any length.
"""

import time
import warnings

import numpy as np
import pytest
import torch

from slt_course.subset_sum import coverage, solve

BIG = 2**53 + 1


@pytest.mark.parametrize("items", [
    torch.tensor([[1 + 2j, 3 - 1j]]).conj().imag, [torch.tensor([-2.0, 1.0], requires_grad=True)],
    [[torch.tensor(-2.0, requires_grad=True), 1]],
    torch.tensor([[-2.0, 1.0]]).to(torch.float8_e4m3fn),
    np.array([[-2, 1]], np.longdouble), np.array([[-2, 1]], ">i8"), np.array([[-2, 1]], ">f4"),
    np.array([[-2, 1]], object),
    torch.nn.Parameter(torch.tensor([[-2.0, 1.0]])), np.broadcast_to(np.array([-2.0, 1.0]), (1, 2)),
    ((-2, True),),
])  # fmt: skip
def test_every_kind_of_real_numbers(items):
    found = solve(items, [-1.0])
    assert found.error.tolist() == [0.0] and found.mask.tolist() == [[True, True]]
    assert isinstance(found.mask, torch.Tensor) == isinstance(items, torch.Tensor)


def nested():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls nested tensors a prototype
        return torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])


def quantised():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)


@pytest.mark.parametrize("call, words", [
    (lambda: solve(nested(), 1.0), "items .*nested"),
    (lambda: solve(torch.ones(3).to_sparse(), 1.0), "items .*sparse"),
    (lambda: solve(torch.ones(3), torch.ones(2).to_sparse()), "target .*sparse"),
    (lambda: solve(quantised(), 1.0), "items .*quantized"),
    (lambda: torch.vmap(lambda x: solve(x, 1.0).error)(torch.ones(3, 4)), "items .*vmap"),
    (lambda: torch.func.grad(lambda x: solve(x, 1.0).error)(torch.ones(4)), "items .*grad"),
    (lambda: solve(np.ma.array([1.0, 2.0], mask=[0, 1]), 2.0), "items is a masked array"),
    (lambda: solve([np.ma.array([1.0, 2.0], mask=[0, 1])], 2.0), "items is a masked array"),
    (lambda: solve([1.0, 2.0], [np.ma.masked]), "target is a masked array"),
    (lambda: solve([1.0, 2.0], 2.0, np.ma.masked), "tolerance is a masked array"),
    (lambda: solve([1.0, 2.0], 2.0, "0.1"), "tolerance .* real numbers"),
])  # fmt: skip
def test_other_kinds_are_refused(call, words):
    with pytest.raises(TypeError, match=words):
        call()


@pytest.mark.parametrize("call, words", [
    (lambda: solve(np.array([[BIG]]), np.array([2**53]), 0.0), f"items holds {BIG}, which float64 "
                                                               "cannot hold"),
    (lambda: solve([[BIG, 0.5]], 1.0), "items holds"),
    (lambda: solve([[np.int64(BIG), 0.5]], 1.0), "items holds"),
    (lambda: solve([[1.0]], [-BIG]), f"target holds -{BIG}"),
    (lambda: solve([[1.0]], 1.0, BIG), "tolerance holds"),
    (lambda: solve([[-(2**63), 1]], -(2**63) + 1, 0.5), "target holds"),
    (lambda: solve(np.array([2**64 - 1], np.uint64), 1.0), "items holds"),
    (lambda: solve(np.array([BIG], ">i8"), 1.0), "items holds"),
    (lambda: solve(torch.tensor([BIG]), 1.0), "items holds"),
    (lambda: solve([2**70 + 1, 8], 8), "divide all numbers by a common factor"),
    (lambda: solve([10**400, 8], 8), "items holds 1000"),
    (lambda: solve([1.0], 1.0, method=["auto"]), "unknown method"),
    (lambda: solve([1.0], 1.0, method=None), "unknown method"),
    (lambda: solve(np.ones((1,) * 63 + (3,)), 1.0), "items has 64 axes"),
    (lambda: solve(np.ones(3), np.ones((1,) * 64)), "target has 64 axes"),
    (lambda: solve(torch.ones(3), torch.ones((), device="meta")), "different devices"),
    (lambda: solve(torch.ones(3, device="meta"), 1.0), "device meta"),
    (lambda: solve(torch.ones(3, device="meta"), torch.ones((), device="meta")), "device meta"),
])  # fmt: skip
def test_what_is_needed_is_said(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_list_that_holds_itself():
    items = []
    items.append(items)
    with pytest.raises(ValueError, match="holds itself"):
        solve(items, 1.0)


@pytest.mark.skipif(np.finfo(np.longdouble).nmant == 52, reason="here a long double is a float64")
def test_long_doubles_count_only_if_float64_holds_them():
    for number in (np.longdouble("1e4000"), np.longdouble(1) + np.finfo(np.longdouble).eps):
        with pytest.raises(ValueError, match="float64 cannot hold"):
            solve(np.array([number, 1]), 2.0)


def test_large_whole_numbers_that_float64_holds_are_exact():
    found = solve([2**70, 8, -(2**60)], [8, 2**70 + 2**20, -(2**60)], 0)
    assert found.mask.tolist() == [[False, True, False], [True, True, False], [False, False, True]]
    assert found.error.tolist() == [0.0, 2.0**20 - 8, 0.0]


@pytest.mark.parametrize("call", [
    lambda: solve(np.ones(3), np.broadcast_to(1.0, (10**13,)), 0.1),
    lambda: solve(np.broadcast_to(1, (10**13, 3)), 1.0),
    lambda: solve(torch.ones(3), torch.tensor(1.0, dtype=torch.bfloat16).expand(10**13)),
    lambda: coverage(np.broadcast_to(1.0, (10**13, 3))),
])  # fmt: skip
def test_a_virtual_batch_is_refused_before_it_is_read(call):
    start = time.perf_counter()
    with pytest.raises(ValueError, match=r"1e\+13 rows .* in parts"):
        call()
    assert time.perf_counter() - start < 5  # reading them takes hours


def test_a_virtual_tolerance_is_refused_before_it_is_read():
    with pytest.raises(ValueError, match="does not broadcast"):
        solve(np.ones((2, 3)), 1.0, np.broadcast_to(1.0, (10**13,)))


def test_no_warnings_near_the_top_of_the_scale():
    items = np.random.default_rng(0).uniform(-1, 1, (9000, 8)) * 1e306
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for tolerance in (None, 1e300):
            assert solve(items, 1e305, tolerance).error.max() <= 1e305


def test_highs_prints_nothing(capfd):
    """It left a line on standard output where the target was far beyond all sums."""
    for seed, n, size in ((13, 10, 1e12), (76, 7, 1e12), (232, 8, 1e13)):
        rng = np.random.default_rng(seed)
        solve(rng.uniform(-1, 1, n), rng.uniform(-1, 1) * size, method="milp")
    solve(
        np.array([57171.87150524, 93827.20350457, -64277.11019708, -40511.15157]),
        5.712377e16,
        method="milp",
    )
    assert capfd.readouterr().out == ""


def planted(rng, n):
    items = rng.integers(-(10**9), 10**9, n).astype(float)
    return items, items[rng.permutation(n)[: n // 2]].sum()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n", [36, 40, 60])
def test_more_than_32_items_with_a_planted_sum(n, seed):
    """Each of 32 searches finds a subset that hits the target with a chance near one half."""
    items, target = planted(np.random.default_rng([1, seed]), n)
    assert solve(items, target, tolerance=0.5).error == 0


def test_a_thousand_items_and_a_far_target():
    items = np.random.default_rng(0).uniform(-1, 1, 1000)
    assert solve(items, 100.0, tolerance=1e-9).reached
    assert solve(torch.as_tensor(items), 100.0, tolerance=1e-9).reached


@pytest.mark.parametrize(
    "useless", [[0.0] * 32, [1e-9] * 32, [1e19] * 40, [-1e19] * 40, [0.0] * 500, [1e-9] * 1000]
)
def test_useless_items_in_front(useless):
    """Zeros, items too small to matter, items too large for any good subset."""
    for tail, target in (([10.0, -2.0], 8.0), ([0.5, 0.25, 3.0, -1.75], 1.75)):
        for items in ([*useless, *tail], [*tail, *useless]):
            found = solve(items, target, tolerance=1e-6)
            assert found.reached and found.mask[np.isin(items, tail)].sum() >= 1


def test_a_miss_after_all_searches_is_no_worse_than_the_first():
    """No sum is within the tolerance: the best subset found is kept, and for useless items beyond
    32 it is the optimum.
    """
    items = np.r_[np.zeros(30), np.random.default_rng(0).uniform(-1, 1, 12)]
    assert solve(items, 0.3, tolerance=0).error == solve(items[30:], 0.3).error
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, (2, 40))
    first = solve(x[:, :32], 0.3, tolerance=0).error
    found = solve(x, 0.3, tolerance=0)
    assert (found.error <= first).all() and not found.reached.any()
