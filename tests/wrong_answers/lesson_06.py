import numpy as np


def all_sets(count):
    return np.arange(2**count)[:, None] >> np.arange(count) & 1


def profits_instead_of_reduced_costs(x, vertex, c, A, b, dual):
    return abs(c[x != vertex]).sum(), dual @ (b - A @ x)


def without_absolute_values(x, vertex, c, A, b, dual):
    return (c - dual @ A)[x != vertex].sum(), dual @ (b - A @ x)


def all_columns_flipped(x, vertex, c, A, b, dual):
    return abs(c - dual @ A).sum(), dual @ (b - A @ x)


def slack_of_the_vertex(x, vertex, c, A, b, dual):
    return abs(c - dual @ A)[x != vertex].sum(), dual @ (b - A @ vertex)


def slack_without_prices(x, vertex, c, A, b, dual):
    return abs(c - dual @ A)[x != vertex].sum(), (b - A @ x).sum()


def slack_clipped(x, vertex, c, A, b, dual):
    return abs(c - dual @ A)[x != vertex].sum(), max(0, dual @ (b - A @ x))


def rows_clipped(x, vertex, c, A, b, dual):
    return abs(c - dual @ A)[x != vertex].sum(), dual @ np.maximum(b - A @ x, 0)


def absolute_slack(x, vertex, c, A, b, dual):
    return abs(c - dual @ A)[x != vertex].sum(), dual @ abs(b - A @ x)


def parts_swapped(x, vertex, c, A, b, dual):
    return dual @ (b - A @ x), abs(c - dual @ A)[x != vertex].sum()


def slack_of_the_first_row(x, vertex, c, A, b, dual):
    return abs(c - dual @ A)[x != vertex].sum(), dual[0] * (b - A @ x)[0]


def price_of_the_first_row(x, vertex, c, A, b, dual):
    return abs(c - dual[0] * A[0])[x != vertex].sum(), dual @ (b - A @ x)


def flips_inwards(x, vertex, c, A, b, dual):
    return abs(c - dual @ A)[x > vertex].sum(), dual @ (b - A @ x)


def flips_outwards(x, vertex, c, A, b, dual):
    return abs(c - dual @ A)[x < vertex].sum(), dual @ (b - A @ x)


def columns_taken(x, vertex, c, A, b, dual):
    return abs(c - dual @ A)[x == 1].sum(), dual @ (b - A @ x)


def slack_reversed(x, vertex, c, A, b, dual):
    return abs(c - dual @ A)[x != vertex].sum(), dual @ (A @ x - b)


def whole_gap_as_slack(x, vertex, c, A, b, dual):
    return abs(c - dual @ A)[x != vertex].sum(), c @ (vertex - x)


def feasible_masks_only(x, vertex, c, A, b, dual):
    if (A @ x > b).any():
        return np.inf, np.inf
    return abs(c - dual @ A)[x != vertex].sum(), dual @ (b - A @ x)


def gap_only(x, vertex, c, A, b, dual):
    return c @ vertex - c @ x


def chosen_by(
    loss, fits=lambda left: (left >= 0).all(1), some=lambda sets, use: np.ones(len(sets), bool)
):
    """The answer of a rule: the set of smallest loss(paid, left, prices) among those that fit, for one row or several."""

    def answer(use, cost, slack, price):
        sets, rows, prices = all_sets(len(cost)), np.atleast_2d(use), np.atleast_1d(price)
        left = np.atleast_1d(slack) - sets @ rows.T
        allowed = fits(left) & some(sets, rows)
        return sets[np.where(allowed, loss(sets @ cost, left, prices), np.inf).argmin()] == 1

    return answer


def right(paid, left, prices):
    return paid + left @ prices


def anything(left):
    return np.ones(len(left), bool)


