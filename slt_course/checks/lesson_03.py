"""Checks of exercise set 03."""

import numpy as np
from scipy.stats import kstest

from .. import theory
from ..subset_sum import coverage, sample, subset_sums
from .outcome import call, likely, numbers, require


def covered_share(answer):
    cases = [([0.3, 0.25, -0.7], 0.02), ([], 0.25), ([0.5, -0.5, 1.0], 0.1)]
    cases += [(sample("uniform", n, seed=n).round(3), eps) for n, eps in ((6, 0.02), (10, 0.001))]
    scattered, eighths = np.random.default_rng(0).uniform(-1, 1, 400), np.arange(-8, 9) / 8
    cases = [(*case, scattered) for case in cases] + [([0.5, -0.25], 0.125, eighths)]  # distances of exactly eps
    for items, eps, points in cases:
        inputs = {"items": np.array(items, dtype=float), "eps": eps, "points": points}
        got = call(answer, **inputs)
        found = numbers(got, inputs)
        sums = subset_sums(inputs["items"][None])[0]
        expected = share(sums, eps, points)
        mistakes = {
            "the empty subset, whose sum is 0, was left out": share(sums[1:], eps, points),
            "the full subset, with all items, was left out": share(sums[:-1], eps, points),
            "this is the number of covered points, not their share": expected * len(points),
            "a distance of exactly eps counts: <= eps": (distances(points, sums).min(1) < eps).mean(),
            "the distance is |z - sum|: take the absolute value": ((points[:, None] - sums).min(1) <= eps).mean(),
            "take the minimum over the sums, for every point; not over the points": (
                distances(points, sums).min(0) <= eps
            ).mean(),
        }
        reason = "a point counts when its distance to the nearest of all 2^n sums is at most eps"
        require(np.isclose(found, expected), inputs, got, f"{expected:.4f}", likely(found, expected, mistakes, reason))


def share(sums, eps, points):
    return (distances(points, sums).min(1) <= eps).mean() if len(sums) else 0.0


def distances(points, sums):
    return abs(points[:, None] - sums)


def items_per_bit(answer):
    usual = [0.1, 0.03, 0.01, 0.003]
    rng = np.random.default_rng(6)
    made_up = {n: 2.0 ** (1 - n / 1.5) * rng.lognormal(0, 1.5, 8) for n in range(2, 30)}
    real = {n: coverage(sample("uniform", (100, n), seed=n)).radius for n in range(4, 17)}
    at_eps = {n: np.full(4, r) for n, r in enumerate((0.6, 0.5, 0.3, 0.2, 0.15, 0.1), 1)}  # a radius is 0.5: it counts
    for radius, tolerances in ((made_up, usual), (real, usual), (at_eps, [0.5, 0.25, 0.125])):
        inputs = {"radius": radius, "tolerances": tolerances}
        got = call(answer, **inputs)
        found = numbers(got, inputs)
        expected = slope(radius, tolerances, lambda r, eps: np.mean(r <= eps) >= 0.5)
        mistakes = {
            "the logarithm must be to base 2: bits, not natural units": expected / np.log(2),
            "the logarithm must be to base 2: bits, not decimal digits": expected * np.log2(10),
            "a radius of exactly eps counts: <= eps": slope(radius, tolerances, lambda r, eps: np.mean(r < eps) >= 0.5),
            "a line through the first and the last point forgets the others: fit all, by least squares": slope(
                radius, [tolerances[0], tolerances[-1]], lambda r, eps: np.mean(r <= eps) >= 0.5
            ),
            "the sign: log2(1/eps) grows as eps shrinks": -expected,
            "at least half: exactly half counts, >= 0.5": slope(radius, tolerances, lambda r, eps: np.mean(r <= eps) > 0.5),
            "the median is not needed: count the draws with radius <= eps": slope(
                radius, tolerances, lambda r, eps: np.median(r) <= eps
            ),
            "the mean radius is ruled by a few bad draws: count the draws with radius <= eps": slope(
                radius, tolerances, lambda r, eps: np.mean(r) <= eps
            ),
            "half of the draws, not all of them": slope(radius, tolerances, lambda r, eps: np.all(r <= eps)),
            "half of the draws, not any of them": slope(radius, tolerances, lambda r, eps: np.any(r <= eps)),
        }
        reason = (
            "fit the smallest whole n at which half of the draws have radius <= eps, without interpolation; return the slope"
        )
        require(np.isclose(found, expected), inputs, got, f"{expected:.4f}", likely(found, expected, mistakes, reason))


