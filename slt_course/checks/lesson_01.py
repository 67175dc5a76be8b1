"""Checks of exercise set 01."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

import math
from fractions import Fraction
from functools import partial
from itertools import starmap

import numpy as np

from .exercise import Exercise
from .outcome import WrongAnswer, lines, numbers, require, show

EXERCISES: dict[str, Exercise] = {}


def largest(sizes, count):
    """Mask of the `count` largest entries, of equal ones the first."""
    mask = np.zeros(sizes.shape, bool)
    mask.flat[np.argsort(-sizes, axis=None, kind="stable")[:count]] = True
    return mask


def kept(weights, share, size=abs, count=round, choose=largest):
    return choose(size(weights), count(share * weights.size))


RULES = {  # usual mistakes: what they keep of some weights
    "the magnitude counts: take absolute values, a large negative weight is large":
        partial(kept, size=np.positive),
    "these are the smallest, the ones to remove: keep the largest, True means kept":
        partial(kept, size=lambda weights: -abs(weights)),
    "the mask is inverted: True means kept": lambda weights, share: ~kept(weights, share),
    "the share KEPT is given, not the share removed":
        lambda weights, share: kept(weights, 1 - share),
    "round to the nearest whole number: int() cuts off": partial(kept, count=int),
    "round to the nearest whole number: ceil goes up": partial(kept, count=math.ceil),
    "a slice [-count:] with count = 0 is the whole array: use [len - count:], or sort in "
    "descending order": lambda weights, share: (new := kept(weights, share)) | (not new.any()),
    "the weight at the threshold is kept too: compare with >=; better, rank the weights and keep "
    "the first": partial(kept, choose=lambda s, count: s > np.sort(s, None)[s.size - count]),
    "the weights at the threshold are equal: rank them (np.argsort) and keep the first, exactly "
    "the count": partial(kept, choose=lambda s, count: s >= np.sort(s, None)[s.size - count]),
    "rank the weights and keep the first: a quantile is no exact count":
        lambda weights, share: abs(weights) >= np.quantile(abs(weights), 1 - share),
}  # fmt: skip


def in_order(sizes, mask, *others):
    """The arrays by falling sizes, of equal ones those on the mask first: ties do not matter."""
    order = np.lexsort((1 - mask.ravel(), -sizes.ravel()))
    return tuple(array.ravel()[order] for array in (mask, *others))


def mask_of(got, inputs, shape, name):
    """An answer's mask as a bool array of the given shape, or a refusal."""
    found = numbers(got, inputs, shape, f"{name} needs a True or False per weight, in their shape")
    advice = "numbers are no mask: end with a comparison, or with .astype(bool)"
    require(found.dtype == bool, inputs, got, f"True and False in {name}", advice)
    return found


def mask_problem(mask, best, size, place, number):
    """What is wrong with a mask in order, or None."""
    if mask.sum() != best.sum():
        wanted = f"{best.sum()} of {size} weights kept {place}, yours keeps {mask.sum()}"
        return wanted, f"round({number}) is the number to keep"
    if (mask != best).any():
        reason = "every weight that is kept must be at least as large as every one that is removed"
        return f"the {best.sum()} of largest magnitude kept {place}", reason


# 01.magnitude_masks -----------------------------------------------------------------------------

SCOPES, LAYERS = ("layer", "global"), ("weights", "keep_fraction", "scope")


def layer_cases():
    by_hand = [np.array([0.1, -3.0, 2.0, 0.5]), np.array([[0.2, -0.4], [0.3, -0.9], [0.25, 0.35]])]
    rng = np.random.default_rng(0)
    small = [rng.normal(0, 1, (2, 5)).round(2), rng.normal(0, 0.01, (2, 2, 2)).round(4)]
    equal = [np.array([1.0, -1.0, 1.0, -1.0, 1.0, 0.5]), np.array([-2.0, 2.0, 3.0])]
    cases = (by_hand, 0.3), (small, 0.2), (equal, 0.4), (by_hand, 0.0), (by_hand, 1.0)
    hand = [dict(zip(LAYERS, (*case, scope))) for case in cases for scope in SCOPES]
    return hand + [draw_layers(rng) for _ in range(40)]


