"""Checks of exercise set 06."""

import itertools

import numpy as np

from ..integer_programs import Program, packing, relax
from .outcome import call, likely, numbers, require


def gap_identity(answer):
    for seed, m in ((0, 1), (1, 2), (2, 3)):
        program = packing(12, m, seed=seed)
        relaxation = relax(program)
        rng = np.random.default_rng(seed)
        masks = [rng.random(12) < share for share in (0.2, 0.5, 0.8)] + [relaxation.x > 0.5]
        for x in masks:
            inputs = {
                "x": x.astype(float),
                "vertex": relaxation.x,
                "c": program.c,
                "A": program.A,
                "b": program.b,
                "dual": relaxation.dual,
            }
            got = call(answer, **inputs)
            found = numbers(got, inputs, (2,), "return two numbers, flips and slack")
            r, differs = program.c - relaxation.dual @ program.A, x != relaxation.x
            flips, slack = abs(r[differs]).sum(), relaxation.dual @ (program.b - program.A @ x)
            mistakes = {
                "a reduced cost is c_j minus the price of the column: c - dual @ A, not c": (
                    abs(program.c[differs]).sum(),
                    slack,
                ),
                "flips cost |r_j| each, of either direction: take absolute values": (r[differs].sum(), slack),
                "only entries in which x differs from the vertex are flipped": (abs(r).sum(), slack),
                "what is left over is b - A x, not what the vertex leaves": (
                    flips,
                    relaxation.dual @ (program.b - program.A @ relaxation.x),
                ),
                "every unit left over counts at its price: dual @ (b - A @ x)": (flips, (program.b - program.A @ x).sum()),
            }
            expected = np.array([flips, slack])
            reason = "flips: sum of |c - dual @ A| where x differs from the vertex; slack: dual @ (b - A @ x)"
            wanted = (
                f"({flips:.4g}, {slack:.4g}); together the gap c @ vertex - c @ x = {program.c @ (relaxation.x - x):.4g}"
            )
            fits = np.allclose(found, expected, atol=1e-9)
            require(fits, inputs, got, wanted, likely(found, expected, mistakes, reason))


def flip_sets(count):
    """Bool (2^count, count): all sets of flips."""
    return np.array(list(itertools.product((False, True), repeat=count)))


def judge_flips(answer, use, cost, slack, price, name_of_price):
    """Judge a mask of flips by what it leaves and loses: any set as good as the best one passes."""
    use, cost, slack, price = (np.array(part, dtype=float) for part in (use, cost, slack, price))
    inputs = {"use": use, "cost": cost, "slack": slack, name_of_price: price}
    got = call(answer, **inputs)
    mask = numbers(got, inputs, cost.shape, "return a mask: one bool for every column")
    binary = bool(np.isin(mask, (0, 1)).all())
    require(binary, inputs, got, "bool, or zeros and ones", "indices or sums are not a mask: True where a column is flipped")
    rows, slacks, prices = np.atleast_2d(use), np.atleast_1d(slack), np.atleast_1d(price)

    def left(masks):
        return slacks[:, None] - rows @ np.atleast_2d(masks).T

    def loss(masks):
        return np.atleast_2d(masks) @ cost + prices @ left(masks)

    remaining = left(mask)[:, 0]
    every = flip_sets(len(cost))
    feasible = every[(left(every) >= -1e-12).all(0)]
    best = loss(feasible).min()
    reason = "the slack left must not be negative, in any row: discard sets that use too much before you choose"
    wanted = f"no row below 0; your set leaves {np.array2string(remaining, precision=3)}"
    require(bool((remaining >= -1e-9).all()), inputs, got, wanted, reason)
    lost = loss(mask)[0]
    nearest = feasible[(prices @ left(feasible)).argmin()]
    cheapest = feasible[(feasible @ cost).argmin()]
    mistakes = {
        "flips cost something, too: the set that leaves the least slack is not the cheapest": loss(nearest)[0],
        "without flips the whole slack is lost: add the price of what is left to the cost": loss(cheapest)[0],
    }
    reason = likely(lost, best, mistakes, "minimise the sum of the costs plus price times slack left, over all 2^K sets")
    require(lost <= best + 1e-9, inputs, got, f"a loss of {best:.4g}, yours is {lost:.4g}", reason)


