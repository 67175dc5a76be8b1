"""Checks of exercise set 11."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

from functools import partial

import numpy as np

from ..subset_sum import subset_sums
from .exercise import Exercise
from .outcome import kept, numbers, require, show

EXERCISES: dict[str, Exercise] = {}

# 11.rescale -------------------------------------------------------------------------------------


def layer_cases():
    cases = [
        [([[3, -0.5], [1, 0]], [0.25, -1]), ([[0.5, -6]], [10])],
        [([[2, 1], [0.5, -0.25]], [0.5, 0]), ([[1, -0.5]], [0.25])],  # powers of two
        [([[0.1, 0.2], [-0.2, 0.1]], [0.3, 0.1]), ([[0.3, -0.1]], [0])],  # nothing to do
        [([[100, 3], [-20, 50]], [7, -1]), ([[0.5, 0.75]], [50])],  # a bias small after division
        [([[0.5, 0.25]], [5]), ([[0.5], [-3]], [0.5, 100]), ([[0, 0]], [0])],  # biases ask for more
    ]
    cases = [[(np.array(W, float), np.array(b, float)) for W, b in layers] for layers in cases]
    return [{"layers": layers} for layers in cases] + [draw_layers(np.random.default_rng(11))]


def draw_layers(rng, sizes=(4, 6, 5, 3)):
    shapes = list(zip(sizes[1:], sizes))
    return {"layers": [(rng.normal(0, 3, shape), rng.normal(0, 9, shape[0])) for shape in shapes]}


def power_of_two(largest, too_small=np.less):
    scale = 1.0
    while too_small(scale, largest):
        scale *= 2
    return scale


def rescale(
    layers, size=lambda W, b, before: max(abs(W).max(), abs(b).max() / before), power=power_of_two,
    divisor=np.prod, factor=np.prod,
):  # fmt: skip
    """The scale of a layer is a power for its size, and divisor(scales so far) is for the bias."""
    scaled, scales = [], []
    for W, b in layers:
        scales.append(power(size(W, b, np.prod(scales))))
        scaled.append((W / scales[-1], b / divisor(scales)))
    return scaled, float(factor(scales))


def one_scale(layers):
    scale = power_of_two(max(max(abs(W).max(), abs(b).max()) for W, b in layers))
    scaled = [(W / scale, b / scale ** (place + 1)) for place, (W, b) in enumerate(layers)]
    return scaled, scale ** len(layers)


def read_layers(got, inputs):
    """The factor, then W and b of each layer."""
    layers, listed = inputs["layers"], [isinstance(got, tuple | list)]
    listed += [isinstance(part, tuple | list) for part in got] if listed[0] else []
    wanted, advice = "a list of layers and a number", "return scaled, factor"
    require(listed == [True, True, False], inputs, got, wanted, advice)
    pairs = all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in got[0])
    pairs, wanted = pairs and len(got[0]) == len(layers), f"a list of {len(layers)} pairs (W, b)"
    require(pairs, inputs, got, wanted, "append one pair (W, b) for every layer")
    advice = "the factor is one number, the product of all scales"
    found = [numbers(got[1], inputs, advice=advice)]
    advice = "scaled weights and biases have the shapes of the given ones"
    for pair, old in zip(got[0], layers):
        found += [numbers(part, inputs, like.shape, advice) for part, like in zip(pair, old)]
    return tuple(found)


@np.errstate(all="ignore")  # answers may hold zeros and NaN
def accept_layers(found, layers):
    scaled, factor = rescale(layers)
    rights, olds = ([part for pair in pairs for part in pair] for pairs in (scaled, layers))
    for part, (mine, right, old) in enumerate(zip(found[1:], rights, olds), 1):
        if np.array_equal(mine, right):
            continue
        place, name = (part - 1) // 2, "bW"[part % 2]
        before, after = (rescale(layers[:count])[1] for count in (place, place + 1))
        scale = after / before if name == "W" else after
        wanted = f"the {name} of layer {place} divided by {scale:g}: "
        divided = old.flat[abs(old).argmax()] / mine.flat[abs(old).argmax()]
        reason = "the smallest of 1, 2, 4, … with which W and b are at most 1 in size afterwards"
        if name == "b":
            reason = "the bias must be divided by the product of all scales so far"
            if np.allclose(mine, right, rtol=1e-9, atol=1e-9):
                wanted = f"exactly {wanted}"
                reason = "W is right; divide b by a power of two as well, and round nothing"
        elif not np.allclose(mine * divided, old):
            reason = "this W is not the given one divided by a number: do not clip or round"
        elif not np.log2(divided).is_integer():
            reason = f"W was divided by {divided:.4g}; only division by a power of two is exact"
        return f"{wanted}{show(right)}; yours is {show(mine)}", reason, part
    if found[0] != factor:
        return f"the factor {factor:g}", f"the factor is the product of all scales, {factor:g}", 0


EXERCISES["11.rescale"] = Exercise(
    cases=layer_cases, draw=draw_layers, answer=rescale, read=read_layers, accept=accept_layers,
    rtol=0, atol=0,
    mistakes={
        "this W is as it was: divide it by its scale": lambda layers: (layers, 1.0),
        "every layer has a scale of its own": one_scale,
    } | {reason: partial(rescale, **changes) for reason, changes in {
        "the scale must serve the bias too: include |b| / scales before in the maximum":
            dict(size=lambda W, b, before: abs(W).max()),
        "the bias counts after its division by the scales before":
            dict(size=lambda W, b, before: max(abs(W).max(), abs(b).max())),
        "this is the nearest power of two, which may be too small: the logarithm is rounded up":
            dict(power=lambda size: 2.0 ** max(0, np.round(np.log2(size))) if size else 1.0),
        "a largest weight of exactly 2 needs the scale 2, not 4":
            dict(power=partial(power_of_two, too_small=np.less_equal)),
        "the scales begin with 1: small weights stay as they are":
            dict(power=lambda size: 2.0 ** np.ceil(np.log2(size)) if size else 1.0),
        "the bias was divided by its own scale only; its input is divided by all scales before":
            dict(divisor=lambda scales: scales[-1]),
        "the bias is as it was; divide it by all scales so far": dict(divisor=lambda scales: 1.0),
        "the bias was divided by the scales of the layers before, but not by its own layer's":
            dict(divisor=lambda scales: np.prod(scales[:-1])),
        "the bias was divided by the scale of the layer before; all scales so far are wanted":
            dict(divisor=lambda scales: [1.0, *scales][-2]),
        "this is 1 divided by the product; the factor multiplies the output":
            dict(factor=lambda scales: 1 / np.prod(scales)),
        **{f"the factor is the product of all scales, not {other}": dict(factor=factor)
           for other, factor in {
            "the last one": lambda scales: scales[-1], "the first one": lambda scales: scales[0],
            "the largest one": max, "their sum": sum}.items()},
        "the factor is the product of all scales, the last layer's too":
            dict(factor=lambda scales: np.prod(scales[:-1])),
    }.items()},
    insight="Positive homogeneity moves every power of two to the output. A bias meets an input "
    "that is already divided, so it is divided by all powers so far; and nothing is rounded on the "
    "way.",
)  # fmt: skip

# 11.error_after ---------------------------------------------------------------------------------


class Named:
    """A function with a name to show."""

    def __init__(self, name, function):
        self.name, self.function = name, function

    def __call__(self, x):
        return self.function(np.asarray(x))

    def __repr__(self):
        return self.name


LAYERS = RELU, LARGEST, MEAN, CLIPPED = [Named(*one) for one in {
    "relu": lambda x: np.maximum(x, 0), "largest of a row": lambda x: x.max(axis=-1),
    "mean of a row": lambda x: x.mean(axis=-1), "relu, cut off at 1": lambda x: np.clip(x, 0, 1),
}.items()]  # fmt: skip


def draw_error(rng, layer=None):
    h, e = rng.normal(0, 1, (4, 3)).round(2), rng.uniform(0, 1, (4, 3)).round(2)
    return {"layer": layer or LAYERS[rng.integers(4)], "h": h, "e": e}


def error_cases():
    rng, h, e = np.random.default_rng(12), [[1, 0.9, -2, -0.3]], [[0.1, 0.5, 0.5, 0.5]]
    cases = [
        (LARGEST, h, e), (RELU, h, e), (RELU, [-1.0, 0, 1, -0.5], [1.0, 0.5, 0, 0.25]),
        (LARGEST, [[1.0, 0.2]], [[0.5, 0]]), (CLIPPED, [0.8, 1.5], [0.5, 0.7]),
    ]  # fmt: skip
    cases = [dict(layer=layer, h=np.array(h), e=np.array(e)) for layer, h, e in cases]
    return cases + [draw_error(rng, layer) for layer in LAYERS]


def bound(rule=np.maximum):
    """By a rule for the changes that go up and those that go down."""
    return lambda layer, h, e: rule(layer(h + e) - layer(h), layer(h) - layer(h - e))


def accept_bound(found, layer, h, e):
    right, middle = bound()(layer, h, e), layer(h)
    for place in map(tuple, np.argwhere(~np.isclose(found, right, atol=1e-9))):
        ends = {"h + e": layer(h + e)[place], "h - e": layer(h - e)[place]}
        name = max(ends, key=lambda end: abs(ends[end] - middle[place]))
        wanted = f"{show(float(right[place]))}: the output is {show(float(middle[place]))} at h, "
        wanted += f"{show(float(ends[name]))} at g = {name}"
        if found[place] > right[place]:
            wanted += ", and no g changes it more"
        mine = f"your bound for output {', '.join(map(str, place))} is {show(float(found[place]))}"
        reason = "g = h + e has the largest outputs, g = h - e the smallest; the farther of the "
        return f"{wanted}; {mine}", f"{reason}two from layer(h) counts"


EXERCISES["11.error_after"] = Exercise(
    cases=error_cases, draw=draw_error, answer=bound(), accept=accept_bound,
    mistakes={
        "outputs can also go down: g = h - e": bound(lambda up, down: up),
        "outputs can also go up: g = h + e": bound(lambda up, down: down),
        "this is the layer applied to e: not the tightest bound, except for linear layers":
            lambda layer, h, e: layer(e),
        "this is the whole range of outputs; the distance from layer(h) is wanted": bound(np.add),
        "this is the middle of the two changes; the larger one is wanted":
            bound(lambda up, down: (up + down) / 2),
        "this is the smaller of the two changes; the larger one is wanted": bound(np.minimum),
        "this is the largest output itself; its distance from layer(h) is wanted":
            lambda layer, h, e: layer(h + e),
        "min(e, layer(h + e)) is right for ReLU only; other layers need another rule":
            lambda layer, h, e: np.minimum(
                e if layer(h).ndim == h.ndim else e.max(-1), layer(h + e)),
    },
    advice="one bound for each output of the layer: an array with the shape of layer(h)",
    insight="One rule for all layers that never decrease: the two ends h + e and h - e tell "
    "everything. A certificate at given inputs can use it, one by norms cannot.",
)  # fmt: skip

# 11.largest_of ----------------------------------------------------------------------------------

LEVELS = np.array([0.05, 0.5, 0.95])
SIMULATED = np.array([[0.01, 0.3, 0.88], [0.12, 0.7, 0.99]])  # the levels of simulated maxima


def sample_cases():
    rng, line = np.random.default_rng(13), np.linspace(0, 1, 101)
    cases = [(line, 2), (line[::-1].copy(), 1), (abs(rng.normal(0, 0.1, 20_001)), 10)]
    cases += [(rng.exponential(1e-3, 30_000), 300), (np.r_[np.zeros(4000), rng.random(6000)], 5)]
    return [dict(errors=errors, m=m) for errors, m in cases]


def quantiles(levels):
    return lambda errors, m: np.quantile(errors, levels(m))


def accept_quantiles(found, errors, m):
    ordered = np.sort(errors)
    for part, (mine, right) in enumerate(zip(found, np.quantile(errors, LEVELS ** (1 / m)))):
        low = ordered[max(np.searchsorted(ordered, right, "left") - 2, 0)]
        high = ordered[min(np.searchsorted(ordered, right, "right") + 1, len(ordered) - 1)]
        if low - 1e-9 <= mine <= high + 1e-9:
            continue
        wanted = f"{('low', 'middle', 'high')[part]} = {show(right)}, for the probability "
        wanted += f"{LEVELS[part]}; yours is {show(mine)}"
        share = np.mean(errors <= mine)
        if np.isfinite(mine):
            wanted += f": a share of {share:.5g} of the errors is at most that, so all {m} are "
            wanted += f"with probability {share**m:.3g}"
        reason = "all m errors are at most t with probability F(t) ** m; solve for F(t)"
        meant = np.array([np.mean(errors <= value) ** m for value in found])
        if ((SIMULATED[0] < meant) & (meant < SIMULATED[1])).all():
            reason = "close, but not exact, as a simulation is: take one quantile of the sample, "
            reason += "at the level 0.05 ** (1 / m)"
        return wanted, reason, part


EXERCISES["11.largest_of"] = Exercise(
    cases=sample_cases, accept=accept_quantiles, rtol=0.05,
    draw=lambda rng: dict(errors=rng.exponential(1.0, 2000), m=int(rng.integers(1, 9))),
    answer=lambda errors, m: tuple(np.quantile(errors, LEVELS ** (1 / m))),
    mistakes={
        "these are quantiles of single errors; the largest of m is at most t only if all m are":
            quantiles(lambda m: LEVELS),
        "the power is 1 / m, not m: F(t) ** m is the given number, F(t) is wanted":
            quantiles(lambda m: LEVELS**m),
        "this is the law of the smallest error; for the largest, all m errors are at most t":
            quantiles(lambda m: 1 - (1 - LEVELS) ** (1 / m)),
        "the largest of the sample is not the largest of m": quantiles(lambda m: np.ones(3)),
        "the level is 0.05 ** (1 / m), and so on; 1 - (1 - 0.05) / m is only near it":
            quantiles(lambda m: 1 - (1 - LEVELS) / m),
        "the probabilities are 0.05, 0.5 and 0.95, not 0.025, 0.5 and 0.975":
            quantiles(lambda m: np.array([0.025, 0.5, 0.975]) ** (1 / m)),
        "the order is low, middle, high": quantiles(lambda m: LEVELS[::-1] ** (1 / m)),
        "these are the levels; the quantiles of the errors at these levels are wanted":
            lambda errors, m: LEVELS ** (1 / m),
        "take the errors of the sample as they are, not their logarithm or their squares":
            lambda errors, m: np.quantile(errors**2, LEVELS ** (1 / m)),
    },
    kind="three numbers", advice="return low, middle, high: quantiles at three levels",
    insight="The maximum of m errors is a quantile at a level that depends on m: two maxima over "
    "different numbers of weights measure different things.",
)  # fmt: skip

# 11.predict_seconds -----------------------------------------------------------------------------

LOGARITHM = Named("logarithm", lambda tolerance: np.log2(1 / tolerance))
ROOT = Named("root", lambda tolerance: tolerance**-0.5)
ITSELF = Named("the tolerance itself", lambda tolerance: tolerance)


def draw_rows(rng, law=None, noise=0.1):
    law = law or (LOGARITHM, ROOT)[rng.integers(2)]
    a, b = {LOGARITHM: (2e-3, 3e-4), ROOT: (1e-3, 1e-5)}[law]  # seconds per weight
    tolerances, counts = 10.0 ** -np.arange(5), 1000 * np.array([10, 70, 5, 20, 300])
    seconds = counts * (a + b * law(tolerances)) * (1 + noise * rng.uniform(-1, 1, 5))
    rows = list(zip(tolerances, counts.tolist(), seconds))[::-1]
    return {"rows": rows, "law": law, "tolerance": 1e-6, "weights": 10**9}


def row_cases():
    rng, rows = np.random.default_rng(14), [(1 / 4, 100, 0.5), (1 / 16, 200, 1.6)]
    return [
        *(dict(rows=rows, law=law, tolerance=1 / 64, weights=1000) for law in (LOGARITHM, ROOT)),
        *(draw_rows(rng, law, noise) for law in (LOGARITHM, ROOT) for noise in (0, 0.1)),
    ]


def predict(
    rows, law, tolerance, weights, laws=lambda law: (law, law),
    fit=lambda x, n, seconds: np.polyfit(x, seconds / n, 1), change=lambda s, weights: s,
):  # fmt: skip
    """By slope and constant, with one law for the fit and one for the new tolerance."""
    tolerances, counts, seconds = np.transpose(rows)
    measured, new = laws(law)
    b, a = fit(measured(tolerances), counts, seconds)
    return change(weights * (a + b * new(tolerance)), weights)


EXERCISES["11.predict_seconds"] = Exercise(
    cases=row_cases, draw=draw_rows, answer=predict, rtol=1e-4,
    mistakes={reason: partial(predict, fit=fit) for reason, fit in {
        "this line goes through 0; there is a constant a as well":
            lambda x, n, seconds: (x @ (seconds / n) / (x @ x), 0),
        "np.polyfit returns the slope first, then the constant":
            lambda x, n, seconds: np.polyfit(x, seconds / n, 1)[::-1],
        "divide the seconds by the rows' numbers of weights, do not only multiply at the end":
            lambda x, n, seconds: np.polyfit(x, seconds, 1),
        "this divides all seconds by the sum of the weights; each row has its own number":
            lambda x, n, seconds: np.polyfit(x, seconds / n.sum(), 1),
        "this is the mean of the seconds per weight; they depend on the tolerance":
            lambda x, n, seconds: (0, np.mean(seconds / n)),
        "this is the last row's time per weight; they depend on the tolerance":
            lambda x, n, seconds: (0, seconds[-1] / n[-1]),
        "every row counts the same here: fit seconds / weights, not weights · law":
            lambda x, n, seconds: np.linalg.lstsq(np.stack([n * x, n], 1), seconds, rcond=None)[0],
    }.items()} | {reason: partial(predict, laws=laws) for reason, laws in {
        "this uses the logarithm for every law: use the argument law": lambda law: (LOGARITHM,) * 2,
        "this uses the root for every law: use the argument law": lambda law: (ROOT,) * 2,
        "this is a line in the tolerance itself; it must be one in law(tolerance)":
            lambda law: (ITSELF, ITSELF),
        "the fit is by law(tolerance): the new tolerance needs it too": lambda law: (law, ITSELF),
    }.items()} | {
        "these are the seconds for one weight; multiply by the number of weights":
            partial(predict, change=lambda seconds, weights: seconds / weights),
        "these are hours; seconds are wanted": partial(predict, change=lambda s, weights: s / 3600),
        "the rows have different numbers of weights: divide the seconds by them before the fit":
            partial(predict, fit=lambda x, n, seconds: np.polyfit(x, seconds, 1),
                    change=lambda seconds, weights: seconds / weights),
    },
    otherwise="fit seconds / weights of the rows as a + b·law(tolerance), then multiply by the "
    "number of weights",
    advice="return the predicted seconds, one number",
    insight="A prediction is as good as its law. Fit both laws to real times, predict a tolerance "
    "that was left out, and measure it: the next cells do that.",
)  # fmt: skip

# 11.fewest_units --------------------------------------------------------------------------------


def unit_cases():
    """Cases in which the right answer and that of each mistake are the only ones of their kind."""
    by_hand = [[0.5, 0.4, 0.2, 0.88], [0.4, 0.3, -0.5, 0.1]]
    cases = [
        *((by_hand, [0.9, 0.7], 0.04), (by_hand[:1], [0.91], 0.04), (by_hand, [0.9, 5], 0.04)),
        ([[0.05, 0.5, -0.2], [0.02, 0.3, 0.4]], [0.03, -0.02], 0.06),  # no units
        ([[0.25, 0.5], [-0.25, 0.5]], [0.75, 0.5], 0.25),  # an error of exactly eps
        ([[0.25, 0.5, 0.25], [0.5, 1, 2]], [1.0, 3.5], 0.1),  # all units
        ([[-0.5, 0.5], [0.25, 0.75]], [-0.5, 0.0], 0.1),
    ]
    for outputs, n, eps, seed in ((2, 9, 0.0205, 101), (4, 8, 0.0805, 47), (3, 9, 0.0305, 2)):
        rng = np.random.default_rng(seed)
        items = rng.uniform(-0.7, 0.7, (outputs, n)).round(3)
        cases.append((items, rng.normal(0, 0.3, outputs).round(3), eps))
    return [dict(items=np.array(x), targets=np.array(z), eps=eps) for x, z, eps in cases]


def fewest_units(
    items, targets, eps, rank=lambda sizes, errors: sizes, near=np.less_equal, codes=slice(None),
    sets=lambda codes, sizes: codes[sizes.argsort(kind="stable")],
    change=lambda masks, items: masks,
):  # fmt: skip
    """The masks that come first by rank within the first set of units that serves all outputs."""
    n = items.shape[1]
    sums, (sizes,), every = subset_sums(items), subset_sums(np.ones((1, n))), np.arange(2**n)
    errors = abs(sums - targets[:, None])
    within = near(errors, eps) & np.isin(every, every[codes])
    for units in sets(every, sizes):
        served = within & (every & ~units == 0)
        if served.any(1).all():
            first = np.where(served, rank(sizes, errors), np.inf).argmin(1)
            return change((first[:, None] >> np.arange(n)) % 2 == 1, items)
    return None


def one_mask(items, targets, eps):
    codes = np.flatnonzero((abs(subset_sums(items) - targets[:, None]) <= eps).all(0))
    masks = (codes[:, None] >> np.arange(items.shape[1])) % 2 == 1
    return np.tile(min(masks, key=np.sum), (len(items), 1)) if len(codes) else None


def accept_units(masks, items, targets, eps):
    right = fewest_units(items, targets, eps, near=lambda error, eps: error <= eps + 1e-9)
    if right is None:
        reason = "some output has no subset within eps: return None"
        return None if masks is None else ("None", reason)
    fewest = right.any(0).sum()
    if masks is None:
        wanted = f"masks that use {fewest} units: there are some"
        return wanted, "the search missed it: sets have from 0 units up to all of them"
    sums = (items * masks).sum(1)
    for output in np.flatnonzero(abs(sums - targets) > eps + 1e-9):
        wanted = f"a sum within {eps} of {targets[output]:.4g} for output {output}; your mask is "
        wanted += f"{show(masks[output].astype(int))}, its sum {sums[output]:.4g}"
        reason = "every output needs a mask of its own whose kept items add up to its target, "
        return wanted, f"{reason}within eps"
    used = np.flatnonzero(masks.any(0))
    if len(used) > fewest:
        wanted = f"{fewest}, with which all outputs can be within {eps} of their targets; your "
        wanted += f"masks use {len(used)} units: {show(used)}"
        return (
            wanted,
            "try the sets of 0 units, then of 1, of 2, …: the first that serves all outputs",
        )


def read_units(got, inputs):
    advice = "a mask for each output, one row of True and False (True = kept); or None"
    return got if got is None else kept(got, inputs, inputs["items"].shape, advice)


EXERCISES["11.fewest_units"] = Exercise(
    cases=unit_cases, answer=fewest_units, read=read_units, accept=accept_units,
    draw=lambda rng: dict(items=rng.uniform(-0.7, 0.7, (2, 6)), targets=rng.normal(0, 0.3, 2),
                          eps=rng.uniform(0.02, 0.2)),
    mistakes={reason: partial(fewest_units, **changes) for reason, changes in {
        "each output has its smallest subset; one with more items can do with fewer units in all":
            dict(sets=lambda codes, sizes: codes[-1:]),
        "these are the most precise subsets; less precise ones within eps can use fewer units":
            dict(rank=lambda sizes, errors: errors, sets=lambda codes, sizes: codes[-1:]),
        "an error of exactly eps is within eps: <=": dict(near=np.less),
        "the empty set of units counts: all sums are 0": dict(codes=slice(1, None)),
        "the mask is upside down: True means kept": dict(change=lambda masks, items: ~masks),
        "nothing is kept for this output; 0 is not within eps of its target":
            dict(change=lambda masks, items: masks & False),
        "all outputs have the same mask; they share units, but each has its own subset of them":
            dict(change=lambda masks, items: np.tile(masks[0], (len(masks), 1))),
    }.items()} | {
        "every output has a mask of its own, the units are shared and not the masks": one_mask,
    },
    insight="A unit that no output uses can be cut out of both layers. That it pays to let an "
    "output keep more items is what makes the search hard.",
)  # fmt: skip