def draw_layers(rng):
    """Layers of any scale and shape: nothing that is true of a few layers alone passes."""
    shapes = [tuple(rng.integers(1, 5, rng.integers(1, 3))) for _ in range(rng.integers(1, 4))]
    weights = [rng.normal(0, 10.0 ** rng.integers(-2, 2), shape) for shape in shapes]
    scope = SCOPES[rng.integers(2)]
    return dict(zip(LAYERS, (weights, round(rng.uniform(), 2), scope)))


def magnitude_masks(weights, keep_fraction, scope, rule=kept):
    if scope == "layer":
        return [rule(layer, keep_fraction) for layer in weights]
    mask = rule(np.concatenate(weights, None), keep_fraction)
    parts = np.split(mask, np.cumsum([layer.size for layer in weights])[:-1])
    return [part.reshape(layer.shape) for part, layer in zip(parts, weights)]


def read_masks(got, inputs):
    """The mask of what competes, in order: of all layers together, or of each on its own."""
    weights, _, scope = inputs.values()
    one_each = isinstance(got, (list, tuple)) and len(got) == len(weights)
    advice = "a list of one bool array per layer, each of its layer's shape"
    require(one_each, inputs, got, f"a list of {len(weights)} masks", advice)
    masks = [mask_of(got[k], inputs, w.shape, f"mask {k}") for k, w in enumerate(weights)]
    if scope == "global":
        weights, masks = ([np.concatenate(arrays, None)] for arrays in (weights, masks))
    return tuple(in_order(abs(values), mask)[0] for values, mask in zip(weights, masks))


def accept_masks(found, **inputs):
    for k, (mask, best) in enumerate(zip(found, read_masks(magnitude_masks(**inputs), inputs))):
        place = "in all layers together" if inputs["scope"] == "global" else f"in layer {k}"
        if problem := mask_problem(mask, best, best.size, place, "keep_fraction * count"):
            return problem


EXERCISES["01.magnitude_masks"] = Exercise(
    cases=layer_cases, draw=draw_layers, answer=magnitude_masks,
    read=read_masks, accept=accept_masks,
    mistakes={reason: partial(magnitude_masks, rule=rule) for reason, rule in RULES.items()} | {
        'with scope "global" all layers compete in one ranking, not each layer in its own':
            lambda weights, keep_fraction, scope: magnitude_masks(weights, keep_fraction, "layer"),
        'with scope "layer" every layer keeps its own share':
            lambda weights, keep_fraction, scope: magnitude_masks(weights, keep_fraction, "global"),
    },
    insight="Any way to break ties is fine. `pruning.magnitude` does the same for a model, with "
    "the same two scopes.",
)  # fmt: skip

# 01.imp_round -----------------------------------------------------------------------------------

ROUNDS = (
    ([0.5, -0.1, 0.3, -0.7, 0.2, 0.9], [0.4, -0.9, 0.6, -0.3, -0.1, -1.5], [1] * 5 + [0], 0.6),
    ([0.3, -0.2, 0.6], [0.1, 0.5, -0.4], [1, 1, 1], 1 / 3),
    ([0.1] * 5 + [0.6], [1.0] * 5 + [3.0], [1] * 5 + [0], 0.4),  # five that are all the same
    ([0.3, -0.2, 0.6, 0.1], [0.7, 0.9, -0.4, 0.0], [1, 0, 1, 1], 1.0),  # a trained 0 stays
    ([0.1, 0.6, -0.2, 0.3], [0.0, -0.4, 0.9, 0.7], [1, 1, 0, 1], 1.0),
)


def round_of(initial, trained, mask, keep):
    arrays = {"initial": np.array(initial), "trained": np.array(trained)}
    return arrays | {"mask": np.array(mask, bool), "keep": keep}


def draw_round(rng):
    weights = rng.normal(0, 1, (2, *rng.integers(1, 5, rng.integers(1, 3))))
    mask, keep = rng.random(weights[0].shape) < 0.7, round(rng.uniform(0.1, 1), 2)
    mask.flat[0] = True
    return round_of(*weights, mask, keep)


def rewind(new, initial, *_):
    return new, np.where(new, initial, 0.0)


