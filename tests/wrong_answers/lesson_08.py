import itertools
import math

import numpy as np


def weight_of_products(a):
    return a * math.log(1 / a)


def height_only(a):
    return math.log(1 / a) / 4


def half_the_interval(a):
    return a * math.log(1 / a) / 4


def weight_with_base_two(a):
    return a / 2 * math.log2(1 / a)


def weight_with_base_ten(a):
    return a / 2 * math.log10(1 / a)


def weight_below_zero(a):
    return a / 2 * math.log(a)


def all_mass(a):
    return a / 2 * (1 + math.log(1 / a))


def zeros_too(a):
    return 0.5 + a / 2 * math.log(1 / a)


def weight_of_the_paper(a):
    return math.log(2) / 4


def height_divided(a):
    return math.log(1 / a) / (8 * a)


def density_at_the_centre(a):
    return 2 * a * math.log(1 / (a / 2)) / 4


def both_of(p, count):
    return min(1, count * p), 1 - (1 - p) ** count


def one_sign(p, inputs, outputs):
    return both_of(p, inputs * outputs)


def one_per_output(p, inputs, outputs):
    return both_of(p, 2 * outputs)


def only_outputs(p, inputs, outputs):
    return both_of(p, outputs)


def added_sizes(p, inputs, outputs):
    return both_of(p, 2 * (inputs + outputs))


def all_fail(p, inputs, outputs):
    return min(1, 2 * inputs * outputs * p), p ** (2 * inputs * outputs)


def none_fails(p, inputs, outputs):
    return min(1, 2 * inputs * outputs * p), (1 - p) ** (2 * inputs * outputs)


def one_succeeds(p, inputs, outputs):
    return min(1, 2 * inputs * outputs * p), 1 - p ** (2 * inputs * outputs)


def both_signs_fail(p, inputs, outputs):
    return min(1, 2 * inputs * outputs * p), 1 - (1 - p * p) ** (inputs * outputs)


def nearly_independent(p, inputs, outputs):
    return min(1, 2 * inputs * outputs * p), 1 - math.exp(-2 * inputs * outputs * p)


def above_one(p, inputs, outputs):
    return 2 * inputs * outputs * p, 1 - (1 - p) ** (2 * inputs * outputs)


def failures_swapped(p, inputs, outputs):
    return both_of(p, 2 * inputs * outputs)[::-1]


def union_twice(p, inputs, outputs):
    return (min(1, 2 * inputs * outputs * p),) * 2


def independent_twice(p, inputs, outputs):
    return (1 - (1 - p) ** (2 * inputs * outputs),) * 2


def signs_in_the_bound_only(p, inputs, outputs):
    return min(1, 2 * inputs * outputs * p), 1 - (1 - p) ** (inputs * outputs)


def bound_only(p, inputs, outputs):
    return min(1, 2 * inputs * outputs * p)


def shares(sizes, bias, divisor):
    depth = len(sizes) - 1
    return [1 / divisor(depth, inputs + bias, outputs) for inputs, outputs in zip(sizes, sizes[1:])]


def depth_of_the_random_network(sizes, eps, bias):
    return [eps * one for one in shares(sizes, bias, lambda depth, i, o: 2 * (2 * depth) * i * o)]


def depth_of_sizes(sizes, eps, bias):
    return [eps * one for one in shares(sizes, bias, lambda depth, i, o: 2 * (depth + 1) * i * o)]


def hidden_layers(sizes, eps, bias):
    return [
        eps * one for one in shares(sizes, bias, lambda depth, i, o: 2 * max(depth - 1, 1) * i * o)
    ]


def budget_without_two(sizes, eps, bias):
    return [eps * one for one in shares(sizes, bias, lambda depth, i, o: depth * i * o)]


def budget_without_depth(sizes, eps, bias):
    return [eps * one for one in shares(sizes, bias, lambda depth, i, o: 2 * i * o)]


def sizes_added(sizes, eps, bias):
    return [eps * one for one in shares(sizes, bias, lambda depth, i, o: 2 * depth * (i + o))]


def budget_of_a_neuron(sizes, eps, bias):
    return [eps * one for one in shares(sizes, bias, lambda depth, i, o: 2 * depth * i)]


def budget_of_a_layer(sizes, eps, bias):
    return [eps * one for one in shares(sizes, bias, lambda depth, i, o: 2 * depth)]


def budget_with_roots(sizes, eps, bias):
    return [
        eps * one for one in shares(sizes, bias, lambda depth, i, o: 2 * depth * math.sqrt(i * o))
    ]


def budget_backwards(sizes, eps, bias):
    return [eps * one for one in shares(sizes, bias, lambda depth, i, o: 2 * depth * i * o)][::-1]


def budget_of_all_weights(sizes, eps, bias):
    weights = sum((i + bias) * o for i, o in zip(sizes, sizes[1:]))
    return [eps / (2 * (len(sizes) - 1) * weights)] * (len(sizes) - 1)


