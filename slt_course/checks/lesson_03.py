"""Checks of exercise set 03."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

import numpy as np
from scipy.stats import kstest

from .. import theory
from ..subset_sum import coverage, sample, subset_sums
from .exercise import Exercise

EXERCISES: dict[str, Exercise] = {}

# 03.covered_share -------------------------------------------------------------------------------


def share_cases():
    by_hand = [([0.3, 0.25, -0.7], 0.02), ([], 0.25), ([0.5, -0.5, 1.0], 0.1)]
    drawn = [(sample("uniform", n, seed=n).round(3), eps) for n, eps in ((6, 0.02), (10, 0.001))]
    scattered = np.random.default_rng(0).uniform(-1, 1, 400)
    cases = [(np.array(items, float), eps, scattered) for items, eps in by_hand + drawn]
    cases.append((np.array([0.5, -0.25]), 0.125, np.arange(-8, 9) / 8))  # distances of exactly eps
    return [dict(zip(("items", "eps", "points"), case)) for case in cases]


def share_of(sums, eps, points, near=np.less_equal):
    """The share of the points that are within eps of one of the sums."""
    return near(abs(points[:, None] - sums).min(1), eps).mean() if len(sums) else 0.0


def covered_share(items, eps, points):
    return share_of(subset_sums(items[None])[0], eps, points)


def share_of_sums(items, eps, points):
    return (abs(points[:, None] - subset_sums(items[None])[0]).min(0) <= eps).mean()


def signed_distance(items, eps, points):
    return ((points[:, None] - subset_sums(items[None])[0]).min(1) <= eps).mean()


EXERCISES["03.covered_share"] = Exercise(
    cases=share_cases,
    draw=lambda rng: {
        "items": rng.uniform(-1, 1, rng.integers(0, 8)),
        "eps": rng.uniform(0, 0.2),
        "points": rng.uniform(-1, 1, 60),
    },
    answer=covered_share,
    mistakes={
        "the empty subset, whose sum is 0, was left out": lambda items, eps, points: share_of(
            subset_sums(items[None])[0][1:], eps, points
        ),
        "the full subset, with all items, was left out": lambda items, eps, points: share_of(
            subset_sums(items[None])[0][:-1], eps, points
        ),
        "this is the number of covered points, not their share": lambda items, eps, points: (
            covered_share(items, eps, points) * len(points)
        ),
        "a distance of exactly eps counts: <= eps": lambda items, eps, points: share_of(
            subset_sums(items[None])[0], eps, points, np.less
        ),
        "the distance is |z - sum|: take the absolute value": signed_distance,
        "take the minimum over the sums, for every point; not over the points": share_of_sums,
    },
    otherwise="a point counts when its distance to the nearest of all 2^n sums is at most eps",
    insight="Run it for n = 0, 1, 2, … and you have the lesson's first curve: it doubles, then "
    "saturates. Lesson 04 follows nearly this curve; its volume process also forgets sums that "
    "leave the interval on the way.",
)

# 03.items_per_bit -------------------------------------------------------------------------------


def radius_cases():
    usual, rng = [0.1, 0.03, 0.01, 0.003], np.random.default_rng(6)
    made_up = {n: 2.0 ** (1 - n / 1.5) * rng.lognormal(0, 1.5, 8) for n in range(2, 30)}
    real = {n: coverage(sample("uniform", (100, n), seed=n)).radius for n in range(4, 17)}
    uneven = {
        n: np.array([0.1, 0.9, 0.3, 0.5]) / 2**n for n in range(8)
    }  # a median between two radii
    at_eps = {n: np.full(4, r) for n, r in enumerate((0.6, 0.5, 0.3, 0.2, 0.15, 0.1), 1)}
    cases = (
        (made_up, usual),
        (real, usual),
        (at_eps, [0.5, 0.25, 0.125]),
        (uneven, [0.4, 0.1, 0.01]),
    )
    return [{"radius": radius, "tolerances": tolerances} for radius, tolerances in cases]


def draw_radius(rng):
    drawn = {n: 2.0 ** (1 - n / 1.3) * rng.lognormal(0, 1, 6) for n in range(1, 25)}
    return {"radius": drawn, "tolerances": list(np.sort(rng.uniform(0.001, 0.5, 4))[::-1])}


def items_per_bit(radius, tolerances, covers=lambda r, eps: np.mean(r <= eps) >= 0.5):
    """Slope of the smallest n that covers, by some rule, against log2(1/eps)."""
    smallest = [min(n for n in radius if covers(radius[n], eps)) for eps in tolerances]
    return np.polyfit(np.log2(1 / np.array(tolerances)), smallest, 1)[0]


def covers_if(rule):
    return lambda radius, tolerances: items_per_bit(radius, tolerances, rule)


EXERCISES["03.items_per_bit"] = Exercise(
    cases=radius_cases,
    draw=draw_radius,
    answer=items_per_bit,
    mistakes={
        "the logarithm must be to base 2: bits, not natural units": lambda radius, tolerances: (
            items_per_bit(radius, tolerances) / np.log(2)
        ),
        "the logarithm must be to base 2: bits, not decimal digits": lambda radius, tolerances: (
            items_per_bit(radius, tolerances) * np.log2(10)
        ),
        "a radius of exactly eps counts: <= eps": covers_if(lambda r, eps: np.mean(r < eps) >= 0.5),
        "a line through the first and the last point forgets the others: fit all, by least squares"
        "": lambda radius, tolerances: items_per_bit(radius, [tolerances[0], tolerances[-1]]),
        "the sign: log2(1/eps) grows as eps shrinks": lambda radius, tolerances: (
            -items_per_bit(radius, tolerances)
        ),
        "at least half: exactly half counts, >= 0.5": covers_if(
            lambda r, eps: np.mean(r <= eps) > 0.5
        ),
        "the median is not needed: count the draws with radius <= eps": covers_if(
            lambda r, eps: np.median(r) <= eps
        ),
        "the mean radius is ruled by a few bad draws: count the draws with radius <= eps": (
            covers_if(lambda r, eps: np.mean(r) <= eps)
        ),
        "half of the draws, not all of them": covers_if(lambda r, eps: np.all(r <= eps)),
        "half of the draws, not any of them": covers_if(lambda r, eps: np.any(r <= eps)),
    },
    otherwise="fit the smallest whole n at which half of the draws have radius <= eps, without "
    "interpolation; return the slope",
    insight="About one item per bit, measured at probability one half. The theorem's C is another "
    "number, larger: it counts per natural unit of 2/eps, and also pays for a failure probability "
    "of only eps.",
)

# 03.product_density -----------------------------------------------------------------------------

EXERCISES["03.product_density"] = Exercise(
    cases=lambda: [{"t": t} for t in (0.3, -0.3, 0.01, 1.0, -0.9, np.array([-0.3, 0.2]))],
    draw=lambda rng: {"t": rng.uniform(-1, 1)},
    answer=lambda t: -0.5 * np.log(np.abs(t)),
    mistakes={
        "a factor 1/2: the density must integrate to 1 over [-1, 1], not over [0, 1]": lambda t: (
            -np.log(np.abs(t))
        ),
        "the natural logarithm is needed: the integral of 1/v": lambda t: -0.5 * np.log2(np.abs(t)),
        "this is the density of U itself; multiplying by V pushes mass towards 0": lambda t: (
            0.5 + 0 * t
        ),
        "the density is symmetric: use |t|": lambda t: 0.5 * np.log(1 / np.asarray(t)),
    },
    otherwise="integrate 1/(2v) over the v for which t lies in [-v, v], that is from |t| to 1",
    advice="one density for each t: use numpy functions, which work on arrays as on numbers",
    insight="Unbounded at 0, thin near ±1: a product wastes items on tiny values, so reach comes "
    "later. And it is at least ln(2)/2 on [-1/2, 1/2]: it contains a uniform.",
)

# 03.predicted_error -----------------------------------------------------------------------------


def accept_error(found, n, s):
    ratio = found / theory.typical_error(n, s)
    if 0.6 <= ratio <= 1.25:
        return None
    reason = (
        "2^n sums of standard deviation s·sqrt(n/12) make a density; half of its inverse, times "
        "ln 2, is the median"
    )
    if 0.45 * n * s <= found * 2.0**n <= 1.1 * n * s:
        reason = "the sums are not spread evenly over their range: most are in the middle"
    if 1.25 < ratio < 1.45:
        reason = (
            "the nearest sum may lie on either side: an interval of length 2r is free of sums, not "
            "one of length r"
        )
    median = theory.typical_error(n, s)
    return (
        f"0.6 to 1.25 times the lesson's formula for the median, {median:.2g}; yours is "
        f"{ratio:.3g} times",
        reason,
    )


def one_multiple(cases, found):
    """Refuse a law in n that is not the lesson's, up to a constant factor."""
    ratios = [
        mine[0] / theory.typical_error(*inputs.values()) for inputs, mine in zip(cases, found)
    ]
    if max(ratios) < 1.15 * min(ratios):
        return None
    return (
        cases[-1],
        found[-1][0],
        "the same multiple of the lesson's formula for every n; yours is "
        f"{min(ratios):.3g} to {max(ratios):.3g} times",
        "the spread of the sums grows with n, like sqrt(n), and their number like 2^n",
    )


