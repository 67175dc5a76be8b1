"""What `subset_sum.solve` promises, against brute force, planted solutions and bad input."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from slt_course import subset_sum
from slt_course.subset_sum import exhaustive, meet_in_the_middle, solve, staged
from slt_course.subset_sum.solve import METHODS

DISTRIBUTIONS = {
    "uniform": lambda rng, shape: rng.uniform(-1, 1, shape),
    "product": lambda rng, shape: rng.uniform(-1, 1, shape) * rng.uniform(0, 1, shape),
    "half zero": lambda rng, shape: (
        rng.uniform(-1, 1, shape) * np.maximum(rng.uniform(-1, 1, shape), 0)
    ),
    "gaussian": lambda rng, shape: rng.normal(size=shape),
    "one-signed": lambda rng, shape: rng.uniform(0, 1, shape),
    "duplicates": lambda rng, shape: rng.integers(-2, 3, shape) / 4,
    "zeros": lambda rng, shape: np.zeros(shape),
    "tiny": lambda rng, shape: rng.uniform(-1, 1, shape) * 1e-290,
    "huge": lambda rng, shape: rng.uniform(-1, 1, shape) * 1e200,
    "mixed scales": lambda rng, shape: (
        rng.uniform(-1, 1, shape) * 10.0 ** rng.integers(-6, 6, shape)
    ),
}
EXACT = ("exhaustive", "meet_in_the_middle")


def brute_force(items, target):
    """The smallest |target - sum| of every row, by the definition: one matrix of all subsets."""
    subsets = np.array(list(itertools.product((0.0, 1.0), repeat=items.shape[1]))).reshape(
        2 ** items.shape[1], -1
    )
    return np.abs(items @ subsets.T - target[:, None]).min(1)


def assert_consistent(solution, items, target, tolerance=None):
    """The fields of a solution describe the same subsets, whatever its quality."""
    sums = (items * solution.mask).sum(-1, dtype=np.float64)
    np.testing.assert_allclose(solution.sum, sums, rtol=1e-12, atol=0)
    np.testing.assert_allclose(
        solution.error,
        np.abs(target - sums),
        rtol=1e-9,
        atol=1e-15 * np.abs(items).sum(-1).max(initial=0),
    )
    assert solution.mask.dtype == bool and solution.sum.dtype == solution.error.dtype == np.float64
    assert (solution.reached == (True if tolerance is None else solution.error <= tolerance)).all()


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 10, 13, 16])
def test_optimum_equals_brute_force(distribution, n):
    rng = np.random.default_rng(n)
    items = DISTRIBUTIONS[distribution](rng, (30 if n < 16 else 8, n))
    scale = np.abs(items).max(initial=1e-290)
    for target in (
        rng.uniform(-1, 1, len(items)) * scale,
        rng.normal(0, 0.05, len(items)) * scale,
        items.sum(1) * 3 + scale,
    ):
        best = brute_force(items, target)
        for method in EXACT:
            solution = solve(items, target, method=method)
            assert_consistent(solution, items, target)
            np.testing.assert_allclose(
                solution.error, best, rtol=1e-9, atol=1e-13 * scale * max(n, 1)
            )


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("tolerance", [0.0, 1e-12, 1e-5, 1e-3, 0.1, 10.0])
def test_tolerance_is_reached_wherever_it_can_be(distribution, tolerance):
    rng = np.random.default_rng(1)
    for n in (1, 5, 14):
        items = DISTRIBUTIONS[distribution](rng, (50, n))
        target = rng.uniform(-1, 1, 50) * np.abs(items).max()
        best = brute_force(items, target)
        solution = solve(items, target, tolerance)
        assert_consistent(solution, items, target, tolerance)
        rounding = 1e-13 * np.abs(items).max() * n
        assert solution.reached[best <= tolerance - rounding].all()
        np.testing.assert_allclose(
            solution.error[~solution.reached], best[~solution.reached], rtol=1e-9, atol=rounding
        )


@pytest.mark.parametrize("n", [20, 26, 32])
def test_planted_subsets_are_found(n):
    """With a sum planted exactly, the optimum is zero up to float64 rounding; no oracle is needed
    at any n.
    """
    rng = np.random.default_rng(n)
    items = rng.uniform(-1, 1, (5, n))
    target = (items * rng.integers(0, 2, (5, n))).sum(1)
    assert solve(items, target).error.max() < 1e-14 * n
    assert solve(items, target, 1e-9).reached.all()


def test_staged_takes_any_n_and_targets_far_away():
    rng = np.random.default_rng(0)
    items = rng.uniform(-1, 1, (200, 300))
    target = rng.uniform(-60, 60, 200)  # the sums reach about ±75, the first 32 items only about ±8
    assert solve(items, target, 1e-4).reached.all()
    far = solve(items, np.sign(target) * 1e4, 1e-4)
    wanted = np.where(target[:, None] > 0, items > 0, items < 0)
    assert (far.mask == wanted).all() and not far.reached.any()


def test_late_items_are_used_only_for_far_targets():
    items = np.r_[np.linspace(0.01, 0.32, 32), np.full(50, 1.0)][None]
    near, far = solve(items, [1.0], 1e-6), solve(items, [40.0], 1e-6)
    assert near.reached.all() and not near.mask[0, 32:].any()
    assert far.reached.all() and far.mask[0, 32:].any()


@pytest.mark.parametrize(
    "distribution", ["uniform", "product", "gaussian", "one-signed", "duplicates", "zeros"]
)
@pytest.mark.parametrize("n", [0, 1, 4, 9])
def test_milp_is_the_optimum_up_to_its_tolerance(distribution, n):
    rng = np.random.default_rng(n)
    items = DISTRIBUTIONS[distribution](rng, (6, n))
    target = rng.uniform(-1, 1, 6)
    solution, best = solve(items, target, method="milp"), brute_force(items, target)
    assert_consistent(solution, items, target)
    assert (solution.error >= best - 1e-12).all() and (solution.error <= best + 1e-5).all()


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("n", [0, 1, 7, 40])
def test_greedy_never_passes_by_an_item_that_helps(distribution, n):
    """Its promise: the error is at most |z|, and no kept item, largest first, took the sum further
    away.
    """
    rng = np.random.default_rng(n)
    items = DISTRIBUTIONS[distribution](rng, (50, n))
    target = rng.uniform(-1, 1, 50) * np.abs(items).max(initial=1e-290)
    solution = solve(items, target, method="greedy")
    assert_consistent(solution, items, target)
    assert (solution.error <= np.abs(target) * (1 + 1e-12)).all()
    for x, z, mask in zip(items, target, solution.mask):
        for i in (
            np.argsort(-np.abs(x), kind="stable")[:0]
            if len(set(np.abs(x))) < n
            else np.argsort(-np.abs(x))
        ):
            assert mask[i] == (abs(z - x[i]) < abs(z))
            z = z - x[i] * mask[i]


def test_greedy_loses_what_its_file_says():
    """It misses a sum that hits the target exactly, and its typical error is far above the
    optimum's.
    """
    assert solve([[0.6, 0.5, 0.5]], [1.0], method="greedy").error[0] == pytest.approx(0.1)
    items, target = (
        DISTRIBUTIONS["uniform"](np.random.default_rng(0), (500, 21)),
        np.random.default_rng(1).uniform(-1, 1, 500),
    )
    errors = [
        np.median(solve(items, target, method=method).error)
        for method in ("greedy", "meet_in_the_middle")
    ]
    assert errors[0] > 1000 * errors[1]


def test_misses_are_reported_not_raised():
    solution = solve([[0.25, 0.5]], [[0.1], [0.5]], tolerance=0.01)
    assert solution.reached.tolist() == [[False], [True]]
    assert solution.error[0, 0] == pytest.approx(0.1)


def test_tolerance_can_differ_by_row():
    items = np.tile([[0.25, 0.5]], (3, 1))
    assert solve(items, 0.3, np.array([0.01, 0.05, 0.2])).reached.tolist() == [False, True, True]


@pytest.mark.parametrize(
    "dtype", [np.float16, np.float32, np.float64, np.int8, np.int64, np.uint8, bool]
)
def test_every_real_dtype(dtype):
    rng = np.random.default_rng(3)
    items = (rng.uniform(-1, 1, (20, 10)) * 100).astype(dtype)
    target = rng.uniform(-50, 50, 20).astype(np.float32)
    solution = solve(items, target)
    np.testing.assert_allclose(
        solution.error, brute_force(items.astype(float), target.astype(float)), atol=1e-9
    )


def test_float32_items_are_judged_in_float64():
    """A subset that float32 arithmetic would accept is refused when its true sum misses the
    tolerance.
    """
    items = np.array([[1.0, 2**-25]], np.float32)  # in float32 their sum is 1
    solution = solve(items, np.float64(1 + 2**-25), tolerance=2**-30)
    assert solution.reached.all() and solution.mask.all()
    assert not solve(items[:, :1], np.float64(1 + 2**-25), tolerance=2**-30).reached.any()


@pytest.mark.parametrize("items_shape, target_shape, batch", [
    ((5,), (), ()), ((5,), (7,), (7,)), ((3, 5), (), (3,)), ((3, 1, 5), (4,), (3, 4)),
    ((0, 5), (0,), (0,)),
    ((0, 5), (), (0,)), ((5,), (2, 0), (2, 0)), ((3, 0), (3,), (3,)), ((0,), (), ()),
])  # fmt: skip
def test_shapes_broadcast(items_shape, target_shape, batch):
    rng = np.random.default_rng(0)
    items, target = rng.normal(size=items_shape), rng.normal(size=target_shape)
    for kind in (np.asarray, torch.as_tensor):
        solution = solve(kind(items), kind(target), tolerance=0.1)
        n = items_shape[-1]
        assert tuple(solution.mask.shape) == (*batch, n)
        assert (
            tuple(solution.error.shape)
            == tuple(solution.sum.shape)
            == tuple(solution.reached.shape)
            == batch
        )
        assert "n=" in repr(solution)
    if 0 not in batch and n:
        flat_items = np.broadcast_to(items, (*batch, n)).reshape(-1, n)
        best = brute_force(flat_items, np.broadcast_to(target, batch).reshape(-1))
        np.testing.assert_allclose(np.ravel(solve(items, target).error), best, atol=1e-12)


def test_torch_in_torch_out():
    items, target = torch.randn(6, 8, requires_grad=True), torch.randn(6, dtype=torch.float64)
    solution = solve(items, target)
    assert all(
        isinstance(field, torch.Tensor)
        for field in (solution.mask, solution.sum, solution.error, solution.reached)
    )
    assert (
        solution.mask.dtype is torch.bool
        and solution.sum.dtype is torch.float64
        and not solution.sum.requires_grad
    )
    as_numpy = solve(items.detach().numpy(), target.numpy())
    assert (solution.mask.numpy() == as_numpy.mask).all() and isinstance(as_numpy.mask, np.ndarray)
    assert isinstance(solve(items.detach().numpy(), target).mask, torch.Tensor)
    assert solve(items.detach().to(torch.bfloat16), target).error.isfinite().all()


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_tensor_code_path_agrees_with_numpy(method):
    """CUDA runs the same functions on tensors; here the tensors are on the CPU."""
    rng = np.random.default_rng(5)
    rows = 10 if method == "milp" else 300
    items, target = rng.uniform(-1, 1, (rows, 15)), rng.uniform(-1, 1, rows)
    tolerance = np.full(rows, 1e-3)
    search = METHODS[method].search
    masks = (
        search(items, target, tolerance),
        search(*map(torch.as_tensor, (items, target, tolerance))),
    )
    errors = [abs(target - (items * np.asarray(mask)).sum(1)) for mask in masks]
    np.testing.assert_allclose(*errors, atol=1e-12)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_stays_on_cuda_and_agrees_with_the_cpu():
    rng = torch.Generator().manual_seed(0)
    items, target = (
        torch.rand(5000, 21, generator=rng) * 2 - 1,
        torch.randn(5000, generator=rng) * 0.05,
    )
    for tolerance in (None, 1e-3):
        on_gpu, on_cpu = (
            solve(items.cuda(), target.cuda(), tolerance),
            solve(items, target, tolerance),
        )
        assert on_gpu.mask.is_cuda and on_gpu.error.is_cuda
        if tolerance is None:
            torch.testing.assert_close(on_gpu.error.cpu(), on_cpu.error, atol=1e-12, rtol=0)
        assert torch.equal(on_gpu.reached.cpu(), on_cpu.reached)


def test_blocks_and_chunks_do_not_change_answers(monkeypatch):
    rng = np.random.default_rng(7)
    items, target = rng.uniform(-1, 1, (1000, 15)), rng.uniform(-1, 1, 1000)
    expected = {
        (m, t): solve(items, target, t, m).error
        for m, t in [("exhaustive", None), ("auto", None), ("auto", 1e-3)]
    }
    monkeypatch.setattr("slt_course.subset_sum.blocks.CPU_BLOCK", 1000)
    monkeypatch.setattr("slt_course.subset_sum.blocks.CPU_CHUNK", 7)
    for (method, tolerance), error in expected.items():
        found = solve(items, target, tolerance, method).error
        if tolerance is None:
            np.testing.assert_allclose(found, error, atol=1e-12)
        else:
            assert ((found <= tolerance) == (error <= tolerance)).all()


def test_inputs_are_not_modified():
    items, target = np.random.default_rng(0).uniform(-1, 1, (50, 12)), np.linspace(-9, 9, 50)
    before = items.copy(), target.copy()
    for tolerance in (None, 1e-3):
        solve(items, target, tolerance)
    assert (items == before[0]).all() and (target == before[1]).all()


@settings(max_examples=150, deadline=None)
@given(
    items=st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), max_size=9),
    target=st.floats(-1e7, 1e7),
    tolerance=st.one_of(st.none(), st.floats(0, 1e3)),
)
def test_any_instance(items, target, tolerance):
    row, z = np.array([items], dtype=float).reshape(1, -1), np.array([target])
    best = brute_force(row, z)[0]
    solution = solve(row, z, tolerance)
    assert_consistent(solution, row, z, tolerance)
    rounding = 1e-13 * (np.abs(row).sum() + abs(target)) + 1e-300
    if tolerance is None or not solution.reached[0]:
        assert abs(solution.error[0] - best) <= rounding
    if tolerance is not None and best + rounding < tolerance:
        assert solution.reached[0]


@pytest.mark.parametrize("arguments, words", [
    (dict(items=[[1.0, np.nan]], target=[0.0]), "items holds 1 value"),
    (dict(items=[[1.0, 2.0]], target=[np.inf]), "target holds 1 value"),
    (dict(items=[[1e308] * 9], target=[0.0]), "overflow"),
    (dict(items=3.0, target=0.0), "last axis"),
    (dict(items=np.ones((3, 4)), target=np.ones(4)), r"items \(3, 4\)"),
    (dict(items=[[1.0], [2.0, 3.0]], target=0.0), "rectangular"),
    (dict(items=[[1.0]], target=0.0, tolerance=-0.1), "tolerance is -0.1"),
    (dict(items=[[1.0]], target=0.0, tolerance=float("nan")), "tolerance is nan"),
    (dict(items=[[1.0]], target=0.0, tolerance=float("inf")), "tolerance holds 1 value"),
    (dict(items=[[1.0]], target=0.0, tolerance=[0.1, 0.2]), "does not broadcast"),
    (dict(items=np.ones((2, 33)), target=0.0), "n = 33 items is more than the 32"),
    (dict(items=np.ones((2, 26)), target=0.0, method="exhaustive"),
    "use method=.meet_in_the_middle"),
    (dict(items=np.ones((2, 40)), target=0.0, tolerance=0.1, method="meet_in_the_middle"),
    'method="staged"'),
    (dict(items=np.ones((2, 5)), target=0.0, method="staged"), "needs a tolerance"),
    (dict(items=np.ones((2, 5)), target=0.0, method="magic"), "unknown method 'magic'"),
])  # fmt: skip
def test_bad_input_is_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        solve(**arguments)


@pytest.mark.parametrize(
    "items",
    [np.ones((2, 3), complex), torch.ones(2, 3, dtype=torch.cfloat), [["a", "b"]], [[None]]],
)
def test_input_that_is_not_real_numbers(items):
    with pytest.raises(TypeError, match="real numbers"):
        solve(items, 0.0)


def test_memory_is_bounded_by_blocks_not_by_the_batch():
    """n = 30 needs 2^16 keys a row: 300 rows at once would take 157 MB, blocks take a few."""
    import tracemalloc

    items = np.random.default_rng(0).uniform(-1, 1, (300, 30))
    tracemalloc.start()
    solve(items, np.zeros(300))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6


def test_keys_meet_their_stated_resolution():
    """32-bit keys miss the optimum by no more than a few times what `resolution` says."""
    rng = np.random.default_rng(0)
    items, target = rng.uniform(-1, 1, (500, 20)), rng.uniform(-1, 1, 500)
    error = [
        abs(target - (items * meet_in_the_middle.search(items, target, keys=k)).sum(1))
        for k in ("int32", "int64")
    ]
    assert (error[0] - error[1]).max() <= 4 * meet_in_the_middle.resolution(items, "int32")
    assert (error[0] - error[1]).min() >= -1e-14


def test_public_names():
    assert subset_sum.available_methods() == (
        "auto",
        "exhaustive",
        "meet_in_the_middle",
        "staged",
        "greedy",
        "milp",
    )
    assert exhaustive.ITEM_LIMIT < meet_in_the_middle.ITEM_LIMIT == staged.SEARCHED_ITEMS
