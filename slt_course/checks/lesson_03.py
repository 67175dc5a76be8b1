"""Checks of exercise set 03."""

import numpy as np

from ..subset_sum import coverage, sample, solve, subset_sums
from .outcome import call, is_numbers, require


def covered_share(answer):
    cases = [(np.array([0.5, -0.5, 1.0]), 0.1), (np.array([0.9, 0.8]), 0.05), (np.array([]), 0.25)]
    cases += [(sample("uniform", n, seed=n).round(3), eps) for n, eps in ((6, 0.02), (10, 0.001))]
    points = np.random.default_rng(0).uniform(-1, 1, 400)  # no distance is exactly eps
    for items, eps in cases:
        got = call(answer, items, eps, points)
        near = abs(points[:, None] - subset_sums(items[None])[0]).min(1) <= eps
        expected, nonempty = near.mean(), without_empty(items, eps, points)
        reason = "a point counts when its distance to the nearest of all 2^n sums is at most eps"
        if is_numbers(got) and np.isclose(got, nonempty) and not np.isclose(nonempty, expected):
            reason = "the empty subset, whose sum is 0, was left out"
        elif is_numbers(got) and np.isclose(got, near.sum()):
            reason = "this is the number of covered points, not their share"
        inputs = (items, eps, "400 points in [-1, 1]")
        require(is_numbers(got) and np.isclose(got, expected), inputs, got, f"about {expected:.4f}", reason)


def without_empty(items, eps, points):
    sums = subset_sums(items[None])[0][1:]
    return (abs(points[:, None] - sums).min(1) <= eps).mean() if len(sums) else 0.0


def items_per_bit(answer):
    tolerances = [0.1, 0.03, 0.01, 0.003]
    made_up = {n: 2.0 ** (1 - n / 1.5) * np.array([0.5, 0.9, 1.1, 40.0]) for n in range(2, 25)}
    real = {n: coverage(sample("uniform", (100, n), seed=n)).radius for n in range(4, 16)}
    for radius in (made_up, real):
        got = call(answer, radius, tolerances)
        half = [next(n for n in sorted(radius) if np.mean(radius[n] <= eps) >= 0.5) for eps in tolerances]
        means = [next((n for n in sorted(radius) if np.mean(radius[n]) <= eps), 0) for eps in tolerances]
        expected = np.polyfit(np.log2(1 / np.array(tolerances)), half, 1)[0]
        reason = "fit the smallest n at which half of the draws have radius <= eps against log2(1/eps), and return the slope"
        if is_numbers(got) and np.isclose(got, expected * np.log2(np.e)):
            reason = "the logarithm must be to base 2: bits, not natural units"
        elif is_numbers(got) and np.isclose(got, -expected):
            reason = "the sign: log2(1/eps) grows as eps shrinks"
        elif is_numbers(got) and np.isclose(got, np.polyfit(np.log2(1 / np.array(tolerances)), means, 1)[0]):
            reason = "the mean radius is ruled by a few bad draws; count the draws with radius <= eps"
        inputs = ("covering radii of draws with n = " + f"{min(radius)} … {max(radius)}", tolerances)
        require(is_numbers(got) and np.isclose(got, expected, rtol=1e-3), inputs, got, f"about {expected:.3f}", reason)


def product_density(answer):
    for t in (0.5, -0.5, 0.01, 1.0, -0.9):
        got, expected = call(answer, t), 0.5 * np.log(1 / abs(t))
        reason = "integrate: given V = v, the product U·v is uniform on [-v, v], with density 1/(2v) for |t| <= v <= 1"
        if is_numbers(got) and np.isclose(got, 2 * expected) and expected:
            reason = "a factor 1/2: the density must integrate to 1 over [-1, 1], not over [0, 1]"
        elif is_numbers(got) and not np.isfinite(got):
            reason = "the density is symmetric: use |t|"
        elif is_numbers(got) and np.isclose(got, 0.5):
            reason = "this is the density of U itself; multiplying by V pushes mass towards 0"
        require(is_numbers(got) and np.isclose(got, expected, atol=1e-9), (t,), got, f"{expected:.5f}", reason)
    many = np.array([-0.3, 0.2])
    got = call(answer, many)
    require(is_numbers(got, (2,)), (many,), got, "an array of two densities", "use numpy functions, which work on arrays")


def predicted_error(answer):
    for n, s in ((10, 1.0), (15, 0.5), (20, 1.0), (30, 1.0), (30, 0.1)):
        got = call(answer, n, s)
        items = s * sample("uniform", (400 if n == 30 else 2000, n), seed=n)
        measured = float(np.median(solve(items, np.zeros(len(items)) + 0.01 * s).error))
        reason = "2^n sums of standard deviation about s·sqrt(n/12) make a density; the nearest is about its inverse away"
        if is_numbers(got) and np.isclose(got, n * s / 2.0**n, rtol=0.6) and got > 1.7 * measured:
            reason = "the sums are not spread evenly over their range of length about n·s/2: most are in the middle"
        elif s != 1 and is_numbers(got) and np.isclose(got, call(answer, n, 1.0)):
            reason = "the scale s of the items is missing: halving all items halves all errors"
        inputs = (f"n = {n}", f"s = {s}")
        close = is_numbers(got) and measured / 1.7 <= got <= 1.7 * measured
        require(close, inputs, got, f"within a factor of 1.7 of the measured median {measured:.2g}", reason)


def failing_law(answer):
    for n, seed in ((8, 0), (16, 1), (20, 2), (20, 3)):
        got = call(answer, n, seed)
        inputs = f"n = {n}", f"seed = {seed}"
        require(is_numbers(got, (n,)), inputs, got, f"{n} numbers", "return an array of n items")
        items = np.asarray(got, dtype=float)
        require(bool((abs(items) <= 1).all()), inputs, got, "items in [-1, 1]", "the items must be of the theorem's size")
        reaches = items.clip(0).sum() >= 1 and items.clip(None, 0).sum() <= -1
        reason = "items too small or of one sign fail for want of reach; the point is to fail in spite of it"
        require(n < 16 or reaches, inputs, got, "positive items that sum to 1 or more, negative ones to -1 or less", reason)
        radius = float(coverage(items).radius)
        reason = "its sums come close to everything; find items whose sums avoid some targets, however many there are"
        require(radius > 0.05, inputs, got, f"a covering radius above 0.05, yours is {radius:.2g}", reason)


CHECKS = {
    "03.covered_share": (
        covered_share,
        "Run it for n = 0, 1, 2, … and you have the volume process of lesson 04: it doubles, then saturates.",
    ),
    "03.items_per_bit": (
        items_per_bit,
        "This is the constant C of the phase transition, measured; the theorem only says that it is finite.",
    ),
    "03.product_density": (
        product_density,
        "Unbounded at 0, thin near ±1: a product wastes items on tiny values, so reach comes later. And it is at least "
        "ln(2)/2 on [-1/2, 1/2]: it contains a uniform.",
    ),
    "03.predicted_error": (
        predicted_error,
        "At n = 30 the prediction is a few parts in 10^9, and the measurement agrees: nobody could list those sums by hand.",
    ),
    "03.failing_law": (
        failing_law,
        "Reach without density: sums on a lattice leave holes for ever. Lueker's hypothesis, a law that contains a uniform, "
        "excludes exactly this.",
    ),
}
