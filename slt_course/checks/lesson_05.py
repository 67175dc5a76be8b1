"""Checks of exercise set 05."""

import numpy as np

from ..subset_sum import sample, subset_sums
from .cost import counted, lines_run
from .outcome import call, likely, numbers, require


def sorted_sums(answer):
    cases = [[0.5, 0.25], [-0.3, 0.2, 0.1], [0.5, 0.5], [], sample("uniform", 9, seed=1).round(3)]
    for items in cases:
        inputs = {"items": np.array(items, dtype=float)}
        got = call(answer, **inputs)
        expected = np.sort(subset_sums(inputs["items"][None])[0])
        advice = (
            "there are 2^n sums, the empty one included; equal sums count as often as they occur"
        )
        found = numbers(got, inputs, expected.shape, advice)
        reason = "every sum is an old sum, or an old sum plus the new item: merge the two lists"
        if np.allclose(np.sort(found), expected):
            reason = "not in ascending order: merge after every item, or sort"
        require(
            np.allclose(found, expected),
            inputs,
            got,
            np.array2string(expected[:6], precision=4),
            reason,
        )


def two_pointers(answer):
    cases = [
        ([0.0, 1.0], [0.0, 0.6], 0.9),
        ([0.0, 0.4, 0.5], [0.0, 0.2, 1.0], 0.65),
        ([-1.0, 0.0], [0.0, 0.3], 5.0),
    ]
    cases += [([0.0, 0.2], [0.0, 0.1], -3.0)]
    for seed in range(6):
        halves = [
            np.sort(subset_sums(sample("uniform", (1, 5), seed=[seed, side]))[0]) for side in (0, 1)
        ]
        cases.append((*halves, round(np.random.default_rng(seed).uniform(-1, 1), 3)))
    for left, right, target in cases:
        left, right = np.array(left), np.array(right)
        inputs = {"left": left, "right": right, "target": target}
        got = call(answer, **inputs)
        pair = numbers(got, inputs, (2,), "return two indices, i into left and j into right")
        whole = pair.dtype.kind in "iu" and 0 <= pair[0] < len(left) and 0 <= pair[1] < len(right)
        require(
            whole,
            inputs,
            got,
            "two whole numbers inside the lists",
            "indices are needed, not values or an error",
        )
        error, best = (
            abs(left[pair[0]] + right[pair[1]] - target),
            abs(left[:, None] + right - target).min(),
        )
        reason = "remember the best pair on the way: i goes up when the sum is too small, j down when too large, to the end"
        require(
            error <= best + 1e-12,
            inputs,
            got,
            f"an error of {best:.4g}, yours is {error:.4g}",
            reason,
        )
    two_pointers_cost(answer)


def two_pointers_cost(answer):
    """Refuse an answer that looks at many more pairs than two pointers do."""
    left, right = (
        np.sort(subset_sums(sample("uniform", (1, 9), seed=[7, side]))[0]) for side in (0, 1)
    )
    work, allowed = [0], 30 * (len(left) + len(right))
    steps = lines_run(answer, counted(left, work), counted(right, work), 0.25)
    inputs = {"left": left, "right": right, "target": 0.25}
    reason = "all pairs are len(left) · len(right); each step of the two pointers discards a whole row or column of them"
    spent = f"{steps:,} lines run and {work[0]:,} numbers read"
    require(
        max(steps, work[0]) <= allowed,
        inputs,
        spent,
        f"the right pair, with at most {allowed:,} of each",
        reason,
    )


