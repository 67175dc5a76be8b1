"""Wrong answers to set 10 that are no `mistakes` of its exercises: what each is told."""

from functools import partial

import numpy as np

from slt_course.checks.lesson_10 import counts, instead, kernels, largest_output, masked, pair, taps

WRONG = {
    "10.pair_shapes": [
        (lambda shape, n, bias: pair(shape, n, bias)[::2], "expected three shapes"),
        (partial(pair, second=lambda *known: ()), "expected second = .*B reads all hidden"),
    ],
    "10.effective_kernel": [
        (masked(lambda A, B: kernels(A, B)[0]), "expected two arrays"),
        (masked(lambda A, B: [part.swapaxes(0, 1) for part in kernels(A, B)]),
         r"\(outputs, inputs, height, width\)"),
        (masked(lambda A, B: kernels(A, 2 * B)), r"positive\[0, 0, 0, 0\] = 0.3, yours is 0.6\n.*"
         "each entry sums"),
    ],
    "10.largest_output": [
        (partial(instead, image=lambda K, signed, right: -np.sign(K[0]) if signed else right),
         "another output channel or the other sign"),
        (partial(instead, image=lambda K, signed, right: right[None]),
         r"expected an array of shape \(1, 1, 3\)"),
        (partial(instead, image=lambda K, signed, right: 2 * right),
         r"entries in \[-1, 1\].*at an end of its range"),
        (partial(instead, image=lambda K, signed, right: right / 2),
         "reaches 1; at yours it is 0.5.*the signs of one K_o"),
        (lambda kernel, signed: largest_output(kernel, signed)[0], "a number and an image"),
    ],
    "10.random_parameters": [
        (partial(counts, change=lambda total, first: total), "two numbers: total, first"),
        (partial(counts, first=lambda n, o, c, taps, k: n * k**2 + 1), "first = 45.*A of a layer"),
        (partial(counts, second=lambda n, o, c, taps, k: n * k * o * taps + 1),
         "total = 225.*first plus"),
    ],
    "10.safe_taps": [
        (partial(taps, change=lambda found, kernel: [tap in found for tap in range(kernel)]),
         "whole numbers"),
        (partial(taps, change=lambda found, kernel: len(found)), "expected a list of taps"),
        (partial(taps, change=lambda found, kernel: 2 * found), "each tap once"),
        (partial(taps, change=lambda found, kernel: [*found, kernel]), "has the taps 0 to 2"),
    ],
}  # fmt: skip
