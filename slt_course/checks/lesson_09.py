"""Checks of exercise set 09."""

import numpy as np

from ..subset_sum import sample, solve, subset_sums
from .outcome import WrongAnswer, call, likely, lines, numbers, require, show


def approximate(answer):
    rng = np.random.default_rng(9)
    by_hand = [[0.3, -0.2, 0.02], [0.1, 0.45, -0.12]], [[0.28, -0.17, -0.1], [0.42, 0.07, -0.15]]
    cases = [(*by_hand, 0.05), (*by_hand, None), ([[0.9, -0.02, 0.3]], [[0.3, 0.1, 0.2]], 0.1)]
    for outputs, inputs, n, eps in (
        (4, 4, 8, 0.01),
        (3, 5, 9, None),
        (2, 7, 4, 0.02),
        (3, 12, 14, 0.01),
    ):
        weights = rng.normal(0, 0.2, (outputs, inputs)).round(3)
        cases.append(
            (weights, rng.uniform(-0.6, 0.6, (outputs, n)), eps)
        )  # no two subsets have the same sum
    for weight, items, eps in cases:
        inputs = {"weight": np.array(weight), "items": np.array(items), "eps": eps}
        got = call_on_rows(answer, inputs)
        pair = isinstance(got, tuple | list) and len(got) == 2
        require(pair, inputs, got, "an array and a number", "return approximated, kept")
        advice = "approximated comes first, an entry for each weight; a row's weights share its items: items[:, None, :]"
        found = numbers(got[0], inputs, inputs["weight"].shape, advice)
        sums = subset_sums(inputs["items"])
        check_sums(found, sums, inputs)
        check_kept(got[1], found, sums, inputs)


def call_on_rows(answer, inputs):
    """`call`, and the reason if shapes did not broadcast."""
    try:
        return call(answer, **inputs)
    except WrongAnswer as wrong:
        if "broadcast" not in str(wrong.__cause__):
            raise
        reason = "usual reason: items need an axis for the inputs, whose weights share them: solve(items[:, None, :], weight)"
        raise WrongAnswer(f"{wrong}\n    {reason}") from wrong.__cause__


def is_among(values, sums):
    """Which subset sums, (outputs, 1, 2^n), each value (outputs, inputs) is: bool (outputs, inputs, 2^n)."""
    return abs(sums - values[..., None]) <= 1e-6


def check_sums(found, sums, inputs):
    """Refuse approximations that are no subset sums of their row's items, or not near enough."""
    weight, items, eps = inputs.values()
    is_sum = is_among(found, sums[:, None]).any(-1)
    best = abs(sums[:, None] - weight[..., None]).min(-1)
    error = abs(found - weight)
    allowed = best if eps is None else np.maximum(best, eps)
    near = error <= allowed + 1e-6  # False for NaN
    for row, column in np.argwhere(~(is_sum & near)):
        place = row, column
        where = f"for row {row}, column {column}, w = {show(weight[place])}, you have {show(found[place])}"
        if not is_sum[place]:
            wanted = f"expected the sum of some of the items of row {row}, {show(items[row])}"
            reason = why_no_sum(found, sums, best, inputs)
        else:
            wanted = f"expected an error of at most {allowed[place].round(9):.4g}, yours is {error[place]:.4g}"
            if eps is not None and best[place] > eps:
                wanted += f" (no sum is within eps = {eps}: take the nearest)"
            reason = why_not_near(found, best, inputs)
        raise WrongAnswer(lines(inputs, where, wanted, f"usual reason: {reason}"))


def why_no_sum(found, sums, best, inputs):
    """What may have led to numbers that are no subset sums of the items of their row."""
    weight, _, eps = inputs.values()
    missed = np.zeros(weight.shape, bool) if eps is None else best > eps
    if np.allclose(found, weight):
        return "these are the weights themselves"
    if missed.any() and np.isin(found[missed], weight).all() | np.isnan(found[missed]).all():
        return "a weight that no subset reaches gets the nearest subset sum all the same"
    if eps is not None and np.allclose(found, np.where(abs(weight) <= eps, 0, weight)):
        return "this is the baseline that zeroes small weights; every weight becomes a subset sum"
    if (
        (is_among(weight - found, sums[:, None]) | is_among(weight + found, sums[:, None]))
        .any(-1)
        .all()
    ):
        return "these are the errors; the subset sums themselves are wanted"
    if is_among(found, sums[0]).any(-1).all():
        return "row 0's items were used for all rows; every row has items of its own"
    if is_among(found, sums.reshape(-1)).any(-1).all():
        return "these are sums of the items of another row; every row has items of its own"
    return "an approximated weight is the sum of the kept items, each of them counted once, and it is not rounded"


