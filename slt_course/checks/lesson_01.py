"""Checks of exercise set 01."""

from fractions import Fraction

import numpy as np

from .outcome import WrongAnswer, call, likely, lines, numbers, require, show


def magnitude_masks(answer):
    rng = np.random.default_rng(0)
    by_hand = [np.array([0.1, -3.0, 2.0, 0.5]), np.array([[0.2, -0.4], [0.3, -0.9], [0.25, 0.35]])]
    small = [rng.normal(0, 1, (2, 5)).round(2), rng.normal(0, 0.01, (2, 2, 2)).round(4)]
    equal = [np.array([1.0, -1.0, 1.0, -1.0, 1.0, 0.5]), np.array([-1.0, 1.0, 2.0])]
    cases = [
        (by_hand, 0.3, "layer"),
        (by_hand, 0.3, "global"),
        (small, 0.2, "layer"),
        (small, 0.2, "global"),
    ]
    cases += [
        (equal, 0.4, "layer"),
        (equal, 0.4, "global"),
        (by_hand, 0.0, "layer"),
        (by_hand, 1.0, "global"),
    ]
    for _ in range(
        20
    ):  # layers of any scale and shape: nothing that is true of the cases above alone passes
        shapes = [tuple(rng.integers(1, 5, rng.integers(1, 3))) for _ in range(rng.integers(1, 4))]
        layers = [rng.normal(0, 10.0 ** rng.integers(-2, 2), shape).round(3) for shape in shapes]
        cases += [(layers, round(rng.uniform(), 2), scope) for scope in ("layer", "global")]
    for weights, keep_fraction, scope in cases:
        inputs = {"weights": weights, "keep_fraction": keep_fraction, "scope": scope}
        got = call(answer, **inputs)
        one_each = isinstance(got, (list, tuple)) and len(got) == len(weights)
        reason = "a list of one bool array per layer, each of its layer's shape"
        require(one_each, inputs, got, f"a list of {len(weights)} masks", reason)
        masks = [
            mask_of(mask, inputs, layer.shape, f"mask {k}")
            for k, (mask, layer) in enumerate(zip(got, weights))
        ]
        if scope == "global":
            check_kept(flat(masks), flat(weights), "all layers together", masks, inputs)
        else:
            for k, (mask, layer) in enumerate(zip(masks, weights)):
                check_kept(mask.ravel(), layer.ravel(), f"layer {k}", masks, inputs)


def flat(arrays):
    return np.concatenate([array.ravel() for array in arrays])


def check_kept(mask, values, name, masks, inputs):
    """Refuse masks unless the part `mask` of them keeps the right number of its values, the largest magnitudes."""
    weights, share, scope = inputs.values()
    score, kept, count = abs(values), mask.sum(), round(share * len(values))
    largest = agrees(mask, score)
    mistakes = {
        "a slice [-count:] with count = 0 is the whole array: use [len - count:], or sort in descending order": (
            share == 0 and mask.all()
        ),
        "keep_fraction is the share KEPT, and True means kept": kept
        == round((1 - share) * len(values)),
        'with scope "layer" every layer keeps its own share': (
            scope == "layer" and flat(masks).sum() == round(share * flat(weights).size)
        ),
        "round to the nearest whole number: int() cuts off, ceil goes up": (
            largest and kept in (int(share * len(values)), int(share * len(values)) + 1)
        ),
        "the weight at the threshold is kept too: compare with >=; better, rank the weights and keep the first": (
            largest and kept == count - 1
        ),
        "the weights at the threshold are equal: rank them (np.argsort) and keep the first, exactly the count": (
            largest and len(np.unique(score)) < len(score)
        ),
    }
    reason = usual(mistakes, "round(keep_fraction * count) is the number to keep")
    wanted = f"{count} of {len(values)} weights kept in {name}, yours keeps {kept}"
    require(kept == count, inputs, masks, wanted, reason)
    mistakes = {
        "the magnitude counts: take absolute values, a large negative weight is large": agrees(
            mask, values
        ),
        "these are the smallest, the ones to remove: True means kept": agrees(mask, -score),
        'with scope "global" all layers compete in one ranking, not each layer in its own': (
            scope == "global"
            and all(agrees(m.ravel(), abs(w).ravel()) for m, w in zip(masks, weights))
        ),
    }
    reason = usual(
        mistakes,
        "every weight that is kept must be at least as large as every weight that is removed",
    )
    require(largest, inputs, masks, f"the {count} of largest magnitude kept in {name}", reason)


