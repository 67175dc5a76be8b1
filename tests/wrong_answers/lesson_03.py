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


def strictly_covered(items, eps, points):
    return (abs(points[:, None] - subset_sums(items[None])[0]).min(1) < eps).mean()


def signed_distance(items, eps, points):
    return ((points[:, None] - subset_sums(items[None])[0]).min(1) <= eps).mean()


def share_of_sums(items, eps, points):
    return (abs(points[:, None] - subset_sums(items[None])[0]).min(0) <= eps).mean()


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


def decimal_logarithm(radius, tolerances):
    return np.polyfit(np.log10(1 / np.array(tolerances)), halves(radius, tolerances), 1)[0]


def strictly_within(radius, tolerances):
    found = halves(radius, tolerances, lambda r, eps: np.mean(r < eps) >= 0.5)
    return np.polyfit(np.log2(1 / np.array(tolerances)), found, 1)[0]


def first_and_last(radius, tolerances):
    found = halves(radius, tolerances)
    return (found[-1] - found[0]) / np.log2(tolerances[0] / tolerances[-1])


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
    return 0.378 * n**0.5 * 2.0**-n


def no_root(n, s):
    return 1.4 * s * 2.0**-n


def not_finished(n, s):
    return 0.7 * s * n**0.5 * 2.0**-n


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


def noisy(half_width):
    def noisy_lattice(n, seed):
        noise = np.random.default_rng(seed).uniform(-half_width, half_width, n)
        return 0.5 * np.where(np.arange(n) % 2, 1, -1) + noise

    return noisy_lattice


def nearly_equal_values(n, seed):
    return np.tile([0.5, -0.5, 0.5001, -0.5001], n // 4)


def versions_swapped(errors, eps):
    reached = errors <= eps
    return reached.all(1).mean(), reached.mean(0).min()


def versions_by_column(errors, eps):
    reached = errors <= eps
    return reached.mean(1).min(), reached.all(0).mean()


def version_of_the_mean(errors, eps):
    reached = errors <= eps
    return reached.mean(), reached.all(1).mean()


def one_version_twice(errors, eps):
    reached = errors <= eps
    return reached.mean(0).min(), reached.mean(0).min()


def strictly_reached(errors, eps):
    reached = errors < eps
    return reached.mean(0).min(), reached.all(1).mean()


def accept_the_middle(products, v):
    return abs(products) <= 0.5


def accept_with_base_two(products, v):
    return (abs(products) <= 0.5) & (v <= 0.5 / np.log(1 / abs(products)))


def accept_everywhere(products, v):
    return v <= np.log(2) / np.log(1 / abs(products))


def accept_never(products, v):
    return products > 2


def chances_instead(products, v):
    return np.log(2) / np.log(1 / abs(products))


def accept_upside_down(products, v):
    return (abs(products) <= 0.5) & (v <= np.log(1 / abs(products)) / np.log(1 / abs(products)).max())


def accept_a_little_less(products, v):
    return (abs(products) <= 0.5) & (v <= 0.67 / np.log(1 / abs(products)))


WRONG = {
    "03.covered_share": [
        (without_the_empty_subset, "the empty subset"),
        (without_the_full_subset, "the full subset"),
        (single_items, "nearest of all 2\\^n sums"),
        (number_of_points, "not their share"),
        (relative_distance, "at most eps"),
        (strictly_covered, "exactly eps counts"),
        (signed_distance, "absolute value"),
        (share_of_sums, "not over the points"),
    ],
    "03.items_per_bit": [
        (natural_logarithm, "base 2"),
        (forgot_the_inverse, "the sign"),
        (mean_radius, "the mean radius"),
        (more_than_half, "exactly half counts"),
        (all_draws, "not all of them"),
        (decimal_logarithm, "not decimal digits"),
        (strictly_within, "exactly eps counts"),
        (first_and_last, "forgets the others"),
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
        (forgot_both_sides, "either side"),
        (no_root, "grows with n"),
        (not_finished, "standard deviation"),
        (no_scale, "scale s"),
        (half_of_the_exponent, "On the input n = 10, s = 1\n"),
    ],
    "03.failing_law": [
        (one_signed, "want of reach"),
        (tiny, "want of reach"),
        (uniform, "come close to everything"),
        (large, "items in \\[-1, 1\\]"),
        (nearly_a_lattice, "for every n.*come close to everything"),
        (two_lattices, "come close to everything"),
        *((noisy(half_width), "come close to everything") for half_width in (5e-4, 5e-5, 1e-8)),
        (nearly_equal_values, "radius above 0.04 for every n.*come close to everything"),
    ],
    "03.two_versions": [
        (versions_swapped, "swapped"),
        (versions_by_column, "draws are rows"),
        (version_of_the_mean, "worst target"),
        (one_version_twice, "is `each` again"),
        (strictly_reached, "counts as reached"),
    ],
    "03.uniform_inside": [
        (accept_the_middle, "near 0 are too many"),
        (accept_with_base_two, "chance to accept is too small"),
        (accept_everywhere, "accept nothing there"),
        (accept_never, "nearly nothing"),
        (chances_instead, "condition itself"),
        (accept_upside_down, "near 0 are too many"),
        (accept_a_little_less, "chance to accept is too small"),
    ],
}
