"""Wrong answers to set 04 that are no `mistakes` of its exercises: what each is told."""

WRONG = {
    "04.next_covered": [
        (lambda covered, shift: covered.sum(), "a bool array of the same length"),
    ],
    "04.mean_growth": [(lambda density, v: 2 * v, "at least density")],
    "04.reverse_markov": [
        (lambda mean, cap, level: 1 - (mean - level) / (cap - level), "solve for P"),
    ],
}
