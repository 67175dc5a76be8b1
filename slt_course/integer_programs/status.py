"""Why HiGHS gave no optimum, as an error: no infeasible or unbounded program becomes a number."""

from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from .highs import ask
from .program import Program, ProgramError
from .units import Units

_SOLVED = 0
_STATUS = {1: "time limit", 2: "infeasible", 3: "unbounded"}  # of scipy's linprog and milp
_ADVICE = {
    "time limit": "no optimum was proved in time. Allow more seconds, or take a smaller n or m",
    "infeasible": "no admissible x satisfies A x <= b. Enlarge b",
    "unbounded": "the profit c·x grows without end. Give a finite `upper`, or more constraints",
}


def check_answer(program: Program, answer: OptimizeResult, integer: bool) -> None:
    """Raise ProgramError if an answer of HiGHS is no optimum.

    HiGHS may leave it at "infeasible or unbounded". Then the program is asked again without
    profits, which only an infeasible one fails.

    Args:
        program: the one that was asked.
        answer: with HiGHS's `status` and `message`.
        integer: whether it was asked for integers, or for its relaxation.

    Raises:
        ProgramError: "time limit", "infeasible", "unbounded" or "not solved", in its `status`.
    """
    if answer.status == _SOLVED:
        return
    status = _STATUS.get(answer.status) or _status_without_profits(program, integer)
    if status == "unbounded" and (Units.of(program).scaled(program).b >= 2.0**53).any():
        raise ProgramError(
            "not solved",
            "b allows an x beyond 2^53, which float64 cannot count. Give a finite `upper`",
        )
    raise error_for(status, answer.message)


def error_for(status: str, message: str = "") -> ProgramError:
    """Return the ProgramError of a status, with advice if there is any, else with a message."""
    return ProgramError(status, _ADVICE.get(status, message))


def _status_without_profits(program: Program, integer: bool) -> str:
    """Tell infeasible programs from unbounded ones, by asking for any admissible x."""
    n = len(program.c)
    again = ask(milp, **_without_profits(program), integrality=np.full(n, int(integer)))
    if again.status == 2:
        return "infeasible"
    return "not solved" if np.isfinite(program.upper) else "unbounded"


def _without_profits(program: Program) -> dict[str, Any]:
    """Return arguments for `milp`: the constraints alone, with rows of size 1."""
    scaled = Units.of(program).scaled(program)
    rows = LinearConstraint(scaled.A, -np.inf, scaled.b)
    return {"c": 0 * scaled.c, "constraints": rows, "bounds": Bounds(0, scaled.upper)}
