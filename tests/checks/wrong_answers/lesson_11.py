"""Plausible wrong answers to exercise set 11, each with words its message must hold."""

import itertools
from functools import partial

import numpy as np


def power_above(largest, strict=False):
    scale = 1.0
    while scale < largest or strict and scale == largest:
        scale *= 2
    return scale


def scales_of(layers, bias=True, power=power_above):
    """One scale per layer, with or without a look at the biases."""
    scales = []
    for W, b in layers:
        scales.append(power(max(abs(W).max(), bias * abs(b).max() / np.prod(scales))))
    return scales


def rescale_by(divisor, factor=np.prod, **options):
    """Divide the bias of layer i by divisor(scales, i)."""

    def answer(layers):
        scales = scales_of(layers, **options)
        pairs = [(W / scales[i], b / divisor(scales, i)) for i, (W, b) in enumerate(layers)]
        return pairs, float(factor(scales))

    return answer


def so_far(scales, i):
    return np.prod(scales[: i + 1])


def rescale_clipped(layers):
    return [(np.clip(W, -1, 1), np.clip(b, -1, 1)) for W, b in layers], 1.0


def rescale_one_scale(layers):
    scale = power_above(max(max(abs(W).max(), abs(b).max()) for W, b in layers))
    return [(W / scale, b / scale ** (i + 1)) for i, (W, b) in enumerate(layers)], scale ** len(
        layers
    )


def rescale_flat(layers):
    pairs, factor = rescale_by(so_far)(layers)
    return [part for pair in pairs for part in pair], factor


def rescale_list_only(layers):
    return rescale_by(so_far)(layers)[0]


def rescale_rows(layers):
    return [
        (W / abs(W).max(1, keepdims=True).clip(1), b / abs(b).max().clip(1)) for W, b in layers
    ], 1.0


def rescale_stops(layers):
    pairs, factor = rescale_by(so_far)(layers)
    return pairs[:1], factor


def rescale_undivided_bias_of_size(layers):
    """Counts the whole bias when it chooses the scale."""
    scales = [power_above(max(abs(W).max(), abs(b).max())) for W, b in layers]
    return [(W / scales[i], b / so_far(scales, i)) for i, (W, b) in enumerate(layers)], np.prod(
        scales
    )


def rescale_rounds(layers):
    pairs, factor = rescale_by(so_far)(layers)
    return [(W, b * (1 + 1e-12)) for W, b in pairs], factor


def nearest_power(largest):
    return max(1.0, 2.0 ** np.round(np.log2(largest))) if largest else 1.0


def power_below_one(largest):
    return 2.0 ** np.ceil(np.log2(largest)) if largest else 1.0


def up(layer, h, e):
    return layer(h + e) - layer(h)


def down(layer, h, e):
    return layer(h) - layer(h - e)


def quantiles(level):
    levels = np.array([0.05, 0.5, 0.95])
    return lambda errors, m: np.quantile(errors, level(levels, m))


def largest_simulated(errors, m, times=200, seed=0):
    maxima = np.random.default_rng(seed).choice(errors, (times, m)).max(axis=1)
    return np.quantile(maxima, [0.05, 0.5, 0.95])


def largest_of_maximum(errors, m):
    return [errors.max()] * 3


def seconds_by(
    fit, predict=lambda a, b, law, tolerance, weights: weights * (a + b * law(tolerance))
):
    """A prediction from fit(x, counts, seconds) -> b, a."""

    def answer(rows, law, tolerance, weights):
        tolerances, counts, seconds = np.transpose(rows)
        b, a = fit(law(tolerances), counts, seconds)
        return predict(a, b, law, tolerance, weights)

    return answer


def fit_each(x, counts, seconds):
    return np.polyfit(x, seconds / counts, 1)


def fit_with_weights(x, counts, seconds):
    return np.linalg.lstsq(np.stack([counts * x, counts], 1), seconds, rcond=None)[0]


def own_law(law):
    right = seconds_by(fit_each)
    return lambda rows, _, tolerance, weights: right(rows, law, tolerance, weights)


