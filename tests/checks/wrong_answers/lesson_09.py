"""Wrong answers to set 09 that are no `mistakes` of its exercises: what each is told."""

from functools import partial

import numpy as np

from slt_course.checks.lesson_09 import approximate, best_mask, choose_n, report
from slt_course.subset_sum import solve

WRONG = {
    "09.approximate": [
        (lambda weight, items, eps: approximate(weight, items, eps or 0.05), "tolerance=None in"),
        (lambda weight, items, eps: approximate(weight, items, eps and 2 * eps),
         "expected an error of at most 0.01.*any subset within eps will do if there is one"),
        (partial(approximate, sums=lambda found, *_: found.sum + 1e-3), "each counted once"),
        (lambda *inputs: (approximate(*inputs)[0], 1.5), "the masks of these same subsets"),
        (lambda weight, items, eps: solve(items, weight, tolerance=eps),
         r"raised ValueError.*broadcast.*in line.*items need an axis.*items\[:, None, :\]"),
        (partial(approximate, sums=lambda found, *_: found.mask),
         r"expected an array of shape \(2, 3\).*items\[:, None, :\]"),
        (lambda weight, items, eps: solve(items[:, None], weight), "return approximated, kept"),
        (partial(approximate, count=lambda mask: mask.sum(-1)), "kept is one number"),
    ],
    "09.choose_n": [
        (lambda errors, eps, share: choose_n(errors, eps, share**2), "for each n the share"),
        (partial(choose_n, none=lambda errors: np.nan), "you returned nan\n.*return None"),
        (partial(choose_n, pick=np.array), "expected one number\n.*one of the n in"),
        (lambda errors, eps, share: choose_n(errors, eps, share) if share < 0.9 else None,
         "you returned None\n.*expected [0-9]"),
    ],
    "09.sparser": [
        (partial(best_mask, rank=lambda sizes, errors: 0 * sizes), "try all subsets of 0 items"),
        (partial(best_mask, change=lambda mask, items: mask.sum()), "1\n.*one True or False"),
        (partial(best_mask, change=lambda mask, items: items * mask), "True or 1 = kept"),
        (partial(best_mask, change=lambda mask, items: mask if mask.sum() < 4 else None),
         r"expected a mask that keeps \d of the items.*the search missed it"),
        (lambda items, target, eps: best_mask(items, target, 3 * eps), "must add up to the"),
        (lambda items, target, eps: best_mask(items, target, eps) if len(items) > 3 else items > 9,
         "expected None\n.*no subset is within eps: return None"),
    ],
    "09.honest_accuracy": [
        (lambda *inputs: tuple(report(*inputs).values()), "a dict with the keys 'target'"),
        (lambda *inputs: {"target": 1.0}, "'approximated' is missing"),
        (lambda *inputs: report(*inputs) | {"target": inputs[-1]}, "'target' is one number"),
        (lambda f, *rest: report(lambda x: -f(x), *rest), "highest score of target is at the"),
        (partial(report, rules={"same_prediction": lambda f, g, h, y: g < 2}), "at the same class"),
    ],
}  # fmt: skip
