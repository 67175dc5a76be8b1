"""Checks of exercise set 11."""

import numpy as np

from ..subset_sum import subset_sums
from .outcome import WrongAnswer, call, likely, lines, numbers, require, show


def rescale(answer):
    rng = np.random.default_rng(11)
    by_hand = [([[3, -0.5], [1, 0]], [0.25, -1]), ([[0.5, -6]], [10])]
    cases = [
        by_hand,
        [([[2, 1], [0.5, -0.25]], [0.5, 0]), ([[1, -0.5]], [0.25])],
    ]  # a power of two is its own scale
    cases += [[([[0.1, 0.2], [-0.2, 0.1]], [0.3, 0.1]), ([[0.3, -0.1]], [0])]]  # nothing to do
    cases += [
        [([[100, 3], [-20, 50]], [7, -1]), ([[0.5, 0.75]], [50])]
    ]  # the last bias is small after division
    cases += [
        [([[0.5, 0.25]], [5]), ([[0.5], [-3]], [0.5, 100]), ([[0, 0]], [0])]
    ]  # biases ask for more than weights
    sizes = (4, 6, 5, 3)
    cases += [[(rng.normal(0, 3, (o, i)), rng.normal(0, 9, o)) for i, o in zip(sizes, sizes[1:])]]
    for layers in cases:
        layers = [(np.array(W, float), np.array(b, float)) for W, b in layers]
        inputs = {"layers": layers}
        got = call(answer, **inputs)
        is_pair = isinstance(got, tuple | list) and len(got) == 2
        is_pair = (
            is_pair and isinstance(got[0], tuple | list) and not isinstance(got[1], tuple | list)
        )
        require(is_pair, inputs, got, "a list of layers and a number", "return scaled, factor")
        scaled = [read_pair(pair, like, inputs, got) for pair, like in zip(got[0], layers)]
        advice = "append one pair (W, b) for every layer"
        require(
            len(got[0]) == len(layers), inputs, got, f"a list of {len(layers)} pairs (W, b)", advice
        )
        factor = numbers(
            got[1], inputs, advice="the factor is one number, the product of all scales"
        )
        with np.errstate(
            all="ignore"
        ):  # answers may have zeros or NaN where the right one has none
            check_sizes(scaled, layers, inputs)
            check_function(scaled, factor, layers, inputs)
            check_scales(scaled, layers, inputs)


def read_pair(pair, like, inputs, got):
    """A returned layer as two arrays with the shapes of the given one."""
    is_pair = isinstance(pair, tuple | list) and len(pair) == 2
    require(
        is_pair, inputs, got, "a list of pairs (W, b)", "append one pair (W, b) for every layer"
    )
    advice = "scaled weights and biases have the shapes of the given ones"
    return tuple(
        numbers(part, inputs, old.shape, advice).astype(float) for part, old in zip(pair, like)
    )


def run(layers, x):
    """The outputs (batch, outputs) of a ReLU network at x (batch, inputs)."""
    for place, (W, b) in enumerate(layers):
        x = (np.maximum(x, 0) if place else x) @ W.T + b
    return x


def right_scales(layers):
    """The smallest power of two >= 1 for each layer."""
    scales = []
    for W, b in layers:
        scale, largest = 1.0, max(abs(W).max(), abs(b).max() / np.prod(scales))
        while scale < largest:
            scale *= 2
        scales.append(scale)
    return scales


def check_sizes(scaled, layers, inputs):
    """Refuse weights and biases above 1."""
    for place, (W, b) in enumerate(scaled):
        reason = "divide W by a power of two that is at least as large as its largest entry"
        if np.array_equal(W, layers[place][0]):
            reason = "this W is as it was: divide it by its scale"
        serve = "the scale must serve the bias too: include |b|, divided by the scales before, in the maximum"
        if is_nearest_power(scaled, layers, place):
            reason = serve = (
                "this is the nearest power of two, which may be too small: the logarithm is rounded up"
            )
        reasons = ("W", W, reason), ("b", b, why_another_bias(scaled, layers, place) or serve)
        for name, part, why in reasons:
            if not abs(part).max() <= 1:  # NaN too
                found = f"in layer {place} your {name} is {show(part)}"
                raise WrongAnswer(
                    lines(
                        inputs, found, "expected entries between -1 and 1", f"usual reason: {why}"
                    )
                )