def adjacent_pair(answer):
    cases = [
        ([0.0, 0.2, 0.3, 0.7, 0.9, 1.5], [0, 0, 0, 1, 1, 0]),
        ([0.0, 0.1, 0.5, 0.7], [0, 0, 1, 1]),
    ]
    cases += [([0.0, 0.3, 0.5, 0.9], [1, 0, 0, 1]), ([-1.0, 2.0], [0, 1])]
    rng = np.random.default_rng(3)
    cases += [(np.sort(rng.uniform(-1, 1, 40)).round(4), rng.integers(0, 2, 40)) for _ in range(4)]
    for values, origin in cases:
        inputs = {"values": np.array(values), "origin": np.array(origin)}
        got = call(answer, **inputs)
        found = numbers(
            got, inputs, advice="one index is needed: the position of the pair's smaller member"
        )
        gaps, differ = np.diff(inputs["values"]), np.diff(inputs["origin"]) != 0
        best = gaps[differ].min()
        position = 0 <= found < len(gaps) and found == int(found)
        require(
            position,
            inputs,
            got,
            f"a whole number from 0 to {len(gaps) - 1}",
            "a position is needed, not a gap or a value",
        )
        k = int(found)
        places = np.flatnonzero(differ)
        mistakes = {
            "the position of the smaller member is wanted, this is the larger one's": places[
                gaps[differ].argmin()
            ]
            + 1,
            "among the gaps between different origins only; the position among all gaps is wanted": gaps[
                differ
            ].argmin(),
            "these two are the closest neighbours of all, but they come from the same list": gaps.argmin(),
        }
        reason = "the two neighbours must come from different lists: origin[k] != origin[k + 1]"
        if differ[k]:
            reason = "this pair has different origins, but it is not the closest such pair"
        reason = next((words for words, place in mistakes.items() if k == place), reason)
        expected = f"a pair of different origins {best:.4g} apart, yours is {gaps[k]:.4g} apart"
        require(bool(differ[k]) and gaps[k] <= best + 1e-12, inputs, got, expected, reason)


def scale_bits(answer):
    for n in (1, 2, 3, 10, 16, 21, 32):
        inputs = {"n": n}
        got = call(answer, **inputs)
        found = numbers(got, inputs)
        expected = max(b for b in range(64) if n * 2 ** (b + 2) < 2**63)
        mistakes = {
            "a gap between two keys can be twice as large as a key, and must stay strictly below 2^63": expected
            + 1,
            "the key is twice the value, to leave room for the origin": expected + 1,
            "one bit is the sign: a signed 64-bit integer ends at 2^63 - 1": expected + 2,
        }
        reason = "values lie in [-n, n], keys are twice that times 2^b, and gaps twice that again; all must stay below 2^63"
        require(
            found == expected, inputs, got, f"{expected}", likely(found, expected, mistakes, reason)
        )


def float32_fails(answer):
    got = call(answer)
    inputs = {}
    parts = isinstance(got, tuple) and len(got) == 2
    require(parts, inputs, got, "a tuple (items, target)", "return items, target")
    try:
        items = np.atleast_1d(np.asarray(got[0], dtype=float))
    except (TypeError, ValueError):
        items = np.array([np.nan])
    target = numbers(got[1], inputs)
    plain = items.ndim == 1 and 1 <= len(items) <= 16 and np.isfinite([*items, target]).all()
    plain = (
        plain
        and max(abs(items).max(), abs(target)) <= 1e6
        and ((items == 0) | (abs(items) >= 1e-12)).all()
    )
    wanted = (
        "1 to 16 finite items and a finite target, none above 1e6, no item below 1e-12 except 0"
    )
    require(
        bool(plain),
        inputs,
        got,
        wanted,
        "the instance must be an ordinary one, which float64 sees well",
    )
    sums = subset_sums(items[None])[0]
    single = subset_sums(items[None].astype(np.float32))[0]
    distance = abs(single - np.float32(target))
    error, best = abs(sums[distance == distance.min()] - target).max(), abs(sums - target).min()
    reason = "float32 has 24 bits: it cannot see an item that is 2^25 times smaller than the sum that it joins"
    expected = f"a float32 choice more than ten times worse than the optimum {best:.2g}; its true error is {error:.2g}"
    require(error > 10 * best and error > 0, inputs, got, expected, reason)


CHECKS = {
    "05.sorted_sums": (
        sorted_sums,
        "Merging costs 2^n steps in all, sorting n times more: this is how Horowitz and Sahni list a half.",
    ),
    "05.two_pointers": (
        two_pointers,
        "Each step discards one row or column of all pairs for good: len(left) + len(right) steps, not their product.",
    ),
    "05.adjacent_pair": (
        adjacent_pair,
        "After one sort of the union, neighbours are enough: a batch needs no pointers, only a difference and an argmin.",
    ),
    "05.scale_bits": (
        scale_bits,
        "The package takes the scale from the sum of |x| of each row instead of from n, and so keeps a few more bits.",
    ),
    "05.float32_fails": (
        float32_fails,
        "The error that a float32 search reports comes from the same rounded sums and looks perfect: recompute in float64.",
    ),
}
