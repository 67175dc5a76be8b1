import math

import numpy as np


def shapes_of(shape, n, bias):
    outputs, channels, *kernel = shape
    units = (channels + bias) * n
    return outputs, channels, kernel, units


def n_units(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (n, channels, 1, 1), (n,) if bias else None, (outputs, n, *kernel)


def units_per_output(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (
        (outputs * n, channels, 1, 1),
        (outputs * n,) if bias else None,
        (outputs, outputs * n, *kernel),
    )


def doubled_units(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (
        (2 * units, channels, 1, 1),
        (2 * units,) if bias else None,
        (outputs, 2 * units, *kernel),
    )


def grouped_first(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, 1, 1, 1), (units,) if bias else None, (outputs, units, *kernel)


def swapped_axes(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (channels, units, 1, 1), (units,) if bias else None, (units, outputs, *kernel)


def swapped_second(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels, 1, 1), (units,) if bias else None, (units, outputs, *kernel)


def windows_in_both(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels, *kernel), (units,) if bias else None, (outputs, units, *kernel)


def windows_in_none(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels, 1, 1), (units,) if bias else None, (outputs, units, 1, 1)


def first_as_matrix(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels), (units,) if bias else None, (outputs, units, *kernel)


def no_constant_block(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, False)
    return (units, channels, 1, 1), (units,) if bias else None, (outputs, units, *kernel)


def one_constant_unit(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, False)
    units += bias
    return (units, channels, 1, 1), (units,) if bias else None, (outputs, units, *kernel)


def constant_column(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels + bias, 1, 1), None, (outputs, units, *kernel)


def no_bias_vector(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels, 1, 1), None, (outputs, units, *kernel)


def bias_of_the_block(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels, 1, 1), (n,) if bias else None, (outputs, units, *kernel)


def bias_of_the_target(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels, 1, 1), (outputs,) if bias else None, (outputs, units, *kernel)


def always_a_bias(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels, 1, 1), (units,), (outputs, units, *kernel)


def width_before_height(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels, 1, 1), (units,) if bias else None, (outputs, units, *kernel[::-1])


def second_of_the_target(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels, 1, 1), (units,) if bias else None, (outputs, channels, *kernel)


def shapes_reversed(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (outputs, units, *kernel), (units,) if bias else None, (units, channels, 1, 1)


def square_window(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (
        (units, channels, 1, 1),
        (units,) if bias else None,
        (outputs, units, kernel[0], kernel[0]),
    )


def bias_of_the_image(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels, 1, 1), (n * channels,) if bias else None, (outputs, units, *kernel)


def two_shapes(shape, n, bias):
    outputs, channels, kernel, units = shapes_of(shape, n, bias)
    return (units, channels, 1, 1), (outputs, units, *kernel)


def combined(A, B):
    return np.einsum("uc,ouhw->ochw", A[:, :, 0, 0], B)


def two_kernels(A, B):
    return combined(np.maximum(A, 0), B), combined(np.minimum(A, 0), B)


def first_mask_missing(first, first_mask, second, second_mask):
    return two_kernels(first, second * second_mask)


def second_mask_missing(first, first_mask, second, second_mask):
    return two_kernels(first * first_mask, second)


def masks_missing(first, first_mask, second, second_mask):
    return two_kernels(first, second)


def kernels_swapped(first, first_mask, second, second_mask):
    return two_kernels(first * first_mask, second * second_mask)[::-1]


def minus_in_negative(first, first_mask, second, second_mask):
    A, B = first * first_mask, second * second_mask
    return combined(np.maximum(A, 0), B), combined(np.maximum(-A, 0), B)


def all_units_twice(first, first_mask, second, second_mask):
    return (combined(first * first_mask, second * second_mask),) * 2


def positive_twice(first, first_mask, second, second_mask):
    return (two_kernels(first * first_mask, second * second_mask)[0],) * 2


def without_first(first, first_mask, second, second_mask):
    return two_kernels(np.sign(first * first_mask), second * second_mask)


def first_squared(first, first_mask, second, second_mask):
    A = first * first_mask
    return two_kernels(A * abs(A), second * second_mask)


def flipped_kernel(first, first_mask, second, second_mask):
    return tuple(
        part[..., ::-1, ::-1] for part in two_kernels(first * first_mask, second * second_mask)
    )


def split_by_second(first, first_mask, second, second_mask):
    A, B = first * first_mask, second * second_mask
    return combined(A, np.maximum(B, 0)), combined(A, np.minimum(B, 0))


def split_by_product(first, first_mask, second, second_mask):
    A, B = (first * first_mask)[:, :, 0, 0], second * second_mask
    products = A.T[None, ..., None, None] * B[:, None]
    return np.maximum(products, 0).sum(2), np.minimum(products, 0).sum(2)


def blocks_by_place(first, first_mask, second, second_mask):
    units, channels = first.shape[:2]
    A = (first * first_mask).sum(1, keepdims=True) * np.repeat(
        np.eye(channels), units // channels, 0
    )[..., None, None]
    return two_kernels(A, second * second_mask)


def blocks_in_turn(first, first_mask, second, second_mask):
    units, channels = first.shape[:2]
    own = (np.arange(units)[:, None] % channels == np.arange(channels))[..., None, None]
    return two_kernels(first * first_mask * own, second * second_mask)


def one_channel_for_all(first, first_mask, second, second_mask):
    return two_kernels((first * first_mask).sum(1, keepdims=True) + 0 * first, second * second_mask)


def rows_flipped(first, first_mask, second, second_mask):
    return tuple(
        part[..., ::-1, :] for part in two_kernels(first * first_mask, second * second_mask)
    )


def positive_only(first, first_mask, second, second_mask):
    return two_kernels(first * first_mask, second * second_mask)[0]


def transposed_kernel(first, first_mask, second, second_mask):
    return tuple(
        part.swapaxes(0, 1) for part in two_kernels(first * first_mask, second * second_mask)
    )


def worst_of(kernel, signed, weight=lambda K: K):
    """The right answer for weight(kernel): the bound and the image."""
    best = 0, np.zeros(kernel.shape[1:])
    for one in weight(kernel):
        for image in (
            (np.sign(one), -np.sign(one)) if signed else ((one > 0) * 1.0, (one < 0) * 1.0)
        ):
            best = max(best, (abs((one * image).sum()), image), key=lambda pair: pair[0])
    return best


def channel_of_the_norm(kernel, signed):
    return worst_of(kernel[[abs(kernel).sum((1, 2, 3)).argmax()]], signed)


def first_output(kernel, signed):
    return worst_of(kernel[:1], signed)


def last_output(kernel, signed):
    return worst_of(kernel[-1:], signed)


def sums_of_all(kernel, signed):
    bound = max(np.maximum(kernel, 0).sum(), np.maximum(-kernel, 0).sum())
    return worst_of(kernel, signed) if signed else (bound, worst_of(kernel, False)[1])


def norm_of_all(kernel, signed):
    return abs(kernel).sum(), worst_of(kernel, signed)[1]


def largest_entry(kernel, signed):
    return abs(kernel).max(), worst_of(kernel, signed)[1]


def euclidean(kernel, signed):
    return np.sqrt((kernel**2).sum((1, 2, 3))).max(), worst_of(kernel, signed)[1]


def signed_sum(kernel, signed):
    return abs(kernel.sum((1, 2, 3))).max(), np.ones(kernel.shape[1:])


def one_input_channel(kernel, signed):
    per_channel = kernel.reshape(-1, 1, *kernel.shape[2:])
    return worst_of(per_channel, signed)[0], worst_of(kernel, signed)[1]


def sign_ignored(kernel, signed):
    return worst_of(kernel, True)


def never_signed(kernel, signed):
    return worst_of(kernel, False)


def rising_only(kernel, signed):
    if signed:
        return worst_of(kernel, True)
    return np.maximum(kernel, 0).sum((1, 2, 3)).max(), (kernel[0] > 0) * 1.0


def halved(kernel, signed):
    bound, image = worst_of(kernel, True)
    return (bound, image) if signed else (bound / 2, np.maximum(image, 0))


def right_bound(image_of):
    return lambda kernel, signed: (worst_of(kernel, signed)[0], image_of(kernel, signed))


signed_image_always = right_bound(lambda kernel, signed: worst_of(kernel, True)[1])
flipped_image = right_bound(lambda kernel, signed: worst_of(kernel, signed)[1][:, ::-1, ::-1])
kernel_as_image = right_bound(lambda kernel, signed: kernel[abs(kernel).sum((1, 2, 3)).argmax()])
white_image = right_bound(
    lambda kernel, signed: worst_of(kernel, True)[1] if signed else np.ones(kernel.shape[1:])
)
other_output = right_bound(
    lambda kernel, signed: np.sign(kernel[-1]) if signed else (kernel[-1] > 0) * 1.0
)
with_batch = right_bound(lambda kernel, signed: worst_of(kernel, signed)[1][None])
too_bright = right_bound(lambda kernel, signed: 2 * worst_of(kernel, signed)[1])


def bound_alone(kernel, signed):
    return worst_of(kernel, signed)[0]


def counted(shapes, n, bias, first_of, second_of):
    """Total and first, from the numbers of one layer: outputs, inputs, taps, columns."""
    first = total = 0
    for outputs, inputs, *kernel in shapes:
        layer = outputs, inputs, math.prod(kernel), inputs + bias
        first += first_of(n, *layer)
        total += first_of(n, *layer) + second_of(n, *layer)
    return total, first


def right_first(n, o, c, taps, columns):
    return n * columns**2


def right_second(n, o, c, taps, columns):
    return n * columns * o * taps


def count_with(first_of=right_first, second_of=right_second):
    return lambda shapes, n, bias: counted(shapes, n, bias, first_of, second_of)


no_bias_at_all = count_with(
    lambda n, o, c, taps, columns: n * c * c, lambda n, o, c, taps, columns: n * c * o * taps
)
no_constant_units = count_with(
    lambda n, o, c, taps, columns: n * c * columns, lambda n, o, c, taps, columns: n * c * o * taps
)
no_first_bias = count_with(lambda n, o, c, taps, columns: n * columns * c + 0)
one_constant_hidden = count_with(lambda n, o, c, taps, columns: (n * c + columns - c) * columns)
first_with_taps = count_with(lambda n, o, c, taps, columns: n * columns**2 * taps)
blocks_only = count_with(lambda n, o, c, taps, columns: n * columns)
width_missing = count_with(
    lambda n, o, c, taps, columns: columns**2, lambda n, o, c, taps, columns: columns * o * taps
)
first_to_outputs = count_with(lambda n, o, c, taps, columns: n * columns * o)
always_biased = count_with(lambda n, o, c, taps, columns: n * (c + 1) ** 2)
second_without_taps = count_with(second_of=lambda n, o, c, taps, columns: n * columns * o)
constant_one_tap = count_with(
    second_of=lambda n, o, c, taps, columns: n * o * (c * taps + columns - c)
)
second_without_block = count_with(second_of=lambda n, o, c, taps, columns: n * c * o * taps)
second_with_bias = count_with(second_of=lambda n, o, c, taps, columns: n * columns * o * taps + o)
second_without_width = count_with(second_of=lambda n, o, c, taps, columns: columns * o * taps)
both_signs_twice = count_with(lambda n, o, c, taps, columns: 2 * n * columns**2)
bias_of_one_block = count_with(lambda n, o, c, taps, columns: n * c * columns + n * (columns - c))
axes_swapped = count_with(lambda n, o, c, taps, columns: n * (o + columns - c) ** 2)
first_only = count_with(second_of=lambda *layer: 0)


def first_layer_counted(shapes, n, bias):
    return count_with()(shapes[:1], n, bias)


def totals_swapped(shapes, n, bias):
    return count_with()(shapes, n, bias)[::-1]


def total_without_first(shapes, n, bias):
    total, first = count_with()(shapes, n, bias)
    return total - first, first


def second_for_first(shapes, n, bias):
    total, first = count_with()(shapes, n, bias)
    return total, total - first


def target_times_n(shapes, n, bias):
    first = count_with()(shapes, n, bias)[1]
    return n * sum(math.prod(shape) + bias * shape[0] for shape in shapes), first


def total_alone(shapes, n, bias):
    return count_with()(shapes, n, bias)[0]


def taps_where(rule):
    """The taps for which the rule holds, given the number of positions."""

    def answer(size, kernel, stride, padding):
        positions = (size + 2 * padding - kernel) // stride + 1
        return [tap for tap in range(kernel) if rule(tap, positions, size, kernel, stride, padding)]

    return answer


def fits(tap, positions, size, kernel, stride, padding):
    return all(0 <= position * stride + tap - padding < size for position in range(positions))


stride_ignored = taps_where(
    lambda tap, positions, size, kernel, stride, padding: padding <= tap <= kernel - 1 - padding
)
first_position = taps_where(
    lambda tap, positions, size, kernel, stride, padding: 0 <= tap - padding < size
)
last_position = taps_where(
    lambda tap, positions, size, kernel, stride, padding: (
        0 <= (positions - 1) * stride + tap - padding < size
    )
)
some_position = taps_where(
    lambda tap, positions, size, kernel, stride, padding: any(
        0 <= position * stride + tap - padding < size for position in range(positions)
    )
)
window_not_moved = taps_where(
    lambda tap, positions, size, kernel, stride, padding: (positions - 1) * stride + tap < size
)
one_position_more = taps_where(lambda tap, positions, *rest: fits(tap, positions + 1, *rest))
one_position_less = taps_where(lambda tap, positions, *rest: fits(tap, positions - 1, *rest))
pixel_too_many = taps_where(
    lambda tap, positions, size, *rest: fits(tap, positions, size + 1, *rest)
)
beyond_padding = taps_where(
    lambda tap, positions, size, kernel, stride, padding: (
        tap > padding and fits(tap, positions, size, kernel, stride, padding)
    )
)
right_border_ignored = taps_where(
    lambda tap, positions, size, kernel, stride, padding: tap >= padding
)
unsafe_taps = taps_where(lambda *arguments: not fits(*arguments))


def one_side_padded(size, kernel, stride, padding):
    positions = (size + padding - kernel) // stride + 1
    return [tap for tap in range(kernel) if fits(tap, positions, size, kernel, stride, padding)]


def positions_rounded_up(size, kernel, stride, padding):
    positions = math.ceil((size + 2 * padding - kernel) / stride) + 1
    return [tap for tap in range(kernel) if fits(tap, positions, size, kernel, stride, padding)]


def first_safe_tap(size, kernel, stride, padding):
    return taps_where(fits)(size, kernel, stride, padding)[:1]


def middle_tap(size, kernel, stride, padding):
    return [kernel // 2]


def all_taps(size, kernel, stride, padding):
    return list(range(kernel))


def counted_from_one(size, kernel, stride, padding):
    return [tap + 1 for tap in taps_where(fits)(size, kernel, stride, padding)]


def mask_of_taps(size, kernel, stride, padding):
    safe = taps_where(fits)(size, kernel, stride, padding)
    return [tap in safe for tap in range(kernel)]


def tap_count(size, kernel, stride, padding):
    return len(taps_where(fits)(size, kernel, stride, padding))


WRONG = {
    "10.pair_shapes": [
        (n_units, "for every input channel, c·n of them"),
        (units_per_output, "not for each output channel"),
        (doubled_units, "not 2n"),
        (grouped_first, "a grouped convolution"),
        (swapped_axes, r"expected first = \(120, 3, 1, 1\).*order is \(outputs, inputs, 1, 1\)"),
        (
            swapped_second,
            r"expected second = \(4, 120, 3, 3\).*order is \(outputs, inputs, height, width\)",
        ),
        (windows_in_both, "kernel size belongs to the second"),
        (windows_in_none, "only A is 1×1"),
        (first_as_matrix, "four axes"),
        (no_constant_block, "bias = True.*the constant channel has a block too"),
        (one_constant_unit, "a whole block, n hidden channels, not one"),
        (constant_column, "its weights are first_bias, not one more column"),
        (no_bias_vector, r"expected first_bias = \(210,\).*A needs the bias vector"),
        (bias_of_the_block, "the mask's part"),
        (bias_of_the_target, "the length of the target's bias"),
        (always_a_bias, "bias = False.*first_bias is None"),
        (width_before_height, r"shape = \(2, 1, 3, 5\).*height comes before"),
        (second_of_the_target, "B reads the hidden channels, not the image"),
        (shapes_reversed, "the shape of the second weight"),
        (square_window, "need not be square"),
        (bias_of_the_image, "the constant block has biases, too"),
        (two_shapes, "expected three shapes"),
    ],
    "10.effective_kernel": [
        (first_mask_missing, r"positive\[0, 0, 0, 0\] = 0.06.*expected 0.3.*A's mask is missing"),
        (second_mask_missing, r"negative\[0, 0, 0, 0\] = -0.2.*B's mask is missing"),
        (masks_missing, "both masks are missing"),
        (kernels_swapped, "swapped: positive, then negative"),
        (minus_in_negative, "expected -0.4.*g has this minus"),
        (all_units_twice, "the sum over all units"),
        (positive_twice, r"negative\[0, 0, 0, 0\] = 0.3.*positive again"),
        (without_first, "A is missing"),
        (first_squared, "A once"),
        (flipped_kernel, "does not flip"),
        (split_by_second, "not that of B"),
        (split_by_product, "the sign of the product does not matter"),
        (blocks_by_place, "any order: A's mask says .* not its place in the list"),
        (blocks_in_turn, "not its turn"),
        (one_channel_for_all, "sees one input channel"),
        (rows_flipped, "nor its rows"),
        (positive_only, "expected two arrays"),
        (transposed_kernel, r"\(outputs, inputs, height, width\)"),
    ],
    "10.largest_output": [
        (channel_of_the_norm, "signed = False.*decides for signed images only"),
        (first_output, "not the first alone"),
        (last_output, "not the last alone"),
        (sums_of_all, "signed = False.*both sums belong to one output"),
        (norm_of_all, "you returned 1.8\n.*not the sum"),
        (largest_entry, "the largest entry"),
        (euclidean, "the Euclidean norm"),
        (signed_sum, "added with their signs"),
        (one_input_channel, "sum over them too"),
        (sign_ignored, "signed = False.*cannot follow the signs"),
        (never_signed, r"signed = True.*images in \[0, 1\]"),
        (rising_only, "signed = False.*far below zero is large too"),
        (halved, "only if both signs weigh the same"),
        (signed_image_always, "no pixel is negative"),
        (flipped_image, "the image is flipped"),
        (kernel_as_image, "the kernel itself"),
        (white_image, "entries of both signs cancel"),
        (other_output, "another output channel or the other sign"),
        (with_batch, r"expected an array of shape \(1, 1, 3\)"),
        (too_bright, r"entries in \[-1, 1\].*at an end of its range"),
        (bound_alone, "expected a number and an image"),
    ],
    "10.random_parameters": [
        (no_bias_at_all, "expected first = 45.*with its block, and its column"),
        (no_constant_units, "or A's bias vector, is missing"),
        (one_constant_hidden, "n hidden units, not one"),
        (first_with_taps, "not multiplied by the taps"),
        (blocks_only, "the others are drawn too"),
        (width_missing, "expected first = 45.*n is missing"),
        (first_to_outputs, "the outputs of A are"),
        (always_biased, "bias = False.*no constant channel"),
        (second_without_taps, "a weight for every tap"),
        (constant_one_tap, "though one will do"),
        (second_without_block, "B too has a block"),
        (second_with_bias, "B has no bias vector"),
        (second_without_width, "hidden units of every channel: n is missing"),
        (both_signs_twice, "not 2n"),
        (bias_of_one_block, "not for the constant block alone"),
        (axes_swapped, r"a shape is \(outputs, inputs"),
        (first_layer_counted, r"\(5, 7\).*add them up"),
        (first_only, "here one is missing"),
        (totals_swapped, "swapped: total first"),
        (total_without_first, "and A is missing"),
        (second_for_first, "what the second layers have"),
        (target_times_n, "the target's parameters, times n"),
        (total_alone, "two numbers: total, first"),
    ],
    "10.safe_taps": [
        (stride_ignored, r"stride = 2.*tap 2 reads the pixels \[1, 3, 5, 7\].*position p begins"),
        (first_position, "tap 2 reads pixel 8.*first position is not all"),
        (last_position, "tap 0 reads pixel -1.*last position is not all"),
        (some_position, "at all of them"),
        (window_not_moved, "padding moves the window"),
        (one_position_more, "one position too many"),
        (one_position_less, "one position is missing"),
        (pixel_too_many, "size - 1"),
        (beyond_padding, "pixel 0 is a pixel"),
        (unsafe_taps, "NOT safe"),
        (one_side_padded, "padding on both sides makes more positions"),
        (positions_rounded_up, "round the number of positions down"),
        (right_border_ignored, "the right border counts, too"),
        (first_safe_tap, "all safe taps are wanted"),
        (middle_tap, "neither always safe nor the only one"),
        (counted_from_one, "count from 0"),
        (mask_of_taps, "whole numbers"),
        (tap_count, "expected a list of taps"),
        (all_taps, "leave them out"),
    ],
}
