"""Random integer programs: relaxation, gap identity, repair and optimum against each other and
against all 2^n points.
"""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from slt_course import plots, subset_sum
from slt_course.integer_programs import (
    DECAYS,
    Program,
    ProgramError,
    fitted_exponent,
    flips,
    gap_identity,
    gaussian,
    optimum,
    packing,
    predicted_gap,
    relax,
    repair,
    subsets_between,
)
from slt_course.integer_programs.between import count_between
from slt_course.integer_programs.flips import best_by_subset_sums, best_of_list
from slt_course.integer_programs.status import check_answer

MODELS = [(model, m) for model in (packing, gaussian) for m in (1, 2, 3)]
IDS = [f"{model.__name__}-{m}" for model, m in MODELS]


def points(n):
    return np.array(list(itertools.product((0.0, 1.0), repeat=n)))


def best_by_hand(use, cost, slack, price):
    """Smallest loss over all flip sets, without the package's enumeration."""
    sets = points(len(cost))
    left = slack - sets @ use.T
    return np.where((left >= -1e-9).all(1), sets @ cost + left @ price, np.inf).min()


# --- models -----------------------------------------------------------------------------------


def test_models_are_what_they_say():
    program = packing(2000, m=2, seed=1)
    assert (
        program.c.min() >= 0
        and program.A.max() <= 1
        and (program.b == 500).all()
        and program.A.shape == (2, 2000)
    )
    program = gaussian(4000, m=4, seed=1)
    assert np.linalg.norm(program.b) == pytest.approx(400) and (program.b < 0).all()
    assert abs(program.A.mean()) < 0.05 and program.A.std() == pytest.approx(1, abs=0.03)
    assert (packing(9, seed=3).c == packing(9, seed=3).c).all() and (
        packing(9, seed=3).c != packing(9, seed=4).c
    ).any()


@pytest.mark.parametrize("arguments, words", [
    (([1, 2], [[1, 2, 3]], [1]), r"A has shape \(1, 3\): c needs 3 entries, not 2"),
    (([1, 2], [[1, 2]], [1, 2]), "and b 1, not 2"),
    (([1, np.nan], [[1, 2]], [1]), "c has shape .*finite"),
    (([1, 2], [1, 2], [1]), "A has shape .*2 axis"),
    (([], np.empty((1, 0)), [1]), "none empty"),
    ((["a"], [[1]], [1]), "c is not an array of real numbers"),
    (([1], [[1]], [1], 0.5), "upper is 0.5: give 1"),
    (([1], [[1]], [1], np.nan), "upper is nan"),
])  # fmt: skip
def test_programs_that_cannot_be(arguments, words):
    with pytest.raises(ValueError, match=words):
        Program(*arguments)