def why_not_near(found, best, inputs):
    """What may have led to subset sums that are not near enough."""
    weight, items, eps = inputs.values()
    shared = items[:, None]
    missed = np.zeros(weight.shape, bool) if eps is None else best > eps
    if np.allclose(found, items.sum(-1, keepdims=True) - solve(shared, weight).sum):
        return "the items that are not kept were added: True in a mask means kept"
    if not found.any():
        return "all are 0: no item is kept, or the result was put into an array of integers"
    if missed.any() and not found[missed].any():
        return "a weight that no subset reaches gets the nearest subset sum all the same, not 0"
    if np.allclose(found, solve(shared, weight, method="greedy").sum):
        return "one greedy pass misses subsets: leave method out"
    if np.allclose(found, np.take_along_axis(items, abs(shared - weight[..., None]).argmin(-1), 1)):
        return "this is the nearest single item; several may be added"
    if eps is None:
        return "with eps=None the best subset is wanted: tolerance=None in solve"
    return "any subset within eps will do where there is one, otherwise the best: tolerance=eps in solve"


def check_kept(got, approximated, sums, inputs):
    """Refuse a number of kept items per weight that no subsets with these sums have."""
    weight, items, _ = inputs.values()
    found = numbers(
        got,
        inputs,
        advice="kept is one number: the mean over all weights of the number of items kept",
    )
    is_sum = is_among(approximated, sums[:, None])
    sizes = subset_sums(np.ones((1, items.shape[1])))[0]
    low = np.where(is_sum, sizes, np.inf).min(-1).sum()
    high = np.where(is_sum, sizes, -np.inf).max(-1).sum()
    total, count = found * weight.size, weight.size
    mean, n = low / count, items.shape[1]
    mistakes = {
        "this is the share of the items that are kept; their number is wanted, n times as much": mean
        / n,
        "this is the number of kept items of all weights together; divide it by the number of weights": low,
        "this is the number of items that are not kept": n - mean,
        "divide by the number of weights, outputs times inputs, not by the number of outputs": low
        / len(weight),
        "divide by the number of weights, outputs times inputs, not by the number of inputs": low
        / weight.shape[1],
        "this is n, as for a weight that keeps all items; count those that are kept, and take the mean": n,
    }
    reason = "count True in the masks of these same subsets, then take the mean over all weights"
    size = f"= {mean:.4g}" if high == low else f"from {mean:.4g} to {high / count:.4g}"
    expected = f"kept {size}, for the approximated weights that you returned"
    right = low - 1e-3 <= total <= high + 1e-3 and abs(total - np.round(total)) <= 1e-3
    require(right, inputs, got, expected, likely(found, mean, mistakes, reason))


