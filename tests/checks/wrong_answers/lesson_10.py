"""Wrong answers to set 10 that are no `mistakes` of its exercises: what each is told."""

import numpy as np

from slt_course.checks.lesson_10 import counts, instead, kernels, largest_output, masked, pair, taps

WRONG = {
    "10.pair_shapes": [
        (lambda shape, n, bias: pair()(shape, n, bias)[::2], "expected three shapes"),
        (pair(second=lambda *known: ()), "expected second = .*B reads all hidden channels"),
    ],
    "10.effective_kernel": [
        (masked(lambda A, B: kernels(A, B)[0]), "expected two arrays"),
        (masked(lambda A, B: [part.swapaxes(0, 1) for part in kernels(A, B)]),
         r"\(outputs, inputs, height, width\)"),
        (masked(lambda A, B: kernels(A, 2 * B)), r"positive\[0, 0, 0, 0\] = 0.3, yours is 0.6\n.*"
         "for each entry the sum"),
    ],
    "10.largest_output": [
        (instead(image=lambda kernel, signed, right: -np.sign(kernel[0]) if signed else right),
         "another output channel or the other sign"),
        (instead(image=lambda kernel, signed, right: right[None]),
         r"expected an array of shape \(1, 1, 3\)"),
        (instead(image=lambda kernel, signed, right: 2 * right),
         r"entries in \[-1, 1\].*at an end of its range"),
        (instead(image=lambda kernel, signed, right: right / 2),
         "reaches 1; at yours it is 0.5.*the signs of one K_o"),
        (lambda kernel, signed: largest_output(kernel, signed)[0], "a number and an image"),
    ],
    "10.random_parameters": [
        (counts(change=lambda total, first: total), "two numbers: total, first"),
        (counts(lambda n, o, c, taps, columns: n * columns**2 + 1), "first = 45.*A of a layer"),
        (counts(second=lambda n, o, c, taps, columns: n * columns * o * taps + 1),
         "total = 225.*first plus the weights"),
    ],
    "10.safe_taps": [
        (taps(change=lambda found, kernel: [tap in found for tap in range(kernel)]),
         "whole numbers"),
        (taps(change=lambda found, kernel: len(found)), "expected a list of taps"),
        (taps(change=lambda found, kernel: 2 * found), "each tap once"),
        (taps(change=lambda found, kernel: [*found, kernel]), "has the taps 0 to 2"),
    ],
}  # fmt: skip
