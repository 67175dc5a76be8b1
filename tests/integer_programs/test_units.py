"""Integer programs in any unit: against brute force in exact fractions; refusals in words."""

import itertools
import os
import signal
import threading
import time
from fractions import Fraction

import numpy as np
import pytest

from slt_course.integer_programs import Program, ProgramError, optimum, packing, relax, repair
from slt_course.integer_programs.highs import ask


def brute_force(program, rounding):
    """The best c·x over all 0/1 points with A x <= b up to `rounding`·(|A| x + |b|), in fractions;
    None if there is none.
    """
    c, b = ([Fraction(float(v)) for v in values] for values in (program.c, program.b))
    A = [[Fraction(float(v)) for v in row] for row in program.A]
    best = None
    for x in itertools.product((0, 1), repeat=len(c)):
        ones = [j for j, one in enumerate(x) if one]
        if all(
            sum(row[j] for j in ones) - limit
            <= rounding * (sum(abs(row[j]) for j in ones) + abs(limit))
            for row, limit in zip(A, b)
        ):
            value = sum(c[j] for j in ones)
            best = value if best is None else max(best, value)
    return best


def agrees(program, best_exact, best_rounded):
    """Whether optimum, relax and repair say what brute force says."""
    unit = Fraction(float(abs(program.c).max()))
    try:
        found = optimum(program)
    except ProgramError as error:
        assert error.status == "infeasible" and best_exact is None
        return False
    assert program.feasible(found.x)
    value = sum(Fraction(float(v)) for v, one in zip(program.c, found.x) if one)
    assert best_rounded is not None and value <= best_rounded
    assert best_exact is None or value >= best_exact - unit / 10**9
    return True


def random_program(seed):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 9)), int(rng.integers(1, 4))
    A, c = rng.uniform(-0.3, 1, (m, n)), rng.uniform(-0.2, 1, n)
    if seed % 3 == 0:
        A, c = np.round(20 * A), np.round(20 * c)
    b = A.clip(0).sum(1) * rng.uniform(-0.1, 0.8, m)
    if seed % 3 == 1:  # exactly tight for one point
        b = A @ (rng.random(n) < 0.5)
    return Program(c, A, b)


@pytest.mark.parametrize("seed", range(60))
def test_programs_in_any_unit_against_fractions(seed):
    """Rows and profits times factors of their own: the same program, and the same optimum."""
    plain, rng = random_program(seed), np.random.default_rng([seed, 1])
    rows, profit = 10.0 ** rng.uniform(-290, 290, len(plain.b)), 10.0 ** rng.uniform(-290, 290)
    program = Program(profit * plain.c, rows[:, None] * plain.A, rows * plain.b)
    exact, rounded = brute_force(program, 0), brute_force(program, Fraction(program.rounding))
    if not agrees(program, exact, rounded):
        return
    try:
        relaxation = relax(program)
    except ProgramError as error:
        assert error.status == "not solved"  # a price beyond float64
        return
    unit = abs(program.c).max()
    assert relaxation.value >= optimum(program).value - 1e-9 * unit
    try:
        found = repair(program, relaxation, columns=len(program.c), method="list")
    except ProgramError as error:
        assert error.status == "not found" and exact is None
        return
    assert program.feasible(found.x) and found.value >= float(exact or -np.inf) - 1e-9 * unit


@pytest.mark.parametrize("seed", range(40))
def test_entries_of_very_different_size(seed):
    """Within one row: what is too large to be taken at all does not hide the others."""
    rng = np.random.default_rng([seed, 2])
    n, m = int(rng.integers(2, 9)), int(rng.integers(1, 3))
    A = rng.integers(1, 20, (m, n)) * 10.0 ** rng.integers(-12, 13, (m, n))
    if seed % 2:
        A *= rng.choice([-1, 1], (m, n), p=[0.2, 0.8])
    c, b = rng.integers(1, 20, n).astype(float), A @ (rng.random(n) < 0.4)
    program = Program(c, A, b)
    agrees(program, brute_force(program, 0), brute_force(program, Fraction(program.rounding)))


@pytest.mark.parametrize("seed", range(20))
def test_tight_programs_of_large_whole_numbers_are_found(seed):
    rng = np.random.default_rng(seed)
    A = rng.uniform(1e8, 1e9, (1, 12))
    A = np.round(A) if seed % 2 else A
    kept = np.random.default_rng([seed, 1]).random(12) < 0.5
    program = Program(A[0], A, [float(sum(A[0][kept][::-1]))])
    found = optimum(program)
    assert (
        program.feasible(kept)
        and program.feasible(found.x)
        and found.value == pytest.approx(program.b[0], rel=1e-14)
    )