def seconds_last_row(rows, law, tolerance, weights):
    return weights * rows[-1][2] / rows[-1][1]


def seconds_mean(rows, law, tolerance, weights):
    return weights * np.mean([s / c for _, c, s in rows])


def seconds_two_rows(rows, law, tolerance, weights):
    """A line through the first and the last row."""
    return seconds_by(fit_each)([rows[0], rows[-1]], law, tolerance, weights)


def units_by(key, slack=lambda eps: eps + 1e-9, least=0):
    """For the smallest set of units, each output's mask with the smallest key(mask, error) among those within tolerance."""

    def answer(items, targets, eps):
        outputs, n = items.shape
        masks = np.array(list(itertools.product([False, True], repeat=n)))
        errors = abs(masks @ items.T - targets)
        for units in sorted(masks, key=np.sum):
            allowed = np.flatnonzero(~(masks & ~units).any(1) & (masks.sum(1) >= least))
            good = [[m for m in allowed if errors[m, o] <= slack(eps)] for o in range(outputs)]
            if all(good):
                chosen = [
                    min(own, key=lambda m, o=o: key(masks[m], errors[m, o]))
                    for o, own in enumerate(good)
                ]
                return masks[chosen]
        return None

    return answer


right_units = units_by(lambda mask, error: mask.sum())


def each_alone(key):
    """Every output has the smallest key(mask, error) of its own."""

    def answer(items, targets, eps):
        rows = [
            units_by(lambda mask, error: mask.sum())(items[o : o + 1], targets[o : o + 1], eps)
            for o in range(len(items))
        ]
        if any(row is None for row in rows):
            return None
        found = []
        for own, target in zip(items, targets):
            masks = [np.array(mask) for mask in itertools.product([False, True], repeat=len(own))]
            pairs = [(mask, abs(own[mask].sum() - target)) for mask in masks]
            found.append(
                min((p for p in pairs if p[1] <= eps + 1e-9), key=lambda pair: key(*pair))[0]
            )
        return np.array(found)

    return answer


def of_right(change):
    def answer(items, targets, eps):
        masks = right_units(items, targets, eps)
        return None if masks is None else change(masks, items)

    return answer


def units_never_none(items, targets, eps):
    masks = right_units(items, targets, eps)
    return np.ones(items.shape, bool) if masks is None else masks


def units_common(items, targets, eps):
    """One mask for all outputs."""
    masks = (np.array(mask) for mask in itertools.product([False, True], repeat=items.shape[1]))
    good = [mask for mask in masks if (abs(items @ mask - targets) <= eps + 1e-9).all()]
    return np.tile(min(good, key=np.sum), (len(items), 1)) if good else None


def units_gives_up(items, targets, eps):
    masks = right_units(items, targets, eps)
    return masks if masks is not None and masks.any(0).sum() < 4 else None


def units_greedy(items, targets, eps):
    """Each output keeps an item, from the largest on, if its sum comes nearer to the target."""
    masks = np.zeros(items.shape, bool)
    for mask, own, target in zip(masks, items, targets):
        for k in np.argsort(-abs(own)):
            mask[k] = abs(target - own[mask].sum() - own[k]) < abs(target - own[mask].sum())
    return masks if (abs((items * masks).sum(axis=1) - targets) <= eps + 1e-9).all() else None


def units_from_the_left(items, targets, eps):
    """Looks at the first 1, 2, … units only."""
    for n in range(1, items.shape[1] + 1):
        masks = right_units(items[:, :n], targets, eps)
        if masks is not None:
            return np.pad(masks, ((0, 0), (0, items.shape[1] - n)))
    return None