def is_nearest_power(scaled, layers, place):
    """Whether a layer was divided by 2 ** round(log2(…)) of its largest entry, and that is too little."""
    scales, (W, b) = divided_by(scaled, layers), layers[place]
    largest = max(abs(W).max(), abs(b).max() / np.prod(scales[:place]))
    return 1 < scales[place] < largest and scales[place] == 2.0 ** np.round(np.log2(largest))


def check_function(scaled, factor, layers, inputs):
    """Refuse a network whose output, times the factor, is not exactly that of the given one."""
    x = np.random.default_rng(1).normal(0, 2, (20, layers[0][0].shape[1]))
    wanted, found = run(layers, x), factor * run(scaled, x)
    if np.array_equal(wanted, found):
        return
    worst = np.unravel_index(np.nan_to_num(abs(wanted - found), nan=np.inf).argmax(), wanted.shape)
    scales = divided_by(scaled, layers)
    reason = why_another_function(scaled, factor, layers, scales)
    where = f"at x = {show(x[worst[0]])} your output {worst[1]}, times your factor {show(factor)}, is {found[worst]:.10g}"
    expected = f"expected {wanted[worst]:.10g}, the output of the given network"
    if np.allclose(wanted, found, rtol=1e-9, atol=1e-9):
        expected += ", exactly"
        if all(power_of_two(scale) for scale in scales):
            reason = "W is right; divide b by a power of two as well, and round nothing"
    raise WrongAnswer(lines(inputs, where, expected, f"usual reason: {reason}"))


def divided_by(scaled, layers):
    """By what each W was divided: old / new at its largest weight, 1 if all are zero."""
    ratios = []
    for (new, _), (old, _) in zip(scaled, layers):
        place = abs(old).argmax()
        ratios.append(old.flat[place] / new.flat[place] if old.any() else 1.0)
    return ratios


def power_of_two(scale):
    return bool(np.isfinite(scale)) and scale > 0 and np.log2(scale) == np.round(np.log2(scale))


def why_another_function(scaled, factor, layers, scales):
    """What may have led to a network that computes something else."""
    for place, scale in enumerate(scales):
        if not np.allclose(scaled[place][0] * scale, layers[place][0]):
            return f"the W of layer {place} is not the given one divided by one number: divide, do not clip or round"
        if not power_of_two(scale):
            return f"the W of layer {place} was divided by {scale:.4g}; only division by a power of two is exact"
    for place in range(len(layers)):
        if reason := why_another_bias(scaled, layers, place):
            return reason
    product = np.cumprod(scales)
    mistakes = {
        "this is 1 divided by the product; the factor multiplies the output": 1 / product[-1],
        "the factor is the product of all scales, not the last one": scales[-1],
        "the factor is the product of all scales, not the first one": scales[0],
        "the factor is the product of all scales, not the largest one": max(scales),
        "the factor is the product of all scales, not their sum": sum(scales),
        "the factor is the product of all scales; the last layer has one too": product[-1]
        / scales[-1],
    }
    return likely(
        factor,
        product[-1],
        mistakes,
        f"the factor is the product of all scales, here {product[-1]:g}",
    )


def why_another_bias(scaled, layers, place):
    """What may have led to a bias that is not divided by all scales so far, or None if it is."""
    scales = divided_by(scaled, layers)[: place + 1]
    b, old, product = scaled[place][1], layers[place][1], np.prod(scales)
    if not np.isfinite(product) or np.allclose(b * product, old):
        return None
    mistakes = {
        "is as it was; it must be divided by all scales so far": 1.0,
        "was divided by its own layer's scale only; its input is already divided by all scales before": scales[
            -1
        ],
        "was divided by the scales of the layers before, but not by its own layer's": product
        / scales[-1],
        "was divided by the scale of the layer before; all scales so far are wanted": scales[-2]
        if place
        else 1.0,
    }
    for reason, divisor in mistakes.items():
        if np.allclose(b * divisor, old):
            return f"the bias of layer {place} {reason}"
    return f"the bias of layer {place} must be divided by the product of all scales so far, {product:g}"


