import numpy as np

from slt_course import theory


def window(low, high):
    """Probability of [low, high] under U[-1, 1], without cutting it to [-1, 1]."""
    return (high - low) / 2


def not_cut_at_one(w, eps):
    return window(max(0, abs(w) - eps / 2), abs(w) + eps / 2) * eps / 4


def not_cut_at_zero(w, eps):
    return window(abs(w) - eps / 2, min(1, abs(w) + eps / 2)) * eps / 4


def signed_weight(w, eps):
    return max(0, window(max(0, w - eps / 2), min(1, w + eps / 2))) * eps / 4


def signed_weight_and_negative(w, eps):
    return window(max(0, w - eps / 2), min(1, w + eps / 2)) * eps / 4


def sign_of_zero(w, eps):
    center = np.sign(w)
    return right_first(w, eps) * window(max(-1, center - eps / 2), min(1, center + eps / 2))


def right_first(w, eps):
    return window(max(0, abs(w) - eps / 2), min(1, abs(w) + eps / 2))


def first_alone(w, eps):
    return right_first(w, eps)


def second_alone(w, eps):
    return eps / 4


def added(w, eps):
    return right_first(w, eps) + eps / 4


def densities_forgotten(w, eps):
    return 4 * right_first(w, eps) * eps / 4


def whole_window_of_b(w, eps):
    return right_first(w, eps) * eps / 2


def one_sided_window_of_a(w, eps):
    return right_first(w, eps) / 2 * eps / 4


def product_variant(w, eps):
    return float(theory.malach_hit_probability(w, eps, "product"))


def nothing_at_zero(w, eps):
    return right_first(w, eps) * eps / 4 if w else 0.0


def four_digits(w, eps):
    return round(right_first(w, eps) * eps / 4, 4)


def simulated(w, eps):
    a, b = np.random.default_rng(0).uniform(-1, 1, (2, 2_000_000))
    sign = 1 if w >= 0 else -1
    return np.mean((a > 0) & (abs(a - abs(w)) <= eps / 2) & (abs(b - sign) <= eps / 2))


def mask_of(positions, n):
    mask = np.zeros(n, bool)
    mask[list(positions)] = True
    return mask


def nearest_by(score, A):
    """The unit of smallest score for each sign that the block has."""
    return mask_of(
        [np.where(side, score, np.inf).argmin() for side in (A > 0, A < 0) if side.any()], len(A)
    )


def one_for_both(w, A, B):
    return mask_of([abs(w - A * B).argmin()], len(A))


def minus_w_for_negative(w, A, B):
    return nearest_by(abs(w * np.sign(A) - A * B), A)


def magnitudes(w, A, B):
    return nearest_by(abs(abs(A * B) - abs(w)), A)


def paper_gadget(w, A, B):
    sign = 1 if w >= 0 else -1
    return nearest_by(np.maximum(abs(abs(A) - abs(w)), abs(B - sign * np.sign(A))), A)


def first_number_only(w, A, B):
    return nearest_by(abs(abs(A) - abs(w)), A)


def second_number_only(w, A, B):
    return nearest_by(abs(B - w), A)


def largest_product(w, A, B):
    return nearest_by(-A * B, A)


def largest_miss(w, A, B):
    return nearest_by(-abs(w - A * B), A)


def near_the_size(w, A, B):
    return nearest_by(abs(abs(w) - A * B), A)


def from_below(w, A, B):
    return nearest_by(np.where(A * B <= w, w - A * B, 9), A)


def position_in_the_short_array(w, A, B):
    miss = abs(w - A * B)
    return mask_of([miss[side].argmin() for side in (A > 0, A < 0) if side.any()], len(A))


def all_within_a_tolerance(w, A, B):
    return abs(w - A * B) <= 0.2


def all_that_tie(w, A, B):
    miss = abs(w - A * B)
    return ((A > 0) & (miss == miss[A > 0].min())) | (
        (A < 0) & (miss == miss[A < 0].min(initial=np.inf))
    )


def argmin_of_inf(w, A, B):
    return mask_of(
        [np.where(side, abs(w - A * B), np.inf).argmin() for side in (A > 0, A < 0)], len(A)
    )


def sides_by_b(w, A, B):
    return nearest_by(abs(w - A * B), B)


def mask_upside_down(w, A, B):
    return ~nearest_by(abs(w - A * B), A)


