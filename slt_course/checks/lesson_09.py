"""Checks of exercise set 09."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

from functools import partial

import numpy as np

from ..subset_sum import sample, solve, subset_sums
from .exercise import Exercise
from .outcome import kept, numbers, require, show

EXERCISES: dict[str, Exercise] = {}

# 09.approximate ---------------------------------------------------------------------------------


def weight_cases():
    rng = np.random.default_rng(9)
    by_hand = [[0.3, -0.2, 0.02], [0.1, 0.45, -0.12]], [[0.28, -0.17, -0.1], [0.42, 0.07, -0.15]]
    cases = [(*by_hand, 0.05), (*by_hand, None), ([[0.9, -0.02, 0.3]], [[0.3, 0.1, 0.25]], 0.1)]
    drawn = (4, 4, 8, 0.01), (3, 5, 9, None), (2, 7, 4, 0.02), (3, 12, 14, 0.01)
    for outputs, inputs, n, eps in drawn:
        weight = rng.normal(0, 0.2, (outputs, inputs)).round(3)
        cases.append((weight, rng.uniform(-0.6, 0.6, (outputs, n)), eps))
    return [dict(weight=np.array(w), items=np.array(items), eps=eps) for w, items, eps in cases]


def approximate(
    weight, items, eps, sums=lambda found, w, x: found.sum,
    count=lambda mask: mask.sum(-1).mean(), samples=lambda items: items[:, None], **options,
):  # fmt: skip
    found = solve(samples(items), weight, tolerance=eps, **options)
    return sums(found, weight, items), count(found.mask)


def accept_weights(found, weight, items, eps):
    (approximated, count), sums = found, subset_sums(items)[:, None]
    best, error = abs(sums - weight[..., None]).min(-1), abs(approximated - weight)
    gap = abs(sums - approximated[..., None])  # no two subsets of a case have the same sum
    is_sum, allowed = gap.min(-1) <= 1e-6, best if eps is None else np.maximum(best, eps)
    for place in map(tuple, np.argwhere(~(is_sum & (error <= allowed + 1e-6)))):  # NaN is wrong
        wanted = f"an error of at most {allowed[place].round(9):.4g}, yours is {error[place]:.4g}"
        reason = "any subset within eps will do if there is one, else the best: tolerance=eps"
        if not is_sum[place]:
            wanted = f"the sum of some of the items of row {place[0]}, {show(items[place[0]])}"
            reason = "an approximated weight is the exact sum of its kept items, each counted once"
        elif eps is None:
            reason = "with eps=None the best subset is wanted: tolerance=None in solve"
        elif best[place] > eps:
            wanted += f" (no sum is within eps = {eps}: take the nearest)"
        wanted += f"; for row {place[0]}, column {place[1]}, w = {show(weight[place])}"
        return f"{wanted}, you have {show(approximated[place])}", reason, 0
    wanted = subset_sums(np.ones((1, items.shape[1])))[0][gap.argmin(-1)].mean()
    if abs(count - wanted) > 1e-4:
        reason = (
            "count True in the masks of these same subsets, then take the mean over all weights"
        )
        return f"kept = {wanted:.4g}, for the approximated weights that you returned", reason, 1


EXERCISES["09.approximate"] = Exercise(
    cases=weight_cases, answer=approximate, accept=accept_weights,
    draw=lambda rng: dict(weight=rng.normal(0, 0.2, (3, 4)), items=rng.uniform(-0.6, 0.6, (3, 6)),
                          eps=(None, 0.02)[rng.integers(2)]),
    mistakes={reason: partial(approximate, sums=sums) for reason, sums in {
        "these are the weights themselves": lambda found, w, x: w,
        "a weight that no subset reaches gets the nearest subset sum all the same":
            lambda found, w, x: np.where(found.reached, found.sum, w),
        "a weight that no subset reaches gets the nearest subset sum all the same, not NaN":
            lambda found, w, x: np.where(found.reached, found.sum, np.nan),
        "a weight that no subset reaches gets the nearest subset sum all the same, not 0":
            lambda found, w, x: found.reached * found.sum,
        "these are the errors; the sums are wanted": lambda found, w, x: found.error,
        "the items that are not kept were added: True in a mask means kept":
            lambda found, w, x: (x[:, None] * ~found.mask).sum(-1),
        "all are 0: no item is kept, or the result was put into an array of integers":
            lambda found, w, x: 0 * w,
        "this is the nearest single item; several may be added":
            lambda found, w, x: np.take_along_axis(x, abs(x[:, None] - w[..., None]).argmin(-1), 1),
    }.items()} | {reason: partial(approximate, count=count) for reason, count in {
        "this is a share of the items; their number is wanted, n times as much": np.mean,
        "this counts the kept items of all weights; divide by the number of weights": np.sum,
        "this is the number of items that are not kept": lambda mask: (~mask).sum(-1).mean(),
        "divide by the number of all weights, not of outputs": lambda mask: mask.sum() / len(mask),
        "divide by the number of weights, outputs times inputs, not by the number of inputs":
            lambda mask: mask.sum() / mask.shape[1],
        "this is n, as if all items were kept; take the mean of the counts":
            lambda mask: mask.shape[-1],
    }.items()} | {
        "this is the baseline that zeroes small weights; every weight becomes a subset sum":
            lambda weight, items, eps: (np.where(abs(weight) <= (eps or 0.01), 0, weight), 0.0),
        "row 0's items were used for all rows; every row has items of its own":
            partial(approximate, samples=lambda items: items[0]),
        "these are sums of the items of another row; every row has items of its own":
            partial(approximate, samples=lambda items: items[::-1, None]),
        "one greedy pass misses subsets: leave method out": partial(approximate, method="greedy"),
    },
    kind="an array and a number",
    advice=("return approximated, kept: first an entry for each weight; a row's weights share its "
            "items: items[:, None, :]",
            "kept is one number: the mean over all weights of the number of items kept"),
    raised={"broadcast": "items need an axis for the inputs, whose weights share them: "
                         "solve(items[:, None, :], weight)"},
    insight="One call serves a whole layer. With eps=None it looks for what the published program "
    "looked for: the best subset for each weight. With eps any subset within it will do, and far "
    "fewer items may be kept.",
)  # fmt: skip

# 09.choose_n ------------------------------------------------------------------------------------


def table_cases():
    by_hand = {1: [0.5, 0.3, 0.2, 0.4], 2: [0.1, 0.02, 0.3, 0.2], 3: [0.1, 0.1, 0.05, 0.3]}
    by_hand[4] = [0.05, 0.01, 0.02, 0.09]
    shuffled = {n: by_hand[n] for n in (4, 2, 1, 3)}
    half = {1: [0.5, 0.01, 0.02, 0.6], 2: [0.01, 0.03]}
    on_the_edge = {1: [0.3, 0.4], 2: [0.2, 0.2, 0.2, 0.5], 3: [0.1, 0.1, 0.1]}
    rough = {5: [0.02, 0.2], 8: [0.01] * 7 + [0.5], 10: [0.04, 0.3, 0.01, 0.02], 12: [0.03, 0.01]}
    nearly = {3: [0.01] * 180 + [0.2] * 21, 4: [0.01] * 181 + [0.2] * 20}  # 0.896 and 0.9005
    uneven, rng = {2: [0.01] * 7 + [0.5], 5: [0.01] * 4}, np.random.default_rng(1)
    drawn = {n: abs(rng.normal(0, 2.0**-n, 201)).round(5) for n in (7, 3, 4, 11, 5, 6, 9, 8, 10)}
    cases = [
        (by_hand, 0.1, 0.75), (shuffled, 0.1, 0.75), (half, 0.2, 0.5), (on_the_edge, 0.2, 0.5),
        (by_hand, 0.04, 1.0), (rough, 0.05, 0.875), (rough, 0.05, 1.0), (by_hand, 0.25, 0.5),
        (drawn, 0.004, 0.5), (drawn, 0.004, 0.9), (drawn, 0.0001, 0.75), (nearly, 0.1, 0.9),
        (uneven, 0.1, 0.875),
    ]  # fmt: skip
    return [dict(errors={n: np.array(v) for n, v in table.items()}, eps=eps, share=share)
            for table, eps, share in cases]  # fmt: skip


def draw_table(rng):
    sizes = rng.permutation(9)[: rng.integers(1, 6)] + 1
    errors = {int(n): rng.exponential(0.5 / n, rng.integers(1, 9)).round(1) for n in sizes}
    return {"errors": errors, "eps": 0.1, "share": (0.5, 0.75, 1.0)[rng.integers(3)]}


def choose_n(
    errors, eps, share, within=np.less_equal, part=np.mean, enough=np.greater_equal, pick=min,
    change=lambda n, errors, eps: n, none=lambda errors: None,
):  # fmt: skip
    """Pick one of the n with enough errors within eps, if there are some."""
    found = [n for n, values in errors.items() if enough(part(within(values, eps)), share)]
    return change(pick(found), errors, eps) if found else none(errors)


def accept_n(found, errors, eps, share):
    right = choose_n(errors, eps, share)
    if found != right and right is None:
        return "None: no n of the table is enough", "when no n of the table is enough, return None"
    if found != right:
        reason = "for each n the share of errors <= eps; then the smallest n with at least `share`"
        return f"{right}, whose share within eps is {np.mean(errors[right] <= eps):.4g}", reason


EXERCISES["09.choose_n"] = Exercise(
    cases=table_cases, draw=draw_table, answer=choose_n, accept=accept_n,
    read=lambda got, inputs: got if got is None else numbers(
        got, inputs, advice="one of the n in the table, or None"),
    mistakes={reason: partial(choose_n, **changes) for reason, changes in {
        "errors of exactly eps count: within eps means <= eps": dict(within=np.less),
        "a share of exactly `share` is enough: at least means >=": dict(enough=np.greater),
        "exactly eps counts, and exactly `share` is enough: <= and >=":
            dict(within=np.less, enough=np.greater),
        "compare the share as it is: rounded, 0.896 becomes 0.9":
            dict(part=lambda within: round(np.mean(within), 2)),
        "compare the share as it is: a share cut to whole percents is too small":
            dict(part=lambda within: int(100 * np.mean(within)) / 100),
        "this counts the misses: errors above eps": dict(within=np.greater),
        "this allows a share of misses as large as `share`; that share must be within eps":
            dict(within=np.greater, enough=np.less_equal),
        "the mean error says nothing about a share: count the errors within eps":
            dict(within=lambda v, eps: v.mean() <= eps),
        "the median stands for half of the weights: count the errors within eps":
            dict(within=lambda v, eps: np.median(v) <= eps),
        "that share of the weights is enough, not all": dict(part=np.all),
        "one weight within eps was enough: divide their number by that of all": dict(part=np.any),
        "the keys of a dict come in any order: the smallest n is wanted, not the first":
            dict(pick=lambda found: found[0]),
        "the smallest n is wanted, not the largest": dict(pick=max),
        "this is the position in the table; the n itself is wanted, a key":
            dict(change=lambda n, errors, eps: list(errors).index(n)),
        "this is the position in the sorted table; the n itself is wanted, a key":
            dict(change=lambda n, errors, eps: sorted(errors).index(n)),
        "n is wanted, not its share": dict(change=lambda n, errors, eps: np.mean(errors[n] <= eps)),
        "return None when no n is enough, not the largest n of the table": dict(none=max),
    }.items()} | {
        "np.quantile interpolates between two errors: count those within eps":
            lambda errors, eps, share: min(
                (n for n, v in errors.items() if np.quantile(v, share) <= eps), default=None),
        "a larger n may do worse: the smallest n that is enough is wanted, whatever comes after it":
            lambda errors, eps, share: min((n for n in errors if all(
                np.mean(errors[m] <= eps) >= share for m in errors if m >= n)), default=None),
    },
    insight="Halving eps costs about one item: twice as many subsets. For a share near 1 reach "
    "sets n: some weights have items that are too small or of the wrong sign, and a larger eps "
    "hardly helps them.",
)  # fmt: skip

# 09.sparser -------------------------------------------------------------------------------------


def sparse_cases():
    """Cases in which each mistake has one answer, up to the order of equal items."""
    several = [0.89, -0.61, 0.59, 0.19, -0.19, -0.39, -0.82, 0.81, 0.13]
    by_hand, equal = [0.25, 0.35, 0.6, 0.9, 0.7, -0.2], [-0.4, -0.4, 0.7, -0.4, 0.2]
    drawn = (10, 16, 0.40004, 0.02), (14, 44, -0.75004, 0.002), (12, 1, 0.60004, 0.0005)
    drawn += ((14, 3, 0.20004, 1e-5),)  # no error is exactly eps
    cases = [
        (several, 0.956, 0.1), (by_hand, 0.5, 0.12), (by_hand, 0.5, 0.02), (equal, -0.8, 0.05),
        ([0.5, 0.25, -0.125, 1.0], 0.625, 0.125), ([0.3, 0.08, -0.6], 0.05, 0.1),
        ([0.3, -0.2, 0.45], -0.9, 0.1), ([0.3, 0.3, 0.3], 0.88, 0.05),
        *((sample("uniform", n, seed=seed).round(4), z, eps) for n, seed, z, eps in drawn),
    ]  # fmt: skip
    return [dict(items=np.array(items), target=z, eps=eps) for items, z, eps in cases]


def best_mask(
    items, target, eps, rank=lambda sizes, errors: sizes, near=np.less_equal, codes=slice(None),
    distance=lambda total, target: abs(total - target), change=lambda mask, items: mask,
):  # fmt: skip
    """The mask within eps that comes first by rank, or None."""
    sums, sizes = subset_sums(np.stack([items, np.ones(len(items))]))
    errors = distance(sums, target)
    found = np.arange(len(sums))[codes]
    found = found[near(errors[found], eps)]
    if not len(found):
        return None
    first = found[rank(sizes, errors)[found].argmin()]
    return change((first >> np.arange(len(items))) % 2 == 1, items)


def by_solve(items, target, eps):
    found = solve(items, target, tolerance=eps)
    return found.mask if found.reached else "whatever is returned here, the mistake is the same"


def read_mask(got, inputs):
    if got is None:
        return None
    items, advice = inputs["items"], "one True or False for each item, True = kept; or None"
    mask = kept(got, inputs, items.shape, advice)
    for item in items:  # which ones of equal items are kept does not matter
        mask[items == item] = np.sort(mask[items == item])[::-1]
    return mask


def accept_mask(mask, items, target, eps):
    right = best_mask(items, target, eps, near=lambda error, eps: error <= eps + 1e-9)
    if right is None:
        return None if mask is None else ("None", "no subset is within eps: return None")
    if mask is None:
        wanted = f"a mask that keeps {right.sum()} of the items: there is one"
        return wanted, "the search missed it: all 2^n subsets count"
    error = abs(items[mask].sum() - target)
    if error > eps + 1e-9:
        wanted = f"a mask with an error of at most {eps}, yours has {error:.4g}"
        return wanted, "the kept items must add up to the target, within eps"
    if mask.sum() > right.sum():
        wanted = f"{right.sum()} item{'' if right.sum() == 1 else 's'}: so many are enough for an "
        wanted += f"error of at most {eps}; you keep {mask.sum()}, with an error of {error:.4g}"
        return wanted, "try all subsets of 0 items, then of 1, of 2, …: the first within eps counts"


EXERCISES["09.sparser"] = Exercise(
    cases=sparse_cases, answer=best_mask, read=read_mask, accept=accept_mask,
    draw=lambda rng: dict(items=rng.uniform(-1, 1, rng.integers(1, 9)), target=rng.uniform(-1, 1),
                          eps=rng.uniform(0, 0.2)),
    mistakes={reason: partial(best_mask, **changes) for reason, changes in {
        "this is the most precise subset; a less precise one that is within eps can be smaller":
            dict(rank=lambda sizes, errors: errors),
        "this keeps the most items; the fewest are wanted": dict(rank=lambda sizes, errors: -sizes),
        "an error of exactly eps is within eps: <=": dict(near=np.less),
        "the empty subset counts: its sum is 0": dict(codes=slice(1, None)),
        "the subset of all items counts too: sizes go from 0 to n": dict(codes=slice(-1)),
        "the mask is upside down: True means kept": dict(change=lambda mask, items: ~mask),
        "the sum has the wrong sign: compare it with the target, not its absolute value":
            dict(distance=lambda total, target: abs(abs(total) - abs(target))),
        "equal items are kept one by one: go through positions, not values":
            dict(change=lambda mask, items: np.isin(items, items[mask])),
    }.items()} | {
        "solve with a tolerance stops once some subset is within eps; not at a smallest": by_solve,
        "so few items do not reach the target: accept a subset only if |target - sum| <= eps":
            lambda items, target, eps: np.arange(len(items)) == abs(items - target).argmin(),
    },
    insight="Slack in eps buys sparsity: a wide window is hit by one of the few small subsets, a "
    "narrow one only by one of the many large ones.",
)  # fmt: skip

# 09.honest_accuracy -----------------------------------------------------------------------------

NETWORKS = "target", "approximated", "zeroed"
RULES = {  # entry -> where it counts an image: f, g, h are the classes predicted, y the labels
    "target": lambda f, g, h, y: f == y, "approximated": lambda f, g, h, y: g == y,
    "zeroed": lambda f, g, h, y: h == y, "same_prediction": lambda f, g, h, y: f == g,
}  # fmt: skip


class Classifier:
    """A network with negative scores of any size, for images that are rows with their number."""

    def __init__(self, classes, seed):
        rng, self.classes = np.random.default_rng(seed), np.array(classes)
        scores = 2 * np.eye(3)[self.classes] + rng.uniform(-4, -2, (len(classes), 3))
        self.scores = scores * rng.uniform(1, 2, (len(classes), 1))

    def __call__(self, images):
        return self.scores[np.array(images, int)[:, 0]]

    def __repr__(self):
        return f"a network that predicts {show(self.classes)}"


def networks(labels, *classes):
    made = {name: Classifier(own, k) for k, (name, own) in enumerate(zip(NETWORKS, classes))}
    return made | {"images": np.arange(len(labels))[:, None], "labels": np.array(labels)}


def draw_networks(rng, count=12, flips=(2, 4, 9)):
    """Networks that are wrong for so many images."""
    labels = rng.integers(0, 3, count)
    places = [rng.permutation(count) < wrong for wrong in flips]
    return networks(labels, *((labels + own * rng.integers(1, 3, count)) % 3 for own in places))


def network_cases():
    rng = np.random.default_rng(2)
    return [
        networks([0, 1, 2, 1, 2], [0, 1, 2, 2, 2], [0, 1, 1, 1, 2], [0, 0, 0, 0, 0]),
        networks([0, 1, 2, 0, 1], [0, 1, 1, 2, 2], [0, 1, 2, 1, 2], [0, 0, 0, 2, 1]),
        networks([2, 1], [2, 1], [2, 1], [2, 2]),
        *(draw_networks(rng, 40, flips) for flips in ((4, 6, 20), (16, 3, 25), (2, 9, 5))),
    ]


def report(target, approximated, zeroed, images, labels, rules=(), change=lambda share, n: share):
    """The report, with other rules for some entries, or with all entries changed."""
    classes = [network(images).argmax(axis=1) for network in (target, approximated, zeroed)]
    used = RULES | dict(rules)
    return {name: change(np.mean(used[name](*classes, labels)), len(labels)) for name in used}


def read_report(got, inputs):
    """The four shares, up to rounding."""
    found, expected = [], "a dict with four numbers"
    advice = f"return a dict with the keys {', '.join(map(repr, RULES))}"
    require(isinstance(got, dict), inputs, got, expected, advice)
    for name in RULES:
        require(name in got, inputs, got, expected, f"{name!r} is missing: {advice}")
        why = f"{name!r} is one number, a share of the images"
        found.append(numbers(got[name], inputs, (), why))
    return tuple(round(share, 9) for share in found)


def accept_report(found, **inputs):
    for part, (name, right) in enumerate(report(**inputs).items()):
        if not np.isclose(found[part], right):
            reason = "target and approximated have their highest score at the same class"
            if name != "same_prediction":
                reason = f"the highest score of {name} is at the label: argmax(axis=1)"
            wanted = f"{name!r}: {right:.4g}, yours is {found[part]:.4g}"
            return wanted, f"the share of images where {reason}", part


EXERCISES["09.honest_accuracy"] = Exercise(
    cases=network_cases, draw=draw_networks, answer=report, read=read_report, accept=accept_report,
    mistakes={reason: partial(report, rules=rules) for reason, rules in ({
        "this is the accuracy of the target: the published mistake":
            {"approximated": RULES["target"]},
    } | {
        f"this is the accuracy of {other}, not of {name}": {name: RULES[other]}
        for name in NETWORKS for other in NETWORKS
        if name != other and (name, other) != ("approximated", "target")
    } | {
        "this is the share of equal predictions, not an accuracy":
            dict.fromkeys(NETWORKS, RULES["same_prediction"]),
    }).items()} | {reason: partial(report, change=change) for reason, change in {
        "in percent; a share is wanted, between 0 and 1": lambda share, count: 100 * share,
        "this is a number of images; divide it by that of all": lambda share, count: count * share,
        "rounded; return the share as it is": lambda share, count: round(share, 2),
        "rounded too far; return the share as it is": lambda share, count: round(share, 1),
        "1 minus this is the share that is wanted": lambda share, count: 1 - share,
    }.items()} | {reason: partial(report, rules={"same_prediction": rule}) for reason, rule in ({
        f"{what} of accuracies is no share of equal predictions: changes can cancel": rule
        for what, rule in {
            "a difference": lambda f, g, h, y: abs(np.mean(f == y) - np.mean(g == y)),
            "a signed difference": lambda f, g, h, y: np.mean(f == y) - np.mean(g == y),
            "the negative difference": lambda f, g, h, y: np.mean(g == y) - np.mean(f == y),
            "1 minus the difference": lambda f, g, h, y: 1 - abs(np.mean(f == y) - np.mean(g == y)),
            "1 minus a signed difference": lambda f, g, h, y: 1 - np.mean(f == y) + np.mean(g == y),
        }.items()
    } | {
        "not equal accuracies, but equal predictions are wanted, image by image":
            lambda f, g, h, y: np.mean(f == y) == np.mean(g == y),
        "predictions that are equal and wrong count too": lambda f, g, h, y: (f == y) & (g == y),
        "compare the classes: two wrong ones can differ": lambda f, g, h, y: (f == y) == (g == y),
        "compare the classes: scores differ nearly everywhere": lambda f, g, h, y: 0,
        "this compares target with zeroed; compare it with approximated": lambda f, g, h, y: f == h,
        "this compares approximated with zeroed; compare it with target": lambda f, g, h, y: g == h,
        "zeroed has no part in it: all three equal is more": lambda f, g, h, y: (f == g) & (f == h),
        "this compares a network with itself, which gives 1": lambda f, g, h, y: 1,
        "this compares approximated with the labels; compare it with target": RULES["approximated"],
        "this compares target with the labels; compare it with approximated": RULES["target"],
    }).items()},
    insight="Equal accuracies are no proof that two networks agree, and an accuracy near the "
    "target's is no proof of a good approximation: the zeroed network shows how much the "
    "tolerance forgives.",
)  # fmt: skip
