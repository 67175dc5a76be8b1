import numpy as np

from slt_course.subset_sum import subset_sums


def not_sorted(items):
    return subset_sums(items[None])[0]


def without_the_empty_subset(items):
    return np.sort(subset_sums(items[None])[0][1:])


def without_repetitions(items):
    return np.unique(subset_sums(items[None])[0])


def partial_sums(items):
    return np.sort(np.resize(np.cumsum(np.r_[0.0, items]), 2 ** len(items)))


def stops_at_the_first_pair_above(left, right, target):
    i, j = 0, len(right) - 1
    while left[i] + right[j] < target and i < len(left) - 1:
        i += 1
    return i, j


def values_instead_of_indices(left, right, target):
    i, j = np.unravel_index(abs(left[:, None] + right - target).argmin(), (len(left), len(right)))
    return left[i] + 0.5, right[j]


def error_only(left, right, target):
    return abs(left[:, None] + right - target).min()


def never_above(left, right, target):
    sums = left[:, None] + right
    return np.unravel_index(np.where(sums <= target, sums, -np.inf).argmax(), sums.shape)


def all_pairs(left, right, target):
    return np.unravel_index(abs(left[:, None] + right - target).argmin(), (len(left), len(right)))


def row_by_row(left, right, target):
    best = [abs(x + right - target).min() for x in left]
    i = int(np.argmin(best))
    return i, int(abs(left[i] + right - target).argmin())


def larger_member(values, origin):
    return np.where(np.diff(origin) != 0, np.diff(values), np.inf).argmin() + 1


def among_the_changes(values, origin):
    return np.diff(values)[np.diff(origin) != 0].argmin()


def no_number():
    return [1.0, 1e-9], float("nan")


def words():
    return ["one", "two"], 3.0


def far_target():
    return [1.0, 1e-9], 1e300


def ignores_the_origin(values, origin):
    return np.diff(values).argmin()


def first_change_of_origin(values, origin):
    return (np.diff(origin) != 0).argmax()


def gap_itself(values, origin):
    return np.diff(values)[np.diff(origin) != 0].min()


def only_left_then_right(values, origin):
    differ = np.diff(origin) > 0
    return np.where(differ, np.diff(values), np.inf).argmin()


def forgets_the_gap(n):
    return max(b for b in range(64) if n * 2 ** (b + 1) + 2 * n < 2**63)


def unsigned(n):
    return max(b for b in range(64) if n * 2 ** (b + 2) + 2 * n < 2**65)


def half_the_items(n):
    return max(b for b in range(70) if n / 2 * 2 ** (b - 1) < 2**63)


def ordinary_items():
    return [0.5, 0.25, -0.75], 0.6


def beyond_every_limit():
    return [1e30, 1.0], 1.0


def target_forgotten():
    return [1.0, 1e-9]


def even_splits():
    return [0.5] * 10, 2.25


WRONG = {
    "05.sorted_sums": [
        (not_sorted, "not in ascending order"),
        (without_the_empty_subset, r"expected an array of shape \(4,\)"),
        (without_repetitions, r"items = \[0.5, 0.5\].*as often as they occur"),
        (partial_sums, "merge the two lists"),
    ],
    "05.two_pointers": [
        (stops_at_the_first_pair_above, "remember the best pair"),
        (values_instead_of_indices, "two whole numbers"),
        (error_only, r"expected an array of shape \(2,\)"),
        (all_pairs, "lines run.*all pairs"),
        (row_by_row, "lines run.*all pairs"),
        (never_above, "target = 0.9.*an error of|target = 0.65.*an error of|target = -3"),
    ],
    "05.adjacent_pair": [
        (ignores_the_origin, "from the same list"),
        (larger_member, "the position of the smaller member"),
        (among_the_changes, "the position among all gaps"),
        (first_change_of_origin, "not the closest such pair"),
        (gap_itself, "a position is needed"),
        (only_left_then_right, "a pair of different origins"),
    ],
    "05.scale_bits": [
        (forgets_the_gap, "a gap between two keys"),
        (unsigned, "one bit is the sign"),
        (half_the_items, "values lie in"),
    ],
    "05.float32_fails": [
        (ordinary_items, "float32 has 24 bits"),
        (beyond_every_limit, "none above 1e6"),
        (target_forgotten, "a tuple"),
        (no_number, "a finite target"),
        (words, "finite items"),
        (far_target, "none above 1e6"),
        (even_splits, "more than ten times worse"),
    ],
}