def strictest_for_all(sizes, eps, bias):
    return [eps * min(shares(sizes, bias, lambda depth, i, o: 2 * depth * i * o))] * (
        len(sizes) - 1
    )


def bias_ignored(sizes, eps, bias):
    return [eps * one for one in shares(sizes, False, lambda depth, i, o: 2 * depth * i * o)]


def bias_as_output(sizes, eps, bias):
    return [
        eps * one for one in shares(sizes, False, lambda depth, i, o: 2 * depth * i * (o + bias))
    ]


def one_tolerance(sizes, eps, bias):
    return eps / (2 * (len(sizes) - 1) * sizes[0] * sizes[1])


def one_per_size(sizes, eps, bias):
    return [eps / (2 * (len(sizes) - 1) * size) for size in sizes]


def whole_packing(eps):
    return math.ceil(math.log2(math.ceil(1 / eps)))


def distances_of_two_eps(eps):
    return math.ceil(math.log2((math.floor(1 / eps) + 1) / 2))


def half_the_slopes(eps):
    return max(0, math.ceil(math.log2(1 / (4 * eps))))


def not_rounded(eps):
    return max(0.0, math.log2(math.ceil(1 / eps) / 2))


def rounded_down(eps):
    return max(0, math.floor(math.log2(math.ceil(1 / eps) / 2)))


def rounded_to_the_nearest(eps):
    return max(0, round(math.log2(math.ceil(1 / eps) / 2)))


def gaps_counted(eps):
    return max(0, math.ceil(math.log2(max(1, math.floor(1 / eps)) / 2)))


def strictly_more(eps):
    return next(m for m in range(64) if 2 * 2**m > math.ceil(1 / eps))


def at_least_one(eps):
    return next(m for m in range(1, 64) if 2 * 2**m >= math.ceil(1 / eps))


def natural_bits(eps):
    return max(0, math.ceil(math.log(math.ceil(1 / eps) / 2)))


def subnetworks(eps):
    return math.ceil(math.ceil(1 / eps) / 2)


def packing_itself(eps):
    return math.ceil(1 / eps)


def negative_bits(eps):
    return math.ceil(math.log2(math.ceil(1 / eps) / 2))


def rounded_logarithm(eps):
    return max(0, math.ceil(math.log(math.ceil(1 / eps) / 2, 2)))


def paper_s_bound(eps):
    return max(0.0, math.log2(1 / (2 * eps)) - 1)


def best_mask(values, w):
    masks = np.array(list(itertools.product([False, True], repeat=len(values))))
    return masks[abs(masks @ values - w).argmin()]


def serves(A, B, w, sign):
    return best_mask(np.where(sign * A > 0, A * B, 0), w) & (sign * A > 0)


def a_right_ticket(A, B, w, eps):
    return serves(A, B, w, 1) | serves(A, B, w, -1)


def sum_over_all_units(A, B, w, eps):
    return best_mask(A * B, w)


def outgoing_only(A, B, w, eps):
    return best_mask(np.where(A > 0, B, 0), w) & (A > 0)


def negative_only(A, B, w, eps):
    return serves(A, B, w, -1)


def positive_units(A, B, w, eps):
    return A > 0


def break_it_anyway(A, B, w, eps):
    return serves(A, B, w, 1)


def positions_of_units(A, B, w, eps):
    return np.flatnonzero(serves(A, B, w, 1))


def removed_units(A, B, w, eps):
    return ~serves(A, B, w, 1)


def never_the_empty_mask(A, B, w, eps):
    mask = serves(A, B, w, 1)
    return mask if mask.any() and abs((A * B)[mask].sum() - w) <= eps else None


def kept_weights(A, B, w, eps):
    return serves(A, B, w, 1) * B


def first_by(accept, reverse=False):
    """The first mask, in the order of counting up or down, whose slopes for x > 0 and x < 0 are accepted."""

    def answer(A, B, w, eps):
        masks = np.array(list(itertools.product([False, True], repeat=len(A))))
        for mask in masks[::-1] if reverse else masks:
            if accept((A * B)[mask & (A > 0)].sum(), (A * B)[mask & (A < 0)].sum(), w, eps):
                return mask
        return None

    return answer


wrong_by_more_than_eps = first_by(lambda s, t, w, eps: abs(s - w) <= eps < abs(t - w), True)
wrong_by_a_third = first_by(
    lambda s, t, w, eps: abs(s - w) <= eps and abs(t - w) >= abs(w) / 3, True
)
wrong_by_half_of_w = first_by(lambda s, t, w, eps: abs(s - w) <= eps and abs(t - w) >= w / 2, True)
from_below = first_by(lambda s, t, w, eps: w - eps <= s <= w and t == 0)
less_than_eps = first_by(lambda s, t, w, eps: abs(s - w) < eps and t == 0)
twice_eps = first_by(lambda s, t, w, eps: abs(s - w) <= 2 * eps and t == 0)
either_sign_of_w = first_by(lambda s, t, w, eps: abs(abs(s) - abs(w)) <= eps and t == 0)


