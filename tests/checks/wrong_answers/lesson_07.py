"""Wrong answers to set 07 that are no `mistakes` of its exercises: what each is told."""

import numpy as np

from slt_course.checks.lesson_07 import bound, hit, kept, nearest, sides, slopes_of, values_of


def simulated(w, eps):
    a, b = np.random.default_rng(0).uniform(-1, 1, (2, 2_000_000))
    return np.mean((abs(a - abs(w)) <= eps / 2) & (a > 0) & (abs(b - (-1) ** (w < 0)) <= eps / 2))


WRONG = {
    "07.hit_probability": [
        (lambda w, eps: round(hit(abs(w), eps), 4), "you returned 0.0013.*no rounding"),
        (simulated, "a formula is wanted, no simulation"),
    ],
    "07.gadget": [
        (
            lambda w, A, B: nearest(abs(w - A * B), [A != 0]),
            "for x > 0 you keep no unit.*misses w by 0.5\n.*keep the nearest of each kind",
        ),
        (lambda w, A, B: abs(w - A * B) <= 0.2, "keep 2 units, at the positions 1, 2\n.*lesson 08"),
        (
            lambda w, A, B: np.flatnonzero(nearest(abs(w - A * B), sides(A))),
            r"expected an array of shape \(6,\).*np.argmin gives a position",
        ),
        (lambda w, A, B: nearest(abs(w - A * B), sides(A)) * A, "a mask says which units are kept"),
    ],
    "07.sign_split": [
        (
            lambda A, B, mask, x: (values_of(A, B, mask, x), *[slopes_of(A, B, mask)[0]] * 2),
            "slope_negative = -0.6\n.*slope of the other side",
        ),
        (
            lambda A, B, mask, x: (values_of(A, B, mask, x), *np.outer(slopes_of(A, B, mask), x)),
            "slope_positive is one number",
        ),
        (values_of, "return values, slope_positive, slope_negative"),
    ],
    "07.kept_weights": [
        (lambda sizes, width, signs: kept(sizes, width, signs)[0], "return two whole numbers"),
    ],
    "07.error_bound": [
        (
            lambda norms, errors, radius: [bound(norms[:k], errors[:k], radius) for k in (1, 2)],
            "the bound after the last layer",
        ),
    ],
}
