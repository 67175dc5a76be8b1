"""Wrong answers to set 09 that are no `mistakes` of its exercises: what each is told."""

import numpy as np

from slt_course.checks.lesson_09 import approximate, best_mask, choose_n, report
from slt_course.subset_sum import solve

right_weights, right_n, right_mask, right_report = approximate(), choose_n(), best_mask(), report()

WRONG = {
    "09.approximate": [
        (lambda weight, items, eps: right_weights(weight, items, eps or 0.05),
         "with eps=None the best subset is wanted"),
        (lambda weight, items, eps: right_weights(weight, items, eps and 2 * eps),
         "expected an error of at most 0.01.*any subset within eps will do where there is one"),
        (approximate(lambda found, weight, items: found.sum + 1e-3), "each of them counted once"),
        (lambda weight, items, eps: (right_weights(weight, items, eps)[0], 1.5),
         "count True in the masks of these same subsets"),
        (lambda weight, items, eps: solve(items, weight, tolerance=eps),
         r"raised ValueError.*broadcast.*in line.*items need an axis.*items\[:, None, :\]"),
        (approximate(lambda found, weight, items: found.mask),
         r"expected an array of shape \(2, 3\).*items\[:, None, :\]"),
        (lambda weight, items, eps: solve(items[:, None], weight), "return approximated, kept"),
        (approximate(count=lambda mask: mask.sum(-1)), "kept is one number"),
    ],
    "09.choose_n": [
        (choose_n(lambda v, eps, share: np.mean(v <= eps) >= share**2), "for each n the share of"),
        (choose_n(pick=lambda found, errors, eps: min(found, default=np.nan)),
         "you returned nan\n.*when no n of the table is enough, return None"),
        (choose_n(pick=lambda found, errors, eps: found),
         "expected one number\n.*one of the n in the table, or None"),
        (lambda errors, eps, share: right_n(errors, eps, share) if share < 0.9 else None,
         "you returned None\n.*expected [0-9]"),
    ],
    "09.sparser": [
        (best_mask(lambda sizes, errors: 0 * sizes), "try all subsets of 0 items"),
        (best_mask(change=lambda mask, items: mask.sum()),
         "you returned 1\n.*one True or False for each item"),
        (best_mask(change=lambda mask, items: items * mask), "True or 1 = kept"),
        (best_mask(change=lambda mask, items: mask if mask.sum() < 4 else None),
         r"expected a mask that keeps \d of the items.*the search missed it"),
        (lambda items, target, eps: best_mask()(items, target, 3 * eps), "must add up to the"),
        (lambda items, target, eps: right_mask(items, target, eps) if len(items) > 3 else items > 9,
         "expected None\n.*no subset is within eps: return None"),
    ],
    "09.honest_accuracy": [
        (lambda *inputs: tuple(right_report(*inputs).values()), "a dict with the keys 'target'"),
        (lambda *inputs: {"target": 1.0}, "'approximated' is missing"),
        (lambda *inputs: right_report(*inputs) | {"target": inputs[-1]}, "'target' is one number"),
        (lambda f, g, h, *data: right_report(lambda x: -f(x), g, h, *data),
         "the highest score of target is at the label"),
        (report(same_prediction=lambda f, g, h, y: (f == g) | (f == h)), "at the same class"),
    ],
}  # fmt: skip