def imp_round(initial, trained, mask, keep, rule=kept, end=rewind):
    """What comes back by some rule for the new mask and some end of the round."""
    new = np.zeros(mask.shape, bool)
    new[mask] = rule(trained[mask], keep)
    return end(new, initial, trained, mask)


def read_round(got, inputs):
    _, trained, mask, _ = inputs.values()
    pair, wanted = isinstance(got, (list, tuple)) and len(got) == 2, "a pair (new_mask, rewound)"
    require(pair, inputs, got, wanted, "return the two arrays: new_mask, rewound")
    advice = "new_mask and rewound need the shape of the weights"
    new, rewound = (numbers(part, inputs, mask.shape, advice) for part in got)
    in_turn = new.dtype == bool or rewound.dtype != bool
    require(in_turn, inputs, got, wanted, "the order: the mask first, then the weights")
    return in_order(abs(trained), mask_of(new, inputs, mask.shape, "new_mask"), rewound, mask)


def accept_round(found, **inputs):
    right = imp_round(**inputs)
    (new, rewound, mask), (best, expected, _) = found, read_round(right, inputs)
    if (new & ~mask).any():
        reason = "pruned weights came back: score them below 0, so that even a trained 0 beats them"
        return "True only where mask was True", reason, 0
    number = "keep * number of weights still kept"
    if problem := mask_problem(new, best, mask.sum(), "among those left", number):
        return *problem, 0
    if not np.allclose(rewound, expected):
        reason = "the initial value where new_mask is True, 0 elsewhere"
        return f"rewound = {show(right[1])}", reason, 1


ENDS = {  # usual mistakes: what they make of the right new mask
    "the mask is inverted: True means kept":
        lambda new, initial, trained, mask: (~new, np.where(new, initial, 0)),
    "a slice [-count:] with count = 0 is the whole array: use [len - count:], or sort in "
    "descending order":
        lambda new, initial, trained, mask: rewind(new if new.any() else mask | True, initial),
    "a pruned weight came back: only weights whose mask is True compete":
        lambda new, initial, trained, mask: rewind(largest(abs(trained), new.sum()), initial),
    "nothing was pruned": lambda new, initial, trained, mask: rewind(mask, initial),
    "these are the trained values: rewinding puts the initial ones back":
        lambda new, initial, trained, mask: rewind(new, trained),
    "the weights that this round prunes must become 0 as well":
        lambda new, initial, trained, mask: (new, np.where(mask, initial, 0)),
    "the pruned weights must become 0": lambda new, initial, trained, mask: (new, initial),
    "this is where the weights are kept; their initial values are wanted":
        lambda new, initial, trained, mask: (new, new),
}  # fmt: skip
EXERCISES["01.imp_round"] = Exercise(
    cases=lambda: [*starmap(round_of, ROUNDS), *map(draw_round, [np.random.default_rng(1)] * 20)],
    draw=draw_round, answer=imp_round, read=read_round, accept=accept_round,
    mistakes={reason: partial(imp_round, rule=rule) for reason, rule in RULES.items()} | {
        "the initial magnitudes were compared; what training made large is kept":
            lambda initial, trained, mask, keep: imp_round(initial, initial, mask, keep),
        "this keeps what moved most; magnitude pruning looks at the trained weights alone":
            lambda initial, trained, mask, keep: imp_round(initial, trained - initial, mask, keep),
        "keep is a share of the weights still kept, not of all":  # None: anybody's guess
            lambda initial, trained, mask, keep: None if keep >= mask.mean() else (
                imp_round(initial, trained, mask, keep / mask.mean())
            ),
    } | {reason: partial(imp_round, end=end) for reason, end in ENDS.items()},
    insight="Train, call it, train the rewound weights, call it again: this is Frankle and "
    "Carbin's search for a ticket. Training is used for the mask only; its values are thrown away.",
)  # fmt: skip

# 01.schedule ------------------------------------------------------------------------------------

GOALS = (  # the last is almost reached: 0.88^10 is 0.278501
    (0.2, 0.3), (0.5, 0.125), (0.2, 1.0), (0.2, 0.8), (0.2, 0.64), (0.3, 0.343), (0.1, 0.729),
    (0.01, 0.9801), (0.9, 0.001), (0.5, 0.1249), (0.5, 0.001), (0.01, 0.05), (0.12, 0.2785),
)  # fmt: skip