def repair(answer):
    judge_flips(answer, [0.3, -0.2, 0.25, 0.505], [0.0, 0.01, 0.02, 0.9], 0.5, 1.0, "price")
    judge_flips(answer, [0.4, 0.5], [0.01, 0.02], 0.3, 0.5, "price")
    judge_flips(answer, [0.1, 0.29, -0.1], [0.0, 0.5, 0.1], 0.3, 0.8, "price")
    for seed in range(4):
        rng = np.random.default_rng(seed)
        use, cost = rng.uniform(-1, 1, 10).round(3), np.sort(rng.uniform(0, 0.1, 10)).round(4)
        judge_flips(answer, use, cost, round(rng.uniform(0.1, 0.9), 3), 0.7, "price")


def vector_repair(answer):
    judge_flips(answer, [[0.5, 0.3], [0.9, 0.1]], [0.0, 0.01], [0.5, 0.5], [0.5, 0.5], "dual")
    judge_flips(answer, [[0.3, 0.2, 0.5], [0.1, 0.4, 0.6]], [0.0, 0.01, 0.02], [0.5, 0.55], [0.5, 0.5], "dual")
    judge_flips(answer, [[0.3, -0.4, 0.2], [0.6, 0.1, 0.1]], [0.0, 0.01, 0.3], [0.4, 0.5], [0.4, 0.6], "dual")
    judge_flips(answer, [[-0.5, 0.3], [0.2, 0.4]], [0.01, 0.02], [-0.4, 0.3], [0.4, 0.5], "dual")
    for seed in range(4):
        rng = np.random.default_rng(seed)
        use, cost = rng.uniform(-1, 1, (2, 9)).round(3), np.sort(rng.uniform(0, 0.1, 9)).round(4)
        judge_flips(answer, use, cost, rng.uniform(0.1, 0.9, 2).round(3), np.array([0.4, 0.7]), "dual")


def degenerate(answer):
    cases = [
        ("b is large", Program([0.5, 0.3], [[0.2, 0.4]], [5.0])),
        ("fractional", Program([3.0, 2.0, 2.0], [[2.0, 1.0, 1.0]], [2.5])),
        ("whole, but the constraint binds", Program([1.0, 0.5, 0.1], [[1.0, 1.0, 1.0]], [2.0])),
        ("one of two rows binds", Program([1.0, 0.9, 0.8], [[1.0, 1.0, 1.0], [0.1, 0.1, 0.1]], [1.5, 4.0])),
        ("profits below 0", Program([-0.4, 0.6, -0.2], [[0.3, -0.2, 0.9]], [0.0])),
        ("exactly used up by chance", Program([0.7, 0.2], [[0.5, 0.25]], [0.75])),
        ("the second row forbids it", Program([1.0, 1.0], [[0.1, 0.1], [1.0, 1.0]], [5.0, 1.5])),
    ]
    for _, program in cases:
        inputs = {"c": program.c, "A": program.A, "b": program.b}
        got = call(answer, **inputs)
        found = numbers(got, inputs, advice="return True or False")
        free = program.A @ (program.c > 0)
        expected = bool((free <= program.b).all())
        reason = (
            "without constraints every column with c_j > 0 is taken: degenerate if that satisfies every row, also exactly"
        )
        if found in (0, 1) and not expected:
            reason = "some constraint binds: taking every column with c_j > 0 uses more than b in at least one row"
        require(found == expected, inputs, got, f"{expected}: taking all of c > 0 uses {free.round(3).tolist()}", reason)


CHECKS = {
    "06.gap_identity": (
        gap_identity,
        "It holds for every mask, feasible or not: of an infeasible one the slack part is negative and pays for its profit.",
    ),
    "06.repair": (
        repair,
        "Subset sum with a price for each item. With all prices 0 it is lesson 05, from one side.",
    ),
    "06.vector_repair": (
        vector_repair,
        "One mask must serve all rows: K columns give 2^K vectors, and a box of side 1/n in m dimensions needs n^m of them.",
    ),
    "06.degenerate": (
        degenerate,
        "Such a program is solved by looking at the signs of c: gap 0, price 0. Leave it out before you average gaps.",
    ),
}
