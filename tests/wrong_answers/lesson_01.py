import numpy as np


def kept(score, count):
    """Mask of the `count` highest entries of an array."""
    mask = np.zeros(score.size, bool)
    mask[np.argsort(-score, axis=None, kind="stable")[:count]] = True
    return mask.reshape(score.shape)


def masks_by(
    weights, keep_fraction, scope, score=abs, count=lambda share, size: round(share * size)
):
    if scope == "layer":
        return [kept(score(w), count(keep_fraction, w.size)) for w in weights]
    joined = score(np.concatenate([w.ravel() for w in weights]))
    mask = kept(joined, count(keep_fraction, len(joined)))
    ends = np.cumsum([w.size for w in weights])[:-1]
    return [part.reshape(w.shape) for part, w in zip(np.split(mask, ends), weights)]


def signed_weights(weights, keep_fraction, scope):
    return masks_by(weights, keep_fraction, scope, score=lambda w: w)


def keeps_the_smallest(weights, keep_fraction, scope):
    return masks_by(weights, keep_fraction, scope, score=lambda w: -abs(w))


def removes_the_share(weights, keep_fraction, scope):
    return masks_by(weights, 1 - keep_fraction, scope)


def cuts_off(weights, keep_fraction, scope):
    return masks_by(weights, keep_fraction, scope, count=lambda share, size: int(share * size))


def always_by_layer(weights, keep_fraction, scope):
    return masks_by(weights, keep_fraction, "layer")


def always_global(weights, keep_fraction, scope):
    return masks_by(weights, keep_fraction, "global")


def threshold_of(weights, keep_fraction):
    sizes = np.sort(np.concatenate([abs(w).ravel() for w in weights]))
    return sizes[-max(round(keep_fraction * len(sizes)), 1)]


def above_a_threshold(weights, keep_fraction, scope):
    if scope == "global":
        return [abs(w) > threshold_of(weights, keep_fraction) for w in weights]
    return [abs(w) > threshold_of([w], keep_fraction) for w in weights]


def at_a_threshold(weights, keep_fraction, scope):
    if scope == "global":
        return [abs(w) >= threshold_of(weights, keep_fraction) for w in weights]
    return [abs(w) >= threshold_of([w], keep_fraction) for w in weights]


def last_of_the_order(weights, keep_fraction, scope):
    masks = masks_by(weights, keep_fraction, scope)
    return [np.ones_like(mask) for mask in masks] if keep_fraction == 0 else masks


def pruned_weights(weights, keep_fraction, scope):
    return [w * mask for w, mask in zip(weights, masks_by(weights, keep_fraction, scope))]


def zeros_and_ones(weights, keep_fraction, scope):
    return [mask * 1.0 for mask in masks_by(weights, keep_fraction, scope)]


def one_flat_mask(weights, keep_fraction, scope):
    return np.concatenate([mask.ravel() for mask in masks_by(weights, keep_fraction, scope)])


def flat_masks(weights, keep_fraction, scope):
    return [mask.ravel() for mask in masks_by(weights, keep_fraction, scope)]


def round_by(initial, trained, mask, keep, score=None, count=None, rewound=None):
    score = abs(trained) if score is None else score
    new = kept(np.where(mask, score, -np.inf), round(keep * mask.sum()) if count is None else count)
    return new, np.where(new, initial, 0.0) if rewound is None else rewound(new)


def by_initial_magnitude(initial, trained, mask, keep):
    return round_by(initial, trained, mask, keep, score=abs(initial))


def by_signed_values(initial, trained, mask, keep):
    return round_by(initial, trained, mask, keep, score=trained)


def by_movement(initial, trained, mask, keep):
    return round_by(initial, trained, mask, keep, score=abs(trained - initial))


def smallest_trained(initial, trained, mask, keep):
    return round_by(initial, trained, mask, keep, score=-abs(trained))


def pruned_return(initial, trained, mask, keep):
    new = kept(abs(trained), round(keep * mask.sum()))
    return new, np.where(new, initial, 0.0)


def pruned_score_zero(initial, trained, mask, keep):
    new = kept(abs(trained) * mask, round(keep * mask.sum()))
    return new, np.where(new, initial, 0.0)


def share_of_all(initial, trained, mask, keep):
    return round_by(initial, trained, mask, keep, count=round(keep * mask.size))


def removes_that_share(initial, trained, mask, keep):
    return round_by(initial, trained, mask, keep, count=round((1 - keep) * mask.sum()))


def by_quantile(initial, trained, mask, keep):
    new = mask & (abs(trained) >= np.quantile(abs(trained[mask]), 1 - keep))
    return new, np.where(new, initial, 0.0)


def by_threshold(initial, trained, mask, keep):
    left = np.sort(abs(trained[mask]))
    new = mask & (abs(trained) >= left[-round(keep * len(left))])
    return new, np.where(new, initial, 0.0)


def keeps_trained_values(initial, trained, mask, keep):
    return round_by(initial, trained, mask, keep, rewound=lambda new: np.where(new, trained, 0.0))


