import numpy as np


def rolled(covered, shift):
    return covered | np.roll(covered, shift)


def only_the_copy(covered, shift):
    moved = np.zeros_like(covered)
    for z in range(len(covered)):
        if 0 <= z - shift < len(covered):
            moved[z] = covered[z - shift]
    return moved


def wrong_direction(covered, shift):
    return covered | only_the_copy(covered, -shift)


def number_of_cells(covered, shift):
    return (covered | only_the_copy(covered, shift)).sum()


WRONG = {
    "04.next_covered": [
        (rolled, "np.roll"),
        (only_the_copy, "the union is needed"),
        (wrong_direction, "to the right when it is positive"),
        (number_of_cells, "a bool array of the same length"),
    ],
    "04.mean_growth": [
        (lambda density, v: 1 + density * (1 - v), "this is the factor"),
        (lambda density, v: v * (1 + density), "gain nothing"),
        (lambda density, v: density * v * (1 - v), "only the gain"),
        (lambda density, v: v * (1 + 0.5 * (1 - v)), "the density of the items is missing"),
        (lambda density, v: 2 * v, "at least density"),
    ],
    "04.reverse_markov": [
        (lambda mean, cap, level: mean / level, "this is Markov's inequality"),
        (lambda mean, cap, level: mean / cap, "at most level, not 0"),
        (lambda mean, cap, level: (mean - level) / cap, "divide by cap - level"),
        (lambda mean, cap, level: 1 - (mean - level) / (cap - level), "solve for P"),
    ],
    "04.least_items": [
        (lambda eps, length: np.ceil(np.log2(length / eps)), "eps to either side"),
        (lambda eps, length: np.log2(length / (2 * eps)), "round up"),
        (lambda eps, length: np.ceil(length / (2 * eps)), "not n"),
        (lambda eps, length: np.ceil(np.log(length / (2 * eps))), "base 2"),
        (lambda eps, length: max(0, np.floor(np.log2(length / (2 * eps))) + 1), ">=, not >"),
        (
            lambda eps, length: max(0, np.ceil(np.log2(length / (2 * eps) + 1))),
            "the empty sum counts",
        ),
        (lambda eps, length: max(1, np.ceil(np.log2(length / (2 * eps)))), "then n = 0"),
        (
            lambda eps, length: max(0, np.round(np.log2(length / (2 * eps)))),
            "the nearest whole number",
        ),
        (lambda eps, length: max(0, np.floor(np.log2(length / (2 * eps)))), "not down"),
        (lambda eps, length: np.ceil(np.log2(length / (2 * eps))), "cannot be negative"),
    ],
    "04.gaussian_constant": [
        (lambda sigma: 1 / (sigma * np.sqrt(2 * np.pi)), "the largest density"),
        (lambda sigma: np.exp(-1 / (8 * sigma**2)) / (sigma * np.sqrt(2 * np.pi)), "not in"),
        (lambda sigma: np.exp(-1 / (2 * sigma**2)) / np.sqrt(2 * np.pi), "sigma is missing"),
    ],
}