def nothing_pruned(w, A, B):
    return A != 0


def none_kept(w, A, B):
    return A == 0


def two_positions(w, A, B):
    return np.flatnonzero(nearest_by(abs(w - A * B), A))


def kept_products(w, A, B):
    return nearest_by(abs(w - A * B), A) * A * B


def values_of(A, B, mask, x):
    return np.maximum(A * x[:, None], 0) @ (mask * B)


def slopes_of(A, B, mask):
    return (A * B)[mask & (A > 0)].sum(), (A * B)[mask & (A < 0)].sum()


def without_relu(A, B, mask, x):
    return A * x[:, None] @ (mask * B), *slopes_of(A, B, mask)


def of_absolute_x(A, B, mask, x):
    return values_of(A, B, mask, abs(x)), *slopes_of(A, B, mask)


def absolute_for_relu(A, B, mask, x):
    return abs(A * x[:, None]) @ (mask * B), *slopes_of(A, B, mask)


def without_mask(A, B, mask, x):
    return values_of(A, B, np.ones(len(A)), x), *slopes_of(A, B, mask)


def inverted_mask(A, B, mask, x):
    return values_of(A, B, ~mask, x), *slopes_of(A, B, ~mask)


def relu_outside(A, B, mask, x):
    return np.maximum(A * B * mask * x[:, None], 0).sum(1), *slopes_of(A, B, mask)


def relu_of_the_sum(A, B, mask, x):
    return np.maximum(A * x[:, None] @ (mask * B), 0), *slopes_of(A, B, mask)


def relu_of_x(A, B, mask, x):
    return np.maximum(x, 0) * (A * B)[mask].sum(), *slopes_of(A, B, mask)


def matrices_swapped(A, B, mask, x):
    return values_of(B, A, mask, x), *slopes_of(A, B, mask)


def one_slope(A, B, mask, x):
    slope = (A * B)[mask].sum()
    return values_of(A, B, mask, x), slope, slope


def slopes_swapped(A, B, mask, x):
    return values_of(A, B, mask, x), *slopes_of(A, B, mask)[::-1]


def value_at_minus_one(A, B, mask, x):
    ends = values_of(A, B, mask, np.array([1.0, -1.0]))
    return values_of(A, B, mask, x), *ends


def same_slope_twice(A, B, mask, x):
    positive, _ = slopes_of(A, B, mask)
    return values_of(A, B, mask, x), positive, positive


def slopes_without_mask(A, B, mask, x):
    return values_of(A, B, mask, x), *slopes_of(A, B, mask | True)


def slopes_by_b(A, B, mask, x):
    return values_of(A, B, mask, x), (A * B)[mask & (B > 0)].sum(), (A * B)[mask & (B < 0)].sum()


def slopes_by_product(A, B, mask, x):
    product = (A * B)[mask]
    return values_of(A, B, mask, x), product[product > 0].sum(), product[product < 0].sum()


def slopes_of_b(A, B, mask, x):
    return values_of(A, B, mask, x), B[mask & (A > 0)].sum(), B[mask & (A < 0)].sum()


def slopes_of_a(A, B, mask, x):
    return values_of(A, B, mask, x), A[mask & (A > 0)].sum(), A[mask & (A < 0)].sum()


def product_of_sums(A, B, mask, x):
    return values_of(A, B, mask, x), *(
        A[mask & side].sum() * B[mask & side].sum() for side in (A > 0, A < 0)
    )


def zero_where_not_seen(A, B, mask, x):
    positive, negative = slopes_of(A, B, mask)
    return values_of(A, B, mask, x), positive * (x > 0).any(), negative * (x < 0).any()


def mean_slopes(A, B, mask, x):
    counts = max(1, (mask & (A > 0)).sum()), max(1, (mask & (A < 0)).sum())
    return values_of(A, B, mask, x), *(
        slope / count for slope, count in zip(slopes_of(A, B, mask), counts)
    )


def slopes_from_x(A, B, mask, x):
    values = values_of(A, B, mask, x)
    with np.errstate(all="ignore"):
        parts = [values[side].sum() / x[side].sum() for side in (x > 0, x < 0)]
    return values, *parts


def values_only(A, B, mask, x):
    return values_of(A, B, mask, x)


