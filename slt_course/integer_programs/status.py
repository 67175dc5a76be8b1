"""Why HiGHS gave no optimum, as an error: an infeasible or unbounded program never becomes a
number.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from .highs import ask
from .models import ProgramError
from .units import Units

STATUS = {1: "time limit", 2: "infeasible", 3: "unbounded"}  # of scipy's linprog and milp
ADVICE = {
    "time limit": "no optimum was proved in time. Allow more seconds, or take a smaller n or m",
    "infeasible": "no admissible x satisfies A x <= b. Enlarge b",
    "unbounded": "the profit c·x grows without end. Give a finite `upper`, or more constraints",
}


def refuse(program, answer, whole):
    """Raise the ProgramError for an answer that is no optimum.

    HiGHS may leave it at "infeasible or unbounded". Then the program is asked again without
    profits, which only an infeasible one fails.
    """
    status = STATUS.get(answer.status)
    if status is None:
        again = ask(
            milp, **without_profits(program), integrality=np.full(len(program.c), int(whole))
        )
        bounded = np.isfinite(program.upper)
        status = "infeasible" if again.status == 2 else "not solved" if bounded else "unbounded"
    if status == "unbounded" and (Units.of(program).scaled(program).b >= 2.0**53).any():
        raise ProgramError(
            "not solved",
            "b allows an x beyond 2^53, which float64 cannot count. Give a finite `upper`",
        )
    refuse_status(status, answer.message)


def refuse_status(status, message=""):
    raise ProgramError(status, ADVICE.get(status, message))


def without_profits(program):
    """Arguments for `milp`: the constraints alone, with rows of size 1."""
    program = Units.of(program).scaled(program)
    rows = LinearConstraint(program.A, -np.inf, program.b)
    return {"c": 0 * program.c, "constraints": rows, "bounds": Bounds(0, program.upper)}