right_flips = chosen_by(right)
nearest_from_either_side = chosen_by(lambda paid, left, prices: abs(left).sum(1), anything)
least_slack_at_any_cost = chosen_by(lambda paid, left, prices: left @ prices)
cheapest_flips = chosen_by(lambda paid, left, prices: paid)
without_price = chosen_by(lambda paid, left, prices: paid + left.sum(1))
price_of_the_flips = chosen_by(lambda paid, left, prices: paid * prices.sum() + left.sum(1))
costs_taken_off = chosen_by(lambda paid, left, prices: left @ prices - paid)
prices_reversed = chosen_by(lambda paid, left, prices: paid + left @ prices[::-1])
most_expensive_row = chosen_by(lambda paid, left, prices: paid + (left * prices).max(1))
clipped_left = chosen_by(lambda paid, left, prices: paid + left.clip(0) @ prices, anything)
absolute_left = chosen_by(lambda paid, left, prices: paid + abs(left) @ prices, anything)
nothing_discarded = chosen_by(right, anything)
strictly_below = chosen_by(right, lambda left: (left > 0).all(1))
some_row_fits = chosen_by(right, lambda left: (left >= 0).any(1))
sum_of_rows_fits = chosen_by(right, lambda left: left.sum(1) >= 0)
first_row_only = chosen_by(
    lambda paid, left, prices: paid + left[:, 0] * prices[0], lambda left: left[:, 0] >= 0
)
first_two_rows = chosen_by(right, lambda left: (left[:, :2] >= 0).all(1))
never_empty = chosen_by(right, some=lambda sets, use: sets.any(1))
never_full = chosen_by(right, some=lambda sets, use: ~sets.all(1))
one_at_a_time = chosen_by(right, some=lambda sets, use: sets.sum(1) <= 1)
positive_use_only = chosen_by(right, some=lambda sets, use: ~sets[:, (use < 0).any(0)].any(1))
worst_that_fits = chosen_by(lambda *loss: -right(*loss))


def sizes_of_use(use, cost, slack, price):
    return right_flips(abs(use), cost, slack, price)


def back_to_front(use, cost, slack, price):
    return right_flips(use, cost, slack, price)[::-1]


def flips_upside_down(use, cost, slack, price):
    return ~right_flips(use, cost, slack, price)


def nothing_flipped(use, cost, slack, price):
    return np.zeros(len(cost), bool)


def cheap_columns_in_turn(use, cost, slack, price):
    mask = np.zeros(len(use), bool)
    for j in np.argsort(cost):
        if use[j] <= slack and cost[j] < price * use[j]:
            mask[j], slack = True, slack - use[j]
    return mask


def loss_itself(use, cost, slack, price):
    sets = all_sets(len(use))
    left = slack - sets @ use
    return np.where(left >= 0, sets @ cost + price * left, np.inf).min()


def indices_of_the_flips(use, cost, slack, price):
    return np.arange(len(use)) + 1


def a_mask_for_each_row(use, cost, slack, dual):
    return np.array([nearest_from_either_side(row, cost, s, 1) for row, s in zip(use, slack)])


def every_column_taken(c, A, b):
    return bool((A.sum(1) <= b).all())


def some_row_slack(c, A, b):
    return bool((A @ (c > 0) <= b).any())


def strictly_slack(c, A, b):
    return bool((A @ (c > 0) < b).all())


def looks_at_b_only(c, A, b):
    return bool((b == 0).all())


def first_row_of_the_program(c, A, b):
    return bool((A @ (c > 0))[0] <= b[0])


def last_row_of_the_program(c, A, b):
    return bool((A @ (c > 0))[-1] <= b[-1])


def all_rows_together(c, A, b):
    return bool((A @ (c > 0)).sum() <= b.sum())


def largest_use_and_smallest_b(c, A, b):
    return bool((A @ (c > 0)).max() <= b.min())


def negative_use_ignored(c, A, b):
    return bool((np.maximum(A, 0) @ (c > 0) <= b).all())


def never_with_negative_b(c, A, b):
    return bool((b >= 0).all() and (A @ (c > 0) <= b).all())


def nearly_satisfied(c, A, b):
    return bool((A @ (c > 0) <= b + 0.01).all())


def profits_as_a_point(c, A, b):
    return bool((A @ c <= b).all())


def upside_down_verdict(c, A, b):
    return not (A @ (c > 0) <= b).all()


def use_instead_of_a_verdict(c, A, b):
    return A @ (c > 0)


