"""Wrong answers to set 03 that are no `mistakes` of its exercises: what each is told."""

import math

import numpy as np

from slt_course.checks.lesson_03 import share_of
from slt_course.subset_sum import sample

UNEVEN = "come close to everything"


def smallest(radius, eps):
    return min(n for n in radius if np.mean(radius[n] <= eps) >= 0.5)


def accept(products, v, chance, middle=0.5):
    return (abs(products) <= middle) & (v <= chance / np.log(1 / abs(products)))


def lattice(n, seed, noise):
    return 0.5 * (-1) ** np.arange(n) + np.random.default_rng(seed).uniform(-noise, noise, n)


def nearly_a_lattice(n, seed):
    rng = np.random.default_rng(seed)
    return np.where(rng.random(n) < 0.03, rng.uniform(-1, 1, n), rng.choice([-0.5, 0.5], n))


WRONG = {
    "03.covered_share": [
        (
            lambda items, eps, points: share_of(np.append(items, 0), eps, points),
            "of all 2\\^n sums",
        ),
    ],
    "03.items_per_bit": [
        (
            lambda radius, tolerances: np.mean(
                [smallest(radius, eps) / np.log2(1 / eps) for eps in tolerances]
            ),
            "return the slope",
        ),
    ],
    "03.product_density": [
        (lambda t: 0.0 if np.ndim(t) else 0.5 * math.log(1 / abs(t)), r"an array of shape \(2,\)"),
    ],
    "03.predicted_error": [
        (lambda n, s: s * 2.0**-n, "standard deviation"),
        (lambda n, s: n * s / 2.0**n, "not spread evenly"),
        (lambda n, s: np.log(2) * s * np.sqrt(2 * np.pi * n / 12) / 2.0**n, "either side"),
        (lambda n, s: 1.4 * s * 2.0**-n, "grows with n"),
        (lambda n, s: 0.7 * s * n**0.5 * 2.0**-n, "standard deviation"),
        (lambda n, s: s * 2.0 ** (-n / 2), "On the input n = 10, s = 1\n"),
    ],
    "03.failing_law": [
        (lambda n, seed: sample("one_signed", n, seed), "want of reach"),
        (lambda n, seed: 0.01 * sample("uniform", n, seed), "want of reach"),
        (lambda n, seed: sample("uniform", n, seed), UNEVEN),
        (lambda n, seed: 3.0 * (-1) ** np.arange(n), "items in \\[-1, 1\\]"),
        (nearly_a_lattice, f"for every n.*{UNEVEN}"),
        (lambda n, seed: np.tile([1.0, -1.0, 0.5**0.5, -(0.5**0.5)], n // 4), UNEVEN),
        (lambda n, seed: lattice(n, seed, 5e-4), UNEVEN),
        (lambda n, seed: lattice(n, seed, 5e-5), UNEVEN),
        (lambda n, seed: lattice(n, seed, 1e-8), UNEVEN),
        (lambda n, seed: np.tile([0.5, -0.5, 0.5001, -0.5001], n // 4), f"for every n.*{UNEVEN}"),
    ],
    "03.uniform_inside": [
        (lambda products, v: abs(products) <= 0.5, "near 0 are too many"),
        (lambda products, v: accept(products, v, 0.5), "chance to accept is too small"),
        (lambda products, v: accept(products, v, np.log(2), 1), "accept nothing there"),
        (lambda products, v: products > 2, "nearly nothing"),
        (lambda products, v: np.log(2) / np.log(1 / abs(products)), "condition itself"),
        (lambda products, v: (abs(products) <= 0.5) & (v > 0.5), "near 0 are too many"),
        (lambda products, v: accept(products, v, 0.67), "chance to accept is too small"),
    ],
}
