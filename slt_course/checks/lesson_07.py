"""Checks of exercise set 07."""

import numpy as np

from .. import theory
from .outcome import WrongAnswer, call, likely, lines, numbers, require, show


def hit_probability(answer):
    cases = [
        (0.5, 0.1),
        (-0.4, 0.1),
        (0.97, 0.1),
        (0.02, 0.1),
        (0.0, 0.2),
        (-1.0, 0.3),
        (0.6, 1.0),
        (0.7, 0.01),
    ]
    for w, eps in cases:
        inputs = {"w": w, "eps": eps}
        got = call(answer, **inputs)
        found = numbers(got, inputs, advice="return the probability as a plain number")
        expected = float(theory.malach_hit_probability(w, eps))
        second, size = eps / 4, abs(w)
        low, high = max(0, size - eps / 2), min(1, size + eps / 2)
        first = (high - low) / 2
        around_w = (min(1, w + eps / 2) - max(0, w - eps / 2)) / 2 * second
        mistakes = {
            "np.sign(0) is 0, but B's window is at +1 or at -1: take +1 for w = 0": expected
            * (2 if w == 0 else 1),
            "no A is above 1: cut its window there": (size + eps / 2 - low) / 2 * second,
            "units with A <= 0 pass no positive input: cut A's window at 0": (high - size + eps / 2)
            / 2
            * second,
            "A must be near |w|, not near w; for w < 0 it is B that is near -1": max(0, around_w),
            "A must be near |w|, not near w; a window between its ends has no negative length": around_w,
            "both must land: this is the probability for A alone": first,
            "both must land: this is the probability for B alone": second,
            "both must land: multiply the two probabilities, do not add them": first + second,
            "four times too much: the windows reach eps/2 to either side, not eps; U[-1, 1] has density 1/2": 4
            * expected,
            "twice too much: density 1/2, for A and B; windows reach eps/2 to either side; half of B's is outside [-1, 1]": (
                2 * expected
            ),
            "half of it is missing: A may be eps/2 below |w| and eps/2 above": expected / 2,
            "w = 0 is a weight, too: A must land in (0, eps/2]": 0.0 if w == 0 else expected,
            "this is the product variant, |A·B - w| <= eps; here A and B must both land": (
                float(theory.malach_hit_probability(w, eps, "product"))
            ),
        }
        reason = "P(A in its window, cut to (0, 1]) times P(B in its window, cut to [-1, 1]); a probability is length/2"
        if 0.9 < found / expected < 1.1:
            reason = "close, but not exact: a formula is wanted, no simulation and no rounding"
        right = np.isclose(found, expected, rtol=1e-5, atol=0)
        require(right, inputs, got, f"{expected:.4g}", likely(found, expected, mistakes, reason))


def gadget(answer):
    rng = np.random.default_rng(7)
    by_hand = [-0.5, 0.94, 0.59, -0.68, 0.51, -0.71], [-0.89, 0.58, 0.87, -0.73, -0.99, -0.25]
    cases = [(0.5, *by_hand), (-0.4, *by_hand), (0.3, [0.4, 0.6, 0.6, -0.5], [0.1, 0.4, 0.4, -0.8])]
    cases += [
        (0.6, [0.3, 0.9, 0.8], [0.9, -0.5, 0.8]),
        (0.0, *by_hand),
        (-1.0, *rng.uniform(-1, 1, (2, 8)).round(2)),
    ]
    cases += [(w, *rng.uniform(-1, 1, (2, 40)).round(3)) for w in (0.9, -0.73, 0.05)]
    cases = [{"w": w, "A": np.array(A), "B": np.array(B)} for w, A, B in cases]
    masks = []
    for inputs in cases:
        got = call(answer, **inputs)
        advice = "a mask has one entry for each unit; np.argmin gives a position: set the mask to True there"
        found = numbers(got, inputs, inputs["A"].shape, advice)
        binary = bool(((found == 0) | (found == 1)).all())
        require(
            binary,
            inputs,
            got,
            "True or False for each unit",
            "a mask says which units are kept: True or 1 = kept",
        )
        masks.append(found.astype(bool))
    everywhere = [wrong_choices(mask, inputs) for mask, inputs in zip(masks, cases)]
    wrong = [reason for reason in everywhere[0] if all(one[reason] for one in everywhere)]
    for mask, inputs in zip(masks, cases):
        check_gadget(mask, inputs, wrong)


