"""The linear relaxation of a program, its dual, and the identity that splits a point's gap."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from .highs import ask
from .program import Program, ProgramError
from .status import check_answer
from .units import Units

_AT_BOUND = 1e-12  # an entry of a vertex this near to a bound is at it
_TRUSTED = 1e-9  # how far HiGHS's answer may be off, relative to the numbers it is made of


@dataclass(frozen=True, eq=False)
class Relaxation:
    """An optimal vertex of the linear relaxation. All arrays float64 but `fractional`."""

    value: float  # c·x
    x: np.ndarray  # (n,) the vertex
    dual: np.ndarray  # (m,) price u_i >= 0 of each constraint
    # (n,) r_j = c_j - u·A_j: >= 0 where x_j is at its upper bound, <= 0 where it is 0
    reduced_costs: np.ndarray
    fractional: np.ndarray  # int, indices of the entries strictly between their bounds: at most m


@dataclass(frozen=True)
class GapTerms:
    """The gap of a 0/1 point below the relaxation, and the two parts that it is the sum of."""

    gap: float  # c·x* - c·x
    flips: float  # sum of |r_j| over the entries where x differs from an integer x*_j
    slack: float  # u·(b - A x): what is left over, at its price


def relax(program: Program) -> Relaxation:
    """Solve the program with real 0 <= x_j <= upper instead of integers.

    By the dual simplex method of scipy's HiGHS, asked in units of size 1.

    Returns:
        Relaxation.

    Raises:
        ProgramError: infeasible or unbounded, in its `status` and message; "not solved" if HiGHS's
            answer, scaled back from these units, breaks a row, or if the prices do not prove it to
            be the best.

    Source: textbook linear programming; lesson 06 proves that a vertex has at most m fractional
    entries.

    >>> from slt_course.integer_programs import Program
    >>> found = relax(Program([3, 2, 2], [[2, 1, 1]], [2.5]))
    >>> found.value, found.x.tolist(), found.fractional.tolist()
    (4.75, [0.25, 1.0, 1.0], [0])
    """
    units = Units.of(program)
    scaled = units.scaled(program)
    answer = ask(
        linprog,
        -scaled.c,
        A_ub=scaled.A,
        b_ub=scaled.b,
        bounds=(0, program.upper),
        method="highs-ds",
        options={"presolve": False},  # few rows: presolve takes longer
    )
    check_answer(program, answer, integer=False)
    x = np.clip(answer.x, 0, program.upper)
    for bound in (0.0, program.upper):
        x[abs(x - bound) <= _AT_BOUND] = bound
    scaled_dual = np.maximum(-answer.ineqlin.marginals, 0)
    scaled_costs = scaled.c - scaled_dual @ scaled.A
    with np.errstate(over="ignore", under="ignore"):
        dual = units.program_prices(scaled_dual)
        reduced_costs = np.ldexp(scaled_costs, units.profit)
    lost = _lost_to_bound(scaled, x, scaled_dual, scaled_costs)
    size = abs(scaled.c) @ x + scaled_dual @ abs(scaled.b)
    if not (program.rows_hold(x, _TRUSTED).all() and lost <= _TRUSTED * (1 + size)):
        raise ProgramError(
            "not solved",
            "HiGHS's answer is not optimal when checked. Give numbers of more similar size",
        )
    if not np.array_equal(units.scaled_prices(dual), scaled_dual):
        raise ProgramError(
            "not solved",
            "the price of a constraint is beyond float64. Give c, A or b in another unit",
        )
    fractional = np.flatnonzero((x > 0) & (x < program.upper))
    return Relaxation(float(program.c @ x), x, dual, reduced_costs, fractional)


def _lost_to_bound(
    program: Program, x: np.ndarray, dual: np.ndarray, reduced_costs: np.ndarray
) -> float:
    """Return by how much c·x is below the bound that the prices prove.

    That is what is left over, at its price, and reduced costs of the wrong sign.
    """
    # without a bound they have to be 0
    room = program.upper - x if np.isfinite(program.upper) else np.ones_like(x)
    return (
        dual @ (program.b - program.A @ x)
        + np.maximum(reduced_costs, 0) @ room
        + np.maximum(-reduced_costs, 0) @ x
    )


def gap_identity(program: Program, relaxation: Relaxation, x: ArrayLike) -> GapTerms:
    """Split the gap of a 0/1 point: c·x* - c·x = sum of |r_j| over flipped entries + u·(b - A x).

    True of every 0/1 vector, up to the rounding of float64; for a feasible one both parts are at
    least 0.

    Args:
        program: with upper = 1.
        relaxation: of the same program.
        x: (n,) of 0 and 1, or bool.

    Returns:
        GapTerms.

    Raises:
        ValueError: x of another length, entries other than 0 and 1, a program with another upper.

    Source: used by Dyer and Frieze (1989) and Borst, Dadush, Huiberts and Tiwari (2022); derived in
    lesson 06.

    >>> from slt_course.integer_programs import Program
    >>> program = Program([3, 2, 2], [[2, 1, 1]], [2.5])
    >>> gap_identity(program, relax(program), [0, 1, 1])
    GapTerms(gap=0.75, flips=0.0, slack=0.75)
    """
    check_binary(program)
    x = np.asarray(x, dtype=float)
    if x.shape != program.c.shape or not np.isin(x, (0, 1)).all():
        raise ValueError(f"x has shape {x.shape}: give {len(program.c)} entries, each 0 or 1")
    flipped = x != relaxation.x
    flipped[relaxation.fractional] = False
    flips = abs(relaxation.reduced_costs[flipped]).sum()
    slack = relaxation.dual @ (program.b - program.A @ x)
    return GapTerms(float(program.c @ (relaxation.x - x)), float(flips), float(slack))


def check_binary(program: Program) -> None:
    """Raise ValueError unless the program is a 0/1 program."""
    if program.upper != 1:
        raise ValueError(f"upper is {program.upper}: this needs a 0/1 program, with upper = 1")
