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


def gap_only(x, vertex, c, A, b, dual):
    return c @ vertex - c @ x


def nearest_from_either_side(use, cost, slack, price):
    sets = all_sets(len(use))
    return sets[abs(slack - sets @ use).argmin()] == 1


def least_slack_at_any_cost(use, cost, slack, price):
    sets = all_sets(len(use))
    left = slack - sets @ use
    return sets[np.where(left >= 0, left, np.inf).argmin()] == 1


def nothing_flipped(use, cost, slack, price):
    return np.zeros(len(use), bool)


def loss_itself(use, cost, slack, price):
    sets = all_sets(len(use))
    left = slack - sets @ use
    return np.where(left >= 0, sets @ cost + price * left, np.inf).min()


def indices_of_the_flips(use, cost, slack, price):
    return np.arange(len(use)) + 1


def forgets_the_price(use, cost, slack, price):
    sets = all_sets(len(use))
    left = slack - sets @ use
    return sets[np.where(left >= 0, sets @ cost + 0.05 * left, np.inf).argmin()] == 1


def first_row_only(use, cost, slack, dual):
    sets = all_sets(len(cost))
    left = slack[0] - sets @ use[0]
    return sets[np.where(left >= 0, sets @ cost + dual[0] * left, np.inf).argmin()] == 1


def rows_added_up(use, cost, slack, dual):
    sets = all_sets(len(cost))
    left = slack - sets @ use.T
    return sets[np.where(left.sum(1) >= 0, sets @ cost + left @ dual, np.inf).argmin()] == 1


def least_slack_in_the_plane(use, cost, slack, dual):
    sets = all_sets(len(cost))
    left = slack - sets @ use.T
    return sets[np.where((left >= 0).all(1), left @ dual, np.inf).argmin()] == 1


def never_flips(use, cost, slack, dual):
    return np.zeros(len(cost), bool)


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


def use_instead_of_a_verdict(c, A, b):
    return A @ (c > 0)


WRONG = {
    "06.gap_identity": [
        (profits_instead_of_reduced_costs, "c - dual @ A, not c"),
        (without_absolute_values, "take absolute values"),
        (all_columns_flipped, "only entries in which x differs"),
        (slack_of_the_vertex, "not what the vertex leaves"),
        (slack_without_prices, "at its price"),
        (gap_only, "two numbers, flips and slack"),
    ],
    "06.repair": [
        (nearest_from_either_side, "must not be negative"),
        (least_slack_at_any_cost, "flips cost something"),
        (nothing_flipped, "the whole slack is lost"),
        (loss_itself, "one bool for every column"),
        (indices_of_the_flips, "are not a mask"),
        (forgets_the_price, "minimise the sum"),
    ],
    "06.vector_repair": [
        (first_row_only, "must not be negative, in any row"),
        (rows_added_up, "no row below 0"),
        (least_slack_in_the_plane, "flips cost something"),
        (never_flips, "the whole slack is lost"),
        (a_mask_for_each_row, "one bool for every column"),
    ],
    "06.degenerate": [
        (every_column_taken, "every column with c_j > 0 is taken"),
        (some_row_slack, "some constraint binds"),
        (strictly_slack, "also exactly"),
        (looks_at_b_only, "b = .5.*expected True"),
        (use_instead_of_a_verdict, "return True or False"),
    ],
}
