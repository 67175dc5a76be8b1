"""What one would write or call without this package: one instance at a time.

Each returns |target - sum|, recomputed.
"""

import contextlib

import numpy as np

from slt_course.subset_sum import milp

GRID = 1_000_000  # integer solvers see round(x · GRID)


def horowitz_sahni(items, target):
    """Exact optimum in numpy: sort one half's sums, look the other half's up by bisection."""
    half = len(items) // 2
    left, right = (all_sums(part) for part in (items[:half], items[half:]))
    left.sort()
    place = np.searchsorted(left, target - right)
    below = left[np.maximum(place - 1, 0)] + right
    above = left[np.minimum(place, len(left) - 1)] + right
    return min(abs(target - below).min(), abs(target - above).min())


def all_sums(items):
    sums = np.zeros(1)
    for item in items:
        sums = np.concatenate([sums, sums + item])
    return sums


def highs(items, target):
    """scipy's milp, through the package's own model."""
    mask = milp.solve_one(items, target)
    return np.nan if mask is None else abs(target - items[mask].sum())


EXACT_PEERS = {"numpy Horowitz-Sahni, one at a time": horowitz_sahni, "scipy milp (HiGHS)": highs}
EPS_PEERS = {"numpy Horowitz-Sahni, one at a time": horowitz_sahni}

with contextlib.suppress(ImportError):
    from ortools.sat.python import cp_model

    def cp_sat(items, target, within=None):
        """OR-tools' CP-SAT on integers: the least error, or any error within a band."""
        model, solver = cp_model.CpModel(), cp_model.CpSolver()
        kept = [model.new_bool_var(str(i)) for i in range(len(items))]
        rest = sum(int(round(x * GRID)) * b for x, b in zip(items, kept)) - int(
            round(target * GRID)
        )
        error = model.new_int_var(0, int(within * GRID) if within else 100 * GRID, "error")
        model.add(rest <= error)
        model.add(-rest <= error)
        if within is None:
            model.minimize(error)
        solver.parameters.num_workers = 2
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return np.nan
        return abs(target - sum(x for x, b in zip(items, kept) if solver.value(b)))

    EXACT_PEERS["OR-tools CP-SAT"] = cp_sat
    EPS_PEERS["OR-tools CP-SAT"] = lambda items, target: cp_sat(items, target, within=0.01)

with contextlib.suppress(ImportError):
    import gurobipy

    # the licence that comes with the package allows 2,000 variables
    ENVIRONMENT = gurobipy.Env(params={"OutputFlag": 0})

    def gurobi(items, target):
        """The model of Pensia et al.: min t with |target - sum| <= t."""
        with gurobipy.Model(env=ENVIRONMENT) as model:
            kept, error = model.addMVar(len(items), vtype="B"), model.addVar()
            model.addConstr(items @ kept - target <= error)
            model.addConstr(target - items @ kept <= error)
            model.setObjective(error)
            model.optimize()
            return abs(target - items[kept.X > 0.5].sum()) if model.SolCount else np.nan

    EXACT_PEERS["gurobipy"] = gurobi

with contextlib.suppress(ImportError):
    import flsss

    def band(items, target):
        """flsss on integers: any subset whose sum lies in the band target ± 0.01."""
        middle, width = round(target * GRID), GRID // 100
        if abs(middle) <= width:
            return abs(target)  # the empty subset, which flsss does not consider
        found = flsss.gen(
            np.rint(items * GRID).astype(np.int64), middle - width, middle + width, n_threads=1
        )
        return abs(target - items[found[0]].sum()) if found else np.nan

    EPS_PEERS["flsss"] = band