def choose_n(answer):
    by_hand = {
        1: [0.5, 0.3, 0.2, 0.4],
        2: [0.1, 0.02, 0.3, 0.2],
        3: [0.1, 0.1, 0.05, 0.3],
        4: [0.05, 0.01, 0.02, 0.09],
    }
    shuffled = {n: by_hand[n] for n in (4, 2, 1, 3)}
    half = {1: [0.5, 0.01, 0.02, 0.6], 2: [0.01, 0.03]}
    on_the_edge = {1: [0.3, 0.4], 2: [0.2, 0.2, 0.2, 0.5], 3: [0.1, 0.1, 0.1]}
    rough = {5: [0.02, 0.2], 8: [0.01] * 7 + [0.5], 10: [0.04, 0.3, 0.01, 0.02], 12: [0.03, 0.01]}
    rng = np.random.default_rng(1)
    made_up = {n: abs(rng.normal(0, 2.0**-n, 201)).round(5) for n in (7, 3, 4, 11, 5, 6, 9, 8, 10)}
    cases = [
        (by_hand, 0.1, 0.75),
        (shuffled, 0.1, 0.75),
        (half, 0.2, 0.5),
        (on_the_edge, 0.2, 0.5),
        (by_hand, 0.04, 1.0),
    ]
    cases += [
        (rough, 0.05, 0.875),
        (rough, 0.05, 1.0),
        (by_hand, 0.25, 0.5),
        (made_up, 0.004, 0.5),
        (made_up, 0.004, 0.9),
    ]
    nearly = {3: [0.01] * 180 + [0.2] * 21, 4: [0.01] * 181 + [0.2] * 20}  # shares 0.896 and 0.9005
    cases += [
        (made_up, 0.0001, 0.75),
        (nearly, 0.1, 0.9),
        ({2: [0.01] * 7 + [0.5], 5: [0.01] * 4}, 0.1, 0.875),
    ]

    def boxed(*arguments):
        return [answer(*arguments)]  # None is an answer here

    tables = [
        {
            "errors": {n: np.array(values) for n, values in errors.items()},
            "eps": eps,
            "share": share,
        }
        for errors, eps, share in cases
    ]
    results = [call(answer, **tables[0])] + [
        call(boxed, **table)[0] for table in tables[1:]
    ]  # the first has an n
    advice = "one of the n in the table, or None"
    found = [
        got if got is None else numbers(got, table, advice=advice)
        for got, table in zip(results, tables)
    ]
    expected = [smallest_n(**table) for table in tables]
    reason = (
        "for each n the share of errors <= eps; then the smallest n whose share is at least `share`"
    )
    for mistake, rule in N_MISTAKES.items():
        wrong = [rule(**table) for table in tables]
        if found == wrong and found != expected:
            reason = mistake
            break
    for got, one, right, table in zip(results, found, expected, tables):
        wanted = "None: no n of the table is enough"
        if right is not None:
            wanted = f"{right}, whose share within eps is {hit_share(table['errors'][right], table['eps']):.4g}"
        made_up_n = right is None and one not in table["errors"]
        why = "when no n of the table is enough, return None" if made_up_n else reason
        require(one == right, table, got, wanted, why)


def hit_share(values, eps):
    return float(np.mean(values <= eps))


def smallest_n(
    errors, eps, share, enough=lambda values, eps, share: hit_share(values, eps) >= share
):
    """The smallest n whose errors are enough by some rule, or None."""
    return min((n for n in errors if enough(errors[n], eps, share)), default=None)


def by_rule(enough):
    return lambda errors, eps, share: smallest_n(errors, eps, share, enough)


def by_position(order):
    """The position of the right n in the table, instead of n."""

    def position(errors, eps, share):
        right = smallest_n(errors, eps, share)
        return right if right is None else order(errors).index(right)

    return position


def first_enough(errors, eps, share):
    return next((n for n in errors if hit_share(errors[n], eps) >= share), None)


def largest_enough(errors, eps, share):
    return max((n for n in errors if hit_share(errors[n], eps) >= share), default=None)


def share_itself(errors, eps, share):
    right = smallest_n(errors, eps, share)
    return right if right is None else hit_share(errors[right], eps)


def never_none(errors, eps, share):
    right = smallest_n(errors, eps, share)
    return max(errors) if right is None else right


def from_above(errors, eps, share):
    """What a search from the largest n downwards finds: the smallest n from which on every n is enough."""
    return min(
        (n for n in errors if all(hit_share(errors[m], eps) >= share for m in errors if m >= n)),
        default=None,
    )


N_MISTAKES = {  # reason -> the function that makes this mistake
    "errors of exactly eps count: within eps means <= eps": by_rule(
        lambda v, eps, share: np.mean(v < eps) >= share
    ),
    "a share of exactly `share` is enough: at least means >=": by_rule(
        lambda v, eps, share: np.mean(v <= eps) > share
    ),
    "exactly eps counts, and exactly `share` is enough: <= and >=": by_rule(
        lambda v, eps, share: np.mean(v < eps) > share
    ),
    "the keys of a dict come in any order: the smallest n is wanted, not the first": first_enough,
    "the smallest n is wanted, not the largest": largest_enough,
    "compare the share as it is: rounded, 0.896 becomes 0.9": by_rule(
        lambda v, eps, share: round(np.mean(v <= eps), 2) >= share
    ),
    "compare the share as it is: a share cut to whole percents is too small": by_rule(
        lambda v, eps, share: int(100 * np.mean(v <= eps)) >= 100 * share
    ),
    "a larger n may do worse: the smallest n that is enough is wanted, whatever comes after it": from_above,
    "this counts the misses: errors above eps": by_rule(
        lambda v, eps, share: np.mean(v > eps) >= share
    ),
    "this allows a share of misses as large as `share`; that share must be within eps": by_rule(
        lambda v, eps, share: np.mean(v > eps) <= share
    ),
    "the mean error says nothing about a share: count the errors within eps": by_rule(
        lambda v, eps, share: v.mean() <= eps
    ),
    "the median stands for half of the weights: count the errors within eps": by_rule(
        lambda v, eps, share: np.median(v) <= eps
    ),
    "that share of the weights is enough, not all": by_rule(lambda v, eps, share: v.max() <= eps),
    "one weight within eps was enough: divide their number by the number of all weights": by_rule(
        lambda v, eps, share: v.min() <= eps
    ),
    "np.quantile interpolates between two errors: count those within eps": by_rule(
        lambda v, eps, share: np.quantile(v, share) <= eps
    ),
    "this is the position in the table; the n itself is wanted, a key": by_position(list),
    "this is the position in the sorted table; the n itself is wanted, a key": by_position(sorted),
    "n is wanted, not its share": share_itself,
    "return None when no n is enough, not the largest n of the table": never_none,
}