SIMULATED = "close, but not exact, as a simulation is"
WRONG = {
    "11.rescale": [
        (
            rescale_by(lambda scales, i: scales[i]),
            "bias of layer 1 was divided by its own layer's scale only",
        ),
        (
            rescale_by(lambda scales, i: 1.0),
            "the bias of layer 1 is as it was; it must be divided by all",
        ),
        (
            rescale_by(lambda scales, i: np.prod(scales[:i])),
            "in layer 1 your b is .*not by its own layer's",
        ),
        (rescale_by(so_far, bias=False), "the scale must serve the bias too"),
        (
            rescale_by(so_far, power=nearest_power),
            "the nearest power of two, which may be too small",
        ),
        (
            rescale_by(so_far, power=lambda x: max(1.0, x)),
            "only division by a power of two is exact",
        ),
        (
            rescale_by(so_far, power=lambda x: power_above(x, strict=True)),
            "exactly 2 needs the scale 2, not 4",
        ),
        (rescale_by(so_far, power=power_below_one), "the scales begin with 1"),
        (
            rescale_by(so_far, power=lambda x: 2 * power_above(x)),
            "expected division by 4\n.*the smallest of 1, 2, 4",
        ),
        (rescale_by(so_far, factor=lambda scales: scales[-1]), "not the last one"),
        (rescale_by(so_far, factor=lambda scales: scales[0]), "not the first one"),
        (rescale_by(so_far, factor=sum), "not their sum"),
        (
            rescale_by(so_far, factor=lambda scales: 1 / np.prod(scales)),
            "the factor multiplies the output",
        ),
        (rescale_clipped, "divide, do not clip or round"),
        (rescale_one_scale, "every layer has a scale of its own"),
        (rescale_undivided_bias_of_size, "the bias counts after its division"),
        (rescale_flat, "append one pair"),
        (rescale_list_only, "return scaled, factor"),
        (rescale_stops, "a list of 2 pairs"),
        (rescale_rows, "is not the given one divided by one number"),
        (rescale_rounds, "exactly\n.*round nothing"),
        (lambda layers: (layers, 1.0), "this W is as it was"),
    ],
    "11.error_after": [
        (up, "outputs can also go down"),
        (down, "outputs can also go up"),
        (lambda layer, h, e: layer(h + e) - layer(h - e), "the whole range of the output"),
        (lambda layer, h, e: layer(e), "not the tightest bound"),
        (lambda layer, h, e: e, r"expected an array of shape \(1,\)\n.*the shape of layer\(h\)"),
        (
            lambda layer, h, e: np.minimum(up(layer, h, e), down(layer, h, e)),
            "the smaller of the two changes",
        ),
        (lambda layer, h, e: (layer(h + e) - layer(h - e)) / 2, "the middle of the two changes"),
        (lambda layer, h, e: layer(h + e), "the largest output itself"),
        (
            lambda layer, h, e: np.minimum(
                e if layer(h).ndim == h.ndim else e.max(-1), layer(h + e)
            ),
            "is right for ReLU only; other layers",
        ),
        (
            lambda layer, h, e: np.minimum(e, np.maximum(h + e, 0)),
            r"expected an array of shape \(1,\)",
        ),
        (
            lambda layer, h, e: np.zeros_like(layer(h)),
            "your bound for output 0, 0 is 0.*the farther of the two",
        ),
        (
            lambda layer, h, e: 2 * np.maximum(up(layer, h, e), down(layer, h, e)),
            "and no g changes it more",
        ),
    ],
    "11.largest_of": [
        (quantiles(lambda levels, m: levels), "these are quantiles of single errors"),
        (quantiles(lambda levels, m: levels**m), "the power is 1 / m, not m"),
        (quantiles(lambda levels, m: 1 - (1 - levels) ** (1 / m)), "the law of the smallest error"),
        (quantiles(lambda levels, m: 1 - (1 - levels) / m), "is only near it"),
        (quantiles(lambda levels, m: levels[::-1] ** (1 / m)), "the order is low, middle, high"),
        (lambda errors, m: np.array([0.05, 0.5, 0.95]) ** (1 / m), "these are the levels"),
        (largest_of_maximum, "the largest of the sample"),
        (lambda errors, m: np.quantile(errors, 0.5 ** (1 / m)), "return low, middle, high"),
        *(
            (partial(largest_simulated, times=times, seed=times), SIMULATED)
            for times in (200, 300, 1000, 10_000)
        ),
        (
            quantiles(lambda levels, m: np.array([0.025, 0.5, 0.975]) ** (1 / m)),
            "not 0.025, 0.5 and 0.975",
        ),
        (quantiles(lambda levels, m: np.array([0, 0.5, 1]) ** (1 / m)), "low = 0: .*solve F"),
        (
            lambda errors, m: np.quantile(errors[:m], [0.05, 0.5, 0.95]),
            "a share of .* of the errors is at most that",
        ),
    ],
    "11.predict_seconds": [
        (seconds_by(lambda x, c, s: np.polyfit(x, s, 1)), "do not multiply at the end only"),
        (
            seconds_by(lambda x, c, s: np.polyfit(x, s, 1), lambda a, b, law, t, w: a + b * law(t)),
            "divide the seconds by them before the fit",
        ),
        (seconds_by(lambda x, c, s: np.polyfit(x, s / c.sum(), 1)), "each row has its own number"),
        (
            seconds_by(fit_each, lambda a, b, law, t, w: a + b * law(t)),
            "the seconds for one weight",
        ),
        (
            seconds_by(fit_each, lambda a, b, law, t, w: w * (a + b * law(t)) / 3600),
            "these are hours",
        ),
        (seconds_by(lambda x, c, s: fit_each(x, c, s)[::-1]), "the slope first"),
        (seconds_by(lambda x, c, s: ((x @ (s / c)) / (x @ x), 0)), "this line goes through 0"),
        (seconds_by(fit_with_weights), "every row counts the same"),
        (own_law(lambda t: np.log2(1 / t)), "the logarithm for every law"),
        (own_law(lambda t: t**-0.5), "the root for every law"),
        (own_law(lambda t: t), "a line in the tolerance itself"),
        (
            seconds_by(fit_each, lambda a, b, law, t, w: w * (a + b * t)),
            "law belongs to the new tolerance too",
        ),
        (seconds_last_row, "the last row's time per weight"),
        (seconds_mean, "the mean of the seconds per weight"),
        (seconds_two_rows, "you returned .*expected .* seconds"),
        (
            lambda rows, law, tolerance, weights: (1.0, 2.0),
            "return the predicted seconds, one number",
        ),
    ],
    "11.fewest_units": [
        (each_alone(lambda mask, error: mask.sum()), "each output has its smallest subset"),
        (each_alone(lambda mask, error: error), "these are the most precise subsets"),
        (
            units_by(lambda mask, error: mask.sum(), slack=lambda eps: eps - 1e-9),
            "an error of exactly eps is within eps",
        ),
        (units_by(lambda mask, error: mask.sum(), least=1), "the empty set of units counts"),
        (of_right(lambda masks, items: ~masks), "the mask is upside down"),
        (
            of_right(lambda masks, items: np.tile(masks[0], (len(masks), 1))),
            "all outputs have the same mask",
        ),
        (of_right(lambda masks, items: masks.any(axis=0)), "a mask for each output"),
        (
            of_right(lambda masks, items: int(masks.any(axis=0).sum())),
            "you returned 2\n.*a mask for each output",
        ),
        (of_right(lambda masks, items: masks.T), r"expected an array of shape \(2, 4\)"),
        (of_right(lambda masks, items: masks * items), "True or 1 for kept"),
        (of_right(lambda masks, items: masks & False), "nothing is kept for this output"),
        (
            units_common,
            "every output has a mask of its own, the units are shared and not the masks",
        ),
        (units_greedy, "use 3 units.*go through the sets of 0 units, then of 1"),
        (units_from_the_left, "use 2 units.*go through the sets of 0 units, then of 1"),
        (
            units_by(lambda mask, error: mask.sum(), slack=lambda eps: 2 * eps),
            "expected a sum within .*a mask of its own whose kept items add up",
        ),
        (units_never_none, "expected None\n.*return None"),
        (units_gives_up, "you returned None\n.*the search missed it"),
    ],
}