def gives_up(A, B, w, eps):
    return None


WRONG = {
    "08.uniform_weight": [
        (weight_of_products, "half of the items are 0"),
        (height_only, "the weight is its area"),
        (half_the_interval, "has the length 2a"),
        (weight_with_base_two, "natural logarithm"),
        (weight_with_base_ten, "not that to base 10"),
        (weight_below_zero, "the sign"),
        (all_mass, "lies above the rectangle"),
        (zeros_too, "make no density"),
        (weight_of_the_paper, "for a = 1/2 only"),
        (height_divided, "not divided by it"),
        (density_at_the_centre, "a rectangle of width 2a"),
    ],
    "08.failure": [
        (one_sign, "union 0.04.*usual reason: there are two subset sums per weight"),
        (one_per_output, "every output has a weight for every input.*two signs each"),
        (only_outputs, "every output has a weight for every input.*and two signs"),
        (added_sizes, "multiplied, not added"),
        (all_fail, r"p\^N is the chance that all fail"),
        (none_fails, "the chance that none fails"),
        (one_succeeds, "at least one succeeds"),
        (both_signs_fail, "not only if both do"),
        (nearly_independent, "only nearly exp"),
        (above_one, "p = 0.01.*cap the bound"),
        (failures_swapped, "swapped"),
        (union_twice, "both numbers are the union bound"),
        (independent_twice, "both numbers are the one for independent failures"),
        (signs_in_the_bound_only, "in `independent`, there are two subset sums"),
        (bound_only, "expected an array of shape.*two numbers: union, independent"),
    ],
    "08.budget": [
        (depth_of_the_random_network, "not of the random network"),
        (depth_of_sizes, "one less than the number of sizes"),
        (hidden_layers, "not of hidden layers"),
        (budget_without_two, "the 2 is missing"),
        (budget_without_depth, "the depth is missing"),
        (sizes_added, "not inputs plus outputs"),
        (budget_of_a_neuron, "the outputs are missing"),
        (budget_of_a_layer, "the allowance of a layer"),
        (budget_with_roots, "the square root would do"),
        (budget_backwards, "the order"),
        (budget_of_all_weights, "its own inputs · outputs"),
        (strictest_for_all, "this is the smallest tolerance"),
        (bias_ignored, "bias = True.*every layer has one more input"),
        (bias_as_output, r"not outputs \+ 1"),
        (one_tolerance, "4 sizes make 3 layers"),
        (one_per_size, r"expected an array of shape \(3,\)"),
    ],
    "08.lower_bound": [
        (whole_packing, "one bit too many"),
        (distances_of_two_eps, "eps = 0.125.*exactly 2·eps are too small"),
        (half_the_slopes, "one bit too few"),
        (not_rounded, "m is a whole number"),
        (rounded_down, "round up: with the next smaller"),
        (rounded_to_the_nearest, "with the nearest number"),
        (gaps_counted, "eps = 0.12\n.*rounded up, not down"),
        (strictly_more, "eps = 0.125\n.*may be an equality"),
        (at_least_one, "m may be 0"),
        (natural_bits, "not the natural one"),
        (subnetworks, "number of slopes that must be served"),
        (packing_itself, "the size of the packing"),
        (negative_bits, "eps = 1\n.*m is at least 0"),
        (rounded_logarithm, "eps = 9.313e-10.*just above the whole number"),
        (paper_s_bound, "the estimate by volumes"),
    ],
    "08.break_it": [
        (a_right_ticket, "x = -1; yours has 0.04.*right, not broken"),
        (sum_over_all_units, "units with A < 0 give nothing at x > 0"),
        (outgoing_only, "the items are the products"),
        (negative_only, "this mask serves x < 0; units"),
        (positive_units, "yours has 0.316\n.*must add up to w within eps"),
        (break_it_anyway, "expected None.*no subset of the units with A > 0"),
        (positions_of_units, r"expected an array of shape \(5,\)"),
        (removed_units, "True means kept"),
        (never_the_empty_mask, "you returned None.*the empty one too"),
        (kept_weights, "which units are kept"),
        (
            wrong_by_more_than_eps,
            r"at least 0.3 at x = -1; yours has 0.2\n.*must be at least \|w\|/2",
        ),
        (wrong_by_a_third, r"at least 0.2 at x = -1; yours has 0.16\n"),
        (wrong_by_half_of_w, r"w = -0.4.*at least 0.2 at x = -1; yours has 0.02\n"),
        (from_below, "you returned None.*either side of w"),
        (less_than_eps, "w = 0.5, eps = 0.25\n.*you returned None"),
        (twice_eps, "yours has 0.052"),
        (either_sign_of_w, "not to -w"),
        (gives_up, "you returned None\n.*no `return`"),
    ],
}
