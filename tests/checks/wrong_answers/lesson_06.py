"""Wrong answers to set 06 that are no `mistakes` of its exercises: what each is told."""

import numpy as np

from slt_course.checks.lesson_06 import flips_by

WRONG = {
    "06.gap_identity": [
        (lambda x, vertex, c, A, b, dual: c @ vertex - c @ x, "two numbers, flips and slack"),
    ],
    "06.repair": [
        (flips_by(lambda s: (s.fits, s.paid**2 + s.rest)), "minimise the sum"),
        (lambda use, cost, slack, price: slack * price, "one bool for every column"),
        (lambda use, cost, slack, price: np.arange(len(use)) + 1, "are not a mask"),
    ],
    "06.vector_repair": [
        (flips_by(lambda s: ((s.left[:, :2] >= 0).all(1), s.loss)), "negative, in any row"),
        (lambda use, cost, slack, dual: 0 * cost, "expected a loss|negative, in any row"),
        (lambda use, cost, slack, dual: use > 0, "one bool for every column"),
    ],
    "06.degenerate": [
        (lambda c, A, b: (b == 0).all(), "b = .5.*expected True"),
        (lambda c, A, b: (A @ (c > 0) <= b + 0.01).all(), "b = .0.74.*some constraint binds"),
        (lambda c, A, b: A @ (c > 0), "return True or False"),
    ],
}
