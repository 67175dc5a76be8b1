"""Round the vertex of the relaxation, then repair it: a subset sum over the cheapest columns."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .flips import COLUMN_LIMIT, best_by_subset_sums, best_of_list
from .program import Program, ProgramError
from .relaxation import Relaxation, check_binary
from .units import Units

_SOLVE_LIMIT = 32  # items of `subset_sum.solve`
METHODS = ("auto", "subset_sum", "list")


@dataclass(frozen=True, eq=False)
class Repair:
    """The best 0/1 point that differs from the rounded vertex in some of the given columns only."""

    value: float  # c·x
    gap: float  # the relaxation's value minus this one
    x: np.ndarray  # (n,) bool
    rounded: np.ndarray  # (n,) bool, the vertex rounded
    columns: np.ndarray  # (K,) indices of the columns that could be flipped, cheapest first
    flipped: np.ndarray  # indices of those that were
    proved: bool  # optimal: to flip any other column costs at least the gap


def repair(
    program: Program,
    relaxation: Relaxation,
    columns: int | None = None,
    method: Literal["auto", "subset_sum", "list"] = "auto",
) -> Repair:
    """Round the vertex, then flip the best set of cheap columns, so that they just meet b.

    A fractional entry is rounded to the side that uses less (all rows together, each in its own
    unit). Flipping column j changes the use by ±A_j and costs |r_j| (see `gap_identity`); the
    target of the flips is the slack.

    Args:
        program: a 0/1 program.
        relaxation: of the same program.
        columns: number K of columns; default ceil(2·log2 n). At most 32 with "subset_sum" and 63
            with "list".
        method: "subset_sum", for m = 1, asks `subset_sum.solve` for sums near the slack; "list",
            for any m, grows a list of flip sets column by column. "auto" takes the first if m = 1,
            else the second. Both find the same optimum.

    Returns:
        Repair.

    Raises:
        ValueError: columns out of range, a method that is unknown or needs m = 1, a program with
            upper other than 1; with "subset_sum" and more than 20 columns, sums that coincide, as
            those of whole numbers do.
        ProgramError: no set of these columns gives a feasible point ("not found"), the list grows
            "too large", or the best set found exceeds b when checked ("not solved").

    Source: the argument of Dyer and Frieze (1989) and of Borst, Dadush, Huiberts and Tiwari (2022),
    made an algorithm.

    >>> from slt_course.integer_programs import optimum, packing, relax
    >>> program = packing(100, seed=0)
    >>> found = repair(program, relax(program))
    >>> len(found.columns), found.proved, abs(found.value - optimum(program).value) < 1e-9
    (14, True, True)
    """
    check_binary(program)
    by_sums = _check_method(method, len(program.b))
    n = len(program.c)
    count = _check_columns(columns, n, _SOLVE_LIMIT if by_sums else COLUMN_LIMIT)

    cost = abs(relaxation.reduced_costs)
    cost[relaxation.fractional] = 0.0
    order = np.argsort(cost, kind="stable")
    chosen = order[:count]
    cheapest_other = cost[order[count]] if count < n else np.inf

    units = Units.of(program)
    scaled = units.scaled(program)
    rounded = relaxation.x > 0.5
    rounded[relaxation.fractional] = scaled.A[:, relaxation.fractional].sum(0) < 0
    slack = scaled.b - scaled.A @ rounded
    use = scaled.A[:, chosen] * np.where(rounded[chosen], -1.0, 1.0)
    rounding = program.rounding * (abs(scaled.A) @ rounded + abs(scaled.b))
    costs = np.ldexp(cost[chosen], -units.profit)
    price = units.scaled_prices(relaxation.dual)
    search = best_by_subset_sums if by_sums and slack[0] >= -rounding[0] else best_of_list
    mask = search(use, costs, slack, price, rounding)
    if mask is None:
        raise ProgramError(
            "not found",
            f"no set of these {len(chosen)} columns repairs the rounding. Allow more columns",
        )
    x = rounded.copy()
    x[chosen[mask]] ^= True
    if not program.feasible(x):
        raise ProgramError(
            "not solved", "the best set found exceeds b by less than the search can tell"
        )
    value = float(program.c @ x)
    gap = relaxation.value - value
    return Repair(
        value=value,
        gap=gap,
        x=x,
        rounded=rounded,
        columns=chosen,
        flipped=np.sort(chosen[mask]),
        proved=bool(gap <= cheapest_other),
    )


def _check_method(method: str, m: int) -> bool:
    """Tell whether a method goes by subset sums, or raise ValueError if it cannot for m rows."""
    if method not in METHODS or (method == "subset_sum" and m > 1):
        raise ValueError(
            f"method is {method!r} and m = {m}: give one of {', '.join(METHODS)}; "
            "'subset_sum' needs m = 1"
        )
    return m == 1 and method != "list"


def _check_columns(columns: int | None, n: int, limit: int) -> int:
    """Return the number of columns to flip, by default ceil(2·log2 n), or raise ValueError."""
    limit = min(n, limit)
    count = min(limit, math.ceil(2 * math.log2(max(n, 2)))) if columns is None else columns
    if count != int(count) or not 1 <= count <= limit:
        raise ValueError(f"columns is {columns}: give a whole number from 1 to {limit}")
    return int(count)