def mask_of(got, inputs, shape, name):
    """An answer's mask as a bool array of the given shape, or a refusal."""
    found = numbers(
        got,
        inputs,
        shape,
        f"{name} needs one True or False for each weight, in the shape of the weights",
    )
    reason = "numbers are no mask: end with a comparison, or with .astype(bool)"
    require(found.dtype == bool, inputs, got, f"True and False in {name}", reason)
    return found


def agrees(mask, score):
    """Whether the mask keeps the entries of highest score, however it breaks ties."""
    return bool(score[mask].min(initial=np.inf) >= score[~mask].max(initial=-np.inf))


def usual(mistakes, otherwise):
    """The first typical mistake that was made, or else the general reason."""
    return next((reason for reason, made in mistakes.items() if made), otherwise)


def imp_round(answer):
    rng = np.random.default_rng(1)
    initial, trained = rng.normal(0, 1, (2, 2, 5)).round(2)
    cases = [
        (
            [0.5, -0.1, 0.3, -0.7, 0.25, 0.9],
            [0.4, -0.9, 0.6, -0.3, -0.1, -1.5],
            [1, 1, 1, 1, 1, 0],
            0.6,
        ),
        ([0.3, -0.2, 0.6], [0.1, 0.5, -0.4], [1, 1, 1], 1 / 3),
        (initial, trained, rng.permuted(np.arange(10) < 7).reshape(2, 5), 0.8),
        ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [1.0, -1.0, 1.0, -1.0, 1.0, 3.0], [1, 1, 1, 1, 1, 0], 0.4),
        (
            [0.3, -0.2, 0.6, 0.1],
            [0.7, 0.9, -0.4, 0.0],
            [1, 0, 1, 1],
            1.0,
        ),  # a trained weight that is exactly 0 stays
    ]
    for _ in range(20):
        shape = tuple(rng.integers(1, 5, rng.integers(1, 3)))
        pair, left = rng.normal(0, 1, (2, *shape)).round(2), rng.random(shape) < 0.7
        left.flat[0] = True
        cases.append((*pair, left, round(rng.uniform(0.1, 1), 2)))
    for case in cases:
        initial, trained, keep = np.array(case[0]), np.array(case[1]), case[3]
        old = np.array(case[2], bool)
        inputs = {"initial": initial, "trained": trained, "mask": old, "keep": keep}
        got = call(answer, **inputs)
        reason = "return the two arrays: new_mask, rewound"
        require(
            isinstance(got, (list, tuple)) and len(got) == 2,
            inputs,
            got,
            "a pair (new_mask, rewound)",
            reason,
        )
        advice = "new_mask and rewound need the shape of the weights"
        parts = [numbers(part, inputs, old.shape, advice) for part in got]
        swapped = parts[0].dtype != bool and parts[1].dtype == bool
        require(
            not swapped,
            inputs,
            got,
            "a pair (new_mask, rewound)",
            "the order: the mask first, then the weights",
        )
        mask, rewound = mask_of(parts[0], inputs, old.shape, "new_mask"), parts[1]
        check_new_mask(mask, inputs, got)
        expected = np.where(mask, initial, 0)
        mistakes = {
            "these are the trained values: rewinding puts the initial ones back": np.where(
                mask, trained, 0
            ),
            "the weights that this round prunes must become 0 as well": np.where(old, initial, 0),
            "the pruned weights must become 0": initial,
            "this is where the weights are kept; their initial values are wanted": mask,
        }
        reason = likely(
            rewound, expected, mistakes, "the initial value where new_mask is True, 0 elsewhere"
        )
        wanted = f"rewound = {show(expected)}"
        require(np.allclose(rewound, expected), inputs, rewound, wanted, reason)