EXERCISES["03.predicted_error"] = Exercise(
    cases=lambda: [
        {"n": n, "s": s} for n, s in ((10, 1.0), (15, 0.5), (20, 1.0), (30, 1.0), (30, 0.1))
    ],
    draw=lambda rng: {"n": int(rng.integers(5, 31)), "s": rng.uniform(0.1, 2)},
    answer=lambda n, s: np.log(2) / 2 * s * np.sqrt(2 * np.pi * n / 12) / 2.0**n,
    accept=accept_error,
    together=one_multiple,
    mistakes={
        "the scale s of the items is missing: halving all items halves all errors": lambda n, s: (
            theory.typical_error(n, 1.0)
        ),
    },
    insight="At n = 30 that is about 2 parts in 10^9, found among 2^30 sums that nobody lists: the "
    "next cell measures it.",
)

# 03.failing_law ---------------------------------------------------------------------------------


def accept_items(items, n, seed):
    if not (abs(items) <= 1).all():
        return "items in [-1, 1]", "the items must be of the theorem's size"
    if items.clip(0).sum() < 1 or items.clip(None, 0).sum() > -1:
        return (
            "positive items that sum to 1 or more, negative ones to -1 or less",
            "items too small or of one sign fail for want of reach; the point is to fail in spite "
            "of it",
        )
    reason = (
        "with more and more items its sums come close to everything; find items whose sums avoid "
        "some targets for ever"
    )
    radius = float(coverage(items).radius) if n <= 20 else 1.0
    if radius <= 0.04:
        return f"a covering radius above 0.04, yours is {radius:.2g}", reason
    step = common_measure(items)
    if step <= 0.08:
        falls = f"yours falls to {step / 2:.2g} or less as n grows"
        return f"a covering radius above 0.04 for every n; {falls}", reason
    return None


