"""Checks of exercise set 08."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

import itertools
import math
from fractions import Fraction

import numpy as np

from .exercise import Exercise
from .outcome import numbers

EXERCISES: dict[str, Exercise] = {}

# 08.uniform_weight ------------------------------------------------------------------------------


def weight(a):
    return a / 2 * math.log(1 / a)


EXERCISES["08.uniform_weight"] = Exercise(
    cases=lambda: [{"a": a} for a in (0.1, 0.5, 0.9, 1 / math.e, 0.001)],
    draw=lambda rng: {"a": rng.uniform(0.01, 0.99)},
    answer=weight, atol=0,
    mistakes={
        "half of the items are 0: the density of D is half of that of the products":
            lambda a: 2 * weight(a),
        "this is the height of the rectangle; the weight is its area, height times width":
            lambda a: weight(a) / (2 * a),
        "the height of the rectangle is halved once for D: 1/2 · 1/2 · ln(1/a)":
            lambda a: weight(a) / a,
        "the interval [-a, a] has the length 2a, not a": lambda a: weight(a) / 2,
        "p/(2a) is the height of the rectangle, so p is the height times 2a, not divided by it":
            lambda a: weight(a) / (2 * a) ** 2,
        "the natural logarithm is needed": lambda a: a / 2 * math.log2(1 / a),
        "the natural logarithm is needed, not that to base 10": lambda a: a / 2 * math.log10(1 / a),
        "the sign: ln(1/a) is positive, ln(a) negative": lambda a: -weight(a),
        "this is all that D has in [-a, a] beside 0; near 0 much of it lies above the rectangle":
            lambda a: weight(a) + a / 2,
        "this is all that D has in [-a, a], with its zeros": lambda a: weight(a) + a / 2 + 1 / 2,
        "the zeros of D lie in one point; they make no density": lambda a: weight(a) + 1 / 2,
        "this is the weight for a = 1/2 only": lambda a: weight(1 / 2),
    },
    nearly=(0.01, "nearly: use the formula without rounding"),
    otherwise="a rectangle of width 2a, as high as the density of D at its lowest point in "
    "[-a, a], which is at |t| = a",
    advice="return the weight p alone, as a float",
    insight="At a = 1/2 about a sixth of the items can be taken for uniform ones. This is all that "
    "the proof needs, and it costs a constant factor, not a power of 1/eps.",
)  # fmt: skip

# 08.failure -------------------------------------------------------------------------------------


def failure_by(
    union=lambda p, N: min(1.0, N * p),
    independent=lambda p, N: 1 - (1 - p) ** N,
    count=lambda inputs, outputs: 2 * inputs * outputs,
):
    return lambda p, inputs, outputs: tuple(
        rule(p, count(inputs, outputs)) for rule in (union, independent)
    )


failure = failure_by()

EXERCISES["08.failure"] = Exercise(
    cases=lambda: [
        {"p": p, "inputs": inputs, "outputs": outputs}
        for p, inputs, outputs in ((0.001, 5, 4), (0.2, 1, 1), (0.01, 10, 20), (1e-6, 784, 500))
    ],
    draw=lambda rng: dict(
        p=rng.uniform(0, 0.1), inputs=int(rng.integers(1, 5)), outputs=int(rng.integers(1, 5))
    ),
    answer=failure, parts=("union", "independent"),
    mistakes={
        "the two are swapped: union first":
            lambda p, inputs, outputs: failure(p, inputs, outputs)[::-1],
        "both numbers are the one for independent failures; union is the sum":
            failure_by(union=lambda p, N: 1 - (1 - p) ** N),
        "both numbers are the union bound": failure_by(independent=lambda p, N: min(1, N * p)),
        "a probability is at most 1: cap the bound": failure_by(union=lambda p, N: N * p),
        "the smaller of 1 and the sum: min, not max":
            failure_by(union=lambda p, N: max(1.0, N * p)),
        "for the union bound the probabilities are added; p^N is the chance that all fail":
            failure_by(union=lambda p, N: p**N),
        "this is the chance that none fails; at least one fails is wanted":
            failure_by(union=lambda p, N: (1 - p) ** N, independent=lambda p, N: (1 - p) ** N),
        "p^N is the chance that all fail; at least one fails is wanted":
            failure_by(independent=lambda p, N: p**N),
        "(1 - p)^N is only nearly exp(-N·p)":
            failure_by(independent=lambda p, N: 1 - math.exp(-N * p)),
        "a weight fails if one of its two subset sums fails, not only if both do":
            failure_by(independent=lambda p, N: 1 - (1 - p * p) ** (N / 2)),
        "1 - p^N is the chance that at least one succeeds; at least one fails is wanted":
            failure_by(independent=lambda p, N: 1 - p**N),
        "there are two subset sums per weight, one for each sign of the input":
            failure_by(count=lambda inputs, outputs: inputs * outputs),
        "every output has a weight for every input: inputs · outputs weights, two signs each":
            failure_by(count=lambda inputs, outputs: 2 * outputs),
        "every output has a weight for every input: inputs · outputs weights; and two signs":
            failure_by(count=lambda inputs, outputs: outputs),
        "every input has a weight for every output: inputs · outputs weights, two signs each":
            failure_by(count=lambda inputs, outputs: 2 * inputs),
        "every input has a weight for every output: inputs · outputs weights; and two signs":
            failure_by(count=lambda inputs, outputs: inputs),
        "the numbers of inputs and outputs are multiplied, not added":
            failure_by(count=lambda inputs, outputs: 2 * (inputs + outputs)),
        "the signs double the count, they do not square it":
            failure_by(count=lambda inputs, outputs: (inputs * outputs) ** 2),
        "this is one subset sum; the layer has many": failure_by(count=lambda inputs, outputs: 1),
    },
    otherwise=(
        "union is the number of subset sums times p, at most 1",
        "independent is 1 minus the chance that all succeed, which is a product",
    ),
    kind="two numbers", advice="return two numbers: union, independent",
    insight="The union bound asks for no independence. So one block of the first matrix may serve "
    "all outputs, and the number of weights enters the width through a logarithm only.",
)  # fmt: skip

# 08.budget --------------------------------------------------------------------------------------


def budget(sizes, eps, bias, share=lambda inputs, outputs: inputs * outputs):
    """The allowance of each layer, divided by its `share`."""
    inputs, outputs = np.array(sizes[:-1]) + bias, np.array(sizes[1:])
    return eps / (2 * len(inputs) * share(inputs, outputs))


def budget_by(share):
    return lambda sizes, eps, bias: budget(sizes, eps, bias, share)


EXERCISES["08.budget"] = Exercise(
    cases=lambda: [
        dict(zip(("sizes", "eps", "bias"), case)) for case in (
            ((784, 300, 100, 10), 0.01, False), ((4, 3, 2), 0.5, False),
            ((784, 300, 100, 10), 0.01, True), ((5, 1), 1.0, True), ((7, 7, 3), 0.1, True),
        )
    ],
    draw=lambda rng: dict(
        sizes=(*rng.integers(1, 9, rng.integers(2, 6)),), eps=rng.random(), bias=rng.random() < 0.5
    ),
    answer=budget, atol=0,
    mistakes={
        "the depth is the number of layers of the target, not of the random network: depth, not "
        "2·depth": lambda sizes, eps, bias: budget(sizes, eps, bias) / 2,
        "the depth is the number of layers, one less than the number of sizes":
            lambda sizes, eps, bias: budget(sizes, eps, bias) * (len(sizes) - 1) / len(sizes),
        "the depth is the number of layers, not of hidden layers": lambda sizes, eps, bias:
            budget(sizes, eps, bias) * (len(sizes) - 1) / max(len(sizes) - 2, 1),
        "the 2 is missing: a layer may use eps/(2·depth)":
            lambda sizes, eps, bias: budget(sizes, eps, bias) * 2,
        "the depth is missing: a layer may use eps/(2·depth)":
            lambda sizes, eps, bias: budget(sizes, eps, bias) * (len(sizes) - 1),
        "2 and depth are missing: a layer may use eps/(2·depth)":
            lambda sizes, eps, bias: budget(sizes, eps, bias) * 2 * (len(sizes) - 1),
        "inputs times outputs, the number of weights, not inputs plus outputs": budget_by(np.add),
        "inputs times outputs: the inputs are missing": budget_by(lambda inputs, outputs: outputs),
        "inputs times outputs: the outputs are missing": budget_by(lambda inputs, outputs: inputs),
        "the square root would do, but the theorem divides by inputs · outputs":
            budget_by(lambda inputs, outputs: np.sqrt(inputs * outputs)),
        "this is the allowance of a layer; divide it by the number of its weights":
            budget_by(lambda inputs, outputs: np.ones(len(inputs))),
        "eps is missing": lambda sizes, eps, bias: budget(sizes, 1, bias),
        "the order: the first layer first": lambda sizes, eps, bias: budget(sizes, eps, bias)[::-1],
        "every layer has its own inputs · outputs":
            budget_by(lambda inputs, outputs: np.full(len(inputs), inputs @ outputs)),
        "this is the smallest tolerance, for every layer; each layer has its own":
            budget_by(lambda inputs, outputs: np.full(len(inputs), max(inputs * outputs))),
        "with bias=True every layer has one more input":
            lambda sizes, eps, bias: budget(sizes, eps, False),
        "a bias is one more input of the layer: inputs + 1, not outputs + 1":
            lambda sizes, eps, bias: budget(sizes, eps, 0, lambda i, o: i * (o + bias)),
        "a bias is one more input of the layer: inputs + 1, and the outputs as they are":
            lambda sizes, eps, bias: budget(sizes, eps, bias, lambda i, o: i * (o + bias)),
        "there is a bias for every output, not one for the whole layer":
            lambda sizes, eps, bias: budget(sizes, eps, 0, lambda i, o: i * o + bias),
        "with bias=False there is no additional input":
            lambda sizes, eps, bias: budget(sizes, eps, True),
        "nearly: do not round to 8 decimal places":
            lambda sizes, eps, bias: budget(sizes, eps, bias).round(8),
    },
    nearly=(0.001, "nearly: do not round"),
    otherwise="eps / (2 · depth · inputs · outputs), with depth = number of layers of the target",
    advice="return one tolerance for each layer: 4 sizes make 3 layers",
    insight="The tolerances are tiny, and it hardly matters: the width grows with the logarithm of "
    "1/tolerance. A ticket's own certificate is far better than this worst case.",
)  # fmt: skip

# 08.lower_bound ---------------------------------------------------------------------------------


def packing(eps):
    """The most points of [-1, 1] that are more than 2·eps apart."""
    return math.ceil(1 / Fraction(eps))


def bits(eps):
    return next(m for m in range(64) if 2 * 2**m >= packing(eps))


def log_half(size, log=math.log2):
    """log(size/2), and no answer where it is negative: there learners have that, or 0."""
    if size < 2:
        raise ValueError
    return log(size / 2)


EXERCISES["08.lower_bound"] = Exercise(
    cases=lambda: [{"eps": eps} for eps in (0.1, 0.01, 0.12, 2**-3, 0.7, 0.003, 2**-30, 1.0)],
    draw=lambda rng: {"eps": 2.0 ** -(rng.integers(100) / 4)},
    answer=bits,
    accept=lambda found, eps: None if found == bits(eps) else (
        f"{bits(eps)}, for a packing of {packing(eps)}: 2^{bits(eps)} >= {packing(eps)}/2",
        "the smallest m with 2^m >= M/2, where M is the largest whole number with (M - 1) · 2·eps "
        "< 2",
    ),
    mistakes={
        "m is a whole number: round up": lambda eps: log_half(packing(eps)),
        "round up: with the next smaller number the inequality does not hold":
            lambda eps: math.floor(log_half(packing(eps))),
        "round up: with the nearest number the inequality may not hold":
            lambda eps: round(log_half(packing(eps))),
        "M - 1 gaps make M points: M is 1/eps rounded up, not down":
            lambda eps: math.ceil(log_half(math.floor(1 / eps))),
        "one bit too few: [-1, 1] has the length 2, and M - 1 gaps of 2·eps fit into it":
            lambda eps: math.ceil(log_half(1 / eps / 2)),
        "this is the estimate by volumes, 1/(2·eps) slopes; on a line count them exactly, and "
        "round m up": lambda eps: log_half(1 / eps / 2),
        "ln(M/2)/ln(2) is rounded, and may end just above the whole number: use math.log2, or "
        "count": lambda eps: math.ceil(log_half(packing(eps), lambda half: math.log(half, 2))),
        "distances of exactly 2·eps are too small: more than 2·eps is needed":
            lambda eps: math.ceil(math.log2((math.floor(1 / eps) + 1) / 2)),
        "2^m >= M/2 may be an equality: >=, not >":
            lambda eps: math.floor(math.log2(packing(eps) / 2)) + 1,
        "m is at least 0: one subnetwork serves a packing of one slope":
            lambda eps: math.ceil(math.log2(packing(eps) / 2)),
        "m may be 0, for large tolerances": lambda eps: max(1, bits(eps)),
        "this is log2(1/eps); one draw need only serve half of the packing, and m is a whole "
        "number": lambda eps: math.log2(1 / eps),
        "one bit too many: it is M/2 slopes that one draw must serve, and they are more than 2·eps "
        "apart": lambda eps: math.ceil(math.log2(packing(eps))),
        "2^m masks, so the logarithm to base 2, not the natural one":
            lambda eps: math.ceil(math.log(packing(eps) / 2)),
        "this is the number of slopes that must be served; m weights have 2^m masks":
            lambda eps: math.ceil(packing(eps) / 2),
        "this is the size of the packing; m weights have 2^m masks": packing,
    },
    advice="m is one whole number",
    insight="Each halving of eps needs one more weight, whatever the law and whatever the "
    "construction. Pensia's width is a constant times this: the best possible order in eps.",
)  # fmt: skip

# 08.break_it ------------------------------------------------------------------------------------


def block_of(A, B, w, eps):
    return {"A": np.array(A), "B": np.array(B), "w": w, "eps": eps}


def break_cases():
    by_hand = [
        ([0.5, -0.5, 0.8, -0.4, 0.6], [0.4, -0.8, 0.46, -0.4, 0.58], 0.6, 0.05),
        ([-0.9, 0.3, -0.7], [-0.6, 0.5, 0.2], 0.54, 0.05),  # only negative inputs can be served
        ([-0.5, -0.2], [0.1, -0.4], 0.03, 0.05),  # the empty mask will do
        ([0.4, 0.9, -0.6, 0.5, 0.3], [-0.8, -0.1, -0.5, -0.3, 0.9], -0.47, 0.02),
        ([0.5, -0.5], [0.8, -0.48], 0.4, 0.02),  # with both units 0.16 at -1, less than half of w
        ([0.5, -0.5], [-0.8, 0.76], -0.4, 0.02),  # here it is 0.02
        ([0.5, -0.5], [0.5, -0.75], 0.5, 0.25),  # an error of exactly eps
    ]
    rng, goals = np.random.default_rng(5), ((0.3, 0.01), (-0.25, 0.02), (1.0, 0.02))
    drawn = [(*rng.uniform(-1, 1, (2, 12)).round(2), *goal) for goal in goals]  # last: for x < 0
    return [block_of(*case) for case in by_hand + drawn]


def all_masks(n):
    return np.array(list(itertools.product([True, False], repeat=n)))


def nearest(items, w, allowed):
    """Mask of those of the allowed items whose sum is nearest to w."""
    masks = all_masks(len(items)) & allowed
    return masks[abs(masks @ items - w).argmin()]


def break_it(A, B, w, eps):
    mask = nearest(A * B, w, A > 0)
    return mask if abs((A * B)[mask].sum() - w) <= eps else None


def slopes(A, B, mask):
    return ((A * B)[mask & side].sum() for side in (A > 0, A < 0))


def accept_mask(mask, A, B, w, eps):
    possible, within = break_it(A, B, w, eps) is not None, eps + 1e-9
    if mask is None:
        reason = (
            "the search missed it: all subsets of the units with A > 0 count, the empty one too, "
            "and sums on either side of w; or there is no `return`"
        )
        return ("a mask: there is one", reason) if possible else None
    if not np.isin(mask, (0, 1)).all():
        return "True or False for each unit", "a mask says which units are kept, True or 1 = kept"
    kept = mask == 1
    (slope, below), (pruned, pruned_below) = slopes(A, B, kept), slopes(A, B, ~kept)
    sums = np.array([part[side].sum() for part in (A, B) for side in (kept, kept & (A > 0))])
    reasons = {
        "no subset of the units with A > 0 is within eps of w: return None": not possible,
        "the sign of w counts: the products A·B must add up to w, not to -w":
            abs(slope + w) <= within,
        "the mask is upside down: True means kept":
            abs(pruned - w) <= within and abs(pruned_below - w) >= abs(w) / 2,
        "this mask serves x < 0; units with A > 0 are those that serve x > 0":
            abs(below - w) <= within and slope == 0,
        "units with A < 0 give nothing at x > 0: the kept products with A > 0 alone must add up to "
        "w": abs(slope + below - w) <= within and below != 0,
        "the items are the products A·B, not A or B alone": min(abs(sums - w)) <= within,
        "only kept units with A > 0 are active at x > 0: their products A·B must add up to w "
        "within eps": True,
    }  # fmt: skip
    expected = f"a mask with an error of at most {eps} at x = 1; yours has {abs(slope - w):.4g}"
    if abs(slope - w) <= within:
        half, error = abs(w) / 2, abs(below - w)
        if error >= half - 1e-9:
            return None
        reasons = {
            "this mask serves x < 0 as well: it is right, not broken; do without the units with "
            "A < 0": error <= within,
            "at x = -1 the target is -w and the error must be at least |w|/2: do without the units "
            "with A < 0": True,
        }
        expected = f"an error of at least {half:.4g} at x = -1; yours has {error:.4g}"
    return expected if possible else "None", next(why for why, fits in reasons.items() if fits)


EXERCISES["08.break_it"] = Exercise(
    cases=break_cases,
    draw=lambda rng: block_of(
        *rng.uniform(-1, 1, (2, rng.integers(1, 7))), rng.uniform(-1, 1), rng.uniform(0.02, 0.2)
    ),
    answer=break_it, accept=accept_mask,
    read=lambda got, inputs: got if got is None else numbers(
        got, inputs, inputs["A"].shape, "there is no such mask: return None"
        if break_it(**inputs) is None else "one True or False per unit: True = kept; or None"
    ),
    insight="At x = 1 nothing is wrong, at x = -1 the weight is lost. Pixels are never negative, "
    "and they hide this bug: test every ticket on inputs of both signs.",
)  # fmt: skip
