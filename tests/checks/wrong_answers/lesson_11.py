"""Wrong answers to set 11 that are no `mistakes` of its exercises: what each is told."""

from functools import partial

import numpy as np

from slt_course.checks.lesson_11 import LEVELS, bound, fewest_units, power_of_two, predict, rescale

SIMULATION = "close, but not exact, as a"


def simulated(errors, m, times):
    return np.quantile(np.random.default_rng(times).choice(errors, (times, m)).max(axis=1), LEVELS)


WRONG = {
    "11.rescale": [
        (partial(rescale, power=lambda size: max(1.0, size)), "only division by a power of two"),
        (partial(rescale, power=lambda size: 2 * power_of_two(size)), "4: .*the smallest of"),
        (partial(rescale, divisor=lambda scales: 2 * np.prod(scales)), "b of layer 0 .*so far"),
        (partial(rescale, factor=lambda scales: 7.0), "the factor 32\n.*product of all scales, 32"),
        (lambda layers: ([(W.clip(-1, 1), b) for W, b in layers], 1.0), "do not clip or round"),
        (lambda layers: ([(W, b * (1 + 1e-12)) for W, b in rescale(layers)[0]], 32.0),
         "exactly the b .*round nothing"),
        (lambda layers: ([part for pair in rescale(layers)[0] for part in pair], 32.0),
         "append one pair"),
        (lambda layers: (rescale(layers)[0][:1], 32.0), "a list of 2 pairs"),
        (lambda layers: rescale(layers)[0], "return scaled, factor"),
    ],
    "11.error_after": [
        (lambda layer, h, e: e, r"expected an array of shape \(1,\)\n.*the shape of layer\(h\)"),
        (bound(lambda up, down: 0 * up), "your bound for output 0 is 0.*the farther of the two"),
        (bound(lambda up, down: 2 * np.maximum(up, down)), "and no g changes it more"),
    ],
    "11.largest_of": [
        (lambda errors, m: np.quantile(errors, 0.5 ** (1 / m)), "return low, middle, high"),
        *((partial(simulated, times=times), SIMULATION) for times in (200, 300, 1000, 10_000)),
        (lambda errors, m: np.quantile(errors, np.array([0, 0.5, 1]) ** (1 / m)),
         "yours is 0: .*solve for F"),
        (lambda errors, m: np.quantile(errors[:m], LEVELS), "a share of .* of the errors is at"),
    ],
    "11.predict_seconds": [
        (lambda rows, *rest: predict([rows[0], rows[-1]], *rest), "fit seconds / weights of the"),
        (lambda *inputs: (1.0, 2.0), "return the predicted seconds, one number"),
    ],
    "11.fewest_units": [
        (partial(fewest_units, change=lambda masks, items: masks.any(axis=0)), "a mask for each"),
        (partial(fewest_units, change=lambda masks, _: masks.T), r"an array of shape \(2, 4\)"),
        (partial(fewest_units, change=lambda masks, items: masks * items), "True or 1 = kept"),
        (partial(fewest_units, sets=lambda codes, sizes: codes), "try the sets of 0"),
        (lambda items, targets, eps: fewest_units(items, targets, 2 * eps),
         "expected a sum within .*a mask of its own whose kept items add up"),
        (lambda *inputs: np.ones(inputs[0].shape) if (m := fewest_units(*inputs)) is None else m,
         "expected None\n.*return None"),
        (partial(fewest_units, change=lambda masks, _: masks if masks.any(0).sum() < 4 else None),
         "you returned None\n.*the search missed it"),
    ],
}  # fmt: skip
