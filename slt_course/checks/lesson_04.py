"""Checks of exercise set 04."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

import numpy as np

from .exercise import Exercise

EXERCISES: dict[str, Exercise] = {}

# 04.next_covered --------------------------------------------------------------------------------

ROWS = {"..x...": 2, ".xx...": -1, "x....x": 3, ".x.x..": 0, "xxxxxx": -6}
ROWS |= {"....xx..x..x": -5, "xx..xx.x..x.": 4, "x.xx..x....x": 11}


def moved(covered, shift):
    source = np.arange(len(covered)) - shift
    inside = (source >= 0) & (source < len(covered))
    return inside & covered[source * inside]


EXERCISES["04.next_covered"] = Exercise(
    cases=lambda: [
        {"covered": np.array(list(row)) == "x", "shift": shift} for row, shift in ROWS.items()
    ],
    draw=lambda rng: {"covered": rng.random(8) < 0.4, "shift": int(rng.integers(-9, 10))},
    answer=lambda covered, shift: covered | moved(covered, shift),
    mistakes={
        "np.roll brings cells back at the other end; what leaves the interval is lost": (
            lambda covered, shift: covered | np.roll(covered, shift)
        ),
        "the cells that were covered before stay covered: the union is needed": moved,
        "the shift goes to the right when it is positive": lambda covered, shift: (
            covered | moved(covered, -shift)
        ),
        "a cell is covered or not, True or False: the union, not a sum": lambda covered, shift: (
            covered + 1 * moved(covered, shift)
        ),
    },
    otherwise="cell z is covered when it was before, or when cell z - shift exists and was",
    advice="return a bool array of the same length",
    insight="Iterate it with random shifts and you have the volume process; each step at most "
    "doubles the covered cells.",
)

# 04.mean_growth ---------------------------------------------------------------------------------

EXERCISES["04.mean_growth"] = Exercise(
    cases=lambda: [
        {"density": density, "v": v}
        for density, v in ((0.5, 0.1), (0.5, 0.9), (0.242, 0.5), (0.25, 0.0), (0.4, 1.0))
    ],
    draw=lambda rng: {"density": rng.uniform(0, 0.5), "v": rng.uniform()},
    answer=lambda density, v: v * (1 + density * (1 - v)),
    mistakes={
        "this is the factor; the expected covered length is v times it": lambda density, v: (
            1 + density * (1 - v)
        ),
        "points that are covered already gain nothing: only the 1 - v uncovered ones count": (
            lambda density, v: v * (1 + density)
        ),
        "this is only the gain: what was covered stays covered": lambda density, v: (
            density * v * (1 - v)
        ),
        "the density of the items is missing: 1/2 is that of U[-1, 1]": lambda density, v: (
            v * (1 + 0.5 * (1 - v))
        ),
    },
    otherwise="an uncovered point is reached with probability at least density · v, and there are "
    "1 - v of them",
    insight="This one line is the engine of the whole proof: a logistic growth law.",
)

# 04.reverse_markov ------------------------------------------------------------------------------

EXERCISES["04.reverse_markov"] = Exercise(
    cases=lambda: [
        {"mean": mean, "cap": cap, "level": level}
        for mean, cap, level in ((1.25, 2, 1.125), (1.25, 2, 1), (0.9, 1, 0.5), (3, 10, 1))
    ],
    draw=lambda rng: dict(zip(("mean", "cap", "level"), np.sort(rng.uniform(0, 3, 3))[[1, 2, 0]])),
    answer=lambda mean, cap, level: (mean - level) / (cap - level),
    mistakes={
        "this is Markov's inequality, an upper bound; a lower one needs the cap": (
            lambda mean, cap, level: mean / level
        ),
        "below the level Y is at most level, not 0": lambda mean, cap, level: mean / cap,
        "divide by cap - level: subtract the part of the mean that values below the level can carry"
        "": lambda mean, cap, level: (mean - level) / cap,
    },
    otherwise="start from mean <= cap · P + level · (1 - P) and solve for P",
    insight="With mean 5/4, cap 2 and level 9/8 it gives the 1/7 of the lesson.",
)

# 04.least_items ---------------------------------------------------------------------------------

COUNTS = (0.1, 1.0), (0.25, 1.0), (1e-6, 1.0), (2.0**-10, 2.0), (0.3, 0.5), (0.25, 0.5), (1.0, 0.5)


def bits(ratio):
    return np.ceil(np.log2(ratio))


def wrong_bits(count):
    """A mistake, with no answer where it is negative: there some learners return 0, some do not."""

    def answer(eps, length):
        if (n := count(length / (2 * eps))) < 0:
            raise ValueError
        return n

    return answer


EXERCISES["04.least_items"] = Exercise(
    cases=lambda: [{"eps": eps, "length": length} for eps, length in COUNTS],
    draw=lambda rng: {"eps": 2.0 ** rng.uniform(-9, 1), "length": rng.uniform(0.5, 2)},
    answer=lambda eps, length: max(0, int(bits(length / (2 * eps)))),
    mistakes={
        "each sum covers an interval of length 2·eps, eps to either side": wrong_bits(
            lambda ratio: bits(2 * ratio)
        ),
        "2^n sums that cover exactly the length are enough: >=, not >": wrong_bits(
            lambda ratio: np.floor(np.log2(ratio)) + 1
        ),
        "the empty sum counts, too: there are 2^n sums": wrong_bits(lambda ratio: bits(ratio + 1)),
        "one interval can be enough, that of the empty sum: then n = 0": wrong_bits(
            lambda ratio: max(1, bits(ratio))
        ),
        "n cannot be negative": lambda eps, length: bits(length / (2 * eps)),
        "a whole number of items: round up": wrong_bits(np.log2),
        "round up: the nearest whole number may be too few": wrong_bits(
            lambda ratio: np.round(np.log2(ratio))
        ),
        "round up, not down": wrong_bits(lambda ratio: np.floor(np.log2(ratio))),
        "n items have 2^n subset sums, not n": wrong_bits(np.ceil),
        "the natural logarithm counts no subsets: base 2": wrong_bits(
            lambda ratio: np.ceil(np.log(ratio))
        ),
    },
    otherwise="the smallest whole n >= 0 with 2^n · 2·eps >= length",
    insight="It holds for any items at all, even for items chosen after seeing ε.",
)

# 04.gaussian_constant ---------------------------------------------------------------------------


def normal_density(x, sigma):
    return np.exp(-(x**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))


EXERCISES["04.gaussian_constant"] = Exercise(
    cases=lambda: [{"sigma": sigma} for sigma in (1.0, 0.5, 2.0)],
    draw=lambda rng: {"sigma": rng.uniform(0.3, 3)},
    answer=lambda sigma: normal_density(1, sigma),
    mistakes={
        "this is the largest density, at 0; a lower bound on all of [-1, 1] is needed": (
            lambda sigma: normal_density(0, sigma)
        ),
        "the points z - y lie in [-1, 1], not in [-1/2, 1/2]": lambda sigma: normal_density(
            1 / 2, sigma
        ),
        "sigma is missing in front: the density must integrate to 1": lambda sigma: (
            sigma * normal_density(1, sigma)
        ),
    },
    otherwise="the smallest value of the normal density on [-1, 1]",
    insight="So Gaussian items work too, with mean factor 1 + c(1 - v): wide and narrow ones grow "
    "more slowly, best is σ = 1.",
)