def draw_schedule(rng):
    """Decimal numbers; half of the goals are reached exactly."""
    percent, rounds = int(rng.integers(2, 96)), int(rng.integers(2, 4))
    goals = round(rng.uniform(0.01, 1), 3), float(Fraction(100 - percent, 100) ** rounds)
    return {"removed_per_round": percent / 100, "goal": goals[rng.integers(2)]}


def rounds_needed(removed_per_round, goal, exact=lambda number: Fraction(str(number))):
    return next(r for r in range(1000) if (1 - exact(removed_per_round)) ** r <= exact(goal))


def accept_rounds(found, removed_per_round, goal):
    p, right = removed_per_round, rounds_needed(removed_per_round, goal)
    power, left, one_more = f"(1 - {p})^{right}", (1 - p) ** right, found == right + 1
    reason = f"the smallest whole r with (1 - {p})^r <= {goal}"
    if found in range(right):
        reason = f"{found:.0f} rounds leave {(1 - p) ** found:.6g}, still above the goal {goal}: "
        reason += "round up, with a tiny tolerance"
    elif one_more and goal == 1:
        reason = "without any round all weights are kept, as wanted: the dense network is round 0"
    elif one_more and (1 - Fraction(str(p))) ** right != Fraction(str(goal)):
        reason = f"one round too many: {right} leave {left:.4g}; the dense network is round 0"
    elif one_more and (right == 1 or p == 0.5):  # floating point is exact there: no excuse
        reason = f"{power} is exactly the goal, and at most the goal is wanted: <=, not <"
    elif one_more:
        ratio = f"{left!r}, and the ratio of the logarithms {math.log(goal) / math.log(1 - p)!r}"
        reason = f"{power} is exactly the goal, but in floating point it is {ratio}; allow a "
        reason += "tolerance, such as goal * (1 + 1e-9)"
    return None if found == right else (f"{right}", reason)


EXERCISES["01.schedule"] = Exercise(
    cases=lambda: [{"removed_per_round": removed, "goal": goal} for removed, goal in GOALS]
    + [*map(draw_schedule, [np.random.default_rng(3)] * 40)],
    draw=draw_schedule, answer=rounds_needed, accept=accept_rounds,
    mistakes={
        "a round removes a share of what is left, not of all weights":
            lambda removed_per_round, goal: math.ceil((1 - goal) / removed_per_round),
        "goal is the share KEPT at the end, not the share removed":
            lambda removed_per_round, goal: rounds_needed(removed_per_round, 1 - goal),
        "after r rounds (1 - p)^r is left, not p^r":
            lambda removed_per_round, goal: math.ceil(math.log(goal, removed_per_round)),
        "rounds are whole: round up":
            lambda removed_per_round, goal: math.log(goal, 1 - removed_per_round),
    },
    advice="the number of rounds is wanted",
    insight="At 20 % a round it takes 11 rounds to get below a tenth of the weights, and each is a "
    "full training: this is the price of iterated pruning, and why pruning without training is "
    "worth a course.",
)  # fmt: skip

# 01.controls ------------------------------------------------------------------------------------

STARTS, SEEDS = ("rewound", "reinitialised", "shuffled"), 200


def control_cases():
    by_hand = np.array([0.5, -0.1, 0.3, -0.7, 0.2, 0.9]), np.arange(1, 7) / 100
    mask = np.array([1, 0, 0, 1, 0, 1], bool)
    pair = np.random.default_rng(2).uniform(0.1, 1, (2, 4, 4)).round(2)
    uneven = np.array([3, 1, 0, 2])[:, None] > np.arange(4)  # in its rows and in its columns
    cases = [(*by_hand, mask, 0), *((*pair, uneven, seed) for seed in (*range(SEEDS), 7))]
    return [dict(zip(("initial", "fresh", "mask", "seed"), case)) for case in cases]


def draw_controls(rng):
    initial, fresh = rng.uniform(-1, 1, (2, *rng.integers(2, 5, 2)))
    mask, seed = rng.random(initial.shape) < 0.5, int(rng.integers(100))
    return {"initial": initial, "fresh": fresh, "mask": mask, "seed": seed}


