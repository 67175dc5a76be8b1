import numpy as np

from slt_course.subset_sum import sample, subset_sums


def share(items, eps, points, sums):
    return (abs(points[:, None] - sums).min(1) <= eps).mean() if len(sums) else 0.0


def without_the_empty_subset(items, eps, points):
    return share(items, eps, points, subset_sums(items[None])[0][1:])


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


def through_the_origin(radius, tolerances):
    return np.mean(np.array(halves(radius, tolerances)) / np.log2(1 / np.array(tolerances)))


def uniform_density(t):
    return 0.5 + 0 * t


def no_absolute_value(t):
    with np.errstate(invalid="ignore"):
        return 0.5 * np.log(1 / np.float64(t))


def half_forgotten(t):
    return np.log(1 / np.abs(t))


def numbers_only(t):
    import math

    return 0.5 * math.log(1 / abs(t)) if not np.ndim(t) else 0.0


def one_over_two_to_the_n(n, s):
    return s * 2.0**-n


def evenly_spread(n, s):
    return n * s / 2.0**n


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


def fine_lattice(n, seed):
    return sample("uniform", n, seed).round(1)


WRONG = {
    "03.covered_share": [
        (without_the_empty_subset, "the empty subset"),
        (single_items, "nearest of all 2\\^n sums"),
        (number_of_points, "not their share"),
        (relative_distance, r"On the input \[0.5, -0.5, 1.0\], 0.1"),
    ],
    "03.items_per_bit": [
        (natural_logarithm, "base 2"),
        (forgot_the_inverse, "the sign"),
        (mean_radius, "the mean radius"),
        (through_the_origin, "return the slope"),
    ],
    "03.product_density": [
        (uniform_density, "density of U itself"),
        (no_absolute_value, r"use \|t\|"),
        (half_forgotten, "factor 1/2"),
        (numbers_only, "array of two densities"),
    ],
    "03.predicted_error": [
        (one_over_two_to_the_n, "standard deviation"),
        (evenly_spread, "not spread evenly"),
        (no_scale, "scale s"),
        (half_of_the_exponent, r"On the input 'n = 10'"),
    ],
    "03.failing_law": [
        (one_signed, "want of reach"),
        (tiny, "want of reach"),
        (uniform, "come close to everything"),
        (large, "items in \\[-1, 1\\]"),
        (fine_lattice, "come close to everything"),
    ],
}