def check_new_mask(mask, inputs, got):
    """Refuse a new mask unless it keeps the right number of the weights left, the largest, and no pruned one."""
    initial, trained, old, keep = inputs.values()
    left = old.sum()
    count = round(keep * left)
    mistakes = {
        f"keep is a share of the {left} weights still kept, not of all {old.size}": (
            left < old.size and mask.sum() == round(keep * old.size)
        ),
        "keep is the share KEPT by the round, not the share removed": mask.sum()
        == round((1 - keep) * left),
        "round to the nearest whole number: int() cuts off, ceil goes up; a quantile is no exact count either": (
            mask.sum() in (int(keep * left), int(keep * left) + 1)
        ),
        "a threshold keeps all equal weights or none: rank them (np.argsort) and keep exactly the count": (
            len(set(abs(trained[old]))) < left
        ),
        "nothing was pruned": (mask == old).all(),
        "a pruned weight came back: only weights whose mask is True compete": (mask & ~old).any(),
    }
    reason = usual(mistakes, "round(keep * number of weights still kept) is the number to keep")
    wanted = f"{count} weights kept of the {left} left, yours keeps {mask.sum()}"
    require(mask.sum() == count, inputs, got, wanted, reason)
    inverted = {
        "the mask is inverted: True means kept": mask[~old].all()
        and agrees(~mask[old], abs(trained[old]))
    }
    reason = usual(
        inverted,
        "pruned weights came back: give them a score below 0, so that even a trained 0 beats them",
    )
    require(not (mask & ~old).any(), inputs, got, "True only where mask was True", reason)
    score, chosen = abs(trained[old]), mask[old]
    mistakes = {
        "the initial magnitudes were compared; what training made large is kept": agrees(
            chosen, abs(initial[old])
        ),
        "the magnitude counts: take absolute values of the trained weights": agrees(
            chosen, trained[old]
        ),
        "these are the smallest; keep the largest": agrees(chosen, -score),
        "this keeps what moved most; magnitude pruning looks at the trained weights alone": (
            agrees(chosen, abs(trained - initial)[old])
        ),
    }
    reason = usual(
        mistakes,
        "every kept weight must be at least as large, after training, as every one pruned now",
    )
    require(
        agrees(chosen, score),
        inputs,
        got,
        f"the {count} largest trained magnitudes among those left",
        reason,
    )