def shuffle(mask, seed):
    return np.random.default_rng(seed).permutation(mask.ravel()).reshape(mask.shape)


def controls(initial, fresh, mask, seed, shuffle=shuffle):
    pairs = (mask, initial), (mask, fresh), (shuffle(mask, seed), initial)
    return {name: np.where(*pair, 0.0) for name, pair in zip(STARTS, pairs)}


def read_starts(got, inputs):
    named, wanted = isinstance(got, dict) and set(got) == set(STARTS), ", ".join(STARTS)
    advice = "one starting point per name, spelled like this"
    require(named, inputs, got, f"a dict with the keys {wanted}", advice)
    shape, advice = inputs["mask"].shape, "{} needs the weights' shape"
    return tuple(numbers(got[name], inputs, shape, advice.format(name)) for name in STARTS)


def accept_starts(found, initial, fresh, mask, seed):
    shuffled, places, kept, many = found[2], found[2] != 0, mask.sum(), (found[2] != 0).sum()
    for part, values in enumerate((initial, fresh)):
        expected = np.where(mask, values, 0)
        if not np.allclose(found[part], expected):
            reason = "the values stay where they are; the mask sets the others to 0"
            if np.allclose(found[part], np.where(places, values, 0)):
                reason = "an in-place shuffle has changed the mask: shuffle a copy"
            return f"{STARTS[part]} = {show(expected)}", reason, part
    if many == kept and np.allclose(shuffled, np.where(places, initial, 0)):
        return None
    reasons = {
        "this is a mask; the initial weights on it are wanted":
            many and np.isin(shuffled, (0, 1)).all(),
        "0 is needed where the new mask is False": many == mask.size,
        "a kept weight is 0: was `initial` or `mask` changed on the way (work on copies), or a "
        "position drawn twice?": many < kept and not (places & ~mask).any(),
        "shuffle the mask's entries; drawing each anew, or positions with repetition, changes "
        "their number": many != kept,
        "these are fresh values; the shuffled start has initial ones":
            np.allclose(shuffled, np.where(places, fresh, 0)),
        "the weights moved with the mask: shuffle the mask alone, then take the initial value of "
        "each place": np.allclose(np.sort(shuffled, None), np.sort(found[0], None)),
        "on its own places, shuffled has the initial value of each place": True,
    }  # fmt: skip
    reason = next(reason for reason, holds in reasons.items() if holds)
    wanted = f"{kept} weights in shuffled, as in the mask, and initial[i] at every place i of them"
    return f"{wanted}; yours is {show(shuffled)}", reason, 2


def random_places(cases, found):
    """Refuse shuffled masks, one per seed, that are no random shuffles of the mask."""
    if len(cases) < SEEDS:  # drawn ones
        return None
    mask, (*places, again) = cases[-1]["mask"], (shuffled != 0 for *_, shuffled in found[1:])
    rows, columns, share = np.sum(places, 2), np.sum(places, 1), np.mean(places, 0)
    differ = len(np.unique(places, axis=0))
    reasons = {
        "make the generator from the seed: np.random.default_rng(seed)": (again != places[7]).any(),
        "shuffled is on the mask itself: nothing was shuffled": (places == mask).all(),
        "the seed is not used: each gives the same mask": differ == 1,
        "whole rows moved: permutation and shuffle of a 2-D array act on its first axis; flatten "
        "first, reshape after": (columns == mask.sum(0)).all(),
        "entries moved within their rows only: flatten first, reshape after":
            (rows == mask.sum(1)).all(),
        "whole rows and columns moved: flatten first, reshape after":
            (np.sort(rows) == np.sort(mask.sum(1))).all(),
        "shuffle all entries of the mask with a generator made from the seed": differ < SEEDS / 2,
        # a right answer is off by 0.2 with probability below 1e-6: six standard deviations
        "every place must have the same chance, those of the mask included":
            (abs(share - mask.mean()) > 0.2).any(),
    }  # fmt: skip
    wanted = "a mask for each seed, every arrangement of its entries equally likely; yours are "
    wanted += f"{differ} different masks for the seeds 0, …, {SEEDS - 1}, with places kept for "
    wanted += f"{share.min():.2f} to {share.max():.2f} of them"
    return next(((cases[-1], found[-1][2], wanted, why) for why in reasons if reasons[why]), None)


