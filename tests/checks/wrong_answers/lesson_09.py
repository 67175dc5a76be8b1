"""Plausible wrong answers to exercise set 09, each with words its message must hold."""

import itertools

import numpy as np

from slt_course.subset_sum import solve


def approximate_right(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    return found.sum, found.mask.sum(-1).mean()


def approximate_one_sample(weight, items, eps):
    found = solve(items[0], weight, tolerance=eps)
    return found.sum, found.mask.sum(-1).mean()


def approximate_other_rows(weight, items, eps):
    return approximate_right(weight, items[::-1], eps)


def approximate_without_axis(weight, items, eps):
    found = solve(items, weight, tolerance=eps)
    return found.sum, found.mask.sum(-1).mean()


def approximate_returns_errors(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    return found.error, found.mask.sum(-1).mean()


def approximate_returns_masks(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    return found.mask, found.mask.sum(-1).mean()


def approximate_solution_object(weight, items, eps):
    return solve(items[:, None, :], weight, tolerance=eps)


def approximate_returns_weights(weight, items, eps):
    return weight, approximate_right(weight, items, eps)[1]


def approximate_keeps_missed(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    return np.where(found.reached, found.sum, weight), found.mask.sum(-1).mean()


def approximate_nan_for_missed(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    return np.where(found.reached, found.sum, np.nan), found.mask.sum(-1).mean()


def approximate_zero_for_missed(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    mask = found.mask & found.reached[..., None]
    return np.where(found.reached, found.sum, 0), mask.sum(-1).mean()


def approximate_zeroes(weight, items, eps):
    return np.where(abs(weight) <= (eps or 0.01), 0, weight), 0.0


def approximate_eps_always(weight, items, eps):
    return approximate_right(weight, items, eps or 0.05)


def approximate_twice_eps(weight, items, eps):
    return approximate_right(weight, items, None if eps is None else 2 * eps)


def approximate_greedy(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps, method="greedy")
    return found.sum, found.mask.sum(-1).mean()


def approximate_one_item(weight, items, eps):
    nearest = abs(items[:, None, :] - weight[..., None]).argmin(-1)
    return np.take_along_axis(items, nearest, 1), 1.0


def approximate_upside_down(weight, items, eps):
    mask = ~solve(items[:, None, :], weight, tolerance=eps).mask
    return (items[:, None, :] * mask).sum(-1), mask.sum(-1).mean()


def approximate_nothing(weight, items, eps):
    return 0 * weight, 0.0


def approximate_noise(weight, items, eps):
    right, kept = approximate_right(weight, items, eps)
    return right + 1e-3, kept


def approximate_loosely(weight, items, eps):
    """Any subset within 3·eps."""
    found = np.zeros(weight.shape)
    for row, column in np.ndindex(*weight.shape):
        sums = sorted((abs(s - weight[row, column]), s) for s in all_sums(items[row]))
        found[row, column] = max(
            pair for pair in sums if pair[0] <= max(3 * (eps or 0), sums[0][0])
        )[1]
    return found, 0.0


def all_sums(items):
    return [
        items[np.array(mask)].sum() for mask in itertools.product([False, True], repeat=len(items))
    ]


def approximate_kept_of_best(weight, items, eps):
    return approximate_right(weight, items, eps)[0], approximate_right(weight, items, None)[1]


def approximate_share(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    return found.sum, found.mask.mean()


def approximate_total(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    return found.sum, found.mask.sum()


def approximate_per_output(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    return found.sum, found.mask.sum() / len(weight)


def approximate_per_input(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    return found.sum, found.mask.sum() / weight.shape[1]


def approximate_pruned(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    return found.sum, (~found.mask).sum(-1).mean()


def approximate_kept_of_each(weight, items, eps):
    found = solve(items[:, None, :], weight, tolerance=eps)
    return found.sum, found.mask.sum(-1)


def approximate_all_items(weight, items, eps):
    return approximate_right(weight, items, eps)[0], items.shape[1]


def by_rule(enough):
    def choose(errors, eps, share):
        return min((n for n in errors if enough(errors[n], eps, share)), default=None)

    return choose


n_right = by_rule(lambda v, eps, share: np.mean(v <= eps) >= share)


def n_first(errors, eps, share):
    return next((n for n in errors if np.mean(errors[n] <= eps) >= share), None)


def n_largest(errors, eps, share):
    return max((n for n in errors if np.mean(errors[n] <= eps) >= share), default=None)


def n_from_above(errors, eps, share):
    right = None
    for n in sorted(errors, reverse=True):
        if np.mean(errors[n] <= eps) < share:
            break
        right = n
    return right


def n_nan(errors, eps, share):
    right = n_right(errors, eps, share)
    return np.nan if right is None else right


def n_position(errors, eps, share):
    shares = [np.mean(errors[n] <= eps) for n in errors]
    right = n_right(errors, eps, share)
    return None if right is None else list(errors).index(right) if max(shares) else 0


def n_sorted_position(errors, eps, share):
    right = n_right(errors, eps, share)
    return None if right is None else sorted(errors).index(right)


def n_share(errors, eps, share):
    right = n_right(errors, eps, share)
    return None if right is None else np.mean(errors[right] <= eps)


def n_never_none(errors, eps, share):
    return n_right(errors, eps, share) or max(errors)


def n_raises(errors, eps, share):
    return min(n for n in errors if np.mean(errors[n] <= eps) >= share)


def n_all(errors, eps, share):
    return [n for n in errors if np.mean(errors[n] <= eps) >= share]


def n_gives_up(errors, eps, share):
    return n_right(errors, eps, share) if share < 0.9 else None


def n_interpolates(errors, eps, share):
    right = n_right(errors, eps, share)
    return None if right is None else right - 0.3


def subsets(count):
    return map(np.array, itertools.product([False, True], repeat=count))


def sparser_by(key, strict=False, sizes=lambda count, n: True):
    """The mask of the smallest key(mask, error) among those within eps."""

    def search(items, target, eps):
        found = [
            (m, abs(items[m].sum() - target))
            for m in subsets(len(items))
            if sizes(m.sum(), len(items))
        ]
        found = [
            pair for pair in found if (pair[1] < eps - 1e-12 if strict else pair[1] <= eps + 1e-12)
        ]
        return min(found, key=lambda pair: key(*pair))[0] if found else None

    return search


sparsest = sparser_by(lambda mask, error: mask.sum())


def sparser_first(items, target, eps):
    return next(
        (m for m in subsets(len(items)) if abs(items[m].sum() - target) <= eps + 1e-12), None
    )


def sparser_one_item(items, target, eps):
    mask = np.zeros(len(items), bool)
    mask[abs(items - target).argmin()] = True
    return mask


def sparser_upside_down(items, target, eps):
    mask = sparsest(items, target, eps)
    return None if mask is None else ~mask


def sparser_positions(items, target, eps):
    mask = sparsest(items, target, eps)
    return None if mask is None else np.flatnonzero(mask)


def sparser_count(items, target, eps):
    mask = sparsest(items, target, eps)
    return None if mask is None else mask.sum()


def sparser_items(items, target, eps):
    mask = sparsest(items, target, eps)
    return None if mask is None else items * mask


def sparser_never_none(items, target, eps):
    mask = sparsest(items, target, eps)
    return np.zeros(len(items), bool) if mask is None else mask


def sparser_without_sign(items, target, eps):
    for mask in sorted(subsets(len(items)), key=np.sum):
        if abs(abs(items[mask].sum()) - abs(target)) <= eps:
            return mask
    return None


def sparser_by_value(items, target, eps):
    for size in range(len(items) + 1):
        for kept in itertools.combinations(items, size):
            if abs(sum(kept) - target) <= eps:
                return np.isin(items, kept)
    return None


def sparser_gives_up(items, target, eps):
    mask = sparsest(items, target, eps)
    return mask if mask is not None and mask.sum() < 5 else None


def shares_of(target, approximated, zeroed, images, labels):
    f, g, h = (network(images).argmax(axis=1) for network in (target, approximated, zeroed))
    entries = (f == labels).mean(), (g == labels).mean(), (h == labels).mean(), (f == g).mean()
    return dict(zip(("target", "approximated", "zeroed", "same_prediction"), entries))


def report(**changes):
    """The right report with some entries computed anew from the classes f, g, h that are predicted, and the labels y."""

    def answer(target, approximated, zeroed, images, labels):
        classes = (network(images).argmax(axis=1) for network in (target, approximated, zeroed))
        new = list(classes)
        right = shares_of(target, approximated, zeroed, images, labels)
        return right | {name: change(*new, labels) for name, change in changes.items()}

    return answer


def report_of(change):
    """The right report, all entries changed at once."""
    return lambda *arguments: change(shares_of(*arguments), len(arguments[-1]))


def report_other_axis(target, approximated, zeroed, images, labels):
    f, g, h = (network(images).argmax(axis=0) for network in (target, approximated, zeroed))
    return {"target": f, "approximated": g, "zeroed": h, "same_prediction": (f == g).mean()}


def report_scores(target, approximated, zeroed, images, labels):
    right = shares_of(target, approximated, zeroed, images, labels)
    return right | {
        "same_prediction": np.isclose(target(images), approximated(images)).all(axis=1).mean()
    }


def report_lowest(target, approximated, zeroed, images, labels):
    networks = [
        lambda x, network=network: -network(x) for network in (target, approximated, zeroed)
    ]
    return shares_of(*networks, images, labels)


WRONG = {
    "09.approximate": [
        (approximate_one_sample, "row 1, column 0.*row 0's items were used for all rows"),
        (approximate_other_rows, "the items of another row"),
        (
            approximate_without_axis,
            r"raised ValueError.*broadcast.*in line.*items need an axis.*items\[:, None, :\]",
        ),
        (approximate_returns_errors, "these are the errors"),
        (approximate_returns_masks, r"expected an array of shape \(2, 3\).*items\[:, None, :\]"),
        (approximate_solution_object, "return approximated, kept"),
        (approximate_returns_weights, "the weights themselves"),
        (
            approximate_keeps_missed,
            r"w = 0.9, you have 0.9\n.*gets the nearest subset sum all the same",
        ),
        (
            approximate_nan_for_missed,
            "w = 0.9, you have nan\n.*gets the nearest subset sum all the same",
        ),
        (
            approximate_zero_for_missed,
            r"\(no sum is within eps = 0.1: take the nearest\).*all the same, not 0",
        ),
        (approximate_zeroes, "the baseline that zeroes small weights"),
        (approximate_eps_always, "with eps=None the best subset is wanted"),
        (
            approximate_twice_eps,
            "expected an error of at most 0.01.*any subset within eps will do where there is one",
        ),
        (approximate_greedy, "greedy pass"),
        (approximate_one_item, "the nearest single item"),
        (approximate_upside_down, "the items that are not kept were added"),
        (approximate_nothing, "w = 0.3, you have 0\n.*all are 0: no item is kept"),
        (approximate_loosely, "any subset within eps will do where there is one"),
        (approximate_kept_of_best, "count True in the masks of these same subsets"),
        (approximate_noise, "the sum of the kept items, each of them counted once"),
        (approximate_share, "this is the share of the items"),
        (approximate_total, "of all weights together"),
        (approximate_per_output, "not by the number of outputs"),
        (approximate_per_input, "not by the number of inputs"),
        (approximate_pruned, "the number of items that are not kept"),
        (approximate_kept_of_each, "kept is one number"),
        (approximate_all_items, "count those that are kept"),
    ],
    "09.choose_n": [
        (
            by_rule(lambda v, eps, share: np.mean(v < eps) >= share),
            "expected 3, whose share within eps is 0.75.*within eps means <= eps",
        ),
        (by_rule(lambda v, eps, share: np.mean(v <= eps) > share), "at least means >="),
        (by_rule(lambda v, eps, share: np.mean(v < eps) > share), "<= and >="),
        (by_rule(lambda v, eps, share: np.mean(v > eps) >= share), "this counts the misses"),
        (by_rule(lambda v, eps, share: np.mean(v > eps) <= share), "as large as `share`"),
        (by_rule(lambda v, eps, share: v.mean() <= eps), "the mean error"),
        (by_rule(lambda v, eps, share: np.median(v) <= eps), "the median"),
        (by_rule(lambda v, eps, share: (v <= eps).all()), "is enough, not all"),
        (
            by_rule(lambda v, eps, share: (v <= eps).sum() >= share),
            "one weight within eps was enough",
        ),
        (
            by_rule(lambda v, eps, share: np.mean(v <= eps) >= share**2),
            "for each n the share of errors <= eps",
        ),
        (by_rule(lambda v, eps, share: np.quantile(v, share) <= eps), "np.quantile interpolates"),
        (
            by_rule(lambda v, eps, share: round(np.mean(v <= eps), 2) >= share),
            "rounded, 0.896 becomes 0.9",
        ),
        (
            by_rule(lambda v, eps, share: int(100 * np.mean(v <= eps)) >= 100 * share),
            "cut to whole percents",
        ),
        (n_first, "the keys of a dict come in any order"),
        (n_from_above, "a larger n may do worse"),
        (n_largest, "the smallest n is wanted, not the largest"),
        (n_position, "this is the position in the table"),
        (n_sorted_position, "this is the position in the sorted table"),
        (n_share, "n is wanted, not its share"),
        (
            n_never_none,
            "expected None: no n of the table is enough.*return None when no n is enough",
        ),
        (n_nan, "you returned nan\n.*when no n of the table is enough, return None"),
        (n_raises, "your code raised ValueError"),
        (n_all, "expected one number\n.*one of the n in the table, or None"),
        (n_gives_up, "you returned None\n.*expected [0-9]"),
        (n_interpolates, "you returned 2.7\n"),
    ],
    "09.sparser": [
        (
            sparser_by(lambda mask, error: error),
            "you keep 5 items.*expected 1 item:.*the most precise subset",
        ),
        (sparser_by(lambda mask, error: -mask.sum()), "the fewest are wanted"),
        (
            lambda items, target, eps: solve(items, target, tolerance=eps).mask,
            "solve with a tolerance stops once some subset is within eps",
        ),
        (sparser_first, "try all subsets of 0 items"),
        (
            sparser_by(lambda mask, error: mask.sum(), strict=True),
            "an error of exactly eps is within eps",
        ),
        (
            sparser_by(lambda mask, error: mask.sum(), sizes=lambda count, n: count > 0),
            "the empty subset counts",
        ),
        (
            sparser_by(lambda mask, error: mask.sum(), sizes=lambda count, n: count < n),
            "sizes go from 0 to n",
        ),
        (sparser_one_item, "so few items do not reach the target"),
        (sparser_upside_down, "upside down"),
        (sparser_positions, "one True or False for each item"),
        (sparser_count, "you returned 1\n.*one True or False for each item"),
        (sparser_items, "True or 1 = kept"),
        (sparser_never_none, "expected None\n.*no subset is within eps: return None"),
        (sparser_without_sign, "the sum has the wrong sign"),
        (sparser_by_value, "go through positions, not values"),
        (sparser_gives_up, r"expected a mask that keeps \d of the items.*the search missed it"),
    ],
    "09.honest_accuracy": [
        (
            report(approximated=lambda f, g, h, y: (f == y).mean()),
            "the accuracy of the target: the published mistake",
        ),
        (
            report(approximated=lambda f, g, h, y: (h == y).mean()),
            "the accuracy of zeroed, not of approximated",
        ),
        (
            report(target=lambda f, g, h, y: (g == y).mean()),
            "the accuracy of approximated, not of target",
        ),
        (
            report(zeroed=lambda f, g, h, y: (f == y).mean()),
            "the accuracy of target, not of zeroed",
        ),
        (
            report_of(lambda right, count: {key: 100 * value for key, value in right.items()}),
            "in percent",
        ),
        (
            report_of(lambda right, count: {key: count * value for key, value in right.items()}),
            "a number of images",
        ),
        (
            report_of(lambda right, count: {key: 1 - value for key, value in right.items()}),
            "the share of the others",
        ),
        (
            report_of(lambda right, count: tuple(right.values())),
            "return a dict with the keys 'target'",
        ),
        (report_of(lambda right, count: {"target": 1.0}), "'approximated' is missing"),
        (
            report_of(lambda right, count: {key: round(value, 1) for key, value in right.items()}),
            "rounded too far",
        ),
        (
            report_of(lambda right, count: right | {"zeroed": right["same_prediction"]}),
            "equal predictions, not an accuracy",
        ),
        (report_other_axis, "'target' is one number"),
        (report_lowest, "the highest score of target is at the label"),
        (report_scores, "not the scores"),
        (
            report(same_prediction=lambda f, g, h, y: abs((f == y).mean() - (g == y).mean())),
            "a difference of accuracies is no share",
        ),
        (
            report(same_prediction=lambda f, g, h, y: (f == y).mean() - (g == y).mean()),
            "a signed difference of accuracies",
        ),
        (
            report(same_prediction=lambda f, g, h, y: (g == y).mean() - (f == y).mean()),
            "a signed difference of accuracies.*whatever its sign",
        ),
        (
            report(same_prediction=lambda f, g, h, y: 1 - abs((f == y).mean() - (g == y).mean())),
            "1 minus the difference of accuracies",
        ),
        (
            report(same_prediction=lambda f, g, h, y: 1 - ((f == y).mean() - (g == y).mean())),
            "1 minus a signed difference",
        ),
        (
            report(same_prediction=lambda f, g, h, y: float((f == y).mean() == (g == y).mean())),
            "image by image",
        ),
        (
            report(same_prediction=lambda f, g, h, y: ((f == y) & (g == y)).mean()),
            "equal and wrong count too",
        ),
        (
            report(same_prediction=lambda f, g, h, y: ((f == y) == (g == y)).mean()),
            "not right and wrong",
        ),
        (report(same_prediction=lambda f, g, h, y: (f == h).mean()), "compares target with zeroed"),
        (
            report(same_prediction=lambda f, g, h, y: (g == h).mean()),
            "compares approximated with zeroed",
        ),
        (
            report(same_prediction=lambda f, g, h, y: ((f == g) & (g == h)).mean()),
            "zeroed has no part in it",
        ),
        (report(same_prediction=lambda f, g, h, y: (f == f).mean()), "a network with itself"),
        (
            report(same_prediction=lambda f, g, h, y: (g == y).mean()),
            "compares approximated with the labels",
        ),
        (report(same_prediction=lambda f, g, h, y: (f != g).mean()), "the share of the others"),
    ],
}