def rounds_needed(answer):
    cases = [
        (0.2, 0.3),
        (0.5, 0.125),
        (0.2, 1.0),
        (0.2, 0.8),
        (0.2, 0.64),
        (0.3, 0.343),
        (0.1, 0.729),
        (0.01, 0.9801),
    ]
    cases += [
        (0.9, 0.001),
        (0.5, 0.1249),
        (0.12, 0.2785),
        (0.5, 0.001),
        (0.01, 0.05),
    ]  # 0.88^10 is 0.278501
    rng = np.random.default_rng(3)
    for removed in rng.uniform(0.02, 0.95, 20).round(2):
        exact = float(round(1 - removed, 2) ** rng.integers(1, 4))
        cases += [
            (float(removed), round(rng.uniform(0.01, 1), 3)),
            (float(removed), round(exact, 6)),
        ]
    for removed, goal in cases:
        inputs = {"removed_per_round": removed, "goal": goal}
        got = call(answer, **inputs)
        found = numbers(got, inputs, advice="the number of rounds is wanted")
        kept = 1 - Fraction(str(removed))  # exact, as a decimal number
        expected = next(r for r in range(1000) if kept**r <= Fraction(str(goal)))
        mistakes = {surplus(removed, goal, expected): expected + 1}
        if goal < 1:
            log_kept, log_goal = np.log(1 - removed), np.log(goal)
            mistakes |= {
                "a round removes a share of what is left, not of all weights": np.ceil(
                    (1 - goal) / removed - 1e-9
                ),
                "goal is the share KEPT at the end, not the share removed": np.ceil(
                    np.log(1 - goal) / log_kept - 1e-9
                ),
                "after r rounds (1 - p)^r is left, not p^r": np.ceil(
                    log_goal / np.log(removed) - 1e-9
                ),
            }
        if found % 1:
            mistakes["rounds are whole: round up"] = found
        reason = f"the smallest whole r with (1 - {removed})^r <= {goal}"
        if 0 <= found < expected and found == int(found):
            left = float(kept ** int(found))
            reason = f"{found:.0f} rounds leave {left:.6g}, still above the goal {goal}: round up, with a tiny tolerance"
        reason = likely(found, expected, mistakes, reason)
        require(found == expected, inputs, got, f"{expected}", reason)


def surplus(removed, goal, expected):
    """Why an answer may be one round too many."""
    kept, exact = (
        f"(1 - {removed})^{expected}",
        (1 - Fraction(str(removed))) ** expected == Fraction(str(goal)),
    )
    if goal == 1:
        return "without any round all weights are kept, and that is the goal: the dense network is round 0"
    if not exact:
        return f"one round too many: {expected} rounds leave {(1 - removed) ** expected:.4g}; the dense network is round 0"
    if expected == 1 or removed == 0.5:  # powers and logarithms are exact there: no excuse
        return f"{kept} is exactly the goal, and at most the goal is wanted: <=, not <"
    return (
        f"{kept} is exactly the goal, but not in floating point: there (1 - {removed})**{expected} is "
        f"{(1 - removed) ** expected!r}, and the ratio of the logarithms is {np.log(goal) / np.log(1 - removed):.17g}; "
        "allow a tolerance, such as goal * (1 + 1e-9)"
    )


def controls(answer):
    rng = np.random.default_rng(2)
    hand = {"initial": np.array([0.5, -0.1, 0.3, -0.7, 0.2, 0.9]), "fresh": np.arange(1, 7) / 100}
    hand |= {"mask": np.array([1, 0, 0, 1, 0, 1], bool), "seed": 0}
    check_starts(call(answer, **hand), hand)
    initial, fresh = rng.uniform(0.1, 1, (2, 4, 4)).round(2)
    mask = np.array([3, 1, 0, 2])[:, None] > np.arange(
        4
    )  # neither its rows nor its columns keep equal numbers
    places = []
    for seed in range(200):
        inputs = {"initial": initial, "fresh": fresh, "mask": mask, "seed": seed}
        places.append(check_starts(call(answer, **inputs), inputs))
    inputs["seed"] = 7
    again = check_starts(call(answer, **inputs), inputs)
    wanted = "the same shuffled start for the same seed"
    require(
        (again == places[7]).all(),
        inputs,
        again,
        wanted,
        "make the generator from the seed: np.random.default_rng(seed)",
    )
    check_places(np.array(places), mask)


