"""Checks of exercise set 08."""

import math
from fractions import Fraction

import numpy as np

from ..subset_sum import subset_sums
from ..theory import pensia_tolerance
from .outcome import call, likely, numbers, require


def uniform_weight(answer):
    for a in (0.1, 0.5, 0.9, 1 / math.e, 0.001):
        inputs = {"a": a}
        got = call(answer, **inputs)
        found = numbers(got, inputs, advice="return the weight p alone, as a float")
        log = math.log(1 / a)
        expected = a / 2 * log
        mistakes = {
            "half of the items are 0: the density of D is half of that of the products": a * log,
            "this is the height of the rectangle; the weight is its area, height times width": log
            / 4,
            "the height of the rectangle is halved once for D: 1/2 · 1/2 · ln(1/a)": log / 2,
            "the interval [-a, a] has the length 2a, not a": a * log / 4,
            "p/(2a) is the height of the rectangle, so p is the height times 2a, not divided by it": log
            / (8 * a),
            "the natural logarithm is needed": expected / math.log(2),
            "the natural logarithm is needed, not that to base 10": expected / math.log(10),
            "the sign: ln(1/a) is positive, ln(a) negative": -expected,
            "this is all that D has in [-a, a] beside 0; near 0 much of it lies above the rectangle": a
            / 2
            * (1 + log),
            "this is all that D has in [-a, a], with its zeros": 0.5 + a / 2 * (1 + log),
            "the zeros of D lie in one point; they make no density": 0.5 + expected,
            "this is the weight for a = 1/2 only": math.log(2) / 4,
        }
        reason = "a rectangle of width 2a, as high as the density of D at its lowest point in [-a, a], which is at |t| = a"
        if abs(found / expected - 1) < 0.01:
            reason = "nearly: use the formula without rounding"
        right = np.isclose(found, expected, atol=0)
        require(right, inputs, got, f"{expected:.5f}", likely(found, expected, mistakes, reason))


