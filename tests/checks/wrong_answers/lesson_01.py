"""Wrong answers to set 01 that are no `mistakes` of its exercises: what each is told."""

import math
from functools import partial

import numpy as np

from slt_course.checks.lesson_01 import controls, imp_round, magnitude_masks, rounds_needed, shuffle

ABOVE = "still above the goal .*tiny tolerance"
loop = partial(rounds_needed, exact=float)


def by_logarithms(p, goal, tolerance=1e-9):
    return math.ceil(math.log(goal) / math.log(1 - p) - tolerance)


def pruned_places_first(rng, mask):
    free = rng.permutation(np.flatnonzero(~mask))[: mask.sum()]
    return np.isin(np.arange(mask.size), free).reshape(mask.shape)


def shuffled_by(method):
    """Answers whose shuffled mask is method(rng, mask)."""
    return partial(controls, shuffle=lambda mask, seed: method(np.random.default_rng(seed), mask))


def names(*flaws):
    return lambda: dict(zip("ABCD", flaws))


WRONG = {
    "01.magnitude_masks": [
        (lambda *inputs: [1.0 * mask for mask in magnitude_masks(*inputs)], "are no mask"),
        (lambda *inputs: np.concatenate(magnitude_masks(*inputs), None), "a list of 2 masks"),
        (lambda *inputs: [mask.ravel() for mask in magnitude_masks(*inputs)],
         r"an array of shape \(3, 2\).*mask 1"),
    ],
    "01.imp_round": [
        (lambda initial, trained, mask, keep:
             imp_round(initial, trained * mask, mask | True, keep * mask.mean()),
         "trained = .*-0.4, 0.*a trained 0"),
        (lambda *inputs: imp_round(*inputs)[::-1], "the mask first"),
        (lambda *inputs: imp_round(*inputs)[0], r"a pair \(new_mask, rewound\)"),
    ],
    "01.schedule": [
        (loop, "goal = 0.64.*0.6400000000000001"),
        (lambda p, goal: loop(p, goal) + 1, "one round too many"),
        (lambda p, goal: loop(p, goal * (1 - 1e-9)), "goal = 0.125.*<=, not <"),
        (lambda p, goal: math.ceil(math.log(goal) / math.log1p(-p)), "0.343.*allow a tolerance"),
        (partial(by_logarithms, tolerance=0.01), f"3 rounds leave 0.125, {ABOVE}"),
        (partial(by_logarithms, tolerance=1e-3), f"10 rounds leave 0.278501, {ABOVE}"),
        (partial(by_logarithms, tolerance=1), f"5 rounds leave 0.32768, {ABOVE}"),
        (lambda p, goal: max(1, by_logarithms(p, goal)), "the dense network is round 0"),
    ],
    "01.controls": [
        (shuffled_by(np.random.Generator.permutation), "whole rows moved"),
        (shuffled_by(lambda rng, mask: rng.permuted(mask, axis=-1)), "within their rows"),
        (shuffled_by(lambda rng, mask: rng.permutation(rng.permutation(mask), axis=-1)),
         "whole rows and columns"),
        (shuffled_by(lambda rng, mask: shuffle(mask, 0)), "1 different masks.*seed is not used"),
        (shuffled_by(lambda rng, mask: shuffle(mask, None)), "the generator from the seed"),
        (shuffled_by(lambda rng, mask: mask), "nothing was shuffled"),
        (partial(controls, shuffle=np.roll), "16 different masks"),
        (shuffled_by(pruned_places_first), "the same chance"),
        (shuffled_by(lambda rng, mask: rng.random(mask.shape) < mask.mean()), "drawing each anew"),
        (shuffled_by(lambda rng, mask: rng.shuffle(mask.ravel()) or mask), "shuffle a copy"),
        (lambda initial, *others: np.putmask(initial, ~others[1], 0) or controls(initial, *others),
         "work on copies"),
        (lambda *inputs: controls(*inputs) | {"shuffled": shuffle(*inputs[2:])},
         "this is a mask; the initial"),
        (lambda *inputs: controls(*inputs) | {"shuffled": inputs[1] * shuffle(*inputs[2:])},
         "the shuffled start has"),
        (lambda *inputs: controls(*inputs) | {"shuffled": inputs[0]}, "the new mask is False"),
        (lambda initial, fresh, mask, seed: {"rewind": initial}, "a dict with the keys rewound"),
        (lambda *inputs: tuple(controls(*inputs).values()), r"you returned \(.*a dict with"),
    ],
    "01.flaws": [
        (names("counting", "counting", "selection", "training"), '3 of 4 .*"counting": .* 3480'),
        (names("seeds", "seeds", "selection", "training"), 'report B, "seeds": .*seven times'),
        (names(*["fractions"] * 4), "0 of 4 .*report A.*report B.*report C.*report D"),
        (names("seeds", "counting", "best round", "training"), "for report C one of training"),
        (names("seeds", "counting", ["selection"], "training"), "for report C one of"),
        (lambda: ["seeds", "counting", "selection", "training"], "a dict with the keys A, B, C, D"),
        (names("seeds", "counting"), "one name for each report"),
    ],
}  # fmt: skip
