"""Wrong answers to set 05 that are no `mistakes` of its exercises: what each is told."""

import numpy as np

from slt_course.subset_sum import subset_sums


def least(errors):
    return np.argwhere(np.equal(errors, np.min(errors)))[0]


WRONG = {
    "05.sorted_sums": [
        (lambda items: subset_sums(items[None])[0], "not in ascending order"),
        (lambda items: np.sort(subset_sums(items[None])[0][1:]), r"an array of shape \(4,\)"),
        (lambda items: np.unique(subset_sums(items[None])), "as often as they occur"),
        (lambda items: np.resize(np.r_[0, items], 2 ** len(items)), "merge the two lists"),
    ],
    "05.two_pointers": [
        (lambda left, right, target: (left[0] + 0.5, right[0]), "two whole numbers"),
        (lambda left, right, target: left[0] + right[0] - target, r"an array of shape \(2,\)"),
        (lambda left, right, target: least(abs(left[:, None] + right - target)), "all pairs"),
        (lambda left, right, target: least([abs(x + right - target) for x in left]), "all pairs"),
        (lambda left, right, target: ((left < target).argmin(), 0), "remember the best pair"),
        (lambda left, right, target: least((target - left[:, None] - right) % 9), "best pair"),
    ],
    "05.adjacent_pair": [
        (lambda values, origin: (np.diff(origin) != 0).argmax(), "not the closest such pair"),
        (lambda values, origin: np.diff(values).min(), "a position is needed"),
        (lambda values, origin: np.diff(values - 9 * origin).argmin(), "of different origins"),
    ],
    "05.scale_bits": [(lambda n: 64 - np.ceil(np.log2(n)), "values lie in")],
    "05.float32_fails": [
        (lambda: ([0.5, 0.25, -0.75], 0.6), "float32 has 24 bits"),
        (lambda: ([1e30, 1.0], 1.0), "none above 1e6"),
        (lambda: [1.0, 1e-9], "a tuple"),
        (lambda: ([1.0, 1e-9], float("nan")), "a finite target"),
        (lambda: (["one", "two"], 3.0), "finite items"),
        (lambda: ([1.0, 1e-9], 1e300), "none above 1e6"),
        (lambda: ([0.5] * 10, 2.25), "more than ten times worse"),
    ],
}