def sparser(answer):
    by_hand = [0.25, 0.35, 0.6, 0.9, 0.7, -0.35]
    several = [
        0.89,
        -0.61,
        0.59,
        0.19,
        -0.19,
        -0.39,
        -0.97,
        0.81,
        0.13,
    ]  # smallest, largest, best and solve's differ
    cases = [
        (several, 0.956, 0.1),
        (by_hand, 0.5, 0.12),
        (by_hand, 0.5, 0.02),
        ([0.5, 0.25, -0.125, 1.0], 0.625, 0.125),
    ]
    cases += [([0.3, 0.08, -0.6], 0.05, 0.1), ([0.3, -0.2, 0.45], -0.9, 0.1)]
    cases += [([0.3, 0.3, 0.3], 0.88, 0.05), ([-0.4, -0.4, 0.7, -0.4, 0.2], -0.8, 0.05)]
    drawn = (
        (10, 0.4004, 0.02, 1),
        (14, -0.7504, 0.002, 2),
        (12, 0.6004, 0.0005, 4),
        (14, 0.2004, 0.0001, 3),
    )
    for n, target, eps, seed in drawn:
        cases.append(
            (sample("uniform", n, seed=seed).round(3), target, eps)
        )  # no error is exactly eps in these

    def boxed(*arguments):
        return [answer(*arguments)]  # None is an answer here

    for place, (items, target, eps) in enumerate(cases):
        inputs = {"items": np.array(items), "target": target, "eps": eps}
        got = (
            call(boxed, **inputs)[0] if place else call(answer, **inputs)
        )  # the first case has a mask
        sums, sizes = (subset_sums(row[None])[0] for row in (inputs["items"], np.ones(len(items))))
        within = abs(sums - target) <= eps + 1e-9
        fewest = int(sizes[within].min()) if within.any() else None
        if got is None:
            reason = "the search missed it: all 2^n subsets count"
            if fewest == 0:
                reason = "the empty subset counts: its sum is 0"
            elif fewest == len(items):
                reason = "the subset of all items counts too: sizes go from 0 to n"
            require(
                fewest is None,
                inputs,
                got,
                f"a mask that keeps {fewest} of the items: there is one",
                reason,
            )
            continue
        require(fewest is not None, inputs, got, "None", "no subset is within eps: return None")
        advice = "one True or False for each item, True = kept; or None"
        mask = numbers(got, inputs, inputs["items"].shape, advice)
        binary = bool(((mask == 0) | (mask == 1)).all())
        require(
            binary,
            inputs,
            got,
            "True or False for each item",
            "a mask says which items are kept: True or 1 = kept",
        )
        check_fewest(mask.astype(bool), got, fewest, sums, sizes, inputs)


