"""Checks of exercise set 06."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

from types import SimpleNamespace

import numpy as np

from ..integer_programs import gaussian, packing, relax
from .exercise import Exercise
from .outcome import show

EXERCISES: dict[str, Exercise] = {}

# 06.gap_identity --------------------------------------------------------------------------------


def relaxed(m, seed):
    program = packing(6, m, seed)
    best = relax(program)
    return dict(vertex=best.x, c=program.c, A=program.A, b=program.b, dual=best.dual)


def gap_cases():
    rng, cases = np.random.default_rng(150), []
    for inputs in (relaxed(2, 4), relaxed(1, 1), relaxed(2, 3), relaxed(3, 0)):
        masks = [*(rng.random((6, 6)) < 0.5), inputs["vertex"] == 1, np.ones(6)]
        cases += [{"x": mask.astype(float), **inputs} for mask in masks]
    return cases


def gap_parts(x, vertex, c, A, b, dual):
    """What the two parts and the mistakes are made of, by name."""
    r, differs, left, gap = c - dual @ A, x != vertex, b - A @ x, c @ (vertex - x)
    flipped, slack = r[differs], dual @ left
    return SimpleNamespace(**locals())


def gap_with(flips=lambda p: abs(p.flipped).sum(), slack=lambda p: p.slack):
    """The answer that a rule for each part gives."""

    def answer(x, vertex, c, A, b, dual):
        parts = gap_parts(x, vertex, c, A, b, dual)
        return flips(parts), slack(parts)

    return answer


FLIPS = {
    "the two are swapped: flips first, then slack": lambda p: p.slack,
    "the identity holds for infeasible masks, too: of these the slack part is negative":
        lambda p: abs(p.flipped).sum() if (p.left >= 0).all() else np.inf,
    "a reduced cost is c_j minus the price of the column: c - dual @ A, not c":
        lambda p: abs(p.c[p.differs]).sum(),
    "flips cost |r_j| each, of either direction: take absolute values": lambda p: p.flipped.sum(),
    "take the absolute value of each r_j, not of their sum": lambda p: abs(p.flipped.sum()),
    "only entries in which x differs from the vertex are flipped": lambda p: abs(p.r).sum(),
    "flipped are the entries in which x differs from the vertex, not the others":
        lambda p: abs(p.r[~p.differs]).sum(),
    "flipped are the entries in which x differs from the vertex, not those with x_j = 1":
        lambda p: abs(p.r[p.x == 1]).sum(),
    "columns that x leaves out although the vertex takes them are flips, too":
        lambda p: abs(p.r[p.x > p.vertex]).sum(),
    "columns that x takes although the vertex leaves them out are flips, too":
        lambda p: abs(p.r[p.x < p.vertex]).sum(),
    "a reduced cost is the profit MINUS the price of the column":
        lambda p: abs((p.c + p.dual @ p.A)[p.differs]).sum(),
    "a column pays for every row: dual @ A, not the first row alone":
        lambda p: abs((p.c - p.dual[0] * p.A[0])[p.differs]).sum(),
    "this is the whole gap; the slack has its own part": lambda p: p.gap,
}  # fmt: skip
SLACKS = {
    "do not clip: of an infeasible mask the slack part is negative": lambda p: max(0, p.slack),
    "do not clip the rows: one that is exceeded counts with its negative slack":
        lambda p: p.dual @ p.left.clip(0),
    "no absolute value: of an infeasible mask the slack part is negative":
        lambda p: p.dual @ abs(p.left),
    "what is left over is b - A x, not what the vertex leaves":
        lambda p: p.dual @ (p.b - p.A @ p.vertex),
    "every unit left over counts at its price: dual @ (b - A @ x)": lambda p: p.left.sum(),
    "the sign: what is left over is b - A x": lambda p: -p.slack,
    "this is what x uses; left over is b - A x": lambda p: p.dual @ p.A @ p.x,
    "every row has a slack, not the first alone": lambda p: p.dual[0] * p.left[0],
    "this is the whole gap; take the flips off": lambda p: p.gap,
}  # fmt: skip

EXERCISES["06.gap_identity"] = Exercise(
    cases=gap_cases,
    draw=lambda rng: {"x": rng.integers(0, 2, 6) * 1.0, **relaxed(rng.integers(1, 4), rng)},
    answer=gap_with(),
    mistakes={reason: gap_with(flips=rule) for reason, rule in FLIPS.items()}
    | {reason: gap_with(slack=rule) for reason, rule in SLACKS.items()},
    otherwise=(
        "the sum of |c - dual @ A| where x differs from the vertex, of infeasible masks, too",
        "the slack part is dual @ (b - A @ x)",
    ),
    in_words=lambda right, x, vertex, c, A, b, dual: (
        f"{show(right)}; together the gap c @ vertex - c @ x = {c @ (vertex - x):.4g}"
    ),
    kind="two numbers",
    advice="return two numbers, flips and slack",
    insight="It holds for every mask, feasible or not: of an infeasible one the slack part is "
    "negative and pays for its profit.",
)

# 06.repair and 06.vector_repair -----------------------------------------------------------------


def flip_sets(use, cost, slack, prices, sets=None):
    """What sets of flips, all 2^K unless given, pay, leave of each row, and lose, by name."""
    use, slack, prices = np.atleast_2d(use), np.atleast_1d(slack), np.atleast_1d(prices)
    if sets is None:
        sets = np.arange(2 ** len(cost))[:, None] >> np.arange(len(cost)) & 1
    paid, left, grown = sets @ cost, slack - sets @ use.T, slack - sets @ abs(use).T
    fits, rest, loss = (left >= 0).all(1), left @ prices, paid + left @ prices
    return SimpleNamespace(**locals())


def flips_by(rule=lambda s: (s.fits, s.loss), mask_of=np.array):
    """The answer of a rule, sets -> (allowed, loss of each); none where no set is allowed."""

    def answer(*inputs, **named):  # the last input is called price or dual
        s = flip_sets(*inputs, *named.values())
        losses = np.where(*rule(s), np.inf)
        if losses.min() == np.inf:
            raise ValueError
        return mask_of(s.sets[losses.argmin()] == 1)

    return answer


def accept_flips(mask, **inputs):
    if not np.isin(mask, (0, 1)).all():
        reason = "indices or sums are not a mask: True where a column is flipped"
        return "bool, or zeros and ones", reason
    every, mine = flip_sets(*inputs.values()), flip_sets(*inputs.values(), sets=mask[None])
    if (mine.left < -1e-9).any():
        return (
            f"no row below 0; your set leaves {np.array2string(mine.left[0], precision=3)}",
            "the slack left must not be negative, in any row: discard sets that use too much "
            "before you choose",
        )
    least = every.loss[every.fits].min()
    if mine.loss[0] <= least + 1e-9:
        return None
    return (
        f"a loss of {least:.4g}, yours is {mine.loss[0]:.4g}",
        "minimise the sum of the costs plus price times slack left, over all 2^K sets",
    )


BELOW = "the slack left must not be negative"
NO_ROW = "a row with too much use is no row"
ONE_ROW_RULES = {
    "flips cost something, too: the set that leaves the least slack is not the cheapest":
        lambda s: (s.fits, s.rest),
    "without flips the whole slack is lost: add the price of what is left to the cost":
        lambda s: (s.fits, s.paid),
    "what is left over counts at its price: price times slack left":
        lambda s: (s.fits, s.paid + s.left.sum(1)),
    "the price is that of the slack left, not of the flips":
        lambda s: (s.fits, s.paid * s.prices.sum() + s.left.sum(1)),
    "costs are lost, too: add them, do not take them off": lambda s: (s.fits, s.rest - s.paid),
    "a slack of exactly 0 is allowed: nothing is exceeded":
        lambda s: ((s.left > 0).all(1), s.loss),
    "flipping nothing is allowed, too: the empty set is one of the 2^K":
        lambda s: (s.fits & s.sets.any(1), s.loss),
    "flipping all columns is allowed, too: the full set is one of the 2^K":
        lambda s: (s.fits & ~s.sets.all(1), s.loss),
    "sets of several flips count: try all 2^K sets, not one column at a time":
        lambda s: (s.fits & (s.sets.sum(1) < 2), s.loss),
    "use has a sign: flipping a column of negative use makes room":
        lambda s: ((s.grown >= 0).all(1), s.paid + s.grown @ s.prices),
    "columns of negative use may be flipped, too: they make room for others":
        lambda s: (s.fits & ~s.sets[:, (s.use < 0).any(0)].any(1), s.loss),
    f"{NO_ROW} with a slack: discard the set, do not take the absolute value":
        lambda s: (True, s.paid + abs(s.left) @ s.prices),
    f"{NO_ROW} with slack 0: discard the set, do not clip":
        lambda s: (True, s.paid + s.left.clip(0) @ s.prices),
    f"{BELOW}: the nearest sum on either side is not enough": lambda s: (True, abs(s.left).sum(1)),
    f"{BELOW}: sets that use too much have the smallest loss, and are no repair":
        lambda s: (True, s.loss),
    "this is the worst set that fits; the smallest loss is wanted": lambda s: (s.fits, -s.loss),
}  # fmt: skip
ROWS_RULES = {
    "every row has a price of its own, in the order of the rows":
        lambda s: (s.fits, s.paid + s.left @ s.prices[::-1]),
    "flips cost something, too, and what is left over counts at its price":
        lambda s: (s.fits, s.left.sum(1)),
    "every row's slack is lost, not the most expensive one alone":
        lambda s: (s.fits, s.paid + (s.left * s.prices).max(1)),
    f"{BELOW} in ANY row: it is not enough that the first row fits":
        lambda s: (s.left[:, 0] >= 0, s.paid + s.left[:, 0] * s.prices[0]),
    f"{BELOW} in ANY row: it is not enough that some row fits":
        lambda s: ((s.left >= 0).any(1), s.loss),
    f"{BELOW} in ANY row: it is not enough that their sum fits":
        lambda s: (s.left.sum(1) >= 0, s.loss),
}  # fmt: skip
REPAIR_MISTAKES = {
    "the mask is back to front: entry j belongs to column j": flips_by(mask_of=np.flip),
    "the mask is upside down: True where a column is flipped": flips_by(mask_of=np.logical_not),
    **{reason: flips_by(rule) for reason, rule in ONE_ROW_RULES.items()},
}

BY_HAND = [
    ([0.3, -0.2, 0.25, 0.505], [0.001, 0.01, 0.02, 0.9], 0.5, 1.0),
    ([0.2, 0.5], [0.15, 0.32], 0.5, 0.5),  # flips fit, and cost more than they gain
    ([0.4, 0.5], [0.01, 0.02], 0.3, 0.5),  # no flip fits
    ([0.4], [0.5], 0.5, 2.0),
    ([0.25, 0.5, 0.125], [0.01, 0.02, 0.05], 0.5, 1.0),  # the best set leaves exactly 0
    ([0.25, 0.125, -0.0625], [0.001, 0.002, 0.003], 0.3125, 1.0),  # all flips, and exactly 0
]
ROWS_BY_HAND = [
    ([[0.5, 0.3], [0.9, 0.1]], [0.003, 0.01], [0.5, 0.5], [0.5, 0.5]),
    ([[0.3, 0.2, 0.5], [0.1, 0.4, 0.62]], [0.003, 0.01, 0.02], [0.5, 0.55], [0.5, 0.5]),
    ([[0.3, -0.4, 0.2], [0.6, 0.1, 0.1]], [0.003, 0.01, 0.32], [0.4, 0.5], [0.4, 0.6]),
    ([[0.5, -0.3], [0.4, 0.1]], [0.01, 0.02], [0.3, 0.6], [0.5, 0.5]),  # one flip makes room
    ([[0.5, 0.25], [0.25, 0.5]], [0.01, 0.02], [0.75, 0.75], [0.6, 0.4]),  # exactly 0, twice
    ([[0.4, 0.1], [0.1, 0.38]], [0.05, 0.06], [0.4, 0.4], [0.2, 1.5]),  # the second row is dear
    ([[0.2, 0.1], [0.2, 0.48]], [0.01, 0.02], [0.5, 0.5], [1.0, 1.0]),
    ([[-0.5, 0.3], [0.2, 0.4]], [0.01, 0.02], [-0.4, 0.3], [0.4, 0.5]),
]


def draw_repair(rng, K=6):
    use, cost = rng.uniform(-1, 1, K), rng.uniform(0, 0.2, K)
    return {"use": use, "cost": cost, "slack": rng.uniform(0.1, 0.9), "price": rng.uniform(0.2, 2)}


def draw_rows(rng, m=2):
    use, cost = rng.uniform(-1, 1, (m, 6)), rng.uniform(0, 0.2, 6)
    slack = use @ rng.integers(0, 2, 6) + rng.uniform(0, 0.5, m)  # one set fits at least
    return {"use": use, "cost": cost, "slack": slack, "dual": rng.uniform(0.1, 1.5, m)}


def named(names, cases):
    return [dict(zip(names, map(np.array, case))) for case in cases]


EXERCISES["06.repair"] = Exercise(
    cases=lambda: [
        *named(("use", "cost", "slack", "price"), BY_HAND),
        *(draw_repair(np.random.default_rng(seed), 6 + seed // 2) for seed in range(8)),
    ],
    draw=draw_repair,
    answer=flips_by(),
    accept=accept_flips,
    mistakes=REPAIR_MISTAKES,
    advice="return a mask: one bool for every column",
    insight="Subset sum with a price for each item. With all prices 0 it is lesson 05, from one "
    "side.",
)

EXERCISES["06.vector_repair"] = Exercise(
    cases=lambda: [
        *named(("use", "cost", "slack", "dual"), ROWS_BY_HAND),
        *(draw_rows(np.random.default_rng(seed), 1 + (seed + 1) % 3) for seed in range(12)),
    ],
    draw=draw_rows,
    answer=flips_by(),
    accept=accept_flips,
    mistakes={reason: flips_by(rule) for reason, rule in ROWS_RULES.items()} | REPAIR_MISTAKES,
    advice="return a mask: one bool for every column",
    insight="One mask must serve all rows: K columns give 2^K vectors, and a box of side 1/n in m "
    "dimensions needs n^m of them.",
)

# 06.degenerate ----------------------------------------------------------------------------------

PROGRAMS = [
    ([0.5, 0.3], [[0.2, 0.4]], [5.0]),
    ([3.0, 2.0, 2.0], [[2.0, 1.0, 1.0]], [2.5]),
    ([1.0, 0.5, 0.1], [[1.0, 1.0, 1.0]], [2.0]),  # the relaxation is whole, but the row binds
    ([1.0, 0.9, 0.8], [[1.0, 1.0, 1.0], [0.1, 0.1, 0.1]], [1.5, 4.0]),  # the first row forbids it
    ([-0.4, 0.6, -0.2], [[0.3, -0.2, 0.9]], [0.0]),
    ([0.7, 0.2], [[0.5, 0.25]], [0.75]),  # exactly used up
    ([1.0, 1.0], [[0.1, 0.1], [1.0, 1.0]], [5.0, 1.5]),  # the second row forbids it
    ([0.8, 0.6, -0.5], [[0.5, 0.5, -0.5], [-0.7, 0.2, 0.1]], [1.5, -0.25]),  # b < 0, satisfied
    ([0.8, 0.6, -0.5], [[0.5, 0.5, 0.5], [-0.7, 0.2, 0.1]], [1.5, -0.6]),
    ([0.4, 0.9], [[0.5, 0.25]], [0.74]),  # just not enough
    ([0.4, 0.9], [[0.5, 0.5], [0.25, 0.125]], [3.0, 0.5]),  # one row may use more than another has
]


def draw_program(rng):
    program = gaussian(6, rng.integers(1, 4), rng, level=rng.integers(0, 2) / 5)
    return {"c": program.c, "A": program.A, "b": program.b}


def accept_verdict(found, c, A, b):
    used = A @ (c > 0)
    right = bool((used <= b).all())
    every = "degenerate if taking every column with c_j > 0 satisfies every row, also exactly"
    binds = "some constraint binds: taking every column with c_j > 0 uses more than b in some row"
    if found == right:
        return None
    return f"{right}: taking all of c > 0 uses {show(used)}", binds if found == 1 else every


VERDICTS = {
    "without constraints the columns with c_j > 0 are taken, not all":
        lambda c, A, b: A.sum(1) <= b,
    "all rows have to be satisfied, not any one of them": lambda c, A, b: (A @ (c > 0) <= b).any(),
    "a row that is used up exactly is satisfied: <=, not <": lambda c, A, b: A @ (c > 0) < b,
    "every row has to be satisfied, not the first alone": lambda c, A, b: A[0] @ (c > 0) <= b[0],
    "every row has to be satisfied, not the last alone": lambda c, A, b: A[-1] @ (c > 0) <= b[-1],
    "every row has to be satisfied, not their sum": lambda c, A, b: (A @ (c > 0)).sum() <= b.sum(),
    "every row has its own b: compare row by row, not the largest with the smallest":
        lambda c, A, b: (A @ (c > 0)).max() <= b.min(),
    "entries of A below 0 count as well: they give room":
        lambda c, A, b: A.clip(0) @ (c > 0) <= b,
    "entries of A below 0 give room: no absolute values": lambda c, A, b: abs(A) @ (c > 0) <= b,
    "a negative b can be satisfied, too, if A has entries below 0":
        lambda c, A, b: (b >= 0) & (A @ (c > 0) <= b),
    "the columns are taken whole: c > 0 is the mask, not c itself": lambda c, A, b: A @ c <= b,
    "columns with c_j < 0 are those to leave out": lambda c, A, b: A @ (c < 0) <= b,
    "the verdict is the wrong way round: True if the rows do not matter":
        lambda c, A, b: not (A @ (c > 0) <= b).all(),
}  # fmt: skip

EXERCISES["06.degenerate"] = Exercise(
    cases=lambda: [
        *named(("c", "A", "b"), PROGRAMS),
        *(draw_program(np.random.default_rng(seed)) for seed in range(15)),
    ],
    draw=draw_program,
    answer=lambda c, A, b: (A @ (c > 0) <= b).all(),
    accept=accept_verdict,
    mistakes={
        reason: lambda c, A, b, rule=rule: np.all(rule(c, A, b))
        for reason, rule in VERDICTS.items()
    },
    advice="return True or False",
    insight="Such a program is solved by looking at the signs of c: gap 0, price 0. Leave it out "
    "before you average gaps.",
)