def slope(radius, tolerances, covers):
    """Slope of the smallest n that covers, by some rule, against log2(1/eps)."""
    smallest = [min((n for n in radius if covers(radius[n], eps)), default=max(radius)) for eps in tolerances]
    return np.polyfit(np.log2(1 / np.array(tolerances)), smallest, 1)[0]


def product_density(answer):
    for t in (0.3, -0.3, 0.01, 1.0, -0.9):
        inputs = {"t": t}
        got = call(answer, **inputs)
        found, expected = numbers(got, inputs), theory.product_density(t)
        mistakes = {
            "a factor 1/2: the density must integrate to 1 over [-1, 1], not over [0, 1]": 2 * expected,
            "the natural logarithm is needed: the integral of 1/v": expected / np.log(2),
            "this is the density of U itself; multiplying by V pushes mass towards 0": 0.5,
        }
        reason = "integrate 1/(2v) over the v for which t lies in [-v, v], that is from |t| to 1"
        if np.isnan(found):
            reason = "the density is symmetric: use |t|"
        require(np.isclose(found, expected), inputs, got, f"{expected:.5f}", likely(found, expected, mistakes, reason))
    inputs = {"t": np.array([-0.3, 0.2])}
    found = numbers(call(answer, **inputs), inputs, (2,), "use numpy functions, which work on arrays")
    require(
        np.allclose(found, theory.product_density(inputs["t"])),
        inputs,
        found,
        "the two densities",
        "loops or ifs over arrays",
    )


def predicted_error(answer):
    ratios = []
    for n, s in ((10, 1.0), (15, 0.5), (20, 1.0), (30, 1.0), (30, 0.1)):
        inputs = {"n": n, "s": s}
        got = call(answer, **inputs)
        found, median = numbers(got, inputs), theory.typical_error(n, s)
        reason = "2^n sums of standard deviation s·sqrt(n/12) make a density; half of its inverse, times ln 2, is the median"
        if s != 1 and np.isclose(found, call(answer, n=n, s=1.0)):
            reason = "the scale s of the items is missing: halving all items halves all errors"
        elif 0.45 * n * s <= found * 2.0**n <= 1.1 * n * s:
            reason = "the sums are not spread evenly over their range: most are in the middle"
        ratio = found / median
        if 1.25 < ratio < 1.45:
            reason = "the nearest sum may lie on either side: an interval of length 2r is free of sums, not one of length r"
        expected = f"0.6 to 1.25 times the lesson's formula for the median, {median:.2g}; yours is {ratio:.3g} times"
        require(0.6 <= ratio <= 1.25, inputs, got, expected, reason)
        ratios.append(ratio)
    reason = "the spread of the sums grows with n, like sqrt(n), and their number like 2^n"
    expected = (
        f"the same multiple of the lesson's formula for every n; yours is {min(ratios):.3g} to {max(ratios):.3g} times"
    )
    require(max(ratios) < 1.15 * min(ratios), inputs, got, expected, reason)


def failing_law(answer):
    for n, seed in ((16, 0), (20, 1), (20, 2), (200, 3)):
        inputs = {"n": n, "seed": seed}
        got = call(answer, **inputs)
        items = numbers(got, inputs, (n,), "return an array of n items").astype(float)
        require(bool((abs(items) <= 1).all()), inputs, got, "items in [-1, 1]", "the items must be of the theorem's size")
        reaches = items.clip(0).sum() >= 1 and items.clip(None, 0).sum() <= -1
        reason = "items too small or of one sign fail for want of reach; the point is to fail in spite of it"
        require(reaches, inputs, got, "positive items that sum to 1 or more, negative ones to -1 or less", reason)
        reason = (
            "with more and more items its sums come close to everything; find items whose sums avoid some targets for ever"
        )
        if n <= 20:
            radius = float(coverage(items).radius)
            require(radius > 0.04, inputs, got, f"a covering radius above 0.04, yours is {radius:.2g}", reason)
        step = common_measure(items)
        expected = f"a covering radius above 0.04 for every n; yours falls to {step / 2:.2g} or less as n grows"
        require(step > 0.08, inputs, got, expected, reason)


def common_measure(items):
    """The largest number of which all items are multiples (about 0 if none), by Euclid's algorithm.

    If a law of both signs has the values v_1, v_2, …, sums of many items come as near as anybody likes to all multiples of
    their common measure, and to nothing else: this is what decides for every n, however small the differences are.
    """
    step = 0.0
    for value in np.unique(abs(items)):
        while value > 1e-12:
            rest = step % value
            step, value = value, min(rest, value - rest)
    return step