def no_zeros(initial, trained, mask, keep):
    return round_by(initial, trained, mask, keep, rewound=lambda new: initial)


def old_zeros(initial, trained, mask, keep):
    return round_by(initial, trained, mask, keep, rewound=lambda new: np.where(mask, initial, 0.0))


def swapped_pair(initial, trained, mask, keep):
    return round_by(initial, trained, mask, keep)[::-1]


def marks_the_pruned(initial, trained, mask, keep):
    new, rewound = round_by(initial, trained, mask, keep)
    return ~new, rewound


def mask_alone(initial, trained, mask, keep):
    return round_by(initial, trained, mask, keep)[0]


def loop(removed_per_round, goal):
    rounds = 0
    while (1 - removed_per_round) ** rounds > goal:
        rounds += 1
    return rounds


def strict_loop(removed_per_round, goal):
    rounds = 0
    while (1 - removed_per_round) ** rounds >= goal * (1 - 1e-9):
        rounds += 1
    return rounds


def log1p_and_ceil(removed_per_round, goal):
    return int(np.ceil(np.log(goal) / np.log1p(-removed_per_round)))


def generous_tolerance(removed_per_round, goal):
    return int(np.ceil(np.log(goal) / np.log(1 - removed_per_round) - 0.01))


def coarse_tolerance(removed_per_round, goal):
    return int(np.ceil(np.log(goal) / np.log(1 - removed_per_round) - 1e-3))


def at_least_one_round(removed_per_round, goal):
    return max(1, generous_tolerance(removed_per_round, goal))


def starts(initial, fresh, mask, shuffled):
    start = {"rewound": np.where(mask, initial, 0.0), "reinitialised": np.where(mask, fresh, 0.0)}
    return start | {"shuffled": np.where(shuffled, initial, 0.0)}


def shuffle(mask, seed):
    return np.random.default_rng(seed).permutation(mask.ravel()).reshape(mask.shape)


def rows_shuffled(initial, fresh, mask, seed):
    return starts(initial, fresh, mask, np.random.default_rng(seed).permutation(mask))


def within_rows(initial, fresh, mask, seed):
    return starts(initial, fresh, mask, np.random.default_rng(seed).permuted(mask, axis=-1))


def rows_and_columns(initial, fresh, mask, seed):
    rng = np.random.default_rng(seed)
    return starts(initial, fresh, mask, rng.permutation(rng.permutation(mask), axis=-1))


def seed_forgotten(initial, fresh, mask, seed):
    return starts(initial, fresh, mask, shuffle(mask, 0))


def no_seed(initial, fresh, mask, seed):
    return starts(initial, fresh, mask, shuffle(mask, None))


def not_shuffled(initial, fresh, mask, seed):
    return starts(initial, fresh, mask, mask)


def rolled(initial, fresh, mask, seed):
    return starts(initial, fresh, mask, np.roll(mask, seed))


def pruned_places_first(initial, fresh, mask, seed):
    free = np.random.default_rng(seed).permutation(np.flatnonzero(~mask))[: mask.sum()]
    return starts(initial, fresh, mask, np.isin(np.arange(mask.size), free).reshape(mask.shape))


def each_entry_anew(initial, fresh, mask, seed):
    return starts(
        initial, fresh, mask, np.random.default_rng(seed).random(mask.shape) < mask.mean()
    )


def weights_shuffled(initial, fresh, mask, seed):
    return starts(initial, fresh, mask, mask) | {
        "shuffled": shuffle(np.where(mask, initial, 0.0), seed)
    }


def shuffled_fresh(initial, fresh, mask, seed):
    return starts(initial, fresh, mask, mask) | {
        "shuffled": np.where(shuffle(mask, seed), fresh, 0.0)
    }


def changes_initial(initial, fresh, mask, seed):
    rewound = initial
    rewound[~mask] = 0
    return starts(initial, fresh, mask, shuffle(mask, seed))


def shuffles_in_place(initial, fresh, mask, seed):
    shuffled = mask.ravel()
    np.random.default_rng(seed).shuffle(shuffled)
    return starts(initial, fresh, mask, shuffled.reshape(mask.shape))


def fresh_rewound(initial, fresh, mask, seed):
    return starts(fresh, initial, mask, shuffle(mask, seed))


def mask_as_weights(initial, fresh, mask, seed):
    return starts(initial, fresh, mask, mask) | {"shuffled": shuffle(mask, seed)}


def no_mask(initial, fresh, mask, seed):
    return starts(initial, fresh, mask, shuffle(mask, seed)) | {"rewound": initial}


def other_keys(initial, fresh, mask, seed):
    return {"rewind": initial, "reinit": fresh, "shuffle": initial}


def tuple_of_three(initial, fresh, mask, seed):
    return tuple(starts(initial, fresh, mask, shuffle(mask, seed)).values())


def answers(a, b, c, d):
    return lambda: {"A": a, "B": b, "C": c, "D": d}


