"""Checks of exercise set 04."""

import numpy as np

from .outcome import call, likely, numbers, require


def next_covered(answer):
    rng = np.random.default_rng(0)
    cases = [
        ([0, 0, 1, 0, 0, 0], 2),
        ([0, 1, 1, 0, 0, 0], -1),
        ([1, 0, 0, 0, 0, 1], 3),
        ([0, 1, 0, 1, 0, 0], 0),
        ([1] * 6, -6),
    ]
    cases += [(rng.random(12) < 0.3, int(shift)) for shift in (-5, 4, 11)]
    for covered, shift in cases:
        covered = np.array(covered, bool)
        inputs = {"covered": covered.astype(int).tolist(), "shift": shift}
        got = call(answer, covered=covered, shift=shift)
        found = numbers(
            got, inputs, covered.shape, "return a bool array of the same length"
        ).astype(bool)
        moved = shifted(covered, shift)
        expected = covered | moved
        mistakes = {
            "np.roll brings cells back at the other end; what leaves the interval is lost": covered
            | np.roll(covered, shift),
            "the cells that were covered before stay covered: the union is needed": moved,
            "the shift goes to the right when it is positive": covered | shifted(covered, -shift),
        }
        reason = likely(
            found,
            expected,
            mistakes,
            "cell z is covered when it was before, or when cell z - shift was",
        )
        require(
            (found == expected).all(),
            inputs,
            found.astype(int),
            str(expected.astype(int).tolist()),
            reason,
        )


def shifted(covered, shift):
    moved = np.zeros_like(covered)
    source = np.arange(len(covered)) - shift
    inside = (source >= 0) & (source < len(covered))
    moved[inside] = covered[source[inside]]
    return moved


def mean_growth(answer):
    for density, v in ((0.5, 0.1), (0.5, 0.9), (0.242, 0.5), (0.25, 0.0), (0.4, 1.0)):
        inputs = {"density": density, "v": v}
        found, expected = numbers(call(answer, **inputs), inputs), v * (1 + density * (1 - v))
        mistakes = {
            "this is the factor; the expected covered length is v times it": 1 + density * (1 - v),
            "points that are covered already gain nothing: only the 1 - v uncovered ones count": v
            * (1 + density),
            "this is only the gain: what was covered stays covered": density * v * (1 - v),
            "the density of the items is missing: 1/2 is that of U[-1, 1]": v * (1 + 0.5 * (1 - v)),
        }
        reason = "an uncovered point is reached with probability at least density · v, and there are 1 - v of them"
        require(
            np.isclose(found, expected),
            inputs,
            found,
            f"{expected:.5f}",
            likely(found, expected, mistakes, reason),
        )


def reverse_markov(answer):
    for mean, cap, level in (
        (1.25, 2.0, 1.125),
        (1.25, 2.0, 1.0),
        (0.9, 1.0, 0.5),
        (3.0, 10.0, 1.0),
    ):
        inputs = {"mean": mean, "cap": cap, "level": level}
        found, expected = numbers(call(answer, **inputs), inputs), (mean - level) / (cap - level)
        mistakes = {
            "this is Markov's inequality, an upper bound; a lower one needs the cap": mean / level,
            "below the level Y is at most level, not 0": mean / cap,
            "divide by cap - level: subtract the part of the mean that values below the level can carry": (
                mean - level
            )
            / cap,
        }
        reason = "start from mean <= cap · P + level · (1 - P) and solve for P"
        require(
            np.isclose(found, expected),
            inputs,
            found,
            f"{expected:.5f}",
            likely(found, expected, mistakes, reason),
        )