def common_measure(items):
    """The largest number of which all items are multiples (about 0 if none), by Euclid's algorithm.

    If a law of both signs has the values v_1, v_2, …, sums of many items come as near as anybody
    likes to all multiples of their common measure, and to nothing else: this is what decides for
    every n, however small the differences are.
    """
    step = 0.0
    for value in np.unique(abs(items)):
        while value > 1e-12:
            rest = step % value
            step, value = value, min(rest, value - rest)
    return step


EXERCISES["03.failing_law"] = Exercise(
    cases=lambda: [{"n": n, "seed": seed} for n, seed in ((16, 0), (20, 1), (20, 2), (200, 3))],
    draw=lambda rng: {"n": 4 * int(rng.integers(4, 40)), "seed": int(rng.integers(9))},
    answer=lambda n, seed: np.random.default_rng(seed).permutation(np.resize([0.5, -0.5], n)),
    accept=accept_items,
    advice="return an array of n items",
    insight="Reach without density: sums on a lattice leave holes for ever. Lueker's hypothesis, a "
    "law that contains a uniform, excludes exactly this.",
)

# 03.two_versions --------------------------------------------------------------------------------


def two_versions(errors, eps, reached=np.less_equal):
    within = reached(errors, eps)
    return within.mean(0).min(), within.all(1).mean()