EXERCISES["01.controls"] = Exercise(
    cases=control_cases, draw=draw_controls, answer=controls,
    read=read_starts, accept=accept_starts, together=random_places,
    mistakes={
        "0 is needed where the mask is False": lambda initial, fresh, mask, seed:
            controls(initial, fresh, mask, seed) | {"rewound": initial, "reinitialised": fresh},
        "the values of initial and fresh are swapped": lambda initial, fresh, mask, seed:
            controls(initial, fresh, mask, seed)
            | dict(zip(STARTS[:2], np.where(mask, [fresh, initial], 0))),
        "the mask is inverted: True means kept":
            lambda initial, fresh, mask, seed: controls(initial, fresh, ~mask, seed),
        "this is a mask; the weights on it are wanted":
            lambda initial, fresh, mask, seed: dict.fromkeys(STARTS, mask),
    },
    insight="Reinitialised breaks the match of values and positions, shuffled that and the "
    "positions too. What the rewound ticket is worth shows only against both.",
)  # fmt: skip

# 01.flaws ---------------------------------------------------------------------------------------

FLAWS = ("training", "seeds", "counting", "selection", "speed", "fractions")
ALL_LAYERS = "it counts the weights of all Linear layers, and these are all that the network has"

# For each report, the fact in it that rules a flaw out. The flaw that no fact rules out is its own.
A_AND_B = {
    "training": "ticket and control are both trained for 20 epochs; its data say more",
    "selection": "it shows means over all seeds, after the last epoch: nothing was chosen",
    "speed": "it says nothing of multiplications or of time",
    "fractions": "ticket and control have the same masks",
}
RULED_OUT = {
    "A": A_AND_B | {"counting": "it says, rightly, that its masks keep 3480 of 17400 weights"},
    "B": A_AND_B | {"seeds": "its gap of means is seven times the standard deviation of a seed"},
    "C": {
        "training": "every ticket and every control is trained for 20 epochs from its start",
        "seeds": "the gap is five times its standard deviation over seeds",
        "counting": ALL_LAYERS,
        "speed": "it counts multiplications and says that time was not measured: this is honest",
        "fractions": "each control keeps as many weights as the ticket next to it",
    },
    "D": {
        "seeds": "the gap is eight times its standard deviation over seeds",
        "counting": ALL_LAYERS,
        "selection": "keep_fraction was fixed before any result, and the test set used once",
        "speed": "its times were measured",
        "fractions": "ticket and control have the same mask",
    },
}


def read_flaws(got, inputs):
    """The names; a refusal says for each wrong one which fact rules it out."""
    reports = isinstance(got, dict) and set(got) == set(RULED_OUT)
    advice = 'return one name for each report: {"A": "…", "B": "…", "C": "…", "D": "…"}'
    require(reports, inputs, got, f"a dict with the keys {', '.join(RULED_OUT)}", advice)
    for report, flaw in got.items():
        known, wanted = isinstance(flaw, str) and flaw in FLAWS, ", ".join(FLAWS)
        advice = "one flaw per report, spelled as in the table"
        require(known, inputs, flaw, f"for report {report} one of {wanted}", advice)
    wrong = [report for report, facts in RULED_OUT.items() if got[report] in facts]
    if wrong:
        facts = (f'report {r}, "{got[r]}": {RULED_OUT[r][got[r]]}' for r in wrong)
        right = f"{len(got) - len(wrong)} of {len(got)} are right; look again at"
        raise WrongAnswer(lines({}, right, *facts))
    return got


EXERCISES["01.flaws"] = Exercise(
    cases=lambda: [{}], draw=lambda rng: {}, read=read_flaws, accept=lambda found: None,
    answer=lambda: {"A": "seeds", "B": "counting", "C": "selection", "D": "training"},
    insight="Blalock et al. (2020) read 81 pruning papers and found no standard benchmarks or "
    "metrics: ask these six questions of every pruning curve, and of your own first.",
)  # fmt: skip