@pytest.mark.parametrize("call, words", [
    (lambda: packing(0), "n is 0: give a whole number"),
    (lambda: gaussian(5, m=1.5), "m is 1.5"),
    (lambda: optimum(packing(5), seconds=0), "seconds is 0"),
    (lambda: repair(packing(5), relax(packing(5)), columns=6), "columns is 6: give a whole number "
                                                               "from 1 to 5"),
    (lambda: repair(packing(90), relax(packing(90)), columns=33), "from 1 to 32"),
    (lambda: repair(packing(90, 2), relax(packing(90, 2)), columns=64), "from 1 to 63"),
    (lambda: repair(packing(5, 2), relax(packing(5, 2)), method="subset_sum"),
    "m = 2: .* needs m = 1"),
    (lambda: repair(packing(5), relax(packing(5)), method="magic"), "method is 'magic'"),
    (lambda: gap_identity(packing(5), relax(packing(5)), [0, 1]), "give 5 entries, each 0 or 1"),
    (lambda: gap_identity(packing(5), relax(packing(5)), [0, 1, 0.5, 1, 0]), "each 0 or 1"),
    (lambda: repair(Program([1], [[1]], [1], upper=2), None), "upper is 2: this needs a 0/1 "
                                                              "program"),
    (lambda: subsets_between([1.0], 2, 1), "low is 2 and high is 1"),
    (lambda: subsets_between(np.ones(21), 3, 4), "coincide: give at most 20"),
    (lambda: fitted_exponent([5], [[1.0]]), "at least two n"),
    (lambda: fitted_exponent([5, 6], [[1.0], [0.0]]), "gaps of positive mean"),
    (lambda: fitted_exponent([5, 6], [[1.0], [1.0]], confidence=99), "confidence is 99"),
    (lambda: predicted_gap([50], packing(20), relax(packing(20))), "give a larger program"),
])  # fmt: skip
def test_bad_input_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# ---- no answer is not a number
# -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status, program, solvers", [
    ("infeasible", Program([1, 1], [[1, 1]], [-1]), (relax, optimum)),
    ("infeasible", Program([1, 1], [[1, 1]], [-1], upper=np.inf), (relax, optimum)),
    # its relaxation is feasible
    ("infeasible", Program([1], [[1], [-1]], [0.6, -0.4]), (optimum,)),
    ("infeasible", Program([1, 1], [[1, -1], [-1, 1]], [-1, -1], upper=np.inf), (relax, optimum)),
    ("unbounded", Program([1, 1], [[1, -1]], [1], upper=np.inf), (relax, optimum)),
    ("unbounded", Program([1, 0], [[0, 1]], [1], upper=np.inf), (relax, optimum)),
])  # fmt: skip
def test_infeasible_and_unbounded_programs_are_reported_by_name(status, program, solvers):
    for solver in solvers:
        with pytest.raises(ProgramError, match=f"^{status}: ") as caught:
            solver(program)
        assert caught.value.status == status
    assert isinstance(caught.value, ValueError)


def test_what_highs_leaves_open_is_settled():
    """Its status 4 covers "infeasible or unbounded" as well as trouble."""
    undecided = SimpleNamespace(status=4, message="numbers went wrong")
    for status, program in (
        ("infeasible", Program([1, 1], [[1, 1]], [-1], upper=np.inf)),
        ("unbounded", Program([1, 1], [[1, -1]], [1], upper=np.inf)),
        ("not solved: numbers went wrong", packing(5)),
    ):
        with pytest.raises(ProgramError, match=f"^{status}"):
            check_answer(program, undecided, integer=True)
    between = Program([1], [[1], [-1]], [0.6, -0.4], upper=np.inf)
    for integer, status in ((True, "infeasible"), (False, "unbounded")):
        with pytest.raises(ProgramError, match=status):
            check_answer(between, undecided, integer)


def test_out_of_time_and_not_found():
    with pytest.raises(ProgramError, match="^time limit: .*more seconds"):
        optimum(packing(400, m=8, seed=0), seconds=0.1)
    # only 0.4 <= use <= 0.5
    program = Program([1.0, 1.0, 0.1, 0.1], [[1, 0.1, 0, 0], [-1, -0.1, 0, 0]], [0.5, -0.4])
    assert relax(program).value > 0
    with pytest.raises(ProgramError, match="^not found: no set of these 1 columns"):
        repair(program, relax(program), columns=1)


def test_a_list_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(flips, "LIST_LIMIT", 64)
    with pytest.raises(ProgramError, match="^too large: more than 64 cheap sets of 6 columns"):
        best_of_list(np.ones((2, 9)), np.zeros(9), np.array([20.0, 30.0]), np.ones(2))


def test_whole_numbers_above_one():
    program = Program([3.0, 2.0], [[2.0, 1.5]], [7.0], upper=np.inf)
    found = optimum(program)
    assert (
        found.value == 10
        and found.x.tolist() == [2, 2]
        and relax(program).value == pytest.approx(10.5)
    )


@pytest.mark.slow
def test_the_solver_prints_nothing(capfd):
    for seed in range(10):  # some versions of HiGHS print a debugging line on some of these
        optimum(packing(100, m=2, seed=[100, seed, 2]))
    assert capfd.readouterr() == ("", "")


