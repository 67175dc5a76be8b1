"""Checks of exercise set 05."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

import numpy as np

from ..subset_sum import sample, subset_sums
from .cost import counted, lines_run
from .exercise import Exercise
from .outcome import numbers, require

EXERCISES: dict[str, Exercise] = {}

# 05.sorted_sums ---------------------------------------------------------------------------------

ITEMS = [0.5, 0.25], [-0.3, 0.2, 0.1], [0.5, 0.5], [], [0.31, -0.72, 0.11, 0.94, -0.25, 0.6, -0.08]


def sorted_sums(items):
    return np.sort(subset_sums(items[None])[0])


def accept_sums(found, items):
    right, reason = sorted_sums(items), "not in ascending order: merge after every item, or sort"
    if np.allclose(found, right):
        return None
    if not np.allclose(np.sort(found), right):
        reason = "every sum is an old sum, or an old sum plus the new item: merge the two lists"
    return np.array2string(right[:6], precision=4), reason


EXERCISES["05.sorted_sums"] = Exercise(
    cases=lambda: [{"items": np.array(items, float)} for items in ITEMS],
    draw=lambda rng: {"items": rng.uniform(-1, 1, rng.integers(0, 7))},
    answer=sorted_sums,
    accept=accept_sums,
    advice="there are 2^n sums, the empty one included; equal sums count as often as they occur",
    insight="Merging costs 2^n steps in all, sorting n times more: this is how Horowitz and Sahni "
    "list a half.",
)

# 05.two_pointers --------------------------------------------------------------------------------

LISTS = [([0.0, 1], [0, 0.6], 0.9), ([0, 0.4, 0.5], [0, 0.2, 1], 0.65)]
LISTS += [([-1.0, 0], [0, 0.3], 5.0), ([0, 0.2], [0, 0.1], -3.0)]


def draw_lists(rng, most=6):
    left, right = (np.sort(rng.uniform(-1, 1, rng.integers(1, most))) for _ in range(2))
    return {"left": left, "right": right, "target": rng.uniform(-2, 2)}


def nearest_pair(left, right, target):
    """By bisection: for every left value the two right ones around what is missing."""
    places = (np.searchsorted(right, target - left) - [[1], [0]]).clip(0, len(right) - 1)
    side, i = np.unravel_index(abs(left + right[places] - target).argmin(), places.shape)
    return np.array([i, places[side, i]])


def accept_pair(pair, left, right, target):
    i, j = pair
    if not (pair.dtype.kind in "iu" and 0 <= i < len(left) and 0 <= j < len(right)):
        return "two whole numbers inside the lists", "indices are needed, not values or an error"
    errors = abs(left[:, None] + right - target)
    if errors[i, j] <= errors.min() + 1e-12:
        return None
    return (
        f"an error of {errors.min():.4g}, yours is {errors[i, j]:.4g}",
        "remember the best pair on the way: i goes up when the sum is too small, j down when too "
        "large, to the end",
    )


def cost_of_pair(answer):
    """Refuse an answer that looks at many more pairs than two pointers do."""
    left, right = (sorted_sums(sample("uniform", 9, seed=[7, side])) for side in (0, 1))
    work, allowed = [0], 30 * (len(left) + len(right))
    steps = lines_run(answer, counted(left, work), counted(right, work), 0.25)
    if max(steps, work[0]) <= allowed:
        return None
    return (
        {"left": left, "right": right, "target": 0.25},
        f"{steps:,} lines run and {work[0]:,} numbers read",
        f"the right pair, with at most {allowed:,} of each",
        "all pairs are len(left) · len(right); each step of the two pointers discards a whole row "
        "or column of them",
    )


EXERCISES["05.two_pointers"] = Exercise(
    cases=lambda: [
        *({"left": np.array(a), "right": np.array(b), "target": z} for a, b, z in LISTS),
        *(draw_lists(np.random.default_rng(seed), most=40) for seed in range(6)),
    ],
    draw=draw_lists,
    answer=nearest_pair,
    accept=accept_pair,
    cost=cost_of_pair,
    advice="return two indices, i into left and j into right",
    insight="Each step discards one row or column of all pairs for good: len(left) + len(right) "
    "steps, not their product.",
)

# 05.adjacent_pair -------------------------------------------------------------------------------

UNIONS = [([0, 0.2, 0.3, 0.7, 0.9, 1.5], [0, 0, 0, 1, 1, 0]), ([-1.0, 2], [0, 1])]
UNIONS += [([0, 0.1, 0.5, 0.7], [0, 0, 1, 1]), ([0, 0.3, 0.5, 0.9], [1, 0, 0, 1])]


def draw_union(rng, count=6):
    origin = rng.permutation([0, 1, *rng.integers(0, 2, count - 2)])
    return {"values": np.sort(rng.uniform(-1, 1, count)), "origin": origin}


def gaps_between(values, origin):
    return np.where(np.diff(origin) != 0, np.diff(values), np.inf)


def accept_neighbours(found, values, origin):
    gaps, allowed, last = np.diff(values), gaps_between(values, origin), len(values) - 2
    if not (0 <= found <= last and found == int(found)):
        return f"a whole number from 0 to {last}", "a position is needed, not a gap or a value"
    mine, best = int(found), allowed.min()
    if allowed[mine] <= best + 1e-12:
        return None
    reason = "the two neighbours must come from different lists: origin[k] != origin[k + 1]"
    if allowed[mine] < np.inf:
        reason = "this pair has different origins, but it is not the closest such pair"
    return f"a pair of different origins {best:.4g} apart, yours is {gaps[mine]:.4g} apart", reason


EXERCISES["05.adjacent_pair"] = Exercise(
    cases=lambda: [
        *({"values": np.array(values), "origin": np.array(origin)} for values, origin in UNIONS),
        *(draw_union(np.random.default_rng(seed), 40) for seed in range(4)),
    ],
    draw=draw_union,
    answer=lambda values, origin: gaps_between(values, origin).argmin(),
    accept=accept_neighbours,
    mistakes={
        "the position of the smaller member is wanted, this is the larger one's": (
            lambda values, origin: gaps_between(values, origin).argmin() + 1
        ),
        "among the gaps between different origins only; the position among all gaps is wanted": (
            lambda values, origin: np.diff(values)[np.diff(origin) != 0].argmin()
        ),
        "these two are the closest neighbours of all, but they come from the same list": (
            lambda values, origin: np.diff(values).argmin()
        ),
    },
    advice="one index is needed: the position of the pair's smaller member",
    insight="After one sort of the union, neighbours are enough: a batch needs no pointers, only a "
    "difference and an argmin.",
)

# 05.scale_bits ----------------------------------------------------------------------------------


def scale(n, limit=2**63):
    return max(b for b in range(70) if 4 * n * 2**b < limit)


EXERCISES["05.scale_bits"] = Exercise(
    cases=lambda: [{"n": n} for n in (1, 2, 3, 7, 10, 16, 21, 32)],
    draw=lambda rng: {"n": int(rng.integers(1, 100))},
    answer=scale,
    mistakes={
        "a gap between two keys can be twice as large as a key, and must stay strictly below 2^63; "
        "the key is twice the value, to leave room for the origin": lambda n: scale(n, 2**64),
        "one bit is the sign: a signed 64-bit integer ends at 2^63 - 1": lambda n: scale(n, 2**65),
        "strictly below 2^63: a signed integer ends at 2^63 - 1": lambda n: scale(n, 2**63 + 1),
    },
    otherwise="values lie in [-n, n], keys are twice that times 2^b, and gaps twice that again; "
    "all must stay below 2^63",
    insight="The package takes the scale from the sum of |x| of each row instead of from n, and so "
    "keeps a few more bits.",
)

# 05.float32_fails -------------------------------------------------------------------------------


def read_instance(got, inputs):
    pair = isinstance(got, tuple) and len(got) == 2
    require(pair, inputs, got, "a tuple (items, target)", "return items, target")
    try:
        items = np.atleast_1d(np.asarray(got[0], dtype=float))
    except (TypeError, ValueError):
        items = np.array([np.nan])
    return items, numbers(got[1], inputs)


def accept_instance(found):
    items, target = found
    plain = items.ndim == 1 and 1 <= len(items) <= 16 and (np.abs([*items, target]) <= 1e6).all()
    if not plain or ((items != 0) & (abs(items) < 1e-12)).any():
        expected = "1 to 16 finite items and a finite target, none above 1e6, no item below 1e-12"
        reason = "the instance must be an ordinary one, which float64 sees well"
        return f"{expected} except 0", reason
    sums, single = (subset_sums(items[None].astype(kind))[0] for kind in (float, np.float32))
    distance = abs(single - np.float32(target))
    error, best = abs(sums[distance == distance.min()] - target).max(), abs(sums - target).min()
    if error > 10 * best:
        return None
    return (
        f"a float32 choice more than ten times worse than the optimum {best:.2g}; its true error "
        f"is {error:.2g}",
        "float32 has 24 bits: it cannot see an item that is 2^25 times smaller than the sum that "
        "it joins",
    )


EXERCISES["05.float32_fails"] = Exercise(
    cases=lambda: [{}],
    draw=lambda rng: {},
    answer=lambda: ([1.0, 1e-9], 1 + 1e-9),
    read=read_instance,
    accept=accept_instance,
    insight="The error that a float32 search reports comes from the same rounded sums and looks "
    "perfect: recompute in float64.",
)