def test_answers_that_highs_alone_gets_wrong():
    """Limits of HiGHS: entries of 1e-9 of their row, sizes of 1e12 and 1e-11, b below what it can
    tell.
    """
    parts = Program([1] * 5, [[1e-11] * 5], [2.5e-11])
    found = repair(parts, relax(parts))
    assert (relax(parts).value, optimum(parts).value, found.value, found.proved) == (
        pytest.approx(2.5),
        2,
        2,
        True,
    )
    disk = Program([5, 4, 3], [[2e12, 1.5e12, 1e12]], [3e12])
    assert optimum(disk).value == repair(disk, relax(disk)).value == 8
    assert optimum(Program([1, 1], [[1, 1e-10]], [1])).value == 1
    assert optimum(Program([1, 1, 1], [[1e20, 1, 1]], [1])).value == 1
    assert optimum(Program([-1, -1], [[1, -1e-16]], [-1e-16])).x.tolist() == [False, True]
    assert optimum(Program([1, 1], [[1e300, 1e-300]], [1e-300])).x.tolist() == [False, True]
    assert optimum(Program([1, 1], [[1e300, 1e-300]], [0])).value == 0
    for program in (
        Program([1], [[1e300]], [-1e-300]),
        Program([1], [[0]], [-1e-300]),
        Program([1], [[-1e-300]], [-1e300]),
    ):
        with pytest.raises(ProgramError, match="^infeasible"):
            optimum(program)
    # the vertex is whole up to 1e-10, the program is not
    near = Program([1, 1], [[1, 1]], [2 - 1e-10])
    assert optimum(near).value == repair(near, relax(near)).value == 1


def test_whole_numbers_above_one_in_any_unit():
    for row, profit in itertools.product((1e-200, 1e-11, 1e12, 1e200), repeat=2):
        program = Program([3 * profit, 2 * profit], [[2 * row, 1.5 * row]], [7 * row], upper=np.inf)
        assert optimum(program).x.tolist() == [2, 2]
        if 1e-308 < profit / row < np.inf:
            assert relax(program).value == pytest.approx(10.5 * profit)
        else:
            with pytest.raises(
                ProgramError, match="^not solved: the price of a constraint is beyond float64"
            ):
                relax(program)
    with pytest.raises(ProgramError, match="^not solved: b allows an x beyond 2\\^53"):
        optimum(Program([1], [[1e-20]], [1], upper=np.inf))


def test_feasible_means_admissible():
    program = Program([3, 2, 2], [[2, 1, 1]], [2])
    assert program.feasible([0, 1, 1]) and program.feasible(np.array([True, False, False]))
    for x in (
        [0, 0, 2],
        [-5, 3, 3],
        [0.5, 0.5, 0.5],
        [1, 1, 0],
        [np.nan, 0, 0],
        [-1, 0, 0],
        [1e-12, 0, 0],
    ):
        assert not program.feasible(x)
    whole = Program([1, 1], [[1, 1]], [3], upper=2)
    assert whole.feasible([2, 1]) and not whole.feasible([3, 0]) and not whole.feasible([2, 2])
    for unit in (1e-300, 1e-11, 1.0, 1e12, 1e300):
        scaled = Program([1, 1], [[0.1 * unit, 0.2 * unit]], [0.1 * unit + 0.2 * unit])
        assert scaled.feasible([1, 1])
        assert not Program([1, 1], [[unit, unit]], [2 * unit * (1 - 1e-14)]).feasible([1, 1])
    with pytest.raises(ValueError, match=r"x has shape \(2,\): give 3 entries"):
        program.feasible([1, 1])
    with pytest.raises(ValueError, match="A has sums beyond"):
        Program([1, 1], [[1e308, 1e308]], [1])


@pytest.fixture
def ctrl_c():
    """Python's own handler: a background job inherits one that ignores the signal."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
def test_ctrl_c_is_answered_while_highs_works(ctrl_c):
    program = packing(400, m=8, seed=0)
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        optimum(program, seconds=6)
    assert time.monotonic() - start < 4
    assert ask(max, 1, 2) == 2
    with pytest.raises(ZeroDivisionError):
        ask(divmod, 1, 0)
