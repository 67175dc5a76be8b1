"""The best whole x by branch and bound (scipy's HiGHS)."""

import os
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from .models import ProgramError
from .status import refuse

UNIT = 1e3  # HiGHS's tolerances are absolute, about 1e-6: in a unit 1000 times smaller they mean 1e-9


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best whole x, rounded from HiGHS's answer and checked; its value is the best up to about 1e-9."""

    value: float  # c·x
    x: np.ndarray  # (n,) bool in a 0/1 program, else whole float64
    nodes: int  # of the branch-and-bound tree; 0 or 1 when the root was enough


def optimum(program, seconds=60):
    """Solve the program by branch and bound: relax, fix one fractional entry both ways, prune what cannot win, repeat.

    Args:
        program: Program. seconds: time limit, > 0.

    Returns:
        Optimum.

    Raises:
        ProgramError: infeasible, unbounded or out of time, in its `status` and message; also when HiGHS's answer,
        rounded to whole numbers, violates a constraint. ValueError: seconds not positive.

    Source: HiGHS through scipy.optimize.milp, with a relative gap of 0.

    >>> from slt_course.integer_programs import Program
    >>> found = optimum(Program([3, 2, 2], [[2, 1, 1]], [2]))
    >>> found.value, found.x.tolist()
    (4.0, [False, True, True])
    """
    if not seconds > 0:
        raise ValueError(f"seconds is {seconds}: give a positive time limit")
    rows = LinearConstraint(UNIT * program.A, -np.inf, UNIT * program.b)
    options = {"mip_rel_gap": 0.0, "time_limit": seconds}
    whole, bounds = np.ones(len(program.c)), Bounds(0, program.upper)
    with silence():
        answer = milp(-UNIT * program.c, constraints=rows, integrality=whole, bounds=bounds, options=options)
    if answer.status != 0:
        refuse(program, answer, whole=True)
    x = np.round(answer.x)
    if not program.feasible(x):
        over = (program.A @ x - program.b).max()
        raise ProgramError("not solved", f"HiGHS's answer, rounded, exceeds b by {over:.1e}. Scale A and b up")
    return Optimum(float(program.c @ x), x.astype(bool) if program.upper == 1 else x, int(answer.mip_node_count))


@contextmanager
def silence():
    """Discard what compiled code writes to standard output: some versions of HiGHS leave a debugging line there."""
    try:
        kept = os.dup(1)
    except OSError:  # no standard output at all
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