def check_gadget(mask, inputs, wrong):
    """Refuse a mask unless it keeps, for either sign, one unit at most and errs no more than the best single unit."""
    w, A, B = inputs.values()
    for name, side in (("x > 0", A > 0), ("x < 0", A < 0)):
        kept = np.flatnonzero(mask & side)
        if len(kept) > 1:
            which = ", ".join(map(str, kept[:6])) + (", …" if len(kept) > 6 else "")
            found = f"for {name} you keep {len(kept)} units, at the positions {which}"
            wanted = f"expected at most one with A {name[2]} 0"
            raise WrongAnswer(
                lines(inputs, found, wanted, f"usual reason: {why_several(mask, kept, inputs)}")
            )
    for name, side in (("x > 0", A > 0), ("x < 0", A < 0)):
        kept = np.flatnonzero(mask & side)
        miss, best = misses(mask, side, inputs)
        if miss > best + 1e-6:
            found = f"for {name} you keep no unit: the gadget is 0 there and misses w by {miss:.4g}"
            if len(kept):
                which = f"the unit at position {kept[0]}, A = {show(A[kept[0]])} and B = {show(B[kept[0]])}"
                found = f"for {name} you keep {which}: A·B misses w by {miss:.4g}"
            wanted = f"expected a miss of {best:.4g}, the least that a single unit gives"
            reason = (*wrong, why_not_nearest(mask, side, inputs))[0]
            raise WrongAnswer(lines(inputs, found, wanted, f"usual reason: {reason}"))


def misses(mask, side, inputs):
    """|w - slope| of the pruned block on one side, and the least that a single unit gives (|w| if there is none)."""
    w, A, B = inputs.values()
    return abs(w - (A * B)[mask & side].sum()), min(abs(w - A * B)[side], default=abs(w))


def why_several(mask, kept, inputs):
    """What may have led to several units for the inputs of one sign."""
    w, A, B = inputs.values()
    if len(set((A * B)[kept])) == 1:
        return "two units are equally near: keep one of them"
    if mask.all():
        return "nothing is pruned"
    if all(np.isclose(*misses(~mask, side, inputs)) for side in (A > 0, A < 0)):
        return "the mask is upside down: True means kept"
    if 0 in kept and ((A > 0).all() or (A < 0).all()):
        return "the block has units of one sign only, so keep none for the other: the argmin of an array of inf is 0"
    if len(kept) == 2 and np.prod(B[kept]) < 0:
        return "the sign of A decides which inputs a unit passes, not that of B"
    return "the paths that are kept add up, as in lesson 08; here only the nearest one of each sign is wanted"


def why_not_nearest(mask, side, inputs):
    """What may have led to this unit, or to none, for the inputs of one sign."""
    w, A, B = inputs.values()
    if set(np.flatnonzero(mask)) == {
        abs(w - A * B)[part].argmin() for part in (A > 0, A < 0) if part.any()
    }:
        return (
            "a position in A[A > 0] is no position in A: use np.where(A > 0, miss, np.inf).argmin()"
        )
    if not mask.any():
        return "nothing is kept: True means kept"
    if not mask[side].any():
        return "units with A > 0 pass x > 0 only, units with A < 0 pass x < 0 only: keep the nearest of each kind"
    return "among the units that pass these inputs, keep the one whose product A·B is nearest to w"


def wrong_choices(mask, inputs):
    """Reason -> whether a typical wrong score chooses these units."""
    w, A, B = inputs.values()
    sign, sides = np.where(A > 0, 1, -1), [part for part in (A > 0, A < 0) if part.any()]
    scores = {
        "for x < 0 too B·relu(A·x) is A·B·x, where the unit passes: its target is w, not -w": abs(
            A * B - sign * w
        ),
        "the sign of the product counts: A·B near w, not |A·B| near |w|": abs(abs(A * B) - abs(w)),
        "the sign of w counts: A·B near w, not near |w|": abs(A * B - abs(w)),
        "a product above w may be the nearest, too": np.where(A * B <= w, w - A * B, 9.0),
        "this is the paper's gadget, A and B both near their windows; here the product alone counts": np.maximum(
            abs(abs(A) - abs(w)), abs(B - sign * (1 if w >= 0 else -1))
        ),
        "A alone was compared with the weight; the path multiplies by A·B": abs(abs(A) - abs(w)),
        "B alone was compared with the weight; the path multiplies by A·B": abs(B - w),
        "this is the largest product; the nearest to w is wanted": -A * B,
        "this is the unit of largest miss; the smallest is wanted": -abs(A * B - w),
    }
    kept = set(np.flatnonzero(mask))
    return {
        reason: kept == {np.where(part, score, np.inf).argmin() for part in sides}
        for reason, score in scores.items()
    }