def check_fewest(mask, got, fewest, sums, sizes, inputs):
    """Refuse a mask that is not within eps, or that keeps more than the fewest items."""
    items, target, eps = inputs.values()
    total = items[mask].sum()
    error, kept = abs(total - target), int(mask.sum())
    reason = "the kept items must add up to the target, within eps"
    if abs(items[~mask].sum() - target) <= eps:
        reason = "the mask is upside down: True means kept"
    elif abs(abs(total) - abs(target)) <= eps:
        reason = "the sum has the wrong sign: compare it with the target, not its absolute value"
    elif kept < fewest and error > eps:
        reason = (
            "so few items do not reach the target: accept a subset only if |target - sum| <= eps"
        )
    elif any(len(set(mask[items == one])) == 1 < (items == one).sum() for one in items[mask]):
        reason = "equal items are kept one by one: go through positions, not values"
    expected = f"a mask with an error of at most {eps}, yours has {error:.4g}"
    require(error <= eps + 1e-9, inputs, got, expected, reason)

    within = abs(sums - target) <= eps + 1e-9
    strictly = abs(sums - target) < eps - 1e-9
    if kept > fewest:
        found = f"you keep {counted(kept)}, with an error of {error:.4g}: the mask {show(mask.astype(int))}"
        wanted = f"expected {counted(fewest)}: so many are enough for an error of at most {eps}"
        reason = "try all subsets of 0 items, then all of 1, of 2, …, and stop at the first that is within eps"
        if sizes[strictly].size and kept == sizes[strictly].min():
            reason = "an error of exactly eps is within eps: <="
        elif fewest == 0:
            reason = "the empty subset counts: its sum is 0"
        elif error <= abs(sums - target).min() + 1e-9:
            reason = "this is the most precise subset; a less precise one that is within eps can be smaller"
        elif np.array_equal(mask, solve(items, target, tolerance=eps).mask):
            reason = "solve with a tolerance stops once some subset is within eps; it does not look for a smallest one"
        elif kept == sizes[within].max():
            reason = "this keeps the most items; the fewest are wanted"
        raise WrongAnswer(lines(inputs, found, wanted, f"usual reason: {reason}"))


def counted(count):
    return f"{count} item" if count == 1 else f"{count} items"


class Classifier:
    """A network for images that are rows of the identity matrix, given by the classes that it predicts for them."""

    def __init__(self, predictions, seed):
        self.predictions = list(predictions)
        scores = np.random.default_rng(seed).uniform(
            -4, -2, (len(predictions), 3)
        )  # negative, and of any size
        scores[range(len(predictions)), self.predictions] += 2
        self.scores = scores * np.random.default_rng(seed).uniform(1, 2, (len(predictions), 1))

    def __call__(self, images):
        return np.asarray(images) @ self.scores

    def __repr__(self):
        shown = ", ".join(map(str, self.predictions[:8])) + (
            ", …" if len(self.predictions) > 8 else ""
        )
        return f"a network that predicts {shown}"


def honest_accuracy(answer):
    rng = np.random.default_rng(2)
    by_hand = (
        [0, 1, 2, 1, 2],
        [0, 1, 2, 2, 2],
        [0, 1, 1, 1, 2],
        [0, 0, 0, 0, 0],
    )  # labels, target, approximated, zeroed
    cases = [
        by_hand,
        ([0, 1, 2, 0], [0, 1, 1, 2], [0, 1, 2, 1], [0, 0, 0, 2]),
        ([2, 1], [2, 1], [2, 1], [2, 2]),
    ]
    for flips in ((4, 6, 20), (16, 3, 25), (2, 9, 5)):
        labels = rng.integers(0, 3, 40)
        cases.append((labels, *(with_errors(labels, count, rng) for count in flips)))
    names = "target", "approximated", "zeroed", "same_prediction"
    results = []
    for place, (labels, *predictions) in enumerate(cases):
        networks = [Classifier(own, seed=10 * place + k) for k, own in enumerate(predictions)]
        inputs = dict(zip(names, networks)) | {
            "images": np.eye(len(labels)),
            "labels": np.array(labels),
        }
        got = call(answer, **inputs)
        inputs.pop("images")  # a message can do without the rows of the identity matrix
        advice = f"return a dict with the keys {', '.join(map(repr, names))}"
        require(isinstance(got, dict), inputs, got, "a dict with four numbers", advice)
        missing = [name for name in names if name not in got]
        require(
            not missing,
            inputs,
            got,
            "a dict with four numbers",
            f"{missing and missing[0]!r} is missing: {advice}",
        )
        results.append((inputs, got))
    for name in names:
        advice = f"{name!r} is one number, a share of the images"
        found = np.array([numbers(got[name], inputs, advice=advice) for inputs, got in results])
        expected = np.array([honest(name, *case) for case in cases])
        counts = np.array([len(case[0]) for case in cases])
        mistakes = entry_mistakes(name, cases) | {
            "in percent; a share is wanted, between 0 and 1": 100 * expected,
            "this is a number of images; divide it by the number of all": counts * expected,
            "rounded; return the share as it is": np.round(expected, 2),
            "rounded too far; return the share as it is": np.round(expected, 1),
            "this is 1 minus the share that is wanted: the share of the others": 1 - expected,
        }
        reason = "the share of images where target and approximated have their highest score at the same class"
        if name != "same_prediction":
            reason = f"the share of images where the highest score of {name} is at the label: argmax(axis=1)"
        reason = likely(found, expected, mistakes, reason)
        for (inputs, got), one, right in zip(results, found, expected):
            if not np.isclose(one, right):
                returned = f"you returned {name!r}: {show(got[name])}"
                raise WrongAnswer(
                    lines(inputs, returned, f"expected {right:.4g}", f"usual reason: {reason}")
                )