def slopes_per_entry(A, B, mask, x):
    positive, negative = slopes_of(A, B, mask)
    return values_of(A, B, mask, x), positive * (x > 0), negative * (x < 0)


def layers(sizes, signed_input):
    """(paths, inputs, outputs) of every layer."""
    pairs = enumerate(zip(sizes, sizes[1:]))
    return [((2 if signed_input and k == 0 else 1) * i * o, i, o) for k, (i, o) in pairs]


def right_second(sizes, signed_input):
    return sum(paths for paths, _, _ in layers(sizes, signed_input))


def both_signs_everywhere(sizes, width, signed_input):
    paths = [(2 if signed_input else 1) * i * o for i, o in zip(sizes, sizes[1:])]
    return sum(paths), sum(min(p, width * i) for p, i in zip(paths, sizes))


def one_sign_everywhere(sizes, width, signed_input):
    paths = [i * o for i, o in zip(sizes, sizes[1:])]
    return sum(paths), sum(min(p, width * i) for p, i in zip(paths, sizes))


def both_signs_in_the_last_layer(sizes, width, signed_input):
    paths = [i * o for i, o in zip(sizes, sizes[1:])]
    paths[-1] *= 2 if signed_input else 1
    return sum(paths), sum(min(p, width * i) for p, i in zip(paths, sizes))


def always_two_signs(sizes, width, signed_input):
    return right_second(sizes, True), sum(min(p, width * i) for p, i, _ in layers(sizes, True))


def counts_swapped(sizes, width, signed_input):
    first = sum(min(p, width * i) for p, i, _ in layers(sizes, signed_input))
    return first, right_second(sizes, signed_input)


def both_entries(sizes, width, signed_input):
    return 2 * right_second(sizes, signed_input), 0


def all_random_weights(sizes, width, signed_input):
    return width * right_second(sizes, False), width * sum(sizes)


def with_biases(sizes, width, signed_input):
    return right_second(sizes, signed_input) + sum(sizes[1:]), 0


def first_layer_only(sizes, width, signed_input):
    (paths, inputs, _), *_ = layers(sizes, signed_input)
    return paths, min(paths, width * inputs)


def no_sharing(sizes, width, signed_input):
    return (right_second(sizes, signed_input),) * 2


def every_unit(sizes, width, signed_input):
    return right_second(sizes, signed_input), width * sum(sizes[:-1])


def smaller_total(sizes, width, signed_input):
    second = right_second(sizes, signed_input)
    return second, min(second, width * sum(sizes[:-1]))


def units_per_output(sizes, width, signed_input):
    return right_second(sizes, signed_input), sum(
        min(p, width * o) for p, _, o in layers(sizes, signed_input)
    )


def width_in_all(sizes, width, signed_input):
    return right_second(sizes, signed_input), sum(
        min(p, width) for p, _, _ in layers(sizes, signed_input)
    )


def one_unit_for_both_signs(sizes, width, signed_input):
    return right_second(sizes, signed_input), sum(
        i * min(o, width) for i, o in zip(sizes, sizes[1:])
    )


