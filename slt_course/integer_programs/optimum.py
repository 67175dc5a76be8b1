"""The optimal integer solution, by branch and bound (scipy's HiGHS), checked again in float64."""

import time
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from .highs import ask
from .presolve import implied_bounds
from .program import Program, ProgramError
from .status import check_answer, error_for
from .units import Units

# HiGHS's tolerances are absolute, about 1e-6: in a unit this much smaller, 1e-9 of a row's largest
# entry
_UNIT = 2.0**10
CUTS = 200  # answers of HiGHS that are thrown out before giving up

Cut = tuple[np.ndarray, float]  # lhs (n,) and rhs of the constraint lhs·x >= rhs


@dataclass(frozen=True, eq=False)
class Optimum:
    """The optimal integer solution: `feasible`, and best up to 1e-9 of the largest profit."""

    value: float  # c·x
    x: np.ndarray  # (n,) bool in a 0/1 program, else integers in float64
    nodes: int  # of the branch-and-bound trees; 0 or 1 when the root was enough


def optimum(program: Program, seconds: float = 60) -> Optimum:
    """Solve the program by branch and bound, and check that the answer is feasible.

    Branch and bound: relax, fix one fractional entry both ways, prune what cannot win, repeat. The
    program may be in any unit: HiGHS sees rows and profits of size 1. It takes A x <= b up to about
    1e-9; an answer that exceeds b by more than the rounding of float64 is thrown out by one more
    constraint, and it is asked again.

    Args:
        program: Program.
        seconds: time limit, > 0.

    Returns:
        Optimum.

    Raises:
        ProgramError: infeasible, unbounded or out of time, in its `status` and message; "not
            solved" if HiGHS's answers do not pass the check.
        ValueError: seconds not positive.

    Source: HiGHS through scipy.optimize.milp, with a relative gap of 0; the constraint is a cover
    inequality.

    >>> from slt_course.integer_programs import Program
    >>> found = optimum(Program([3, 2, 2], [[2, 1, 1]], [2]))
    >>> found.value, found.x.tolist()
    (4.0, [False, True, True])
    """
    if not seconds > 0:
        raise ValueError(f"seconds is {seconds}: give a positive time limit")
    low, high = implied_bounds(program)
    free = low < high
    undecided = program.restricted(free, low)
    x, nodes = low, 0
    cuts: list[Cut] = []
    end = time.monotonic() + seconds
    while undecided is not None:
        answer = _best_answer(undecided, cuts, max(end - time.monotonic(), 1e-3))
        nodes += int(answer.mip_node_count or 0)
        x = low.copy()
        x[free] = np.clip(np.round(answer.x), 0, program.upper)
        broken = np.flatnonzero(~program.rows_hold(x))
        if len(broken) == 0:
            break
        if program.upper != 1 or len(cuts) > CUTS:
            raise ProgramError(
                "not solved",
                "HiGHS's answers exceed b by less than it sees. Give numbers of fewer digits",
            )
        cuts += [_cover_inequality(program.A[row, free], x[free]) for row in broken]
    if not program.feasible(x):
        raise error_for("infeasible")
    return Optimum(float(program.c @ x), x.astype(bool) if program.upper == 1 else x, nodes)


def _best_answer(program: Program, cuts: list[Cut], seconds: float) -> OptimizeResult:
    """Return what HiGHS takes for the optimum of a program with some more constraints.

    Raises:
        ProgramError: it has none, or one whose value it contradicts itself.
    """
    scaled = Units.of(program).scaled(program)
    constraints = [LinearConstraint(_UNIT * scaled.A, -np.inf, _UNIT * scaled.b)]
    if cuts:
        left_sides = np.array([left_side for left_side, _ in cuts])
        constraints.append(
            LinearConstraint(left_sides, [right_side for _, right_side in cuts], np.inf)
        )
    cost = -(_UNIT**2) * scaled.c
    answer = ask(
        milp,
        cost,
        constraints=constraints,
        integrality=np.ones(len(scaled.c)),
        bounds=Bounds(0, scaled.upper),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    check_answer(program, answer, integer=True)
    lost = cost @ np.round(answer.x) - answer.mip_dual_bound
    if lost > 1e-9 * (_UNIT**2 + abs(cost) @ abs(answer.x)):
        raise ProgramError(
            "not solved",
            f"HiGHS's answer is {lost / _UNIT**2:.1e} of the largest profit below its own bound",
        )
    return answer


def _cover_inequality(row: np.ndarray, x: np.ndarray) -> Cut:
    """Return the constraint that throws out a 0/1 point (n,) which breaks a row (n,) of A.

    It says that one of the entries that break the row changes: those at 1 that use something and
    those at 0 that would give something back. While none of them changes, the use is at least that
    of x.
    """
    ones = (x == 1) & (row > 0)
    zeros = (x == 0) & (row < 0)
    return zeros * 1.0 - ones * 1.0, 1.0 - ones.sum()