def failure(answer):
    for p, inputs_, outputs in ((0.001, 5, 4), (0.2, 1, 1), (0.01, 10, 20), (1e-6, 784, 500)):
        inputs = {"p": p, "inputs": inputs_, "outputs": outputs}
        got = call(answer, **inputs)
        union, independent = numbers(got, inputs, (2,), "return two numbers: union, independent")
        count = 2 * inputs_ * outputs
        counts = {
            "there are two subset sums per weight, one for each sign of the input": inputs_
            * outputs,
            "every output has a weight for every input: inputs · outputs weights, two signs each": 2
            * outputs,
            "every output has a weight for every input: inputs · outputs weights; and two signs": outputs,
            "every input has a weight for every output: inputs · outputs weights, two signs each": 2
            * inputs_,
            "every input has a weight for every output: inputs · outputs weights; and two signs": inputs_,
            "the numbers of inputs and outputs are multiplied, not added": 2 * (inputs_ + outputs),
            "the signs double the count, they do not square it": (inputs_ * outputs) ** 2,
            "this is one subset sum; the layer has many": 1,
        }
        bound, chance = min(1.0, count * p), 1 - (1 - p) ** count
        expected = f"union {bound:.4g}, independent {chance:.4g}"

        mistakes = {
            "the two are swapped: union first": chance,
            "a probability is at most 1: cap the bound": count * p,
            "the smaller of 1 and the sum: min, not max": max(1.0, count * p),
            "for the union bound the probabilities are added; p^N is the chance that all fail": p
            ** count,
            "this is the chance that none fails; at least one fails is wanted": (1 - p) ** count,
        }
        mistakes |= {reason: min(1.0, wrong * p) for reason, wrong in counts.items()}
        if np.allclose(union, independent):
            mistakes = {
                "both numbers are the one for independent failures; union is the sum": chance
            } | mistakes
        reason = "union is the number of subset sums times p, at most 1"
        require(
            np.isclose(union, bound), inputs, got, expected, likely(union, bound, mistakes, reason)
        )

        mistakes = {
            "both numbers are the union bound": bound,
            "this is the chance that none fails; at least one fails is wanted": (1 - p) ** count,
            "p^N is the chance that all fail; at least one fails is wanted": p**count,
            "(1 - p)^N is only nearly exp(-N·p)": 1 - math.exp(-count * p),
            "a weight fails if one of its two subset sums fails, not only if both do": 1
            - (1 - p * p) ** (count // 2),
            "1 - p^N is the chance that at least one succeeds; at least one fails is wanted": 1
            - p**count,
        }
        mistakes |= {
            f"in `independent`, {reason}": 1 - (1 - p) ** wrong for reason, wrong in counts.items()
        }
        reason = "independent is 1 minus the chance that all succeed, which is a product"
        require(
            np.isclose(independent, chance),
            inputs,
            got,
            expected,
            likely(independent, chance, mistakes, reason),
        )


def budget(answer):
    mnist = 784, 300, 100, 10
    cases = (
        (mnist, 0.01, False),
        ((4, 3, 2), 0.5, False),
        (mnist, 0.01, True),
        ((5, 1), 1.0, True),
        ((7, 7, 3), 0.1, True),
    )
    for sizes, eps, bias in cases:
        inputs = {"sizes": sizes, "eps": eps, "bias": bias}
        got = call(answer, **inputs)
        depth = len(sizes) - 1
        found = numbers(
            got,
            inputs,
            (depth,),
            f"{len(sizes)} sizes make {depth} layers: return one tolerance for each",
        )
        columns, rows = np.array(sizes[:-1]) + bias, np.array(sizes[1:])
        expected = np.array([pensia_tolerance(eps, depth, *layer) for layer in zip(columns, rows)])
        count = 2 * depth * columns * rows
        mistakes = {
            "the depth is the number of layers of the target, not of the random network: depth, not 2·depth": 2,
            "the depth is the number of layers, one less than the number of sizes": len(sizes)
            / depth,
            "the depth is the number of layers, not of hidden layers": max(depth - 1, 1) / depth,
            "the 2 is missing: a layer may use eps/(2·depth)": 1 / 2,
            "the depth is missing: a layer may use eps/(2·depth)": 1 / depth,
            "2 and depth are missing: a layer may use eps/(2·depth)": 1 / (2 * depth),
            "inputs times outputs, the number of weights, not inputs plus outputs": (columns + rows)
            / (columns * rows),
            "inputs times outputs: the inputs are missing": 1 / columns,
            "inputs times outputs: the outputs are missing": 1 / rows,
            "the square root would do, but the theorem divides by inputs · outputs": 1
            / np.sqrt(columns * rows),
            "this is the allowance of a layer; divide it by the number of its weights": 1
            / (columns * rows),
            "eps is missing": eps,
            "the order: the first layer first": count[::-1] / count,
            "every layer has its own inputs · outputs": (columns * rows).sum() / (columns * rows),
            "this is the smallest tolerance, for every layer; each layer has its own": count.max()
            / count,
        }
        if bias:
            mistakes |= {
                "with bias=True every layer has one more input": (columns - 1) / columns,
                "a bias is one more input of the layer: inputs + 1, not outputs + 1": (columns - 1)
                * (rows + 1)
                / (columns * rows),
                "a bias is one more input of the layer: inputs + 1, and the outputs as they are": (
                    rows + 1
                )
                / rows,
                "there is a bias for every output, not one for the whole layer": (
                    (columns - 1) * rows + 1
                )
                / (columns * rows),
            }
        else:
            mistakes["with bias=False there is no additional input"] = (columns + 1) / columns
        # Relative: the tolerances are far below the absolute tolerance of np.allclose.
        factors = {reason: np.ones(depth) / factor for reason, factor in mistakes.items()}
        reason = "eps / (2 · depth · inputs · outputs), with depth = number of layers of the target"
        shown = [float(f"{one:.3g}") for one in expected]
        ratio = found / expected
        if (abs(ratio - 1) < 0.001).all() or np.array_equal(found, expected.round(8)):
            reason = "nearly: do not round"
        right = np.allclose(ratio, 1)
        require(right, inputs, got, f"{shown}", likely(ratio, np.ones(depth), factors, reason))


def lower_bound(answer):
    cases = 0.1, 0.01, 0.12, 2.0**-3, 0.7, 0.003, 1.0, 2.0**-30
    results = [(inputs, call(answer, **inputs)) for inputs in ({"eps": eps} for eps in cases)]
    found = np.array(
        [numbers(got, inputs, advice="m is one whole number") for inputs, got in results]
    )
    packing = np.array(
        [math.ceil(1 / Fraction(eps)) for eps in cases]
    )  # most points of [-1, 1] more than 2·eps apart
    expected = np.array([next(m for m in range(64) if 2 * 2**m >= size) for size in packing])
    inverse = 1 / np.array(cases)
    mistakes = {
        "m is a whole number: round up": np.log2(packing / 2),
        "round up: with the next smaller number the inequality does not hold": np.floor(
            np.log2(packing / 2)
        ),
        "distances of exactly 2·eps are too small: more than 2·eps is needed": np.ceil(
            np.log2((np.floor(inverse) + 1) / 2)
        ),
        "round up: with the nearest number the inequality may not hold": np.log2(
            packing / 2
        ).round(),
        "M - 1 gaps make M points: M is 1/eps rounded up, not down": np.ceil(
            np.log2(np.floor(inverse) / 2)
        ),
        "2^m >= M/2 may be an equality: >=, not >": np.floor(np.log2(packing / 2)) + 1,
        "m may be 0, for large tolerances": expected.clip(1),
        "this is log2(1/eps); one draw need only serve half of the packing, and m is a whole number": np.log2(
            inverse
        ),
        "one bit too many: it is M/2 slopes that one draw must serve, and they are more than 2·eps apart": np.ceil(
            np.log2(packing)
        ),
        "one bit too few: [-1, 1] has the length 2, and M - 1 gaps of 2·eps fit into it": np.ceil(
            np.log2(inverse / 4)
        ),
        "this is the estimate by volumes, 1/(2·eps) slopes; on a line count them exactly, and round m up": np.log2(
            inverse / 4
        ),
        "2^m masks, so the logarithm to base 2, not the natural one": np.ceil(np.log(packing / 2)),
        "this is the number of slopes that must be served; m weights have 2^m masks": np.ceil(
            packing / 2
        ),
        "this is the size of the packing; m weights have 2^m masks": packing,
        "ln(M/2)/ln(2) is rounded, and may end just above the whole number: use math.log2, or count": np.ceil(
            [math.log(size / 2) / math.log(2) for size in packing]
        ),
    }
    mistakes = {reason: value.clip(0) for reason, value in mistakes.items()}
    reason = "the smallest m with 2^m >= M/2, where M is the largest whole number with (M - 1) · 2·eps < 2"
    reason = likely(found.clip(0), expected, mistakes, reason)
    if np.array_equal(found.clip(0), expected):
        reason = "m is at least 0: one subnetwork serves a packing of one slope"
    for (inputs, got), one, m, size in zip(results, found, expected, packing):
        require(one == m, inputs, got, f"{m}, for a packing of {size}: 2^{m} >= {size}/2", reason)


def break_it(answer):
    rng = np.random.default_rng(5)  # the last case has a mask for x < 0 only
    cases = [
        ([0.5, -0.5, 0.8, -0.4, 0.6], [0.4, -0.8, 0.46, -0.4, 0.58], 0.6, 0.05),
        ([-0.9, 0.3, -0.7], [-0.6, 0.5, 0.2], 0.54, 0.05),  # only negative inputs can be served
        ([-0.5, -0.2], [0.1, -0.4], 0.03, 0.05),  # the empty mask will do
        ([0.4, 0.9, -0.6, 0.5, 0.3], [-0.8, -0.1, -0.5, -0.3, 0.9], -0.47, 0.02),
        (
            [0.5, -0.5],
            [0.8, -0.48],
            0.4,
            0.02,
        ),  # with both units the error at -1 is 0.16, less than half of w
        ([0.5, -0.5], [-0.8, 0.76], -0.4, 0.02),  # here it is 0.02
        ([0.5, -0.5], [0.5, -0.75], 0.5, 0.25),  # an error of exactly eps
    ]
    cases += [
        (*rng.uniform(-1, 1, (2, 12)).round(2), w, eps)
        for w, eps in ((0.3, 0.01), (-0.25, 0.02), (1.0, 0.02))
    ]

    def boxed(*arguments):
        return [answer(*arguments)]  # None is an answer here

    for place, (A, B, w, eps) in enumerate(cases):
        A, B = np.array(A), np.array(B)
        inputs = {"A": A, "B": B, "w": w, "eps": eps}
        got = call(boxed if callable(answer) else answer, **inputs)[0]
        items = A * B
        possible = bool((abs(subset_sums(items[None, A > 0])[0] - w) <= eps).any())
        if got is None:
            reason = "the search missed it: all subsets of the units with A > 0 count, the empty one too, and sums on either "
            reason += "side of w" if place else "side of w; or there is no `return`"
            require(not possible, inputs, got, "a mask: there is one", reason)
            continue
        advice = (
            "one True or False per unit: True = kept; or None"
            if possible
            else "there is no such mask: return None"
        )
        mask = numbers(got, inputs, A.shape, advice)
        binary = bool(((mask == 0) | (mask == 1)).all())
        require(
            binary,
            inputs,
            got,
            "True or False for each unit",
            "a mask says which units are kept, True or 1 = kept",
        )
        kept = mask == 1
        slope, slope_below = slopes(items, A, kept)
        error, error_below = abs(slope - w), abs(slope_below - w)
        opposite, opposite_below = slopes(items, A, ~kept)
        within = eps + 1e-9
        reason = "only kept units with A > 0 are active at x > 0: their products A·B must add up to w within eps"
        if not possible:
            reason = "no subset of the units with A > 0 is within eps of w: return None"
        elif abs(slope + w) <= within:
            reason = "the sign of w counts: the products A·B must add up to w, not to -w"
        elif abs(opposite - w) <= within and abs(opposite_below - w) >= abs(w) / 2:
            reason = "the mask is upside down: True means kept"
        elif error_below <= within and not slope:
            reason = "this mask serves x < 0; units with A > 0 are those that serve x > 0"
        elif abs(slope + slope_below - w) <= within and slope_below:
            reason = "units with A < 0 give nothing at x > 0: the kept products with A > 0 alone must add up to w"
        elif (
            min(abs(part[side].sum() - w) for part in (A, B) for side in (kept, kept & (A > 0)))
            <= within
        ):
            reason = "the items are the products A·B, not A or B alone"
        expected = (
            f"a mask with an error of at most {eps} at x = 1; yours has {error:.4g}"
            if possible
            else "None"
        )
        require(error <= within, inputs, got, expected, reason)
        expected = f"an error of at least {abs(w) / 2:.4g} at x = -1; yours has {error_below:.4g}"
        reason = "this mask serves x < 0 as well: it is right, not broken; do without the units with A < 0"
        if error_below > within:
            reason = "at x = -1 the target is -w and the error must be at least |w|/2: do without the units with A < 0"
        require(error_below >= abs(w) / 2 - 1e-9, inputs, got, expected, reason)


def slopes(items, A, kept):
    """The gadget's slope for x > 0 and for x < 0."""
    return items[kept & (A > 0)].sum(), items[kept & (A < 0)].sum()


CHECKS = {
    "08.uniform_weight": (
        uniform_weight,
        "At a = 1/2 about a sixth of the items can be taken for uniform ones. This is all that the proof needs, and it "
        "costs a constant factor, not a power of 1/eps.",
    ),
    "08.failure": (
        failure,
        "The union bound asks for no independence. So one block of the first matrix may serve all outputs, and the number "
        "of weights enters the width through a logarithm only.",
    ),
    "08.budget": (
        budget,
        "The tolerances are tiny, and it hardly matters: the width grows with the logarithm of 1/tolerance. A ticket's own "
        "certificate is far better than this worst case.",
    ),
    "08.lower_bound": (
        lower_bound,
        "Each halving of eps needs one more weight, whatever the law and whatever the construction. Pensia's width is a "
        "constant times this: the best possible order in eps.",
    ),
    "08.break_it": (
        break_it,
        "At x = 1 nothing is wrong, at x = -1 the weight is lost. Pixels are never negative, and they hide this bug: test "
        "every ticket on inputs of both signs.",
    ),
}