# ---- relaxation and identity
# -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model, m", MODELS, ids=IDS)
def test_relaxation_is_optimal_by_its_own_certificate(model, m):
    for seed in range(10):
        program = model(120, m, seed=seed)
        found = relax(program)
        x, r = found.x, found.reduced_costs
        assert (
            len(found.fractional) <= m
            and program.rows_hold(x).all()
            and x.min() >= 0
            and x.max() <= 1
        )
        assert found.dual.min() >= 0 and found.value == pytest.approx(program.c @ x)
        assert r == pytest.approx(program.c - found.dual @ program.A)
        assert (
            (r[x == 1] >= -1e-9).all()
            and (r[x == 0] <= 1e-9).all()
            and abs(r[found.fractional]).max(initial=0) < 1e-9
        )
        # the dual's value
        assert found.value == pytest.approx(found.dual @ program.b + np.maximum(r, 0).sum())


@pytest.mark.parametrize("model, m", MODELS, ids=IDS)
def test_gap_identity_to_1e_10(model, m):
    rng = np.random.default_rng(m)
    for n in (1, 2, 10, 100, 400):
        program = model(n, m, seed=[n, 5])
        try:
            relaxation = relax(program)
        except ProgramError:  # tiny Gaussian programs can be infeasible
            continue
        feasible = 0
        for share in np.r_[rng.uniform(0, 1, 60), np.zeros(3)]:
            x = rng.random(n) < share
            terms = gap_identity(program, relaxation, x)
            assert abs(terms.gap - terms.flips - terms.slack) <= 1e-10
            assert terms.gap == pytest.approx(relaxation.value - program.c @ x, abs=1e-9)
            if program.feasible(x, tolerance=0):
                feasible += 1
                assert terms.flips >= 0 and terms.slack >= 0
        assert feasible or model is gaussian


# ---- optimum and repair
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model, m", MODELS, ids=IDS)
def test_optimum_is_the_best_of_all_points(model, m):
    for seed in range(6):
        program = model(11, m, seed=[seed, m])
        values = np.where(
            (points(11) @ program.A.T <= program.b).all(1), points(11) @ program.c, -np.inf
        )
        if np.isinf(values.max()):
            with pytest.raises(ProgramError, match="infeasible"):
                optimum(program)
            continue
        found = optimum(program)
        assert (
            found.value == pytest.approx(values.max(), abs=1e-9)
            and found.x.dtype == bool
            and program.feasible(found.x)
        )
        assert relax(program).value >= found.value - 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("model, m", MODELS, ids=IDS)
def test_repair_is_the_best_over_its_columns(model, m):
    for seed in range(8):
        program = model(60, m, seed=[seed, m])
        relaxation = relax(program)
        best = optimum(program).value
        for columns in (2, 7, None):
            try:
                found = repair(program, relaxation, columns)
            except ProgramError as error:
                assert error.status == "not found" and columns in (2, 7) and model is gaussian
                continue
            assert program.feasible(found.x) and found.value == pytest.approx(program.c @ found.x)
            assert found.gap == pytest.approx(relaxation.value - found.value)
            assert found.value <= best + 1e-8 <= relaxation.value + 2e-8
            assert not found.proved or found.value == pytest.approx(best, abs=1e-8)
            assert (
                set(found.flipped)
                == set(np.flatnonzero(found.x != found.rounded))
                <= set(found.columns)
            )
            cost = abs(relaxation.reduced_costs)
            cost[relaxation.fractional] = 0
            assert len(found.columns) == (columns or 12)
            assert cost[found.columns].max() <= np.delete(cost, found.columns).min()
            use = program.A[:, found.columns] * np.where(found.rounded[found.columns], -1, 1)
            slack = program.b - program.A @ found.rounded
            by_hand = best_by_hand(use, cost[found.columns], slack, relaxation.dual)
            assert found.gap == pytest.approx(by_hand, abs=1e-9)