def check_scales(scaled, layers, inputs):
    """Refuse scales that are larger than needed, or below 1."""
    found, expected = divided_by(scaled, layers), right_scales(layers)
    for place, (one, right) in enumerate(zip(found, expected)):
        if one == right:
            continue
        W, b = layers[place]
        reason = "the smallest of 1, 2, 4, … with which W and b are at most 1 in size afterwards"
        if one < 1:
            reason = "the scales begin with 1: small weights stay as they are"
        elif one == 2 * right and abs(W).max() == right:
            reason = f"a largest weight of exactly {right:g} needs the scale {right:g}, not {2 * right:g}"
        elif len(set(found)) == 1:
            reason = "every layer has a scale of its own"
        elif abs(b).max() > abs(W).max():
            reason = "the bias counts after its division by the scales before"
        said = f"in layer {place} your W is the given one divided by {one:g}"
        raise WrongAnswer(
            lines(inputs, said, f"expected division by {right:g}", f"usual reason: {reason}")
        )


class Layer:
    """A layer that never decreases, with a name to show."""

    def __init__(self, name, function):
        self.name, self.function = name, function

    def __call__(self, x):
        return self.function(np.asarray(x))

    def __repr__(self):
        return self.name


RELU = Layer("relu", lambda x: np.maximum(x, 0))
LARGEST = Layer("largest of a row", lambda x: x.max(axis=-1))
MEAN = Layer("mean of a row", lambda x: x.mean(axis=-1))
CLIPPED = Layer("relu, cut off at 1", lambda x: np.clip(x, 0, 1))


def error_after(answer):
    rng = np.random.default_rng(12)
    h, e = np.array([[1, 0.9, -2, -0.3]]), np.array([[0.1, 0.5, 0.5, 0.5]])
    cases = [
        (RELU, h, e),
        (LARGEST, h, e),
        (RELU, np.array([-1.0, 0, 1, -0.5]), np.array([1.0, 0.5, 0, 0.25])),
    ]
    cases += [
        (LARGEST, np.array([[1.0, 0.2]]), np.array([[0.5, 0]])),
        (CLIPPED, np.array([0.8, 1.5]), np.array([0.5, 0.7])),
    ]
    for layer in (RELU, LARGEST, MEAN, CLIPPED):
        cases.append((layer, rng.normal(0, 1, (4, 3)).round(2), rng.uniform(0, 1, (4, 3)).round(2)))
    results = []
    for layer, h, e in cases:
        inputs = {"layer": layer, "h": h, "e": e}
        got = call(answer, **inputs)
        advice = "one bound for each output of the layer: an array with the shape of layer(h)"
        results.append((inputs, got, numbers(got, inputs, layer(h).shape, advice)))
    rules = {
        name: np.concatenate([rule(*case).ravel() for case in cases])
        for name, rule in BOUND_MISTAKES.items()
    }
    right = np.concatenate([tightest(*case).ravel() for case in cases])
    found = np.concatenate([bound.ravel() for *_, bound in results])
    otherwise = "g = h + e has the largest outputs, g = h - e the smallest; the farther of the two from layer(h) counts"
    reason = likely(found, right, rules, otherwise)
    for inputs, _, bound in results:
        layer, h, e = inputs.values()
        expected = tightest(layer, h, e)
        if np.allclose(bound, expected, atol=1e-9):
            continue
        place = tuple(np.argwhere(~np.isclose(bound, expected, atol=1e-9))[0])
        up, down = layer(h + e), layer(h - e)
        name, g = (
            ("h + e", up)
            if abs(up - layer(h))[place] >= abs(down - layer(h))[place]
            else ("h - e", down)
        )
        said = f"your bound for output {', '.join(map(str, place))} is {show(float(bound[place]))}, with layer(h) there "
        said += show(float(layer(h)[place]))
        wanted = f"expected {show(float(expected[place]))}: the output is {show(float(g[place]))} at g = {name}"
        if bound[place] > expected[place]:
            wanted += ", and no g changes it more"
        raise WrongAnswer(lines(inputs, said, wanted, f"usual reason: {reason}"))


