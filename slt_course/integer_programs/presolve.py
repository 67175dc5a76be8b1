"""What single rows of a 0/1 program decide alone, before it is solved."""

import numpy as np

from .program import Program
from .status import error_for


def implied_bounds(program: Program) -> tuple[np.ndarray, np.ndarray]:
    """Fix what one row of a 0/1 program decides alone, again and again, and bound x.

    An entry that is too large for what the row can have at most is 0, one without which the row is
    broken is 1. With these out of the way, a row's unit is that of the entries which matter.

    Returns:
        lower and upper bounds (n,) of x; 0 and `upper` in other programs.

    Raises:
        ProgramError: "infeasible".
    """
    low = np.zeros(len(program.c))
    high = np.full(len(program.c), float(program.upper))
    while program.upper == 1:
        least = np.where(program.A > 0, low, high)  # the x that uses least of each row
        use = (program.A * least).sum(1)
        size = (abs(program.A) * least).sum(1) + abs(program.b)
        room = program.b - use + program.rounding * size
        if (room < 0).any():
            raise error_for("infeasible")
        too_much = (low < high) & (abs(program.A) * (1 - program.rounding) > room[:, None])
        excluded = (too_much & (program.A > 0)).any(0)
        needed = (too_much & (program.A < 0)).any(0)
        new_low = np.where(needed, 1.0, low)
        new_high = np.where(excluded, 0.0, high)
        if (new_low > new_high).any():
            raise error_for("infeasible")
        if (new_low == low).all() and (new_high == high).all():
            break
        low, high = new_low, new_high
    return low, high