WRONG = {
    "01.magnitude_masks": [
        (signed_weights, "take absolute values"),
        (keeps_the_smallest, "True means kept"),
        (removes_the_share, "the share KEPT"),
        (cuts_off, "2 of 6 weights kept in layer 1, yours keeps 1.*cuts off"),
        (always_by_layer, "scope = 'global'.*compete in one ranking"),
        (always_global, "scope = 'layer'.*every layer keeps its own share"),
        (above_a_threshold, "compare with >="),
        (at_a_threshold, "weights at the threshold are equal"),
        (last_of_the_order, "keep_fraction = 0, .*with count = 0 is the whole array"),
        (pruned_weights, "numbers are no mask"),
        (zeros_and_ones, r"you returned \[0, 1, 0, 0\].*numbers are no mask"),
        (one_flat_mask, "a list of 2 masks"),
        (flat_masks, r"an array of shape \(3, 2\).*mask 1"),
    ],
    "01.imp_round": [
        (by_initial_magnitude, "the initial magnitudes were compared"),
        (by_signed_values, "take absolute values"),
        (by_movement, "what moved most"),
        (smallest_trained, "keep the largest"),
        (pruned_return, "True only where mask was True.*came back"),
        (pruned_score_zero, "trained = .*-0.4, 0.*a trained 0"),
        (share_of_all, "of the 5 weights still kept, not of all 6"),
        (removes_that_share, "the share KEPT by the round"),
        (by_quantile, "yours keeps 5.*a quantile is no exact count"),
        (by_threshold, "rank them"),
        (keeps_trained_values, "these are the trained values"),
        (no_zeros, "the pruned weights must become 0$"),
        (old_zeros, "mask = .*this round prunes must become 0 as well"),
        (swapped_pair, "the mask first"),
        (marks_the_pruned, "the mask is inverted"),
        (mask_alone, r"a pair \(new_mask, rewound\)"),
    ],
    "01.schedule": [
        (loop, "goal = 0.64.*0.6400000000000001"),
        (log1p_and_ceil, "goal = 0.343.*allow a tolerance"),
        (strict_loop, "goal = 0.125.*<=, not <"),
        (generous_tolerance, "3 rounds leave 0.125, still above the goal 0.1249: .*tiny tolerance"),
        (
            coarse_tolerance,
            "10 rounds leave 0.278501, still above the goal 0.2785: .*tiny tolerance",
        ),
        (at_least_one_round, "the dense network is round 0"),
        (lambda p, goal: np.ceil((1 - goal) / p), "a share of what is left"),
        (lambda p, goal: np.ceil(np.log(1 - goal) / np.log(1 - p)), "the share KEPT at the end"),
        (lambda p, goal: np.ceil(np.log(goal) / np.log(p)), "not p\\^r"),
        (lambda p, goal: np.log(goal) / np.log(1 - p), "rounds are whole"),
        (
            lambda p, goal: int(np.log(goal) / np.log(1 - p)),
            "5 rounds leave 0.32768, still above the goal 0.3: round up",
        ),
        (lambda p, goal: loop(p, goal) + 1, "one round too many"),
    ],
    "01.controls": [
        (rows_shuffled, "whole rows moved"),
        (within_rows, "within their rows"),
        (rows_and_columns, "whole rows and columns"),
        (seed_forgotten, "1 different masks.*the seed is not used"),
        (no_seed, "make the generator from the seed"),
        (not_shuffled, "nothing was shuffled"),
        (rolled, "16 different masks"),
        (pruned_places_first, "the same chance"),
        (each_entry_anew, "drawing each anew"),
        (weights_shuffled, "the weights moved with the mask"),
        (shuffled_fresh, "fresh values"),
        (changes_initial, "work on copies"),
        (shuffles_in_place, "shuffle a copy"),
        (fresh_rewound, "swapped"),
        (mask_as_weights, "weights in shuffled.*this is a mask"),
        (no_mask, "where the mask is False"),
        (other_keys, "a dict with the keys rewound"),
        (tuple_of_three, "you returned \\(.*a dict with the keys"),
    ],
    "01.flaws": [
        (
            answers("counting", "counting", "selection", "training"),
            '3 of 4 .*report A, "counting": its masks keep 3480',
        ),
        (answers("seeds", "seeds", "selection", "training"), 'report B, "seeds": .*seven times'),
        (
            answers("fractions", "fractions", "fractions", "fractions"),
            "0 of 4 .*report A.*report B.*report C.*report D",
        ),
        (
            answers("seeds", "counting", "seeds", "counting"),
            '2 of 4 .*report C, "seeds".*report D, "counting"',
        ),
        (
            answers("seeds", "counting", "best round", "training"),
            "for report C one of training, seeds",
        ),
        (answers("seeds", "counting", ["selection"], "training"), "for report C one of"),
        (lambda: ["seeds", "counting", "selection", "training"], "a dict with the keys A, B, C, D"),
        (lambda: {"A": "seeds", "B": "counting"}, "one name for each report"),
    ],
}