def check_starts(got, inputs):
    """Refuse the three starting points unless their values stand in the right places. Returns where shuffled has weights."""
    names = ("rewound", "reinitialised", "shuffled")
    named = isinstance(got, dict) and set(got) == set(names)
    require(
        named,
        inputs,
        got,
        f"a dict with the keys {', '.join(names)}",
        "one starting point per name, spelled like this",
    )
    starts = {
        name: numbers(got[name], inputs, inputs["mask"].shape, f"{name} needs the weights' shape")
        for name in names
    }
    initial, fresh, mask, _ = inputs.values()
    for name, values, other in (("rewound", initial, fresh), ("reinitialised", fresh, initial)):
        expected = np.where(mask, values, 0)
        mistakes = {
            "0 is needed where the mask is False": values,
            "the values of initial and fresh are swapped": np.where(mask, other, 0),
            "the mask is inverted: True means kept": np.where(mask, 0, values),
            "this is a mask; the weights on it are wanted": mask,
            "an in-place shuffle has changed the mask: shuffle a copy": np.where(
                starts["shuffled"] != 0, values, 0
            ),
        }
        reason = likely(
            starts[name],
            expected,
            mistakes,
            "the values stay where they are; the mask sets the others to 0",
        )
        wanted = f"{name} = {show(expected)}"
        require(
            np.allclose(starts[name], expected),
            {**inputs, "start": name},
            starts[name],
            wanted,
            reason,
        )
    shuffled, kept = starts["shuffled"], mask.sum()
    places = shuffled != 0
    reason = "this is a mask; the initial weights on it are wanted"
    is_mask = places.any() and np.isin(shuffled, (0, 1)).all()
    require(not is_mask, inputs, shuffled, "weights in shuffled", reason)
    mistakes = {
        "a kept weight is 0: was `initial` or `mask` changed on the way (work on copies), or a position drawn twice?": (
            places.sum() < kept and not (places & ~mask).any()
        ),
        "0 is needed where the new mask is False": places.all(),
    }
    reason = "shuffle the mask's entries; drawing each anew, or positions with repetition, changes their number"
    reason = usual(mistakes, reason)
    wanted = f"{kept} weights kept in shuffled, as in the mask; yours has {places.sum()}"
    require(places.sum() == kept, inputs, shuffled, wanted, reason)
    mistakes = {
        "these are fresh values; the shuffled start has initial ones": np.allclose(
            shuffled, np.where(places, fresh, 0)
        ),
        "the weights moved with the mask: shuffle the mask alone, then take the initial value of each place": (
            np.allclose(np.sort(shuffled[places]), np.sort(initial[mask]))
        ),
    }
    reason = usual(mistakes, "on its own places, shuffled has the initial value of each place")
    right = np.allclose(shuffled, np.where(places, initial, 0))
    require(right, inputs, shuffled, "initial[i] or 0 at every place i of shuffled", reason)
    return places


def check_places(places, mask):
    """Refuse masks, one per seed, that are no random shuffles of the mask."""
    many = len(places)
    differ = len(np.unique(places.reshape(many, -1), axis=0))
    rows, columns = places.sum(2), places.sum(1)
    mistakes = {
        "shuffled is on the mask itself: nothing was shuffled": (places == mask).all(),
        "the seed is not used: each gives the same mask": differ == 1,
        "whole rows moved: permutation and shuffle of a 2-D array act on its first axis; flatten first, reshape after": (
            (columns == mask.sum(0)).all()
        ),
        "entries moved within their rows only: flatten first, reshape after": (
            rows == mask.sum(1)
        ).all(),
        "whole rows and columns moved: flatten first, reshape after": (
            np.sort(rows) == np.sort(mask.sum(1))
        ).all(),
    }
    inputs, reason = (
        {"mask": mask},
        usual(mistakes, "shuffle all entries of the mask with a generator made from the seed"),
    )
    if differ < 0.5 * many or reason in mistakes:
        found = f"you have {differ} different masks for the {many} seeds 0, …, {many - 1}"
        wanted = (
            "expected a mask for each seed, with every arrangement of its entries equally likely"
        )
        raise WrongAnswer(lines(inputs, found, wanted, f"usual reason: {reason}"))
    share = places.mean(
        0
    )  # a right answer is off by 0.2 with probability below 1e-6: six standard deviations
    if (abs(share - mask.mean()) > 0.2).any():
        found = f"your places are kept for {share.min():.2f} to {share.max():.2f} of the {many} seeds 0, …, {many - 1}"
        wanted = f"expected every place to be kept for about {mask.mean():.2f} of them"
        reason = "every place must have the same chance, those of the mask included"
        raise WrongAnswer(lines(inputs, found, wanted, f"usual reason: {reason}"))