@pytest.mark.slow
def test_repair_equals_the_optimum_in_nine_of_ten_packing_programs():
    """m = 1, n <= 400: over 90 % with 99 % confidence; every proved repair is the optimum."""
    equal = []
    for n, trials in ((50, 80), (100, 60), (200, 40), (400, 20)):
        for seed in range(trials):
            program = packing(n, seed=[seed, n, 1])
            relaxation = relax(program)
            found, best = repair(program, relaxation), optimum(program)
            equal.append(abs(found.value - best.value) <= 1e-7)
            assert equal[-1] or not found.proved
    assert binomtest(sum(equal), len(equal), alternative="greater").proportion_ci(0.99).low >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize("model, m", MODELS[:2] + MODELS[3:5], ids=IDS[:2] + IDS[3:5])
def test_list_search_without_a_limit_is_the_optimum(model, m):
    for seed in range(5):
        program = model(150, m, seed=[seed, 9])
        found = repair(program, relax(program), columns=63, method="list")
        assert found.proved and found.value == pytest.approx(optimum(program).value, abs=1e-8)


def test_programs_without_a_binding_constraint():
    program = gaussian(80, seed=1, level=10)
    relaxation = relax(program)
    found = repair(program, relaxation)
    assert len(relaxation.fractional) == 0 and (relaxation.dual == 0).all()
    assert (
        found.gap == 0
        and found.proved
        and len(found.flipped) == 0
        and (found.x == (program.c > 0)).all()
    )


@pytest.mark.slow
@pytest.mark.parametrize("level, low, high", [(0.0, 0.4, 0.6), (-0.1, 0.0, 0.06)])
def test_the_degenerate_share(level, low, high):
    share = np.mean(
        [relax(gaussian(200, seed=seed, level=level)).dual[0] == 0 for seed in range(300)]
    )
    assert low <= share <= high


def test_one_weight_is_a_program_of_zero_reduced_costs():
    items = subset_sum.sample("uniform", 16, seed=3)
    program = Program(items, [items], [0.3])
    found = repair(program, relax(program), columns=16)
    sums = subset_sum.subset_sums(items[None])[0]
    assert abs(relax(program).reduced_costs).max() < 1e-12
    assert found.proved and found.gap == pytest.approx(0.3 - sums[sums <= 0.3].max(), abs=1e-9)


# --- the searches -----------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(0, 10**6), st.booleans())
def test_subsets_between_finds_all_of_them(count, seed, whole):
    rng = np.random.default_rng(seed)
    items = rng.integers(-4, 5, count).astype(float) if whole else rng.uniform(-1, 1, count)
    low, high = np.sort(rng.uniform(-2, 2, 2))
    if whole:
        low, high = np.round(low), np.round(high)
    masks = subsets_between(items, low, high)
    sums = points(count) @ items
    wanted = points(count)[(low - 1e-12 <= sums) & (sums <= high + 1e-12)]
    assert {tuple(mask) for mask in masks} == {tuple(mask == 1) for mask in wanted} and len(
        masks
    ) == len(wanted)
    assert count_between(items, low - 1e-12, high + 1e-12) == len(wanted)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 11), st.integers(0, 10**6), st.booleans())
@example(1, 9201, True)  # rounding leaves the empty set outside the window
def test_both_searches_find_the_best_flips(count, seed, whole):
    rng = np.random.default_rng(seed)
    use = rng.integers(-3, 4, (1, count)).astype(float) if whole else rng.uniform(-1, 1, (1, count))
    cost, slack, price = (
        np.sort(rng.uniform(0, 0.3, count)),
        rng.uniform(0, 1, 1),
        rng.uniform(0.1, 2, 1),
    )
    expected = best_by_hand(use, cost, slack, price)
    for search in (best_by_subset_sums, best_of_list):
        mask = search(use, cost, slack, price)
        left = slack - use @ mask
        assert (left >= -1e-9).all() and mask @ cost + price @ left == pytest.approx(
            expected, abs=1e-9
        )


@pytest.mark.slow
def test_subsets_between_needs_no_list_of_all():
    items = subset_sum.sample("uniform", 26, seed=1)
    masks = subsets_between(items, 0.3, 0.30002)
    assert (
        len(masks) == count_between(items, 0.3, 0.30002) > 50
        and (abs(masks @ items - 0.30001) <= 1.1e-5).all()
    )


