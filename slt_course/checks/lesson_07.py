"""Checks of exercise set 07."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

import numpy as np

from .. import theory
from .exercise import Exercise
from .outcome import show

EXERCISES: dict[str, Exercise] = {}

# 07.hit_probability -----------------------------------------------------------------------------

TOLERANCES = {0.5: 0.1, -0.4: 0.1, 0.97: 0.1, 0.02: 0.1, 0.0: 0.2, -1.0: 0.3, 0.6: 1.0, 0.7: 0.01}


def hit(size, eps, low=0, high=1):
    """P(A is within eps/2 of |w|, and between low and high) · P(B is within eps/2 of 1 or -1)."""
    return (min(high, size + eps / 2) - max(low, size - eps / 2)) / 2 * eps / 4


EXERCISES["07.hit_probability"] = Exercise(
    cases=lambda: [{"w": w, "eps": eps} for w, eps in TOLERANCES.items()],
    draw=lambda rng: {"w": round(rng.uniform(-1, 1), 1), "eps": rng.uniform(0.01, 1)},
    answer=lambda w, eps: hit(abs(w), eps), atol=0,
    mistakes={
        "np.sign(0) is 0, but B's window is at +1 or at -1: take +1 for w = 0":
            lambda w, eps: hit(abs(w), eps) * (1 if w else 2),
        "no A is above 1: cut its window there": lambda w, eps: hit(abs(w), eps, high=2),
        "units with A <= 0 pass no positive input: cut A's window at 0":
            lambda w, eps: hit(abs(w), eps, low=-1),
        "no A is above 1, and units with A <= 0 pass no positive input: cut A's window there":
            lambda w, eps: hit(abs(w), eps, low=-1, high=2),
        "A must be near |w|, not near w; for w < 0 it is B that is near -1":
            lambda w, eps: max(0, hit(w, eps)),
        "A must be near |w|, not near w; a window between its ends has no negative length":
            lambda w, eps: hit(w, eps),
        "both must land: this is the probability for A alone":
            lambda w, eps: hit(abs(w), eps) / (eps / 4),
        "both must land: this is the probability for B alone": lambda w, eps: eps / 4,
        "both must land: multiply the two probabilities, do not add them":
            lambda w, eps: hit(abs(w), eps) / (eps / 4) + eps / 4,
        "four times too much: the windows reach eps/2 to either side, not eps; U[-1, 1] has density"
        " 1/2": lambda w, eps: 4 * hit(abs(w), eps),
        "twice too much: density 1/2, for A and B; windows reach eps/2 to either side; half of B's "
        "is outside [-1, 1]": lambda w, eps: 2 * hit(abs(w), eps),
        "half of it is missing: A may be eps/2 below |w| and eps/2 above":
            lambda w, eps: hit(abs(w), eps) / 2,
        "w = 0 is a weight, too: A must land in (0, eps/2]":
            lambda w, eps: hit(abs(w), eps) if w else 0.0,
        "this is the product variant, |A·B - w| <= eps; here A and B must both land":
            lambda w, eps: float(theory.malach_hit_probability(w, eps, "product")),
    },
    nearly=(0.1, "close, but not exact: a formula is wanted, no simulation and no rounding"),
    otherwise="P(A in its window, cut to (0, 1]) times P(B in its window, cut to [-1, 1]); a "
    "probability is length/2",
    advice="return the probability as a plain number",
    insight="Both must land, so this is about eps²/8, and a hit takes some 8/eps² units. At w = 0 "
    "and w = ±1 half of A's window is lost, and it takes twice as many.",
)  # fmt: skip

# 07.gadget --------------------------------------------------------------------------------------


def gadget_cases():
    rng = np.random.default_rng(7)
    by_hand = [-0.5, 0.94, 0.59, -0.68, 0.51, -0.71], [-0.89, 0.58, 0.87, -0.73, -0.99, -0.25]
    equal_products = [0.4, 0.6, 0.6, -0.5], [0.1, 0.4, 0.4, -0.8]
    one_sign = [0.3, 0.9, 0.8], [0.9, -0.5, 0.8]
    cases = [(0.5, by_hand), (-0.4, by_hand), (0.3, equal_products), (0.6, one_sign)]
    cases += [(0.0, by_hand), (-1.0, rng.uniform(-1, 1, (2, 8)).round(2))]
    cases += [(w, rng.uniform(-1, 1, (2, 40)).round(3)) for w in (0.9, -0.73, 0.05)]
    return [{"w": w, "A": np.array(A), "B": np.array(B)} for w, (A, B) in cases]


def sides(A):
    return [side for side in (A > 0, A < 0) if side.any()]


def nearest(score, sides):
    """Mask of the unit of smallest score on each side."""
    positions = [np.where(side, score, np.inf).argmin() for side in sides]
    return np.isin(np.arange(len(score)), positions)


def accept_gadget(mask, w, A, B):
    """For either sign at most one unit may be kept, and no other may come nearer."""
    if not np.isin(mask, (0, 1)).all():
        return "True or False for each unit", "a mask says which units are kept: True or 1 = kept"
    for sign, side in ((">", A > 0), ("<", A < 0)):
        kept, yours = np.flatnonzero((mask == 1) & side), f"for x {sign} 0 you keep"
        miss, least = abs(w - (A * B)[kept].sum()), min(abs(w - A * B)[side], default=abs(w))
        if len(kept) > 1:
            yours += f" {len(kept)} units, at the positions {show(kept).strip('[]')}"
            return f"at most one unit with A {sign} 0; {yours}", (
                "the paths that are kept add up, as in lesson 08; here only the nearest one of "
                "each sign is wanted"
            )
        if miss > least + 1e-6:
            unit = "no unit: the gadget is 0 there and"
            reason = (
                "units with A > 0 pass x > 0 only, units with A < 0 pass x < 0 only: keep the "
                "nearest of each kind"
            )
            for k in kept:
                unit = f"the unit at position {k}, A = {A[k]:.4g} and B = {B[k]:.4g}: A·B"
                reason = (
                    "among the units that pass these inputs, keep the one whose product A·B is "
                    "nearest to w"
                )
            expected = f"a miss of {least:.4g}, the least that a single unit gives"
            return f"{expected}; {yours} {unit} misses w by {miss:.4g}", reason
    return None


EXERCISES["07.gadget"] = Exercise(
    cases=gadget_cases,
    draw=lambda rng: {
        "w": rng.uniform(-1, 1), **dict(zip("AB", rng.uniform(-1, 1, (2, rng.integers(1, 8)))))
    },
    answer=lambda w, A, B: nearest(abs(w - A * B), sides(A)), accept=accept_gadget,
    mistakes={
        "two units are equally near: keep one of them": lambda w, A, B: sum(
            side & (abs(w - A * B) == abs(w - A * B)[side].min()) for side in sides(A)
        ),
        "nothing is pruned": lambda w, A, B: A != 0,
        "nothing is kept: True means kept": lambda w, A, B: A == 0,
        "the mask is upside down: True means kept":
            lambda w, A, B: ~nearest(abs(w - A * B), sides(A)),
        "the block has units of one sign only, so keep none for the other: the argmin of an array "
        "of inf is 0": lambda w, A, B: nearest(abs(w - A * B), (A > 0, A < 0)),
        "the sign of A decides which inputs a unit passes, not that of B":
            lambda w, A, B: nearest(abs(w - A * B), sides(B)),
        "a position in A[A > 0] is no position in A: use np.where(A > 0, miss, np.inf).argmin()":
            lambda w, A, B: np.isin(
                np.arange(len(A)), [abs(w - A * B)[side].argmin() for side in sides(A)]
            ),
        "for x < 0 too B·relu(A·x) is A·B·x, where the unit passes: its target is w, not -w":
            lambda w, A, B: nearest(abs(np.sign(A) * w - A * B), sides(A)),
        "the sign of the product counts: A·B near w, not |A·B| near |w|":
            lambda w, A, B: nearest(abs(abs(w) - abs(A * B)), sides(A)),
        "the sign of w counts: A·B near w, not near |w|":
            lambda w, A, B: nearest(abs(abs(w) - A * B), sides(A)),
        "a product above w may be the nearest, too":
            lambda w, A, B: nearest(np.where(A * B <= w, w - A * B, 9), sides(A)),
        "this is the paper's gadget, A and B both near their windows; here the product alone "
        "counts": lambda w, A, B: nearest(
            np.maximum(abs(abs(A) - abs(w)), abs(B - np.sign(A) * (-1) ** (w < 0))), sides(A)
        ),
        "A alone was compared with the weight; the path multiplies by A·B":
            lambda w, A, B: nearest(abs(abs(A) - abs(w)), sides(A)),
        "B alone was compared with the weight; the path multiplies by A·B":
            lambda w, A, B: nearest(abs(B - w), sides(A)),
        "this is the largest product; the nearest to w is wanted":
            lambda w, A, B: nearest(-A * B, sides(A)),
        "this is the unit of largest miss; the smallest is wanted":
            lambda w, A, B: nearest(-abs(w - A * B), sides(A)),
    },
    advice="a mask has one entry for each unit; np.argmin gives a position: set the mask to True "
    "there",
    insight="Two paths imitate one weight: this is Malach's gadget, and a ticket is nothing but "
    "this choice for every weight. Lesson 08 keeps several paths per sign.",
)  # fmt: skip

# 07.sign_split ----------------------------------------------------------------------------------


def split_cases():
    rng, grid = np.random.default_rng(3), [-2.0, -1.0, 0.0, 1.0, 2.0]
    block = [0.6, -1.0, 0.8, -0.5, 0.9], [1.0, 0.7, -0.25, -0.2, 0.5]
    masks = {(1, 1, 1, 1, 0): grid, (1, 0, 1, 0, 0): grid}
    masks |= {(1, 1, 1, 1, 1): [0.0, 0.3, 0.7], (0, 0, 0, 0, 0): [-1.0, 1.0]}
    by_hand = [split_inputs(*block, mask, x) for mask, x in masks.items()]
    return [*by_hand, draw_split(rng, 12, 7), draw_split(rng, 12, 7)]


def draw_split(rng, units=5, points=3):
    units = *rng.uniform(-1, 1, (2, units)).round(2), rng.random(units) < 0.6
    return split_inputs(*units, rng.normal(size=points).round(2))


def split_inputs(A, B, mask, x):
    return {"A": np.array(A), "B": np.array(B), "mask": np.array(mask, bool), "x": np.array(x)}


def values_of(A, B, mask, x):
    return np.maximum(A * x[:, None], 0) @ (mask * B)


def slopes_of(A, B, mask, rule=np.dot):
    """By some rule from the kept A and B of one side, for x > 0 and for x < 0."""
    return [rule((mask * A)[side], (mask * B)[side]) for side in (A > 0, A < 0)]


def values_by(rule):
    """What a rule says of A·x, a row for each x, and of the kept B; with the right slopes."""
    return lambda A, B, mask, x: (rule(A * x[:, None], mask * B), *slopes_of(A, B, mask))


def slopes_by(rule):
    return lambda A, B, mask, x: (values_of(A, B, mask, x), *slopes_of(A, B, mask, rule))


EXERCISES["07.sign_split"] = Exercise(
    cases=split_cases,
    draw=draw_split,
    answer=lambda A, B, mask, x: (values_of(A, B, mask, x), *slopes_of(A, B, mask)),
    parts=("values", "slope_positive", "slope_negative"),
    rtol=1e-4, atol=1e-6,
    mistakes={
        "the mask is missing: pruned units pass nothing":
            lambda A, B, mask, x: (values_of(A, B, 1, x), *slopes_of(A, B, 1)),
        "the mask is upside down: True means kept":
            lambda A, B, mask, x: (values_of(A, B, ~mask, x), *slopes_of(A, B, ~mask)),
        "relu is missing: without it the gadget has one slope for both signs":
            values_by(lambda Ax, B: Ax @ B),
        "x itself is needed, not |x|: for x < 0 other units pass":
            lambda A, B, mask, x: (values_of(A, B, mask, abs(x)), *slopes_of(A, B, mask)),
        "relu is not the absolute value: a unit with A·x < 0 passes nothing":
            values_by(lambda Ax, B: abs(Ax) @ B),
        "relu acts inside, on A·x; B multiplies its result":
            values_by(lambda Ax, B: np.maximum(Ax * B, 0).sum(1)),
        "relu acts on A·x, not on x: units with A < 0 pass negative x":
            lambda A, B, mask, x: (np.maximum(x, 0) * (A @ (mask * B)), *slopes_of(A, B, mask)),
        "relu acts on each unit, not on their sum":
            values_by(lambda Ax, B: np.maximum(Ax @ B, 0)),
        "A and B are swapped: A is inside the relu":
            lambda A, B, mask, x: (values_of(B, A, mask, x), *slopes_of(A, B, mask)),
        "this is the slope of the other side: return values, slope_positive, slope_negative":
            lambda A, B, mask, x: (values_of(A, B, mask, x), *slopes_of(A, B, mask)[::-1]),
        "a unit serves one sign only: add up the A·B of its own side, not of both":
            lambda A, B, mask, x: (values_of(A, B, mask, x), *[A @ (mask * B)] * 2),
        "the sign: at x = -1 the gadget is MINUS its slope": lambda A, B, mask, x: (
            values_of(A, B, mask, x), *np.multiply(slopes_of(A, B, mask), [1, -1])
        ),
        "the sign of A decides which inputs pass, not that of B":
            lambda A, B, mask, x: (values_of(A, B, mask, x), *slopes_of(B, A, mask)),
        "the sign of A decides which inputs pass, not that of A·B":
            lambda A, B, mask, x: (values_of(A, B, mask, x), *slopes_of(A * B, 0 * A + 1, mask)),
        "the slopes are sums over units: they exist for any x, even if no entry of x has this "
        "sign": lambda A, B, mask, x: (
            values_of(A, B, mask, x),
            *np.where([any(x > 0), any(x < 0)], slopes_of(A, B, mask), np.nan),
        ),
        "the slopes are sums over units, not 0: they exist for any x, even if no entry of x has "
        "this sign": lambda A, B, mask, x: (
            values_of(A, B, mask, x),
            *np.where([any(x > 0), any(x < 0)], slopes_of(A, B, mask), 0),
        ),
        "this is a mean; the kept paths add up":
            slopes_by(lambda A, B: A @ B / max(1, np.count_nonzero(A))),
        "a path acts as A·B, not as B alone": slopes_by(lambda A, B: B.sum()),
        "a path acts as A·B, not as A alone": slopes_by(lambda A, B: A.sum()),
        "multiply A by B path by path, then add up": slopes_by(lambda A, B: A.sum() * B.sum()),
    },
    otherwise=(
        "for each x the sum over the kept units of B·relu(A·x)",
        *["the sum of A·B over the kept units that pass inputs of this sign"] * 2,
    ),
    kind="an array and two numbers",
    advice=(
        "return values, slope_positive, slope_negative; values first: one value of the gadget for "
        "each entry of x",
        "slope_positive is one number: the gadget is slope_positive·x on its side of 0",
        "slope_negative is one number: the gadget is slope_negative·x on its side of 0",
    ),
    insight="Two slopes, so two chances to miss the weight. Pixels and ReLU outputs are never "
    "negative and cannot see the second one: test a ticket on signed inputs.",
)  # fmt: skip

# 07.kept_weights --------------------------------------------------------------------------------

NETWORKS = (
    ((4, 3, 5), 10, True), ((4, 3, 2), 2, False), ((4, 3, 2), 4, True), ((10, 3), 2, False),
    ((784, 500, 10), 60, False), ((784, 500, 10), 1000, True), ((5, 40, 6, 9), 7, True),
)  # fmt: skip


def kept(sizes, width, signed_input, rule=lambda paths, units, i, o: (paths, min(paths, units))):
    """second and first: sums over the layers, of i inputs and o outputs each, by some rule."""
    signs = [1 + signed_input] + [1] * len(sizes)
    layers = [rule(s * i * o, width * i, i, o) for s, i, o in zip(signs, sizes, sizes[1:])]
    return tuple(np.sum(layers, axis=0))


def kept_by(rule):
    return lambda sizes, width, signed_input: kept(sizes, width, signed_input, rule)


EXERCISES["07.kept_weights"] = Exercise(
    cases=lambda: [dict(zip(("sizes", "width", "signed_input"), case)) for case in NETWORKS],
    draw=lambda rng: {
        "sizes": tuple(rng.integers(1, 9, rng.integers(2, 5)).tolist()),
        "width": int(rng.integers(1, 12)), "signed_input": rng.random() < 0.5,
    },
    answer=kept, parts=("second", "first"), rtol=0,
    mistakes={
        "the two are swapped: the second matrices first":
            lambda sizes, width, signed_input: kept(sizes, width, signed_input)[::-1],
        "hidden inputs come out of a ReLU and are never negative: one path per weight there":
            lambda sizes, width, signed_input: sum(
                np.array(kept(pair, width, signed_input)) for pair in zip(sizes, sizes[1:])
            ),
        "an input of either sign needs two paths per weight in the first layer":
            lambda sizes, width, signed_input: kept(sizes, width, False),
        "both signs occur in the first layer, whose inputs are those of the network, not in the "
        "last": lambda sizes, width, signed_input: kept(sizes[::-1], width, signed_input),
        "with inputs >= 0 one path per weight is enough in the first layer too":
            lambda sizes, width, signed_input: kept(sizes, width, True),
        "every layer of the target has its pair: add them up":
            lambda sizes, width, signed_input: kept(sizes[:2], width, signed_input),
        "this counts both entries of a path; the second matrices have one of them":
            kept_by(lambda paths, units, i, o: (2 * paths, min(paths, units))),
        "the second matrices alone are wanted here; this includes the first ones":
            kept_by(lambda paths, units, i, o: (paths + min(paths, units), min(paths, units))),
        "this counts all random weights; the ticket keeps at most one path per weight and sign":
            kept_by(lambda paths, units, i, o: (units * o, units)),
        "the target has no biases":
            kept_by(lambda paths, units, i, o: (paths + o, min(paths, units))),
        "take the smaller number layer by layer, then add up":
            lambda sizes, width, signed_input: np.minimum(
                kept(sizes, width, signed_input)[0], [np.inf, width * sum(sizes[:-1])]
            ),
        "outputs share units, and a unit has one kept entry: never more than width · inputs in a "
        "layer": kept_by(lambda paths, units, i, o: (paths, paths)),
        "a path can share its unit, but not use two: never more than the paths of a layer":
            kept_by(lambda paths, units, i, o: (paths, units)),
        "a layer has width units for each input, not for each output":
            kept_by(lambda paths, units, i, o: (paths, min(paths, units // i * o))),
        "a layer has width units for each input, not width in all":
            kept_by(lambda paths, units, i, o: (paths, min(paths, units // i))),
        "an input of either sign needs two paths per weight: up to twice as many units":
            kept_by(lambda paths, units, i, o: (paths, min(i * o, units))),
        "half of the units pass inputs >= 0, but by chance all may; the bound is for every draw":
            kept_by(lambda paths, units, i, o: (paths, min(paths, units * paths // (2 * i * o)))),
        "not half of the units: all may pass inputs >= 0, and inputs of both signs need all":
            kept_by(lambda paths, units, i, o: (paths, min(paths, units // 2))),
        "a kept unit keeps one entry of the first matrix, the rest of its row is pruned":
            kept_by(lambda paths, units, i, o: (paths, min(paths, units) * i)),
        "this includes the second matrices":
            kept_by(lambda paths, units, i, o: (paths, paths + min(paths, units))),
    },
    otherwise=(
        "one entry per path: inputs · outputs per layer, twice in the first layer when its inputs "
        "have both signs",
        "a layer keeps at most one entry per path, and at most one per unit: the smaller number, "
        "summed over layers",
    ),
    kind="two whole numbers",
    advice="return two whole numbers: second, first",
    insight="However wide the random network, the ticket keeps at most two entries per weight of "
    "the target, four where inputs have both signs. It is sparse because the random network is "
    "huge.",
)  # fmt: skip

# 07.error_bound ---------------------------------------------------------------------------------

LAYERS = (
    ([3.0, 0.5], [0.1, 0.2], 2.0), ([3.0], [0.2], 0.5), ([2.0, 0.5, 3.0], [0.1, 0.05, 0.3], 2.0),
    ([0.5, 0.0, 1.0], [0.3, 0.1, 0.0], 1.0), ([1.0, 2.0], [0.0, 0.0], 1.0),
    ([1.0] * 10, [0.01] * 10, 1.0), ([2.0] * 10, [0.01] * 10, 1.0),
)  # fmt: skip


def layers_of(norms, errors, radius):
    return {"norms": np.array(norms), "errors": np.array(errors), "radius": radius}


def bound(norms, errors, radius, step=lambda e, r, s, eta: ((s + eta) * e + eta * r, s * r)):
    """The bound after the last layer; e and r bound the error and the target's activations."""
    e, r = 0.0, radius
    for s, eta in zip(norms, errors):
        e, r = step(e, r, s, eta)
    return e