def tightest(layer, h, e):
    """Attained at g = h + e or g = h - e, between which a layer that never decreases has all its outputs."""
    return np.maximum(layer(h + e) - layer(h), layer(h) - layer(h - e))


BOUND_MISTAKES = {
    "outputs can also go down: g = h - e": lambda layer, h, e: layer(h + e) - layer(h),
    "outputs can also go up: g = h + e": lambda layer, h, e: layer(h) - layer(h - e),
    "this is the layer applied to e: right for linear layers, for others not the tightest bound": lambda layer, h, e: (
        layer(e)
    ),
    "this is the whole range of the output; its distance from layer(h) is wanted": (
        lambda layer, h, e: layer(h + e) - layer(h - e)
    ),
    "this is the middle of the two changes; the larger one is wanted": (
        lambda layer, h, e: (layer(h + e) - layer(h - e)) / 2
    ),
    "this is the smaller of the two changes, the larger one is wanted": (
        lambda layer, h, e: np.minimum(layer(h + e) - layer(h), layer(h) - layer(h - e))
    ),
    "this is the largest output itself; its distance from layer(h) is wanted": lambda layer, h, e: (
        layer(h + e)
    ),
    "min(e, layer(h + e)) is right for ReLU only; other layers need another rule": (
        lambda layer, h, e: np.minimum(e if layer(h).ndim == h.ndim else e.max(-1), layer(h + e))
    ),
}


def largest_of(answer):
    rng = np.random.default_rng(13)
    line = np.linspace(0, 1, 101)
    cases = [(line, 2), (line[::-1].copy(), 1), (abs(rng.normal(0, 0.1, 20_001)), 10)]
    cases += [
        (rng.exponential(1e-3, 30_000), 300),
        (np.r_[np.zeros(4000), rng.uniform(0, 1, 6000)], 5),
    ]
    results = []
    for errors, m in cases:
        inputs = {"errors": errors, "m": m}
        got = call(answer, **inputs)
        advice = "return low, middle, high: quantiles at three levels"
        results.append(
            (inputs, got, numbers(np.array(got) if is_triple(got) else got, inputs, (3,), advice))
        )
    found = np.stack([values for *_, values in results])
    right = np.stack([np.quantile(errors, LEVELS ** (1 / m)) for errors, m in cases])
    mistakes = {
        reason: np.stack([rule(errors, m) * np.ones(3) for errors, m in cases])
        for reason, rule in LEVEL_MISTAKES.items()
    }
    reason = "all m errors are at most t with probability F(t) ** m; solve F(t) ** m = 0.05, 0.5, 0.95 for F(t)"
    meant = np.stack(
        [
            np.mean(errors <= values[:, None], axis=1) ** m
            for (errors, m), values in zip(cases, found)
        ]
    )
    if ((SIMULATED[0] < meant) & (meant < SIMULATED[1])).all():
        reason = "close, but not exact, as a simulation is: take one quantile of the sample, at the level 0.05 ** (1 / m)"
    for mistake, wrong in mistakes.items():
        if all(
            near(errors, one, other).all() for (errors, _), one, other in zip(cases, found, wrong)
        ):
            reason = mistake
    for (inputs, _, values), expected in zip(results, right):
        errors, m = inputs.values()
        close = near(errors, values, expected)
        if not close.all():
            place = int(np.argmin(close))
            said = f"you returned {('low', 'middle', 'high')[place]} = {show(float(values[place]))}"
            share = (errors <= values[place]).mean()
            if np.isfinite(values[place]):
                said += f": a share of {share:.5g} of the errors is at most that, so all {m} are with probability {share**m:.3g}"
            wanted = f"expected about {show(float(expected[place]))}, for the probability {LEVELS[place]}"
            raise WrongAnswer(lines(inputs, said, wanted, f"usual reason: {reason}"))


