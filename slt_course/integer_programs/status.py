"""Why HiGHS gave no optimum, as an error: an infeasible or unbounded program never becomes a number."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from .models import ProgramError

STATUS = {1: "time limit", 2: "infeasible", 3: "unbounded"}  # of scipy's linprog and milp
ADVICE = {
    "time limit": "no optimum was proved in time. Allow more seconds, or take a smaller n or m",
    "infeasible": "no admissible x satisfies A x <= b. Enlarge b",
    "unbounded": "the profit c·x grows without end. Give a finite `upper`, or more constraints",
}


def refuse(program, answer, whole):
    """Raise the ProgramError for an answer that is no optimum.

    HiGHS may leave it at "infeasible or unbounded". Then the program is asked again without profits, which only an
    infeasible one fails.
    """
    status = STATUS.get(answer.status)
    if status is None:
        again = milp(**without_profits(program), integrality=np.full(len(program.c), int(whole)))
        bounded = np.isfinite(program.upper)
        status = "infeasible" if again.status == 2 else "not solved" if bounded else "unbounded"
    raise ProgramError(status, ADVICE.get(status, answer.message))


def without_profits(program):
    """Arguments for `milp`: the constraints alone."""
    rows = LinearConstraint(program.A, -np.inf, program.b)
    return {"c": 0 * program.c, "constraints": rows, "bounds": Bounds(0, program.upper)}
