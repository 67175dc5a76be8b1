"""Checks of exercise set 06."""

import itertools

import numpy as np

from ..integer_programs import Program, gaussian, packing, relax
from .outcome import call, likely, numbers, require, show


def gap_identity(answer):
    rng = np.random.default_rng(2)
    for program in (
        packing(6, 2, seed=4),
        packing(6, 1, seed=1),
        packing(6, 2, seed=3),
        packing(6, 3, seed=0),
    ):
        relaxation = relax(program)
        masks = [*(rng.random((6, 6)) < 0.5), relaxation.x > 0.5, np.ones(6, bool)]
        for x in sorted(
            masks, key=lambda x: -relaxation.dual @ (program.b - program.A @ x)
        ):  # negative slacks come last
            check_gap(answer, program, relaxation, x)


def check_gap(answer, program, relaxation, x):
    c, A, b, vertex, dual = program.c, program.A, program.b, relaxation.x, relaxation.dual
    inputs = {"x": x.astype(float), "vertex": vertex, "c": c, "A": A, "b": b, "dual": dual}
    got = call(answer, **inputs)
    found = numbers(got, inputs, (2,), "return two numbers, flips and slack")
    r, differs, left = c - dual @ A, x != vertex, b - A @ x
    flips, slack, gap = abs(r[differs]).sum(), dual @ left, c @ (vertex - x)
    wanted = f"({flips:.4g}, {slack:.4g}); together the gap c @ vertex - c @ x = {gap:.4g}"
    mistakes = {
        "the two are swapped: flips first, then slack": slack,
        "a reduced cost is c_j minus the price of the column: c - dual @ A, not c": abs(
            c[differs]
        ).sum(),
        "flips cost |r_j| each, of either direction: take absolute values": r[differs].sum(),
        "take the absolute value of each r_j, not of their sum": abs(r[differs].sum()),
        "only entries in which x differs from the vertex are flipped": abs(r).sum(),
        "flipped are the entries in which x differs from the vertex, not the others": abs(
            r[~differs]
        ).sum(),
        "flipped are the entries in which x differs from the vertex, not those with x_j = 1": abs(
            r[x]
        ).sum(),
        "columns that x leaves out although the vertex takes them are flips, too": abs(
            r[x > vertex]
        ).sum(),
        "columns that x takes although the vertex leaves them out are flips, too": abs(
            r[x < vertex]
        ).sum(),
        "a reduced cost is the profit MINUS the price of the column": abs(
            (c + dual @ A)[differs]
        ).sum(),
        "a column pays for every row: dual @ A, not the first row alone": abs(
            (c - dual[0] * A[0])[differs]
        ).sum(),
        "this is the whole gap; the slack has its own part": gap,
    }
    reason = "the sum of |c - dual @ A| where x differs from the vertex"
    if not program.feasible(x) and not np.isfinite(found).all():
        reason = "the identity holds for infeasible masks, too: of these the slack part is negative"
    require(
        np.isclose(found[0], flips, atol=1e-9),
        inputs,
        got,
        wanted,
        likely(found[0], flips, mistakes, reason),
    )
    mistakes = {
        "do not clip: of an infeasible mask the slack part is negative": max(0, slack),
        "do not clip the rows: one that is exceeded counts with its negative slack": dual
        @ left.clip(0),
        "no absolute value: of an infeasible mask the slack part is negative": dual @ abs(left),
        "what is left over is b - A x, not what the vertex leaves": dual @ (b - A @ vertex),
        "every unit left over counts at its price: dual @ (b - A @ x)": left.sum(),
        "the sign: what is left over is b - A x": -slack,
        "this is what x uses; left over is b - A x": dual @ A @ x,
        "every row has a slack, not the first alone": dual[0] * left[0],
        "this is the whole gap; take the flips off": gap,
    }
    if slack >= 0:  # nothing to clip: 0 can only be the vertex's
        mistakes = dict(list(mistakes.items())[3:])
    reason = "the slack part is dual @ (b - A @ x)"
    require(
        np.isclose(found[1], slack, atol=1e-9),
        inputs,
        got,
        wanted,
        likely(found[1], slack, mistakes, reason),
    )


def flip_sets(count):
    """Bool (2^count, count): all sets of flips."""
    return np.array(list(itertools.product((False, True), repeat=count)))