LEVELS = np.array([0.05, 0.5, 0.95])
SIMULATED = np.array(
    [[0.01, 0.3, 0.88], [0.12, 0.7, 0.99]]
)  # between these a few hundred simulated maxima come out
LEVEL_MISTAKES = {
    "these are quantiles of single errors; the largest of m errors is at most t only if all m are": (
        lambda errors, m: np.quantile(errors, LEVELS)
    ),
    "the power is 1 / m, not m: F(t) ** m is the given number, F(t) is wanted": lambda e, m: (
        np.quantile(e, LEVELS**m)
    ),
    "this is the law of the smallest error; for the largest, all m errors are at most t": (
        lambda errors, m: np.quantile(errors, 1 - (1 - LEVELS) ** (1 / m))
    ),
    "the largest of the sample is not the largest of m": lambda errors, m: errors.max(),
    "the level is 0.05 ** (1 / m), and so on; 1 - (1 - 0.05) / m is only near it": (
        lambda errors, m: np.quantile(errors, 1 - (1 - LEVELS) / m)
    ),
    "the probabilities are 0.05, 0.5 and 0.95, not 0.025, 0.5 and 0.975": (
        lambda errors, m: np.quantile(errors, np.array([0.025, 0.5, 0.975]) ** (1 / m))
    ),
    "the order is low, middle, high": lambda errors, m: np.quantile(
        errors, LEVELS[::-1] ** (1 / m)
    ),
    "these are the levels; the quantiles of the errors at these levels are wanted": lambda errors, m: (
        LEVELS ** (1 / m)
    ),
    "take the errors of the sample as they are, not their logarithm or their squares": (
        lambda errors, m: np.quantile(errors**2, LEVELS ** (1 / m))
    ),
}


def is_triple(got):
    return (
        isinstance(got, tuple | list) and len(got) == 3 and all(np.ndim(part) == 0 for part in got)
    )


def near(errors, values, expected):
    """Whether each value is the expected one, up to two neighbours in the sorted sample."""
    ordered = np.sort(errors)
    lower = ordered[np.clip(np.searchsorted(ordered, expected, "left") - 2, 0, None)]
    upper = ordered[
        np.clip(np.searchsorted(ordered, expected, "right") + 1, None, len(ordered) - 1)
    ]
    beyond = (expected < ordered[0]) | (expected > ordered[-1])  # of mistakes only
    return np.where(
        beyond, np.isclose(values, expected), (lower - 1e-9 <= values) & (values <= upper + 1e-9)
    )


class Law(Layer):
    """A law for `predict_seconds`, with a name to show."""


LOGARITHM = Law("logarithm", lambda tolerance: np.log2(1 / tolerance))
ROOT = Law("root", lambda tolerance: tolerance**-0.5)


def predict_seconds(answer):
    rng = np.random.default_rng(14)
    rows = [(1 / 4, 100, 0.5), (1 / 16, 200, 1.6)]
    cases = [(rows, LOGARITHM, 1 / 64, 1000), (rows, ROOT, 1 / 64, 1000)]
    for law, a, b in ((LOGARITHM, 2e-6, 3e-7), (ROOT, 1e-6, 1e-8)):  # exact rows, then noisy ones
        for noise in (0, 0.1):
            measured = [
                (t, count, count * (a + b * law(t)))
                for t, count in zip(10.0 ** -np.arange(5), (10, 70, 5, 20, 300))
            ]
            measured = [
                (t, 1000 * c, 1000 * s * (1 + noise * rng.uniform(-1, 1)))
                for t, c, s in measured[::-1]
            ]
            cases.append((measured, law, 1e-6, 10**9))
    results = []
    for case in cases:
        inputs = dict(zip(("rows", "law", "tolerance", "weights"), case))
        got = call(answer, **inputs)
        results.append(
            (inputs, got, numbers(got, inputs, advice="return the predicted seconds, one number"))
        )
    right = np.array([fitted(*case) for case in cases])
    found = np.array([value for *_, value in results])
    mistakes = {
        reason: np.array([rule(*case) for case in cases]) for reason, rule in TIME_MISTAKES.items()
    }
    otherwise = "fit seconds / weights of the rows as a + b·law(tolerance), then multiply by the number of weights"
    reason = "usual reason: " + likely(
        found / right, 1, {k: v / right for k, v in mistakes.items()}, otherwise
    )
    for (inputs, got, value), expected in zip(results, right):
        if not np.isclose(value, expected, rtol=1e-4):
            said, wanted = f"you returned {show(got)}", f"expected {expected:.4g} seconds"
            raise WrongAnswer(lines(inputs, said, wanted, reason))


