import numpy as np

from slt_course.subset_sum import sample, subset_sums


def share(items, eps, points, sums):
    return (abs(points[:, None] - sums).min(1) <= eps).mean() if len(sums) else 0.0


def without_the_empty_subset(items, eps, points):
    return share(items, eps, points, subset_sums(items[None])[0][1:])


def without_the_full_subset(items, eps, points):
    return share(items, eps, points, subset_sums(items[None])[0][:-1])


def single_items(items, eps, points):
    return share(items, eps, points, np.append(items, 0.0))


def number_of_points(items, eps, points):
    return share(items, eps, points, subset_sums(items[None])[0]) * len(points)


def relative_distance(items, eps, points):
    return (abs(points[:, None] - subset_sums(items[None])[0]).min(1) / abs(points) <= eps).mean()


def halves(radius, tolerances, covers=lambda r, eps: np.mean(r <= eps) >= 0.5):
    return [min([n for n in radius if covers(radius[n], eps)], default=0) for eps in tolerances]


def natural_logarithm(radius, tolerances):
    return np.polyfit(np.log(1 / np.array(tolerances)), halves(radius, tolerances), 1)[0]


def forgot_the_inverse(radius, tolerances):
    return np.polyfit(np.log2(tolerances), halves(radius, tolerances), 1)[0]


def mean_radius(radius, tolerances):
    means = halves(radius, tolerances, lambda r, eps: np.mean(r) <= eps)
    return np.polyfit(np.log2(1 / np.array(tolerances)), means, 1)[0]


def more_than_half(radius, tolerances):
    found = halves(radius, tolerances, lambda r, eps: np.mean(r <= eps) > 0.5)
    return np.polyfit(np.log2(1 / np.array(tolerances)), found, 1)[0]


def all_draws(radius, tolerances):
    found = halves(radius, tolerances, lambda r, eps: np.all(r <= eps))
    return np.polyfit(np.log2(1 / np.array(tolerances)), found, 1)[0]


def through_the_origin(radius, tolerances):
    return np.mean(np.array(halves(radius, tolerances)) / np.log2(1 / np.array(tolerances)))


def uniform_density(t):
    return 0.5 + 0 * t


def no_absolute_value(t):
    with np.errstate(invalid="ignore"):
        return 0.5 * np.log(1 / np.float64(t))


def half_forgotten(t):
    return np.log(1 / np.abs(t))


def binary_logarithm(t):
    return 0.5 * np.log2(1 / np.abs(t))


def numbers_only(t):
    import math

    return 0.5 * math.log(1 / abs(t)) if not np.ndim(t) else 0.0


def one_over_two_to_the_n(n, s):
    return s * 2.0**-n


def evenly_spread(n, s):
    return n * s / 2.0**n


def forgot_both_sides(n, s):
    return np.log(2) * np.sqrt(2 * np.pi * n * s**2 / 12) / 2.0**n


def no_scale(n, s):
    return 0.36 * n**0.5 * 2.0**-n


def half_of_the_exponent(n, s):
    return s * 2.0 ** (-n / 2)


def one_signed(n, seed):
    return sample("one_signed", n, seed)


def tiny(n, seed):
    return 0.01 * sample("uniform", n, seed)


def uniform(n, seed):
    return sample("uniform", n, seed)


def large(n, seed):
    return 3.0 * np.where(np.arange(n) % 2, 1, -1)


def nearly_a_lattice(n, seed):
    rng = np.random.default_rng(seed)
    return np.where(rng.random(n) < 0.03, rng.uniform(-1, 1, n), rng.choice([-0.5, 0.5], n))


def two_lattices(n, seed):
    return np.tile([1.0, -1.0, 0.5**0.5, -(0.5**0.5)], n // 4)


WRONG = {
    "03.covered_share": [
        (without_the_empty_subset, "the empty subset"),
        (without_the_full_subset, "the full subset"),
        (single_items, "nearest of all 2\\^n sums"),
        (number_of_points, "not their share"),
        (relative_distance, "at most eps"),
    ],
    "03.items_per_bit": [
        (natural_logarithm, "base 2"),
        (forgot_the_inverse, "the sign"),
        (mean_radius, "the mean radius"),
        (more_than_half, "exactly half counts"),
        (all_draws, "not all of them"),
        (through_the_origin, "return the slope"),
    ],
    "03.product_density": [
        (uniform_density, "density of U itself"),
        (no_absolute_value, r"use \|t\|"),
        (half_forgotten, "factor 1/2"),
        (binary_logarithm, "natural logarithm"),
        (numbers_only, r"an array of shape \(2,\)"),
    ],
    "03.predicted_error": [
        (one_over_two_to_the_n, "standard deviation"),
        (evenly_spread, "not spread evenly"),
        (forgot_both_sides, "yours is 1.4 times"),
        (no_scale, "scale s"),
        (half_of_the_exponent, "On the input n = 10, s = 1\n"),
    ],
    "03.failing_law": [
        (one_signed, "want of reach"),
        (tiny, "want of reach"),
        (uniform, "come close to everything"),
        (large, "items in \\[-1, 1\\]"),
        (nearly_a_lattice, "n = 200.*come close to everything"),
        (two_lattices, "come close to everything"),
    ],
}