BY_HAND = np.array([[0.0, 0.3, 0.1], [0.1, 0.0, 0.3], [0.3, 0.1, 0.1], [0.1, 0.1, 0.1]])
DRAWN = np.random.default_rng(0).exponential(0.1, (50, 20))

EXERCISES["03.two_versions"] = Exercise(
    cases=lambda: [
        {"errors": errors, "eps": eps}
        for errors, eps in ((BY_HAND, 0.2), (BY_HAND, 0.1), (DRAWN, 0.3))
    ],
    draw=lambda rng: {"errors": rng.exponential(0.1, (9, 4)).round(1), "eps": 0.2},
    answer=two_versions,
    mistakes={
        "the two are swapped: each first, then all_": lambda errors, eps: two_versions(errors, eps)[
            ::-1
        ],
        "<= eps counts as reached": lambda errors, eps: two_versions(errors, eps, np.less),
        "draws are rows: probabilities are means over axis 0": lambda errors, eps: two_versions(
            errors.T, eps
        ),
        "version (each z) asks for the worst target, not for the mean over targets": (
            lambda errors, eps: ((errors <= eps).mean(), two_versions(errors, eps)[1])
        ),
        "all_ needs one draw for all targets; a minimum of means is `each` again": (
            lambda errors, eps: (two_versions(errors, eps)[0],) * 2
        ),
    },
    otherwise="each: mean over draws, then minimum over targets; all_: all over targets, then mean "
    "over draws",
    kind="two numbers",
    advice="return two numbers: each, all_",
    insight="`all_` is never above `each`: one draw for every target is the stronger demand, and "
    "what tickets are built from.",
)

# 03.uniform_inside ------------------------------------------------------------------------------


def draw_products(rng, count=200_000):
    return {"products": rng.uniform(-1, 1, (2, count)).prod(0), "v": rng.uniform(size=count)}


def accept_uniform(accepted, products, v):
    if accepted.dtype != bool:
        return "an array of True and False", "return the condition itself, not numbers"
    chosen, share = products[accepted], accepted.mean()
    if (abs(chosen) > 0.5).any():
        return (
            "accepted products in [-1/2, 1/2]",
            "outside [-1/2, 1/2] the density of products falls below the rectangle: accept nothing "
            "there",
        )
    wanted = theory.uniform_content("product")
    expected = f"a share of about {wanted:.3f} accepted, yours is {share:.4f}"
    if share <= 0.01:
        return expected, "nearly nothing is accepted"
    distance = kstest(chosen, "uniform", (-0.5, 1.0)).statistic * len(chosen) ** 0.5
    if distance >= 2.2:  # for a right answer with probability 1e-4; the seed is fixed
        return (
            "accepted products that look uniform; their Kolmogorov distance times sqrt(count) is "
            f"{distance:.1f}, not below 2.2",
            "products near 0 are too many: accept t with a chance proportional to 1/ln(1/|t|)",
        )
    if share <= wanted - 0.006:
        return expected, (
            "the chance to accept is too small: it may reach 1 where the density is smallest, at "
            "|t| = 1/2"
        )
    return None


EXERCISES["03.uniform_inside"] = Exercise(
    # not the seed of the products for v, which must be independent
    cases=lambda: [
        {
            "products": sample("product", 200_000, seed=7),
            "v": np.random.default_rng(8).uniform(size=200_000),
        }
    ],
    draw=draw_products,
    answer=lambda products, v: (
        (abs(products) <= 0.5) & (v <= np.log(2) / np.log(1 / abs(products)))
    ),
    accept=accept_uniform,
    advice="return True or False for each product",
    insight="Among n products hide about 0.35·n independent uniform items: this is all that the "
    "proof uses of them, and why products need more items. Nobody has to reject anything in "
    "practice; the other products only help.",
)