def least_items(answer):
    cases = [
        (0.1, 1.0),
        (0.25, 1.0),
        (0.001, 2.0),
        (2.0**-10, 2.0),
        (0.3, 0.5),
        (0.25, 0.5),
        (1.0, 0.5),
        (1e-6, 1.0),
    ]
    asked = [{"eps": eps, "length": length} for eps, length in cases]
    found = [numbers(call(answer, **inputs), inputs) for inputs in asked]
    expected = [fewest_bits(*case) for case in cases]
    mistakes = {  # the one that explains every answer is the reason
        "each sum covers an interval of length 2·eps, eps to either side": lambda e, s: fewest(
            lambda n: 2**n * e >= s
        ),
        "2^n sums that cover exactly the length are enough: >=, not >": lambda e, s: fewest(
            lambda n: 2**n * 2 * e > s
        ),
        "the empty sum counts, too: there are 2^n sums": lambda e, s: fewest(
            lambda n: (2**n - 1) * 2 * e >= s
        ),
        "one interval can be enough, that of the empty sum: then n = 0": lambda e, s: max(
            1, fewest_bits(e, s)
        ),
        "n cannot be negative": fewest_bits,
        "a whole number of items: round up": lambda e, s: np.log2(s / (2 * e)),
        "round up: the nearest whole number may be too few": lambda e, s: max(
            0, np.round(np.log2(s / (2 * e)))
        ),
        "round up, not down": lambda e, s: max(0, np.floor(np.log2(s / (2 * e)))),
        "n items have 2^n subset sums, not n": lambda e, s: np.ceil(s / (2 * e)),
        "the natural logarithm counts no subsets: base 2": lambda e, s: np.ceil(
            np.log(s / (2 * e))
        ),
    }
    given = np.maximum(
        found, 0
    )  # whoever forgets that n >= 0 has most often made another mistake, too
    fitting = [
        reason
        for reason, f in mistakes.items()
        if np.allclose(given, [max(0, f(*case)) for case in cases])
    ]
    reason = [*fitting, "the smallest whole n >= 0 with 2^n · 2·eps >= length"][0]
    for inputs, got, wanted in zip(asked, found, expected):
        require(got == wanted, inputs, got, str(wanted), reason)


def fewest(enough):
    return next(n for n in range(200) if enough(n))


def fewest_bits(eps, length):
    return fewest(lambda n: 2**n * 2 * eps >= length)


def gaussian_constant(answer):
    for sigma in (1.0, 0.5, 2.0):
        inputs = {"sigma": sigma}
        found = numbers(call(answer, **inputs), inputs)
        expected = np.exp(-1 / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
        mistakes = {
            "this is the largest density, at 0; a lower bound on all of [-1, 1] is needed": 1
            / (sigma * np.sqrt(2 * np.pi)),
            "the points z - y lie in [-1, 1], not in [-1/2, 1/2]": np.exp(-1 / (8 * sigma**2))
            / (sigma * np.sqrt(2 * np.pi)),
            "sigma is missing in front: the density must integrate to 1": np.exp(
                -1 / (2 * sigma**2)
            )
            / np.sqrt(2 * np.pi),
        }
        reason = "the smallest value of the normal density on [-1, 1]"
        require(
            np.isclose(found, expected),
            inputs,
            found,
            f"{expected:.5f}",
            likely(found, expected, mistakes, reason),
        )


CHECKS = {
    "04.next_covered": (
        next_covered,
        "Iterate it with random shifts and you have the volume process; each step at most doubles the covered cells.",
    ),
    "04.mean_growth": (
        mean_growth,
        "This one line is the engine of the whole proof: a logistic growth law.",
    ),
    "04.reverse_markov": (
        reverse_markov,
        "With mean 5/4, cap 2 and level 9/8 it gives the 1/7 of the lesson.",
    ),
    "04.least_items": (
        least_items,
        "It holds for any items at all, even for items chosen after seeing ε.",
    ),
    "04.gaussian_constant": (
        gaussian_constant,
        "So Gaussian items work too, with mean factor 1 + c(1 - v): wide and narrow ones grow more slowly, best is σ = 1.",
    ),
}