def fitted(rows, law, tolerance, weights):
    """The right prediction."""
    tolerances, counts, seconds = np.transpose(rows)
    b, a = np.polyfit(law(tolerances), seconds / counts, 1)
    return weights * (a + b * law(tolerance))


def without_constant(rows, law, tolerance, weights):
    tolerances, counts, seconds = np.transpose(rows)
    x = law(tolerances)
    return weights * law(tolerance) * (x @ (seconds / counts)) / (x @ x)


def exchanged(rows, law, tolerance, weights):
    tolerances, counts, seconds = np.transpose(rows)
    a, b = np.polyfit(law(tolerances), seconds / counts, 1)
    return weights * (a + b * law(tolerance))


def weighted(rows, law, tolerance, weights):
    tolerances, counts, seconds = np.transpose(rows)
    design = np.stack([counts, counts * law(tolerances)], axis=1)
    return weights * np.array([1, law(tolerance)]) @ np.linalg.lstsq(design, seconds, rcond=None)[0]


TIME_MISTAKES = {
    "these are the seconds for one weight; multiply by the number of weights": lambda *case: (
        fitted(*case) / case[3]
    ),
    "these are hours; seconds are wanted": lambda *case: fitted(*case) / 3600,
    "this line goes through 0; there is a constant a as well": without_constant,
    "np.polyfit returns the slope first, then the constant": exchanged,
    "the rows have different numbers of weights: divide the seconds by them before the fit": (
        lambda rows, law, t, w: fitted([(tol, 1, s) for tol, _, s in rows], law, t, 1)
    ),
    "the rows have different numbers of weights: divide the seconds by them, do not multiply at the end only": (
        lambda rows, law, t, w: fitted([(tol, 1, s) for tol, _, s in rows], law, t, w)
    ),
    "this divides all seconds by the sum of the weights; each row has its own number": (
        lambda rows, law, t, w: fitted(
            [(tol, sum(r[1] for r in rows), s) for tol, _, s in rows], law, t, w
        )
    ),
    "this uses the logarithm for every law: use the argument law": lambda rows, law, t, w: fitted(
        rows, LOGARITHM, t, w
    ),
    "this uses the root for every law: use the argument law": lambda rows, law, t, w: fitted(
        rows, ROOT, t, w
    ),
    "this is a line in the tolerance itself; it must be one in law(tolerance)": (
        lambda rows, law, t, w: fitted(rows, lambda x: x, t, w)
    ),
    "the fit is by law(tolerance), so law belongs to the new tolerance too": (
        lambda rows, law, t, w: fitted(rows, lambda x: law(x) if np.ndim(x) else x, t, w)
    ),
    "this is the mean of the seconds per weight; they depend on the tolerance": (
        lambda rows, law, t, w: w * np.mean([s / c for _, c, s in rows])
    ),
    "this is the last row's time per weight; they depend on the tolerance": (
        lambda rows, law, t, w: w * rows[-1][2] / rows[-1][1]
    ),
    "every row counts the same here: fit seconds / weights, not seconds with weights as a factor": weighted,
}