def sign_split(answer):
    rng = np.random.default_rng(3)
    grid = [-2.0, -1.0, 0.0, 1.0, 2.0]
    by_hand = [0.6, -1.0, 0.8, -0.5, 0.9], [1.0, 0.7, -0.25, -0.2, 0.5]
    cases = [
        (*by_hand, [1, 1, 1, 1, 0], grid),
        (*by_hand, [1, 0, 1, 0, 0], grid),
        (*by_hand, [1] * 5, [0.0, 0.3, 0.7]),
    ]
    cases += [
        (*rng.uniform(-1, 1, (2, 12)).round(2), rng.random(12) < 0.6, rng.normal(size=7).round(2))
        for _ in range(2)
    ]
    cases += [(*by_hand, [0] * 5, [-1.0, 1.0])]
    for A, B, mask, x in cases:
        inputs = {
            "A": np.array(A),
            "B": np.array(B),
            "mask": np.array(mask, bool),
            "x": np.array(x),
        }
        got = call(answer, **inputs)
        triple = isinstance(got, tuple | list) and len(got) == 3
        require(
            triple,
            inputs,
            got,
            "an array and two numbers",
            "return values, slope_positive, slope_negative",
        )
        values, positive, negative = values_and_slopes(**inputs)
        found = numbers(
            got[0],
            inputs,
            values.shape,
            "values first: one value of the gadget for each entry of x",
        )
        mistakes = value_mistakes(**inputs)
        reason = "for each x the sum over the kept units of B·relu(A·x)"
        right = np.allclose(found, values, rtol=1e-4, atol=1e-6)
        require(
            right, inputs, got[0], f"values {show(values)}", likely(found, values, mistakes, reason)
        )
        slopes = (
            ("slope_positive", got[1], positive, negative),
            ("slope_negative", got[2], negative, positive),
        )
        for name, part, expected, other in slopes:
            found = numbers(
                part,
                inputs,
                advice=f"{name} is one number: the gadget is {name}·x on its side of 0",
            )
            mistakes = {
                "this is the slope of the other side: return values, slope_positive, slope_negative": other
            }
            mistakes |= slope_mistakes(inputs["A"], inputs["B"], inputs["mask"], name)
            reason = "the sum of A·B over the kept units that pass inputs of this sign"
            if np.isnan(found) or not (np.sign(x) == (1 if name == "slope_positive" else -1)).any():
                reason = "the slopes are sums over units: they exist for any x, even if no entry of x has this sign"
            right = np.isclose(found, expected, rtol=1e-4, atol=1e-6)
            require(
                right,
                inputs,
                got,
                f"{name} = {expected:.4g}",
                likely(found, expected, mistakes, reason),
            )


def values_and_slopes(A, B, mask, x):
    """The gadget's values at x, and its slopes for x > 0 and for x < 0."""
    kept = mask * A * B
    return (
        np.maximum(A * x[:, None], 0) @ (mask * B),
        float(kept[A > 0].sum()),
        float(kept[A < 0].sum()),
    )


def value_mistakes(A, B, mask, x):
    """Reason -> wrong values."""
    column, kept = x[:, None], mask * B
    return {
        "the mask is missing: pruned units pass nothing": np.maximum(A * column, 0) @ B,
        "the mask is upside down: True means kept": np.maximum(A * column, 0) @ (B * ~mask),
        "relu is missing: without it the gadget has one slope for both signs": (A * column) @ kept,
        "x itself is needed, not |x|: for x < 0 other units pass": np.maximum(A * abs(column), 0)
        @ kept,
        "relu is not the absolute value: a unit with A·x < 0 passes nothing": abs(A * column)
        @ kept,
        "relu acts inside, on A·x; B multiplies its result": np.maximum(kept * A * column, 0).sum(
            1
        ),
        "relu acts on A·x, not on x: units with A < 0 pass negative x": np.maximum(x, 0)
        * (kept * A).sum(),
        "relu acts on each unit, not on their sum": np.maximum((A * column) @ kept, 0),
        "A and B are swapped: A is inside the relu": np.maximum(B * column, 0) @ (mask * A),
    }