def half_of_the_units(sizes, width, signed_input):
    usable = [width * i // (1 if signed_input and k == 0 else 2) for k, i in enumerate(sizes)]
    found = [min(p, u) for (p, _, _), u in zip(layers(sizes, signed_input), usable)]
    return right_second(sizes, signed_input), sum(found)


def whole_rows(sizes, width, signed_input):
    return right_second(sizes, signed_input), sum(
        min(p, width * i) * i for p, i, _ in layers(sizes, signed_input)
    )


def kept_in_all(sizes, width, signed_input):
    first = sum(min(p, width * i) for p, i, _ in layers(sizes, signed_input))
    second = right_second(sizes, signed_input)
    return second, first + second


def one_number(sizes, width, signed_input):
    return right_second(sizes, signed_input)


def carried_by_the_target(norms, errors, radius):
    e, r = 0.0, radius
    for s, eta in zip(norms, errors):
        e, r = s * e + eta * r, s * r
    return e


def size_of_the_ticket(norms, errors, radius):
    e, r = 0.0, radius
    for s, eta in zip(norms, errors):
        e, r = (s + eta) * e + eta * r, (s + eta) * r
    return e


def constant_size(norms, errors, radius):
    e = 0.0
    for s, eta in zip(norms, errors):
        e = (s + eta) * e + eta * radius
    return e


def size_too_early(norms, errors, radius):
    e, r = 0.0, radius
    for s, eta in zip(norms, errors):
        r = s * r
        e = (s + eta) * e + eta * r
    return e


def error_at_the_input(norms, errors, radius):
    e = r = radius
    for s, eta in zip(norms, errors):
        e, r = (s + eta) * e + eta * r, s * r
    return e


def no_radius(norms, errors, radius):
    return np.prod(norms + errors) - np.prod(norms)


def errors_added(norms, errors, radius):
    return errors.sum()


def own_errors_added(norms, errors, radius):
    return radius * (errors * np.cumprod([1.0, *norms[:-1]])).sum()


def last_layer(norms, errors, radius):
    return radius * errors[-1] * np.prod(norms[:-1])


def size_of_the_output(norms, errors, radius):
    return radius * np.prod(norms + errors)


def size_of_the_target(norms, errors, radius):
    return radius * np.prod(norms)


def share_of_the_output(norms, errors, radius):
    return np.prod(norms + errors) / np.prod(norms) - 1


def norms_at_least_one(norms, errors, radius):
    return radius * (np.prod(np.maximum(1, norms) + errors) - np.prod(np.maximum(1, norms)))


def activations_at_least_one(norms, errors, radius):
    e, r = 0.0, radius
    for s, eta in zip(norms, errors):
        e, r = (s + eta) * e + eta * r, max(1, s) * r
    return e


def amplified_at_most_by_one(norms, errors, radius):
    e, r = 0.0, radius
    for s, eta in zip(norms, errors):
        e, r = (min(1, s) + eta) * e + eta * r, s * r
    return e


def carried_by_a_smaller_matrix(norms, errors, radius):
    e, r = 0.0, radius
    for s, eta in zip(norms, errors):
        e, r = (s - eta) * e + eta * r, s * r
    return e


def largest_norms(norms, errors, radius):
    s, eta, depth = norms.max(), errors.max(), len(norms)
    return radius * ((s + eta) ** depth - s**depth)


def every_step(norms, errors, radius):
    e, r, found = 0.0, radius, []
    for s, eta in zip(norms, errors):
        e, r = (s + eta) * e + eta * r, s * r
        found.append(e)
    return found


WRONG = {
    "07.hit_probability": [
        (not_cut_at_one, r"w = 0.97, eps = 0.1\n.*no A is above 1"),
        (not_cut_at_zero, r"w = 0.02, eps = 0.1\n.*cut A's window at 0"),
        (
            signed_weight,
            r"w = -0.4, eps = 0.1\n.*you returned 0\n.*A must be near \|w\|.*B that is near -1",
        ),
        (signed_weight_and_negative, "has no negative length"),
        (sign_of_zero, r"w = 0, eps = 0.2\n.*np.sign\(0\) is 0"),
        (first_alone, "for A alone"),
        (second_alone, "for B alone"),
        (added, "do not add them"),
        (densities_forgotten, "four times too much"),
        (whole_window_of_b, "twice too much"),
        (one_sided_window_of_a, "eps/2 below"),
        (product_variant, "this is the product variant"),
        (nothing_at_zero, r"w = 0, eps = 0.2\n.*w = 0 is a weight, too"),
        (four_digits, "you returned 0.0013.*no rounding"),
        (simulated, "a formula is wanted, no simulation"),
    ],
    "07.gadget": [
        (
            one_for_both,
            r"for x > 0 you keep no unit.*misses w by 0.5\n.*keep the nearest of each kind",
        ),
        (
            minus_w_for_negative,
            r"for x < 0 you keep the unit at position 5.*its target is w, not -w",
        ),
        (magnitudes, r"not \|A·B\| near \|w\|"),
        (paper_gadget, r"A·B misses w by 0.055\n.*expected a miss of 0.0036.*the paper's gadget"),
        (first_number_only, "A alone was compared"),
        (second_number_only, "B alone was compared"),
        (largest_product, "this is the largest product"),
        (largest_miss, "largest miss"),
        (near_the_size, r"w = -0.4.*not near \|w\|"),
        (from_below, "a product above w may be the nearest"),
        (position_in_the_short_array, r"no position in A: use np.where"),
        (
            all_within_a_tolerance,
            r"for x > 0 you keep 2 units, at the positions 1, 2\n.*as in lesson 08",
        ),
        (all_that_tie, "at the positions 1, 2\n.*two units are equally near"),
        (
            argmin_of_inf,
            "for x > 0 you keep 2 units, at the positions 0, 2\n.*units of one sign only.*argmin of an array of inf",
        ),
        (sides_by_b, "at the positions 2, 4\n.*not that of B"),
        (mask_upside_down, "True means kept"),
        (nothing_pruned, "nothing is pruned"),
        (none_kept, "for x > 0 you keep no unit: the gadget is 0 there.*nothing is kept"),
        (two_positions, r"expected an array of shape \(6,\).*np.argmin gives a position"),
        (kept_products, "a mask says which units are kept"),
    ],
    "07.sign_split": [
        (without_relu, "relu is missing"),
        (of_absolute_x, r"x itself is needed, not \|x\|"),
        (absolute_for_relu, "relu is not the absolute value"),
        (without_mask, "the mask is missing: pruned units"),
        (inverted_mask, "upside down"),
        (relu_outside, "relu acts inside"),
        (relu_of_the_sum, "not on their sum"),
        (relu_of_x, "units with A < 0 pass negative x"),
        (matrices_swapped, "A and B are swapped"),
        (one_slope, "expected slope_positive = 0.4\n.*not of both"),
        (slopes_swapped, "expected slope_positive = 0.4\n.*slope of the other side"),
        (same_slope_twice, "expected slope_negative = -0.6\n.*slope of the other side"),
        (value_at_minus_one, "expected slope_negative = -0.6\n.*MINUS its slope"),
        (slopes_without_mask, "the mask is missing$"),
        (slopes_by_b, "not that of B$"),
        (slopes_by_product, "not that of A·B"),
        (mean_slopes, "this is a mean"),
        (slopes_of_b, "not as B alone"),
        (slopes_of_a, "not as A alone"),
        (product_of_sums, "path by path, then add up"),
        (zero_where_not_seen, r"0.85, -?0\)\n.*they exist for any x"),
        (slopes_from_x, r"x = \[0, 0.3, 0.7\]\n.*they exist for any x"),
        (values_only, "return values, slope_positive, slope_negative"),
        (slopes_per_entry, "slope_positive is one number"),
    ],
    "07.kept_weights": [
        (both_signs_everywhere, "never negative: one path per weight there"),
        (one_sign_everywhere, "an input of either sign needs two paths"),
        (both_signs_in_the_last_layer, "not in the last"),
        (
            always_two_signs,
            r"signed_input = False\n.*with inputs >= 0 one path per weight is enough",
        ),
        (counts_swapped, "the two are swapped"),
        (both_entries, "counts both entries of a path"),
        (all_random_weights, "counts all random weights"),
        (with_biases, "no biases"),
        (first_layer_only, "every layer of the target has its pair"),
        (no_sharing, "outputs share units"),
        (every_unit, "never more than the paths of a layer"),
        (smaller_total, "take the smaller number layer by layer"),
        (units_per_output, "not for each output"),
        (width_in_all, "not width in all"),
        (one_unit_for_both_signs, "up to twice as many units"),
        (half_of_the_units, "by chance all may"),
        (whole_rows, "a kept unit keeps one entry"),
        (kept_in_all, "this includes the second matrices"),
        (one_number, "return two whole numbers"),
    ],
    "07.error_bound": [
        (carried_by_the_target, r"its norm can be s \+ eta"),
        (size_of_the_ticket, "size of the TARGET's activations"),
        (constant_size, "r must follow the layers"),
        (size_too_early, "before it is multiplied by s"),
        (error_at_the_input, "e starts at 0$"),
        (no_radius, "the radius is missing"),
        (errors_added, "later layers amplify"),
        (own_errors_added, "e is multiplied too"),
        (last_layer, "of the last layer alone"),
        (size_of_the_output, "size of the ticket's output"),
        (size_of_the_target, "size of the target's output, not the error"),
        (share_of_the_output, "not its share"),
        (norms_at_least_one, "no max"),
        (activations_at_least_one, "shrink the activations"),
        (amplified_at_most_by_one, r"no min\(1, s\)"),
        (carried_by_a_smaller_matrix, "LARGER than the target's"),
        (largest_norms, "not the largest of all"),
        (every_step, "the bound after the last layer"),
    ],
}