def bound_by(step):
    return lambda norms, errors, radius: bound(norms, errors, radius, step)


EXERCISES["07.error_bound"] = Exercise(
    cases=lambda: [layers_of(*case) for case in LAYERS],
    draw=lambda rng: layers_of(*rng.uniform(0, 2, (2, rng.integers(1, 5))), rng.uniform(0.5, 2)),
    answer=bound, atol=1e-9,
    mistakes={
        "the ticket's own matrix carries an error on, and its norm can be s + eta":
            bound_by(lambda e, r, s, eta: (s * e + eta * r, s * r)),
        "r is the size of the TARGET's activations: r = s·r, without eta":
            bound_by(lambda e, r, s, eta: ((s + eta) * e + eta * r, (s + eta) * r)),
        "r must follow the layers: r = s·r":
            bound_by(lambda e, r, s, eta: ((s + eta) * e + eta * r, r)),
        "the layer's own error meets its INPUT: use r before it is multiplied by s":
            bound_by(lambda e, r, s, eta: ((s + eta) * e + eta * s * r, s * r)),
        "at the input there is no error yet: e starts at 0":
            lambda norms, errors, radius: bound(norms, errors, radius)
            + radius * np.prod(norms + errors),
        "the radius is missing": lambda norms, errors, radius: bound(norms, errors, 1),
        "errors do not only add up: later layers amplify those of earlier ones":
            lambda norms, errors, radius: sum(errors),
        "errors do not only add up: later layers carry those of earlier ones on, e is multiplied "
        "too": bound_by(lambda e, r, s, eta: (e + eta * r, s * r)),
        "this is the error of the last layer alone":
            bound_by(lambda e, r, s, eta: (eta * r, s * r)),
        "this is the size of the ticket's output; subtract the target's":
            lambda norms, errors, radius: np.prod(norms + errors) * radius,
        "this is the size of the target's output, not the error":
            lambda norms, errors, radius: np.prod(norms) * radius,
        "the absolute error is wanted, not its share of the largest output":
            lambda norms, errors, radius: np.prod(norms + errors) / np.prod(norms) - 1,
        "norms below 1 shrink errors: no max(1, s)":
            lambda norms, errors, radius: bound(np.maximum(1, norms), errors, radius),
        "norms below 1 shrink the activations: no max(1, s)":
            bound_by(lambda e, r, s, eta: ((s + eta) * e + eta * r, max(1, s) * r)),
        "norms above 1 amplify errors: no min(1, s)":
            bound_by(lambda e, r, s, eta: ((min(1, s) + eta) * e + eta * r, s * r)),
        "the ticket's own matrix can be LARGER than the target's: s + eta, not s - eta":
            bound_by(lambda e, r, s, eta: ((s - eta) * e + eta * r, s * r)),
        "every layer has its own norm and its own error, not the largest of all":
            lambda norms, errors, radius: bound(
                0 * norms + max(norms), 0 * errors + max(errors), radius
            ),
    },
    otherwise="start with e = 0 and r = radius; in each layer first e = (s + eta)·e + eta·r, then "
    "r = s·r",
    advice="one number is wanted: the bound after the last layer",
    insight="It equals radius · (product of all s_i + eta_i, minus product of all s_i): see how "
    "e + r grows. With norms of at most 1 it is hardly more than radius · (sum of the errors); "
    "with larger ones it can be exponential in the depth.",
)  # fmt: skip