def with_errors(labels, count, rng):
    """The labels, with that many of them replaced by another class."""
    wrong = labels.copy()
    places = rng.permutation(len(labels))[:count]
    wrong[places] = (labels[places] + rng.integers(1, 3, count)) % 3
    return wrong


def honest(name, labels, target, approximated, zeroed):
    """The right value of one entry."""
    pairs = {
        "target": (target, labels),
        "approximated": (approximated, labels),
        "zeroed": (zeroed, labels),
    }
    first, second = map(np.array, pairs.get(name, (target, approximated)))
    return float((first == second).mean())


def entry_mistakes(name, cases):
    """Reason -> wrong values of one entry, an array with one for each case."""
    accuracy = {
        key: np.array([honest(key, *case) for case in cases])
        for key in ("target", "approximated", "zeroed")
    }
    if name != "same_prediction":
        others = {
            f"this is the accuracy of {key}, not of {name}": accuracy[key]
            for key in accuracy
            if key != name
        }
        others["this is the share of equal predictions, not an accuracy"] = np.array(
            [honest("same_prediction", *case) for case in cases]
        )
        if name == "approximated":
            others = {
                "this is the accuracy of the target: the published mistake": accuracy["target"]
            } | others
        return others
    change = accuracy["target"] - accuracy["approximated"]

    def shares(compare):
        return np.array([compare(*map(np.array, case)).mean() for case in cases])

    return {
        "a difference of accuracies is no share of equal predictions: changes can cancel": abs(
            change
        ),
        "a signed difference of accuracies is no share of equal predictions": change,
        "a signed difference of accuracies is no share of equal predictions, whatever its sign": -change,
        "1 minus the difference of accuracies is no share of equal predictions: changes can cancel": 1
        - abs(change),
        "1 minus a signed difference of accuracies is no share of equal predictions": 1 - change,
        "equal accuracies are not wanted here, but equal predictions, image by image": (change == 0)
        * 1.0,
        "predictions that are equal and wrong count too": shares(
            lambda y, f, g, h: (f == y) & (g == y)
        ),
        "two wrong predictions can be different: compare the classes, not right and wrong": shares(
            lambda y, f, g, h: (f == y) == (g == y)
        ),
        "compare the predicted classes, not the scores: scores differ nearly everywhere": 0.0
        * change,
        "this compares target with zeroed; compare it with approximated": shares(
            lambda y, f, g, h: f == h
        ),
        "this compares approximated with zeroed; compare it with target": shares(
            lambda y, f, g, h: g == h
        ),
        "all three equal is more than is asked; zeroed has no part in it": shares(
            lambda y, f, g, h: (f == g) & (f == h)
        ),
        "this compares a network with itself, which gives 1": 0.0 * change + 1,
        "this compares approximated with the labels; compare it with target": accuracy[
            "approximated"
        ],
        "this compares target with the labels; compare it with approximated": accuracy["target"],
    }


CHECKS = {
    "09.approximate": (
        approximate,
        "One call serves a whole layer. With eps=None it looks for what the published program looked for: the best subset "
        "for each weight. With eps any subset within it will do, and far fewer items may be kept.",
    ),
    "09.choose_n": (
        choose_n,
        "Halving eps costs about one item: twice as many subsets. For a share near 1 reach sets n: some weights "
        "have items that are too small or of the wrong sign, and a larger eps hardly helps them.",
    ),
    "09.sparser": (
        sparser,
        "Slack in eps buys sparsity: a wide window is hit by one of the few small subsets, a narrow one only by one of the "
        "many large ones.",
    ),
    "09.honest_accuracy": (
        honest_accuracy,
        "Equal accuracies are no proof that two networks agree, and an accuracy near the target's is no proof of a good "
        "approximation: the zeroed network shows how much the tolerance forgives.",
    ),
}