def test_list_search_in_the_plane():
    for seed in range(30):
        rng = np.random.default_rng(seed)
        use, cost = rng.uniform(-1, 1, (2, 9)), np.sort(rng.uniform(0, 0.2, 9))
        slack, price = rng.uniform(-0.5, 1, 2), rng.uniform(0.1, 1, 2)
        mask, expected = (
            best_of_list(use, cost, slack, price),
            best_by_hand(use, cost, slack, price),
        )
        if mask is None:
            assert np.isinf(expected)
        else:
            assert mask @ cost + price @ (slack - use @ mask) == pytest.approx(expected)


# ---- decays and drawings
# -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decay", DECAYS)
def test_fitted_exponent_recognises_each_decay(decay):
    numbers, rng = np.array([50, 100, 200, 400, 800, 1600]), np.random.default_rng(1)
    gaps = [DECAYS[decay](n) * rng.gamma(4, 0.25, 400) for n in numbers]
    found = fitted_exponent(numbers, gaps)
    assert found.consistent() == [decay] and found.interval[0] < found.value < found.interval[1]
    assert found.decays["1/n"] == pytest.approx(-1) and found.decays["1/√n"] == pytest.approx(-0.5)
    x = np.log(numbers) - np.log(numbers).mean()
    # of a normal 99 % interval; gamma(4) has relative deviation 1/2
    radius = 2.576 * 0.5 / 400**0.5 / (x @ x) ** 0.5
    assert np.diff(found.interval)[0] == pytest.approx(2 * radius, rel=0.15)


@pytest.mark.slow
def test_counted_gap_is_the_measured_one_within_a_third():
    """No constant is fitted: prices, rates and spreads come from one large program."""
    for model, m, n in (
        (packing, 1, 800),
        (gaussian, 1, 800),
        (packing, 2, 200),
        (gaussian, 2, 200),
    ):
        large, gaps = model(12_800, m, seed=0), []
        for seed in range(80):
            program = model(n, m, seed=[seed, n])
            gaps.append(repair(program, relax(program), columns=63, method="list").gap)
        assert np.mean(gaps) / predicted_gap([n], large, relax(large))[0] == pytest.approx(
            1.0, abs=0.34
        )


def test_drawings_say_what_they_show(monkeypatch):
    shown = []
    monkeypatch.setattr(plots.style, "show", lambda figure, alt: shown.append((figure, alt)))
    program = packing(60, seed=0)
    found = repair(program, relax(program))
    plots.columns_plane(program, relax(program), found)
    gaps = {
        "a": ([50, 100], [np.array([0.1, 0.3]), np.array([0.1, 0.1])]),
        "b": ([50, 100], [np.ones(3), np.ones(3)]),
    }
    plots.gap_laws(gaps, {"a": np.ones(2), "b": np.ones(2)})
    plots.exponents({label: fitted_exponent(*one) for label, one in gaps.items()}, 0.99)
    plots.repairs({"a": (np.array([0.1, 0.2]), np.array([0.1, 0.3]), np.array([0.5, np.nan]))})
    plots.tree_nodes([50, 100], {"a": [[0, 1, 1], [5, 7, 9]], "b": [[1], [1]]})
    alts = [alt for _, alt in shown]
    assert "60 columns" in alts[0] and f"{len(found.flipped)} are flipped" in alts[0]
    assert (
        f"a, {0.2 * 50 / np.log(50) ** 2:.2f} at 50" in alts[1]
        and "b 0.00 in [0.00, 0.00]" in alts[2]
    )
    assert "a: 50% on the diagonal" in alts[3] and "a 7, b 1" in alts[4]
    lines = {line.get_label(): line for line in shown[1][0].axes[0].lines}
    mean = lines["mean, with 50 % and 80 % of the programs"].get_ydata()
    assert np.allclose(mean, [0.2 * 50 / np.log(50) ** 2, 0.1 * 100 / np.log(100) ** 2])