def judge_flips(answer, cases, name_of_price):
    """Judge masks of flips by what they leave and lose: any set as good as the best one passes.

    A wrong rule is named only if it explains the answers to all cases.
    """
    names = ("use", "cost", "slack", name_of_price)
    cases = [dict(zip(names, (np.array(part, dtype=float) for part in case))) for case in cases]
    results = [call(answer, **inputs) for inputs in cases]
    scored = []
    for inputs, got in zip(cases, results):
        mask = numbers(
            got, inputs, inputs["cost"].shape, "return a mask: one bool for every column"
        )
        binary = bool(np.isin(mask, (0, 1)).all())
        reason = "indices or sums are not a mask: True where a column is flipped"
        require(binary, inputs, got, "bool, or zeros and ones", reason)
        every = flip_sets(len(mask))
        scored.append((int((every == mask).all(1).argmax()), every, *losses(every, **inputs)))
    wrong = [
        reason
        for reason in scored[0][4]
        if all(follows(rules[reason], mine) for mine, *_, rules in scored)
    ]
    for inputs, got, (mine, _, left, lost, _) in zip(cases, results, scored):
        reason = "the slack left must not be negative, in any row: discard sets that use too much before you choose"
        wanted = f"no row below 0; your set leaves {np.array2string(left[mine], precision=3)}"
        require(bool((left[mine] >= -1e-9).all()), inputs, got, wanted, (*wrong, reason)[0])
        reason = "minimise the sum of the costs plus price times slack left, over all 2^K sets"
        wanted = f"a loss of {lost.min():.4g}, yours is {lost[mine]:.4g}"
        require(follows(lost, mine), inputs, got, wanted, (*wrong, reason)[0])


def follows(score, chosen):
    """Whether a set is one of those with the smallest score."""
    return bool(score[chosen] <= score.min() + 1e-9)


def losses(every, use, cost, slack, **price):
    """What each set leaves, (2^K, m), and loses, (2^K,); and the scores by which typical wrong rules choose a set."""
    rows, slacks, prices = np.atleast_2d(use), np.atleast_1d(slack), np.atleast_1d(*price.values())
    left, paid, sizes = slacks - every @ rows.T, every @ cost, every.sum(1)
    fits = (left >= -1e-12).all(1)
    total = paid + left @ prices

    def among(allowed, score=total):
        return np.where(allowed, score, np.inf)

    lost, grown = among(fits), slacks - every @ abs(rows).T
    wrong = {
        "the mask is back to front: entry j belongs to column j": lost[
            places(every, every[:, ::-1])
        ],
        "the mask is upside down: True where a column is flipped": lost[places(every, ~every)],
        "every row has a price of its own, in the order of the rows": among(
            fits, paid + left @ prices[::-1]
        ),
        "flips cost something, too: the set that leaves the least slack is not the cheapest": among(
            fits, left @ prices
        ),
        "flips cost something, too, and what is left over counts at its price": among(
            fits, left.sum(1)
        ),
        "without flips the whole slack is lost: add the price of what is left to the cost": among(
            fits, paid
        ),
        "what is left over counts at its price: price times slack left": among(
            fits, paid + left.sum(1)
        ),
        "the price is that of the slack left, not of the flips": among(
            fits, paid * prices.sum() + left.sum(1)
        ),
        "every row's slack is lost, not the most expensive one alone": among(
            fits, paid + (left * prices).max(1)
        ),
        "costs are lost, too: add them, do not take them off": among(fits, left @ prices - paid),
        "a slack of exactly 0 is allowed: nothing is exceeded": among((left > 1e-12).all(1)),
        "flipping nothing is allowed, too: the empty set is one of the 2^K": among(
            fits & (sizes > 0)
        ),
        "flipping all columns is allowed, too: the full set is one of the 2^K": among(
            fits & (sizes < len(cost))
        ),
        "sets of several flips count: try all 2^K sets, not one column at a time": among(
            fits & (sizes < 2)
        ),
        "use has a sign: flipping a column of negative use makes room": among(
            (grown >= 0).all(1), paid + grown @ prices
        ),
        "columns of negative use may be flipped, too: they make room for others": among(
            fits & ~every[:, (rows < 0).any(0)].any(1)
        ),
        "a row with too much use is no row with a slack: discard the set, do not take the absolute value": (
            paid + abs(left) @ prices
        ),
        "a row with too much use is no row with slack 0: discard the set, do not clip": paid
        + left.clip(0) @ prices,
        "the slack left must not be negative: the nearest sum on either side is not enough": abs(
            left
        ).sum(1),
        "the slack left must not be negative: sets that use too much have the smallest loss, and are no repair": total,
        "the slack left must not be negative in ANY row: it is not enough that the first row fits": among(
            left[:, 0] >= -1e-12, paid + left[:, 0] * prices[0]
        ),
        "the slack left must not be negative in ANY row: it is not enough that some row fits": among(
            (left >= -1e-12).any(1)
        ),
        "the slack left must not be negative in ANY row: it is not enough that their sum fits": among(
            left.sum(1) >= -1e-12
        ),
        "this is the worst set that fits; the smallest loss is wanted": among(fits, -total),
    }
    return left, lost, wrong