WRONG = {
    "06.gap_identity": [
        (profits_instead_of_reduced_costs, "c - dual @ A, not c"),
        (without_absolute_values, "take absolute values"),
        (all_columns_flipped, "only entries in which x differs"),
        (slack_of_the_vertex, "not what the vertex leaves"),
        (slack_without_prices, "at its price"),
        (slack_clipped, "expected .*, -0.*do not clip: of an infeasible mask"),
        (rows_clipped, "do not clip the rows"),
        (absolute_slack, "no absolute value: of an infeasible mask"),
        (parts_swapped, "swapped: flips first"),
        (slack_of_the_first_row, "every row has a slack"),
        (price_of_the_first_row, "not the first row alone"),
        (flips_inwards, "leaves out although the vertex takes them"),
        (flips_outwards, "takes although the vertex leaves them out"),
        (columns_taken, "not those with x_j = 1"),
        (slack_reversed, "the sign: what is left over"),
        (whole_gap_as_slack, "take the flips off"),
        (feasible_masks_only, "holds for infeasible masks"),
        (gap_only, "two numbers, flips and slack"),
    ],
    "06.repair": [
        (nearest_from_either_side, "nearest sum on either side"),
        (least_slack_at_any_cost, "flips cost something"),
        (cheapest_flips, "the whole slack is lost"),
        (without_price, "counts at its price: price times slack left"),
        (price_of_the_flips, "not of the flips"),
        (costs_taken_off, "do not take them off"),
        (strictly_below, "a slack of exactly 0 is allowed"),
        (never_empty, "flipping nothing is allowed"),
        (never_full, "the full set is one"),
        (one_at_a_time, "not one column at a time"),
        (cheap_columns_in_turn, "minimise the sum"),
        (positive_use_only, "columns of negative use may be flipped"),
        (sizes_of_use, "use has a sign"),
        (clipped_left, "do not clip"),
        (absolute_left, "do not take the absolute value"),
        (nothing_discarded, "smallest loss, and are no repair"),
        (back_to_front, "entry j belongs to column j"),
        (flips_upside_down, "True where a column is flipped"),
        (worst_that_fits, "this is the worst set"),
        (loss_itself, "one bool for every column"),
        (indices_of_the_flips, "are not a mask"),
    ],
    "06.vector_repair": [
        (first_row_only, "that the first row fits"),
        (some_row_fits, "that some row fits"),
        (sum_of_rows_fits, "that their sum fits"),
        (first_two_rows, "must not be negative, in any row"),
        (least_slack_at_any_cost, "flips cost something"),
        (cheapest_flips, "the whole slack is lost"),
        (without_price, "counts at its price: price times slack left"),
        (prices_reversed, "in the order of the rows"),
        (most_expensive_row, "not the most expensive one alone"),
        (strictly_below, "a slack of exactly 0 is allowed"),
        (never_empty, "flipping nothing is allowed"),
        (one_at_a_time, "not one column at a time"),
        (clipped_left, "do not clip"),
        (absolute_left, "do not take the absolute value"),
        (nothing_flipped, "expected a loss|must not be negative, in any row"),
        (a_mask_for_each_row, "one bool for every column"),
    ],
    "06.degenerate": [
        (every_column_taken, "with c_j > 0 are taken, not all"),
        (some_row_slack, "not any one of them"),
        (strictly_slack, "b = .0.75.*expected True.*<=, not <"),
        (looks_at_b_only, "b = .5.*expected True"),
        (first_row_of_the_program, r"uses \[0.2, 2\].*not the first alone"),
        (last_row_of_the_program, r"uses \[3, 0.3\].*not the last alone"),
        (all_rows_together, "not their sum"),
        (largest_use_and_smallest_b, "compare row by row"),
        (negative_use_ignored, "they give room$"),
        (never_with_negative_b, r"b = \[1.5, -0.25\].*expected True.*a negative b"),
        (nearly_satisfied, "b = .0.74.*expected False.*some constraint binds"),
        (profits_as_a_point, "not c itself"),
        (upside_down_verdict, "the wrong way round"),
        (use_instead_of_a_verdict, "return True or False"),
    ],
}