def slope_mistakes(A, B, mask, name):
    """Reason -> wrong slope."""
    sign = 1 if name == "slope_positive" else -1
    kept, own = mask * A * B, sign * A > 0
    expected = kept[own].sum()
    return {
        "a unit serves one sign only: add up the A·B of its own side, not of both": kept.sum(),
        "the sign: at x = -1 the gadget is MINUS its slope": -expected,
        "the mask is missing": (A * B)[own].sum(),
        "the sign of A decides which inputs pass, not that of B": kept[sign * B > 0].sum(),
        "the sign of A decides which inputs pass, not that of A·B": kept[sign * kept > 0].sum(),
        "this is a mean; the kept paths add up": expected / max(1, (mask & own).sum()),
        "a path acts as A·B, not as B alone": B[mask & own].sum(),
        "a path acts as A·B, not as A alone": A[mask & own].sum(),
        "multiply A by B path by path, then add up": A[mask & own].sum() * B[mask & own].sum(),
    }


def kept_weights(answer):
    cases = [
        ((4, 3, 5), 10, True),
        ((4, 3, 2), 2, False),
        ((4, 3, 2), 4, True),
        ((784, 500, 10), 60, False),
    ]
    cases += [((784, 500, 10), 1000, True), ((5, 40, 6, 9), 7, True), ((10, 3), 2, False)]
    for sizes, width, signed in cases:
        inputs = {"sizes": sizes, "width": width, "signed_input": signed}
        got = call(answer, **inputs)
        found = numbers(got, inputs, (2,), "return two whole numbers: second, first").astype(float)
        layers = list(zip(sizes, sizes[1:]))
        paths = [(2 if signed and not k else 1) * i * o for k, (i, o) in enumerate(layers)]
        units = [width * i for i, o in layers]
        weights = sum(i * o for i, o in layers)  # of the target
        second, first = sum(paths), sum(map(min, paths, units))
        expected = f"second = {second}, first = {first}"
        mistakes = {
            "the two are swapped: the second matrices first": first
            if found[1] == second
            else second,
            "hidden inputs come out of a ReLU and are never negative: one path per weight there": 2
            * weights,
            "an input of either sign needs two paths per weight in the first layer": weights,
            "both signs occur in the first layer, whose inputs are those of the network, not in the last": (
                weights + (signed * layers[-1][0] * layers[-1][1])
            ),
            "with inputs >= 0 one path per weight is enough in the first layer too": paths[0]
            + second,
            "this counts both entries of a path; the second matrices have one of them": 2 * second,
            "the second matrices alone are wanted here; this includes the first ones": second
            + first,
            "this counts all random weights; the ticket keeps at most one path per weight and sign": width
            * weights,
            "the target has no biases": second + sum(o for i, o in layers),
            "every layer of the target has its pair: add them up": paths[0],
        }
        reason = "one entry per path: inputs · outputs per layer, twice in the first layer when its inputs have both signs"
        require(
            found[0] == second, inputs, got, expected, likely(found[0], second, mistakes, reason)
        )
        mistakes = {
            "take the smaller number layer by layer, then add up": min(second, sum(units)),
            "outputs share units, and a unit has one kept entry: never more than width · inputs in a layer": second,
            "a path can share its unit, but not use two: never more than the paths of a layer": sum(
                units
            ),
            "a layer has width units for each input, not for each output": sum(
                min(p, width * o) for p, (i, o) in zip(paths, layers)
            ),
            "a layer has width units for each input, not width in all": sum(
                min(p, width) for p in paths
            ),
            "an input of either sign needs two paths per weight: up to twice as many units": sum(
                i * min(o, width) for i, o in layers
            ),
            "half of the units pass inputs >= 0, but by chance all may; the bound is for every draw": sum(
                min(p, u // 2) for p, u in zip(paths, units)
            ),
            "a kept unit keeps one entry of the first matrix, the rest of its row is pruned": sum(
                min(p, u) * i for p, u, (i, o) in zip(paths, units, layers)
            ),
            "this includes the second matrices": second + first,
            "every layer of the target has its pair: add them up": min(paths[0], units[0]),
        }
        reason = "a layer keeps at most one entry per path, and at most one per unit: the smaller number, summed over layers"
        require(found[1] == first, inputs, got, expected, likely(found[1], first, mistakes, reason))


def error_bound(answer):
    cases = [
        ([3.0, 0.5], [0.1, 0.2], 2.0),
        ([3.0], [0.2], 0.5),
        ([2.0, 0.5, 3.0], [0.1, 0.05, 0.3], 2.0),
    ]
    cases += [([0.5, 0.0, 1.0], [0.3, 0.1, 0.0], 1.0), ([1.0, 2.0], [0.0, 0.0], 1.0)]
    cases += [([1.0] * 10, [0.01] * 10, 1.0), ([2.0] * 10, [0.01] * 10, 1.0)]
    for norms, errors, radius in cases:
        inputs = {"norms": np.array(norms), "errors": np.array(errors), "radius": radius}
        got = call(answer, **inputs)
        found = numbers(got, inputs, advice="one number is wanted: the bound after the last layer")
        expected = recursion(**inputs)
        reason = "start with e = 0 and r = radius; in each layer first e = (s + eta)·e + eta·r, then r = s·r"
        right = np.isclose(found, expected, rtol=1e-5, atol=1e-9)
        require(
            right,
            inputs,
            got,
            f"{expected:.5g}",
            likely(found, expected, bound_mistakes(**inputs), reason),
        )


def recursion(
    norms,
    errors,
    radius,
    amplify=lambda s, eta: s + eta,
    grow=lambda s, eta: s,
    start=0.0,
    early=False,
):
    """The bound on the error after the last layer, or what it becomes with one step changed."""
    e, r = start, radius
    for s, eta in zip(norms, errors):
        after = grow(s, eta) * r
        e, r = amplify(s, eta) * e + eta * (after if early else r), after
    return float(e)


def bound_mistakes(norms, errors, radius):
    """Reason -> wrong bound."""
    layers = norms, errors, radius
    sizes = radius * np.concatenate([[1.0], np.cumprod(norms)])
    return {
        "the ticket's own matrix carries an error on, and its norm can be s + eta": recursion(
            *layers, lambda s, eta: s
        ),
        "r is the size of the TARGET's activations: r = s·r, without eta": recursion(
            *layers, grow=lambda s, eta: s + eta
        ),
        "r must follow the layers: r = s·r": recursion(*layers, grow=lambda s, eta: 1.0),
        "the layer's own error meets its INPUT: use r before it is multiplied by s": recursion(
            *layers, early=True
        ),
        "at the input there is no error yet: e starts at 0": recursion(*layers, start=radius),
        "the radius is missing": recursion(norms, errors, 1.0),
        "errors do not only add up: later layers amplify those of earlier ones": float(sum(errors)),
        "errors do not only add up: later layers carry those of earlier ones on, e is multiplied too": (
            float((errors * sizes[:-1]).sum())
        ),
        "this is the error of the last layer alone": float(errors[-1] * sizes[-2]),
        "this is the size of the ticket's output; subtract the target's": float(
            np.prod(norms + errors) * radius
        ),
        "this is the size of the target's output, not the error": float(sizes[-1]),
        "the absolute error is wanted, not its share of the largest output": (
            recursion(*layers) / sizes[-1] if sizes[-1] else 0.0
        ),
        "norms below 1 shrink errors: no max(1, s)": recursion(
            np.maximum(1, norms), errors, radius
        ),
        "norms below 1 shrink the activations: no max(1, s)": recursion(
            *layers, grow=lambda s, eta: max(1, s)
        ),
        "norms above 1 amplify errors: no min(1, s)": recursion(
            *layers, amplify=lambda s, eta: min(1, s) + eta
        ),
        "the ticket's own matrix can be LARGER than the target's: s + eta, not s - eta": recursion(
            *layers, amplify=lambda s, eta: s - eta
        ),
        "every layer has its own norm and its own error, not the largest of all": recursion(
            np.full(len(norms), norms.max()), np.full(len(errors), errors.max()), radius
        ),
    }


CHECKS = {
    "07.hit_probability": (
        hit_probability,
        "Both must land, so this is about eps²/8, and a hit takes some 8/eps² units. At w = 0 and w = ±1 half of A's window "
        "is lost, and it takes twice as many.",
    ),
    "07.gadget": (
        gadget,
        "Two paths imitate one weight: this is Malach's gadget, and a ticket is nothing but this choice for every weight. "
        "Lesson 08 keeps several paths per sign.",
    ),
    "07.sign_split": (
        sign_split,
        "Two slopes, so two chances to miss the weight. Pixels and ReLU outputs are never negative and cannot see the "
        "second one: test a ticket on signed inputs.",
    ),
    "07.kept_weights": (
        kept_weights,
        "However wide the random network, the ticket keeps at most two entries per weight of the target, four where inputs "
        "have both signs. It is sparse because the random network is huge.",
    ),
    "07.error_bound": (
        error_bound,
        "It equals radius · (product of all s_i + eta_i, minus product of all s_i): see how e + r grows. With norms of at "
        "most 1 it is hardly more than radius · (sum of the errors); with larger ones it can be exponential in the depth.",
    ),
}