def fewest_units(answer):
    rng = np.random.default_rng(15)
    by_hand = np.array([[0.5, 0.4, 0.2, 0.88], [0.4, 0.3, -0.5, 0.1]])
    cases = [
        (by_hand, [0.9, 0.7], 0.04),
        (by_hand[:1], [0.91], 0.04),
        (np.array([[0.5, -0.5, 0.02], [0.03, -0.2, 0.2]]), [0.03, -0.02], 0.06),
    ]
    cases += [
        (by_hand, [0.9, 5], 0.04),
        (np.array([[0.5, 0.25], [0.25, 0.5]]), [0.75, 0.5], 0.25),
    ]  # exactly eps
    cases += [(np.array([[0.25, 0.5, 0.25], [0.5, 1, 2]]), [1.0, 3.5], 0.1)]  # all units
    cases += [(np.array([[-0.5, 0.5], [0.25, 0.75]]), [-0.5, 0.0], 0.1)]
    for outputs, n, eps in (
        (2, 9, 0.0505),
        (4, 8, 0.1005),
        (3, 9, 0.0305),
        (2, 4, 0.0105),
        (5, 7, 0.2005),
    ):
        cases.append(
            (
                rng.uniform(-0.7, 0.7, (outputs, n)).round(3),
                rng.normal(0, 0.3, outputs).round(3),
                eps,
            )
        )

    def boxed(*arguments):
        return [answer(*arguments)]  # None is an answer here

    results = []
    for place, (items, targets, eps) in enumerate(cases):
        inputs = {"items": items, "targets": np.array(targets), "eps": eps}
        got = call(boxed, **inputs)[0] if place else call(answer, **inputs)  # the first has masks
        results.append(
            (inputs, None if got is None else read_masks(got, inputs), smallest_set(**inputs))
        )
    served = [
        (masks, inputs)
        for inputs, masks, fewest in results
        if masks is not None and fewest is not None
    ]
    habits = [
        reason for reason, holds in UNIT_MISTAKES.items() if all(holds(*case) for case in served)
    ]
    commons = [(masks is None) == (not has_common_mask(**inputs)) for inputs, masks, _ in results]
    for inputs, masks, fewest in results:
        if masks is None:
            reason = "the search missed it: sets have from 0 units up to all of them"
            if all(commons):
                reason = (
                    "every output has a mask of its own, the units are shared and not the masks"
                )
            require(
                fewest is None,
                inputs,
                None,
                f"masks that use {fewest} units: there are some",
                reason,
            )
        else:
            reason = "some output has no subset within eps: return None"
            require(fewest is not None, inputs, masks, "None", reason)
            check_units(masks, fewest, inputs, habits)


def read_masks(got, inputs):
    """Returned masks as a bool array (outputs, n)."""
    advice = "a mask for each output, one row of True and False (True = kept); or None"
    masks = numbers(got, inputs, inputs["items"].shape, advice)
    binary = bool(((masks == 0) | (masks == 1)).all())
    reason = "a mask has True or 1 for kept, else False or 0"
    require(binary, inputs, got, "True or False for each output and unit", reason)
    return masks.astype(bool)


def has_common_mask(items, targets, eps):
    """Whether one mask serves all outputs."""
    return within(subset_sums(items), targets, eps).all(axis=0).any()


def smallest_set(items, targets, eps):
    """The fewest units with which every output has a subset within eps, or None."""
    outputs, n = items.shape
    served = within(subset_sums(items), targets, eps).reshape(outputs, *[2] * n)
    for axis in range(1, n + 1):  # a set serves an output if one of its subsets does
        served = np.logical_or.accumulate(served, axis=axis)
    sizes = subset_sums(np.ones((1, n)))[0]
    enough = served.reshape(outputs, -1).all(axis=0)
    return int(sizes[enough].min()) if enough.any() else None


def within(sums, targets, eps):
    return abs(sums - targets[:, None]) <= eps + 1e-9


def are_smallest(masks, inputs):
    """Whether each output has as few items as it can."""
    sizes = subset_sums(np.ones((1, masks.shape[1])))[0]
    near_enough = within(subset_sums(inputs["items"]), inputs["targets"], inputs["eps"])
    return np.array_equal(masks.sum(axis=1), np.where(near_enough, sizes, np.inf).min(axis=1))