def places(every, sets):
    """Where each of these sets stands in the list of all sets."""
    return sets @ (1 << np.arange(every.shape[1])[::-1])


def repair(answer):
    cases = [
        ([0.3, -0.2, 0.25, 0.505], [0.0, 0.01, 0.02, 0.9], 0.5, 1.0),
        ([0.4, 0.5], [0.01, 0.02], 0.3, 0.5),  # no flip fits
        ([0.1, 0.29, -0.1], [0.0, 0.5, 0.1], 0.3, 0.8),
        ([0.2, 0.5], [0.15, 0.3], 0.5, 0.5),  # flips fit, and cost more than they gain
        ([0.4], [0.5], 0.5, 2.0),
        ([0.25, 0.5, 0.125], [0.01, 0.02, 0.05], 0.5, 1.0),  # the best set leaves exactly 0
        ([0.25, 0.125, -0.0625], [0.001, 0.002, 0.003], 0.3125, 1.0),  # all flips, and exactly 0
        ([-0.3, 0.46, 0.2, 0.1], [0.02, 0.01, 0.04, 0.03], 0.35, 1.2),
    ]
    for seed in range(8):
        rng = np.random.default_rng(seed)
        K = 10 if seed == 7 else 6
        use, cost = rng.uniform(-1, 1, K).round(3), rng.uniform(0, 0.2, K).round(3)
        slack = round(rng.uniform(0.1, 0.9), 3) + 0.0005  # so that no set leaves 0 up to rounding
        cases.append((use, cost, slack, round(rng.uniform(0.2, 2.0), 1)))
    judge_flips(answer, cases, "price")


def vector_repair(answer):
    cases = [
        ([[0.5, 0.3], [0.9, 0.1]], [0.0, 0.01], [0.5, 0.5], [0.5, 0.5]),
        ([[0.3, 0.2, 0.5], [0.1, 0.4, 0.6]], [0.0, 0.01, 0.02], [0.5, 0.55], [0.5, 0.5]),
        ([[0.3, -0.4, 0.2], [0.6, 0.1, 0.1]], [0.0, 0.01, 0.3], [0.4, 0.5], [0.4, 0.6]),
        ([[-0.5, 0.3], [0.2, 0.4]], [0.01, 0.02], [-0.4, 0.3], [0.4, 0.5]),
        ([[0.5, 0.25], [0.25, 0.5]], [0.01, 0.02], [0.75, 0.75], [0.6, 0.4]),  # exactly 0, twice
        (
            [[0.4, 0.1], [0.1, 0.4]],
            [0.05, 0.05],
            [0.4, 0.4],
            [0.2, 1.5],
        ),  # the second row is the expensive one
        ([[0.2, 0.1], [0.2, 0.5]], [0.01, 0.01], [0.5, 0.5], [1.0, 1.0]),
    ]
    for seed in range(
        12
    ):  # one to three rows; a set that fits is planted, so that some slacks are negative
        rng = np.random.default_rng(seed)
        m = 1 + (seed + 1) % 3
        use, cost = rng.uniform(-1, 1, (m, 6)).round(2), rng.uniform(0, 0.2, 6).round(3)
        slack = use @ (rng.random(6) < 0.5) + rng.uniform(0, 0.5, m)
        cases.append((use, cost, slack.round(2) + 0.005, rng.uniform(0.1, 1.5, m).round(1)))
    judge_flips(answer, cases, "dual")