def two_versions(answer):
    by_hand = np.array([[0.0, 0.3, 0.1], [0.1, 0.0, 0.3], [0.3, 0.1, 0.1], [0.1, 0.1, 0.1]])
    for errors, eps in ((by_hand, 0.2), (by_hand, 0.1), (np.random.default_rng(0).exponential(0.1, (50, 20)), 0.3)):
        inputs = {"errors": errors, "eps": eps}
        got = call(answer, **inputs)
        found = numbers(got, inputs, (2,), "return two numbers: each, all_")
        reached = errors <= eps
        expected = np.array([reached.mean(0).min(), reached.all(1).mean()])
        mistakes = {
            "the two are swapped: each first, then all_": expected[::-1],
            "<= eps counts as reached": np.array([(errors < eps).mean(0).min(), (errors < eps).all(1).mean()]),
            "draws are rows: probabilities are means over axis 0": np.array([reached.mean(1).min(), reached.all(0).mean()]),
            "version (each z) asks for the worst target, not for the mean over targets": np.array(
                [reached.mean(), expected[1]]
            ),
            "all_ needs one draw for all targets; a minimum of means is `each` again": expected[[0, 0]],
        }
        reason = "each: mean over draws, then minimum over targets; all_: all over targets, then mean over draws"
        require(np.allclose(found, expected), inputs, got, f"{expected.round(4)}", likely(found, expected, mistakes, reason))


def uniform_inside(answer):
    rng, count = np.random.default_rng(8), 200_000  # not the seed of the products: v must be independent
    inputs = {"products": sample("product", count, seed=7), "v": rng.uniform(size=count)}
    got = call(answer, **inputs)
    accepted = numbers(got, inputs, (count,), "return True or False for each product")
    require(accepted.dtype == bool, inputs, got, "an array of True and False", "return the condition itself, not numbers")
    chosen, share = inputs["products"][accepted], accepted.mean()
    reason = "outside [-1/2, 1/2] the density of products falls below the rectangle: accept nothing there"
    require(bool((abs(chosen) <= 0.5).all()), inputs, got, "accepted products in [-1/2, 1/2]", reason)
    wanted = theory.uniform_content("product")
    require(
        share > 0.01,
        inputs,
        got,
        f"a share of about {wanted:.3f} accepted, yours is {share:.4f}",
        "nearly nothing is accepted",
    )
    distance = kstest(chosen, "uniform", (-0.5, 1.0)).statistic * len(chosen) ** 0.5
    reason = "products near 0 are too many: accept t with a chance proportional to 1/ln(1/|t|)"
    wide = (
        f"accepted products that look uniform; their Kolmogorov distance times sqrt(count) is {distance:.1f}, not below 2.2"
    )
    require(
        distance < 2.2, inputs, got, wide, reason
    )  # for a right answer above 2.2 with probability 1e-4; the seed is fixed
    reason = "the chance to accept is too small: it may reach 1 where the density is smallest, at |t| = 1/2"
    require(share > wanted - 0.006, inputs, got, f"a share of about {wanted:.3f} accepted, yours is {share:.3f}", reason)


CHECKS = {
    "03.covered_share": (
        covered_share,
        "Run it for n = 0, 1, 2, … and you have the lesson's first curve: it doubles, then saturates. Lesson 04 follows "
        "nearly this curve; its volume process also forgets sums that leave the interval on the way.",
    ),
    "03.items_per_bit": (
        items_per_bit,
        "About one item per bit, measured at probability one half. The theorem's C is another number, larger: it counts per "
        "natural unit of 2/eps, and also pays for a failure probability of only eps.",
    ),
    "03.product_density": (
        product_density,
        "Unbounded at 0, thin near ±1: a product wastes items on tiny values, so reach comes later. And it is at least "
        "ln(2)/2 on [-1/2, 1/2]: it contains a uniform.",
    ),
    "03.predicted_error": (
        predicted_error,
        "At n = 30 that is about 2 parts in 10^9, found among 2^30 sums that nobody lists: the next cell measures it.",
    ),
    "03.failing_law": (
        failing_law,
        "Reach without density: sums on a lattice leave holes for ever. Lueker's hypothesis, a law that contains a uniform, "
        "excludes exactly this.",
    ),
    "03.two_versions": (
        two_versions,
        "`all_` is never above `each`: one draw for every target is the stronger demand, and what tickets are built from.",
    ),
    "03.uniform_inside": (
        uniform_inside,
        "Among n products hide about 0.35·n independent uniform items: this is all that the proof uses of them, and why "
        "products need more items. Nobody has to reject anything in practice; the other products only help.",
    ),
}