def are_most_precise(masks, inputs):
    errors = abs(subset_sums(inputs["items"]) - inputs["targets"][:, None])
    return np.allclose(
        abs((inputs["items"] * masks).sum(axis=1) - inputs["targets"]), errors.min(axis=1)
    )


def are_upside_down(masks, inputs):
    """Whether what is not kept serves every output."""
    return within(
        (inputs["items"] * ~masks).sum(axis=1)[:, None], inputs["targets"], inputs["eps"]
    ).all()


UPSIDE_DOWN = "the mask is upside down: True means kept"
UNIT_MISTAKES = {  # reason -> whether the masks of a case look like it; named only if those of all cases do
    "each output has its smallest subset; one with more items can do with fewer units in all": are_smallest,
    "these are the most precise subsets; less precise ones that are within eps can use fewer units": are_most_precise,
    UPSIDE_DOWN: are_upside_down,
}


def check_units(masks, fewest, inputs, habits):
    """Refuse masks with a sum that is not within eps, or that use more than the fewest units."""
    items, targets, eps = inputs.values()
    sums = (items * masks).sum(axis=1)
    errors = abs(sums - targets)
    for output in np.flatnonzero(~(errors <= eps + 1e-9)):
        said = f"for output {output} your mask is {show(masks[output].astype(int))}, its sum {sums[output]:.4g}"
        wanted = f"expected a sum within {eps} of {targets[output]:.4g}"
        reason = (
            "every output needs a mask of its own whose kept items add up to its target, within eps"
        )
        if UPSIDE_DOWN in habits:
            reason = UPSIDE_DOWN
        elif not masks[output].any():
            reason = "nothing is kept for this output; 0 is not within eps of its target"
        elif len(masks) > 1 and (masks == masks[0]).all():
            reason = "all outputs have the same mask here; they share units, but each has its own subset of them"
        raise WrongAnswer(lines(inputs, said, wanted, f"usual reason: {reason}"))
    used = int(masks.any(axis=0).sum())
    if used > fewest:
        said = f"your masks use {used} units: {show(np.flatnonzero(masks.any(axis=0)))}"
        wanted = f"expected {fewest}, with which all outputs can be within {eps} of their targets"
        raise WrongAnswer(
            lines(inputs, said, wanted, f"usual reason: {why_more_units(fewest, inputs, habits)}")
        )


def why_more_units(fewest, inputs, habits):
    """What may have led to more units than necessary."""
    items, targets, eps = inputs.values()
    strictly = abs(subset_sums(items) - targets[:, None]) < eps - 1e-9
    if fewest == 0:
        return "the empty set of units counts: all sums are 0"
    if not strictly.any(axis=1).all() or smallest_set(items, targets, eps - 1e-6) != fewest:
        return "an error of exactly eps is within eps: <="
    if habits:
        return habits[0]
    return "go through the sets of 0 units, then of 1, of 2, …, and stop at the first one that serves all outputs"


CHECKS = {
    "11.rescale": (
        rescale,
        "Positive homogeneity moves every power of two to the output. A bias meets an input that is already divided, so it "
        "is divided by all powers so far; and nothing is rounded on the way.",
    ),
    "11.error_after": (
        error_after,
        "One rule for all layers that never decrease: the two ends h + e and h - e tell everything. A certificate at given "
        "inputs can use it, one by norms cannot.",
    ),
    "11.largest_of": (
        largest_of,
        "The maximum of m errors is a quantile at a level that depends on m: two maxima over different numbers of weights "
        "measure different things.",
    ),
    "11.predict_seconds": (
        predict_seconds,
        "A prediction is as good as its law. Fit both laws to real times, predict a tolerance that was left out, and "
        "measure it: the next cells do that.",
    ),
    "11.fewest_units": (
        fewest_units,
        "A unit that no output uses can be cut out of both layers. That it pays to let an output keep more items is what "
        "makes the search hard.",
    ),
}