def degenerate(answer):
    cases = [
        Program([0.5, 0.3], [[0.2, 0.4]], [5.0]),
        Program([3.0, 2.0, 2.0], [[2.0, 1.0, 1.0]], [2.5]),
        Program(
            [1.0, 0.5, 0.1], [[1.0, 1.0, 1.0]], [2.0]
        ),  # the relaxation is whole, but the row binds
        Program(
            [1.0, 0.9, 0.8], [[1.0, 1.0, 1.0], [0.1, 0.1, 0.1]], [1.5, 4.0]
        ),  # the first of two rows forbids it
        Program([-0.4, 0.6, -0.2], [[0.3, -0.2, 0.9]], [0.0]),
        Program([0.7, 0.2], [[0.5, 0.25]], [0.75]),  # exactly used up
        Program([1.0, 1.0], [[0.1, 0.1], [1.0, 1.0]], [5.0, 1.5]),  # the second row forbids it
        Program(
            [0.8, 0.6, -0.5], [[0.5, 0.5, -0.5], [-0.7, 0.2, 0.1]], [1.5, -0.25]
        ),  # a row with b < 0 is satisfied
        Program([0.8, 0.6, -0.5], [[0.5, 0.5, 0.5], [-0.7, 0.2, 0.1]], [1.5, -0.6]),
        Program([0.4, 0.9], [[0.5, 0.25]], [0.74]),  # just not enough
        Program(
            [0.4, 0.9], [[0.5, 0.5], [0.25, 0.125]], [3.0, 0.5]
        ),  # one row may use more than the other has
    ]
    cases += [gaussian(6, m, seed=seed, level=0) for m in (1, 2, 3) for seed in range(5)]
    inputs = [{"c": program.c, "A": program.A, "b": program.b} for program in cases]
    results = [call(answer, **one) for one in inputs]
    found = [numbers(got, one, advice="return True or False") for one, got in zip(inputs, results)]
    expected, wrong = zip(*(verdicts(**one) for one in inputs))
    wrong = {
        reason: [one[reason] for one in wrong] for reason in wrong[0]
    }  # the same mistake in all cases
    why = [reason for reason, values in wrong.items() if found == values]
    for one, got, verdict, right in zip(inputs, results, found, expected):
        free = one["A"] @ (one["c"] > 0)
        reason = "degenerate if taking every column with c_j > 0 satisfies every row, also exactly"
        if verdict in (0, 1) and not right:
            reason = "some constraint binds: taking every column with c_j > 0 uses more than b in at least one row"
        require(
            verdict == right,
            one,
            got,
            f"{right}: taking all of c > 0 uses {show(free)}",
            (*why, reason)[0],
        )


def verdicts(c, A, b):
    """Whether a program is degenerate, and what some typical mistakes say."""
    free = A @ (c > 0)
    wrong = {
        "without constraints the columns with c_j > 0 are taken, not all": A.sum(1) <= b,
        "all rows have to be satisfied, not any one of them": (free <= b).any(),
        "a row that is used up exactly is satisfied: <=, not <": free < b,
        "every row has to be satisfied, not the first alone": free[0] <= b[0],
        "every row has to be satisfied, not the last alone": free[-1] <= b[-1],
        "every row has to be satisfied, not their sum": free.sum() <= b.sum(),
        "every row has its own b: compare row by row, not the largest with the smallest": free.max()
        <= b.min(),
        "entries of A below 0 count as well: they give room": np.maximum(A, 0) @ (c > 0) <= b,
        "entries of A below 0 give room: no absolute values": abs(A) @ (c > 0) <= b,
        "a negative b can be satisfied, too, if A has entries below 0": np.r_[b >= 0, free <= b],
        "the columns are taken whole: c > 0 is the mask, not c itself": A @ c <= b,
        "columns with c_j < 0 are those to leave out": A @ (c < 0) <= b,
        "the verdict is the wrong way round: True if the rows do not matter": not (free <= b).all(),
    }
    return bool((free <= b).all()), {
        reason: float(np.all(value)) for reason, value in wrong.items()
    }


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
