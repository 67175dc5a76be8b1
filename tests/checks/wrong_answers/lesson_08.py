"""Wrong answers to set 08 that are no `mistakes` of its exercises: what each is told."""

import numpy as np

from slt_course.checks.lesson_08 import all_masks, break_it, budget, failure, nearest, slopes


def first_by(accept):
    """The first mask, from all units to none, whose slopes for x > 0 and x < 0 are accepted."""
    return lambda A, B, w, eps: next(
        (mask for mask in all_masks(len(A)) if accept(*slopes(A, B, mask), w, eps)), None
    )


WRONG = {
    "08.uniform_weight": [(lambda a: a / 2 * np.log(2 / a), "a rectangle of width 2a")],
    "08.failure": [
        (lambda p, i, o: failure(p, i, o)[0], "expected two numbers.*: union, independent"),
        (lambda p, i, o: (failure(p, i, o)[0], failure(p, i, o / 2)[1]), "are two subset sums"),
    ],
    "08.budget": [
        (lambda sizes, eps, bias: budget(sizes[:2], eps, bias)[0], "4 sizes make 3 layers"),
        (lambda sizes, eps, bias: eps / np.array(sizes), r"expected an array of shape \(3,\)"),
    ],
    "08.break_it": [
        (lambda A, B, w, eps: nearest(A * B, w, A > 0) | nearest(A * B, w, A < 0),
         "x = -1; yours has 0.04.*right, not broken"),
        (lambda A, B, w, eps: nearest(A * B, w, A != 0), "A < 0 give nothing at x > 0"),
        (lambda A, B, w, eps: nearest(B, w, A > 0), "the items are the products"),
        (lambda A, B, w, eps: nearest(A * B, w, A < 0), "this mask serves x < 0; units"),
        (lambda A, B, w, eps: A > 0, "yours has 0.316\n.*must add up to w within eps"),
        (lambda A, B, w, eps: nearest(A * B, w, A > 0), "expected None.*no subset of the units"),
        (lambda A, B, w, eps: np.flatnonzero(nearest(A * B, w, A > 0)), "True or False per unit"),
        (lambda A, B, w, eps: break_it(A, B, w, eps) if w != 0.54 else [], "usual.*return None"),
        (lambda A, B, w, eps: ~nearest(A * B, w, A > 0), "True means kept"),
        (lambda A, B, w, eps: None if abs(w) <= eps else break_it(A, B, w, eps), "empty one too"),
        (lambda A, B, w, eps: nearest(A * B, w, A > 0) * B, "which units are kept"),
        (first_by(lambda s, t, w, eps: abs(s - w) <= eps < abs(t - w)),
         r"at least 0.3 at x = -1; yours has 0.2\n.*must be at least \|w\|/2"),
        (first_by(lambda s, t, w, eps: abs(s - w) <= eps and abs(t - w) >= abs(w) / 3),
         r"at least 0.2 at x = -1; yours has 0.16\n"),
        (first_by(lambda s, t, w, eps: abs(s - w) <= eps and abs(t - w) >= w / 2), "has 0.02\n"),
        (first_by(lambda s, t, w, eps: w - eps <= s <= w and t == 0), "None.*either side of w"),
        (lambda A, B, w, eps: break_it(A, B, w, 0.999 * eps), "eps = 0.25\n.*you returned None"),
        (lambda A, B, w, eps: nearest(A * B, w - eps, A > 0), "yours has 0.052"),
        (first_by(lambda s, t, w, eps: abs(abs(s) - abs(w)) <= eps and t == 0), "not to -w"),
        (lambda A, B, w, eps: None, "you returned None\n.*no `return`"),
    ],
}  # fmt: skip