FLAWS = ("training", "seeds", "counting", "selection", "speed", "fractions")

# For each report, the fact in it that rules a flaw out. The flaw that no fact rules out is the report's own.
RULED_OUT = {
    "A": {
        "training": "ticket and control are both trained for 20 epochs; its data say more",
        "counting": "its masks keep 3480 of 17400 weights, all layers together, and that is what it says",
        "selection": "it shows means over all seeds, after the last epoch: nothing was chosen",
        "speed": "it says nothing of multiplications or of time",
        "fractions": "ticket and control have the same masks",
    },
    "B": {
        "training": "ticket and control are both trained for 20 epochs; its data say more",
        "seeds": "the gap of its means is seven times the standard deviation of a seed",
        "selection": "it shows means over all seeds, after the last epoch: nothing was chosen",
        "speed": "it says nothing of multiplications or of time",
        "fractions": "ticket and control have the same masks",
    },
    "C": {
        "training": "every ticket and every control is trained for 20 epochs from its start",
        "seeds": "the gap is five times its standard deviation over seeds",
        "counting": "it counts over the weights of all Linear layers, and these are all that the network has",
        "speed": "it counts multiplications and says that time was not measured: this is honest",
        "fractions": "each control keeps as many weights as the ticket next to it",
    },
    "D": {
        "seeds": "the gap is eight times its standard deviation over seeds",
        "counting": "it counts over the weights of all Linear layers, and these are all that the network has",
        "selection": "keep_fraction was fixed before any result, and the test set used once",
        "speed": "its times were measured",
        "fractions": "ticket and control have the same mask",
    },
}


def flaws(answer):
    got = call(answer)
    reports = isinstance(got, dict) and set(got) == set(RULED_OUT)
    reason = 'return one name for each report: {"A": "…", "B": "…", "C": "…", "D": "…"}'
    require(reports, {}, got, f"a dict with the keys {', '.join(RULED_OUT)}", reason)
    for report, flaw in got.items():
        known = isinstance(flaw, str) and flaw in FLAWS
        reason = "one flaw per report, spelled as in the table"
        require(known, {}, flaw, f"for report {report} one of {', '.join(FLAWS)}", reason)
    wrong = [report for report in RULED_OUT if got[report] in RULED_OUT[report]]
    if wrong:
        facts = [
            f'report {report}, "{got[report]}": {RULED_OUT[report][got[report]]}'
            for report in wrong
        ]
        raise WrongAnswer(
            lines(
                {},
                f"{len(RULED_OUT) - len(wrong)} of {len(RULED_OUT)} are right; look again at",
                *facts,
            )
        )


CHECKS = {
    "01.magnitude_masks": (
        magnitude_masks,
        "Any way to break ties is fine. `pruning.magnitude` does the same for a model, with the same two scopes.",
    ),
    "01.imp_round": (
        imp_round,
        "Train, call it, train the rewound weights, call it again: this is Frankle and Carbin's search for a ticket. "
        "Training is used for the mask only; its values are thrown away.",
    ),
    "01.schedule": (
        rounds_needed,
        "At 20 % a round it takes 11 rounds to get below a tenth of the weights, and each is a full training: "
        "this is the price of iterated pruning, and why pruning without training is worth a course.",
    ),
    "01.controls": (
        controls,
        "Reinitialised breaks the match of values and positions, shuffled that and the positions too. What the rewound "
        "ticket is worth shows only against both.",
    ),
    "01.flaws": (
        flaws,
        "Blalock et al. (2020) read 81 pruning papers and found no standard benchmarks or metrics: ask these six questions "
        "of every pruning curve, and of your own first.",
    ),
}
