"""The optimal integer solution, by branch and bound (scipy's HiGHS), checked again in float64."""

import time
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from .highs import ask
from .models import ProgramError
from .status import refuse, refuse_status
from .units import Units

# HiGHS's tolerances are absolute, about 1e-6: in a unit this much smaller, 1e-9 of a row's largest
# entry
UNIT = 2.0**10
CUTS = 200  # answers of HiGHS that are thrown out before giving up


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best whole x: `feasible`, with a value that is the best up to about 1e-9 of the largest
    profit.
    """

    value: float  # c·x
    x: np.ndarray  # (n,) bool in a 0/1 program, else whole float64
    nodes: int  # of the branch-and-bound trees; 0 or 1 when the root was enough


def optimum(program, seconds=60):
    """Solve the program by branch and bound: relax, fix one fractional entry both ways, prune what
    cannot win, repeat.

    The program may be in any unit: HiGHS sees rows and profits of size 1. It takes A x <= b up to
    about 1e-9; an answer that exceeds b by more than the rounding of float64 is thrown out by one
    more constraint, and it is asked again.

    Args:
        program: Program. seconds: time limit, > 0.

    Returns:
        Optimum.

    Raises:
        ProgramError: infeasible, unbounded or out of time, in its `status` and message; "not
            solved" if HiGHS's answers do
        not pass the check. ValueError: seconds not positive.

    Source: HiGHS through scipy.optimize.milp, with a relative gap of 0; the constraint is a cover
    inequality.

    >>> from slt_course.integer_programs import Program
    >>> found = optimum(Program([3, 2, 2], [[2, 1, 1]], [2]))
    >>> found.value, found.x.tolist()
    (4.0, [False, True, True])
    """
    if not seconds > 0:
        raise ValueError(f"seconds is {seconds}: give a positive time limit")
    low, high = settled(program)
    free = low < high
    left = program.only(free, low)
    x, nodes, cuts, end = low, 0, [], time.monotonic() + seconds
    while left is not None:
        answer = best_answer(left, cuts, max(end - time.monotonic(), 1e-3))
        x, nodes = low.copy(), nodes + int(answer.mip_node_count or 0)
        x[free] = np.clip(np.round(answer.x), 0, program.upper)
        broken = np.flatnonzero(~program.rows_hold(x))
        if len(broken) == 0:
            break
        if program.upper != 1 or len(cuts) > CUTS:
            raise ProgramError(
                "not solved",
                "HiGHS's answers exceed b by less than it sees. Give numbers of fewer digits",
            )
        cuts += [cover(program.A[row, free], x[free]) for row in broken]
    if not program.feasible(x):
        refuse_status("infeasible")
    return Optimum(float(program.c @ x), x.astype(bool) if program.upper == 1 else x, nodes)


def best_answer(program, cuts, seconds):
    """What HiGHS takes for the optimum of a program in units of its own, with more constraints
    (lhs, rhs): lhs·x >= rhs.
    """
    scaled = Units.of(program).scaled(program)
    constraints = [LinearConstraint(UNIT * scaled.A, -np.inf, UNIT * scaled.b)]
    if cuts:
        constraints.append(
            LinearConstraint(np.array([lhs for lhs, _ in cuts]), [rhs for _, rhs in cuts], np.inf)
        )
    options = {"mip_rel_gap": 0.0, "time_limit": seconds}
    whole, bounds = np.ones(len(scaled.c)), Bounds(0, scaled.upper)
    cost = -(UNIT**2) * scaled.c
    answer = ask(
        milp, cost, constraints=constraints, integrality=whole, bounds=bounds, options=options
    )
    if answer.status != 0:
        refuse(program, answer, whole=True)
    lost = cost @ np.round(answer.x) - answer.mip_dual_bound
    if lost > 1e-9 * (UNIT**2 + abs(cost) @ abs(answer.x)):
        raise ProgramError(
            "not solved",
            f"HiGHS's answer is {lost / UNIT**2:.1e} of the largest profit below its own bound",
        )
    return answer


def cover(row, x):
    """The constraint (lhs, rhs) that throws out a 0/1 point which breaks a row: one of the entries
    that break it changes.

    Those are the ones at 1 that use something and those at 0 that would give something back. While
    none of them changes, the use is at least that of x.
    """
    ones, zeros = (x == 1) & (row > 0), (x == 0) & (row < 0)
    return zeros * 1.0 - ones * 1.0, 1.0 - ones.sum()


def settled(program):
    """Lower and upper bounds (n,) of x after fixing what one row of a 0/1 program alone decides,
    again and again.

    An entry that is too large for what the row can have at most is 0, one without which the row is
    broken is 1. With these out of the way, a row's unit is that of the entries which matter.
    """
    low, high = np.zeros(len(program.c)), np.full(len(program.c), float(program.upper))
    while program.upper == 1:
        least = np.where(program.A > 0, low, high)  # what each row would like best
        use, size = (program.A * least).sum(1), (abs(program.A) * least).sum(1) + abs(program.b)
        room = program.b - use + program.rounding * size
        if (room < 0).any():
            refuse_status("infeasible")
        too_much = (low < high) & (abs(program.A) * (1 - program.rounding) > room[:, None])
        out, needed = (too_much & (program.A > 0)).any(0), (too_much & (program.A < 0)).any(0)
        new_low, new_high = np.where(needed, 1.0, low), np.where(out, 0.0, high)
        if (new_low > new_high).any():
            refuse_status("infeasible")
        if (new_low == low).all() and (new_high == high).all():
            break
        low, high = new_low, new_high
    return low, high
