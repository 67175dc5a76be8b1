"""Checks of exercise set 10."""

import math
from functools import partial

import numpy as np
import torch
from torch.nn import functional

from .. import theory
from ..tickets import effective_weights
from .outcome import WrongAnswer, call, likely, lines, numbers, require, show

LENET5 = (6, 1, 5, 5), (16, 6, 5, 5), (120, 784), (84, 120), (10, 84)


def equal_to(found, expected, alternatives, otherwise):
    """As `likely`, for shapes and lists: the reason of the first typical mistake that is equal to what was found."""
    for reason, value in alternatives.items():
        if found == value != expected:
            return reason
    return otherwise


def as_shape(part):
    """A shape as a tuple of ints, None as None, anything else as it is."""
    try:
        return None if part is None else tuple(size.__index__() for size in part)
    except (TypeError, AttributeError):
        return part


def pair_shapes(answer):
    cases = [
        ((4, 3, 3, 3), 40, False),
        ((16, 6, 5, 5), 30, True),
        ((2, 1, 3, 5), 8, True),
        ((1, 5, 1, 1), 7, False),
    ]
    for shape, n, bias in [*cases, ((6, 1, 7, 2), 1, True)]:
        inputs = {"shape": shape, "n": n, "bias": bias}
        got = call(answer, **inputs)
        triple = isinstance(got, tuple | list) and len(got) == 3
        require(triple, inputs, got, "three shapes", "return first, first_bias, second")
        outputs, channels, *kernel = shape
        units = (channels + bias) * n
        right = (units, channels, 1, 1), (units,) if bias else None, (outputs, units, *kernel)
        wrong_counts = {
            "n hidden channels for every input channel, c·n of them, not n": n,
            "both signs are served by the same block: n hidden channels per input channel, not 2n": 2
            * units,
            "n hidden channels for each INPUT channel, not for each output channel": outputs * n,
        }
        if bias:
            wrong_counts |= {
                "the constant channel has a block too: n more hidden channels": channels * n,
                "the constant channel has a whole block, n hidden channels, not one": channels * n
                + 1,
            }
        else:
            wrong_counts["without a bias there is no constant channel and no block for it"] = (
                channels + 1
            ) * n
        tests = first_mistakes, bias_mistakes, second_mistakes
        for name, part, expected, mistakes_of in zip(
            ("first", "first_bias", "second"), got, right, tests
        ):
            mistakes, reason = mistakes_of(outputs, channels, kernel, n, units, wrong_counts)
            found = as_shape(part)
            reason = equal_to(found, expected, mistakes, reason)
            require(found == expected, inputs, got, f"{name} = {expected}", reason)


def first_mistakes(outputs, channels, kernel, n, units, wrong_counts):
    mistakes = {reason: (wrong, channels, 1, 1) for reason, wrong in wrong_counts.items()}
    mistakes |= {
        "the constant channel is no channel of the image: its weights are first_bias, not one more column": (
            units,
            channels + 1,
            1,
            1,
        ),
        "the first convolution is 1×1; the target's kernel size belongs to the second": (
            units,
            channels,
            *kernel,
        ),
        "PyTorch's order is (outputs, inputs, 1, 1), and the hidden channels are the outputs of A": (
            channels,
            units,
            1,
            1,
        ),
        "in a grouped convolution a hidden channel has one weight; A is an ordinary one: a weight for every channel": (
            units,
            1,
            1,
            1,
        ),
        "this is the shape of the second weight: return first, first_bias, second": (
            outputs,
            units,
            *kernel,
        ),
        "a Conv2d weight has four axes, for a 1×1 kernel too: (…, …, 1, 1)": (units, channels),
    }
    return (
        mistakes,
        "the 1×1 convolution reads the image and writes all hidden channels: (hidden channels, c, 1, 1)",
    )


def bias_mistakes(outputs, channels, kernel, n, units, wrong_counts):
    if units == channels * n:
        return {}, "without a bias there is no constant channel: first_bias is None"
    mistakes = {
        "A needs the bias vector: its entries are the weights of the constant channel": None,
        "a bias vector has an entry for every hidden channel; that only n of them will be kept is the mask's part": (
            n,
        ),
        "the constant block has biases, too: every hidden channel has an entry": (channels * n,),
        "this is the length of the target's bias; A's has an entry for every hidden channel": (
            outputs,
        ),
        "a shape is a tuple: (k,) with the comma": units,
    }
    return mistakes, "PyTorch's bias vector has one entry for every hidden channel"


def second_mistakes(outputs, channels, kernel, n, units, wrong_counts):
    mistakes = {reason: (outputs, wrong, *kernel) for reason, wrong in wrong_counts.items()}
    mistakes |= {
        "PyTorch's order is (outputs, inputs, height, width)": (units, outputs, *kernel),
        "B is the convolution with the target's window, only A is 1×1": (outputs, units, 1, 1),
        "B reads the hidden channels, not the image": (outputs, channels, *kernel),
        "the kernel's height comes before its width": (outputs, units, *kernel[::-1]),
        "a window need not be square: its height, then its width": (
            outputs,
            units,
            kernel[0],
            kernel[0],
        ),
    }
    return (
        mistakes,
        "B reads all hidden channels and writes the target's: (c', hidden channels, height, width)",
    )


def effective_kernel(answer):
    rng = np.random.default_rng(10)
    by_hand = [[[0.5]], [[-0.4]], [[0.8]]], [[[1]], [[1]], [[0]]]
    second = [[[[0.6, -0.2]], [[0.5, 1.0]], [[-0.3, 0.9]]]], [[[[1, 1]], [[0, 1]], [[1, 0]]]]
    check_kernels(answer, *(np.array(part)[..., None] for part in by_hand), *map(np.array, second))
    first = np.array(
        [[0.3, 0.5], [-0.6, 0.2], [0.8, -0.9], [0.4, -0.7]]
    )  # the blocks are not in order, nor in turn
    mask = np.array([[0, 1], [1, 0], [1, 0], [0, 1]])
    second = np.array([0.5, -0.3, 0.25, 0.6]).reshape(1, 4, 1, 1)
    check_kernels(
        answer, first[..., None, None], mask[..., None, None], second, np.ones(second.shape)
    )
    for outputs, channels, units, kernel in (
        (2, 2, 6, (2, 3)),
        (1, 3, 6, (1, 1)),
        (3, 2, 7, (3, 1)),
        (2, 1, 4, (2, 2)),
    ):
        sees = rng.permutation(np.arange(units) % channels)
        blocks = (sees[:, None] == np.arange(channels))[..., None, None] & (
            rng.random(units) < 0.8
        )[:, None, None, None]
        first, second = (
            rng.uniform(-1, 1, shape).round(2)
            for shape in ((units, channels), (outputs, units, *kernel))
        )
        check_kernels(
            answer, first[..., None, None], blocks, second, rng.random(second.shape) < 0.6
        )


def check_kernels(answer, first, first_mask, second, second_mask):
    """Compare the kernels with tickets.effective_weights and explain the first entry that differs."""
    inputs = {"first": first, "first_mask": first_mask.astype(bool), "second": second}
    inputs["second_mask"] = second_mask.astype(bool)
    got = call(answer, **inputs)
    if first.size > 8:
        inputs = {f"{name}.shape": value.shape for name, value in inputs.items()}
    two = isinstance(got, tuple | list | np.ndarray) and len(got) == 2
    require(two, inputs, got, "two arrays", "return positive, negative")
    A, B = first * first_mask, second * second_mask
    shape = (len(B), A.shape[1], *B.shape[2:])
    advice = "the kernels have the shape of the target's: (outputs, inputs, height, width)"
    found = [
        numbers(part, inputs, shape, f"{name}: {advice}")
        for name, part in zip(("positive", "negative"), got)
    ]
    expected = [
        part.numpy() for part in effective_weights(torch.from_numpy(A), torch.from_numpy(B))
    ]
    for place, name in enumerate(("positive", "negative")):
        if not np.allclose(found[place], expected[place], atol=1e-6):
            mistakes = kernel_mistakes(place, first, A, second, B, expected)
            reason = "for each entry the sum of A·B over the kept units with A > 0 (positive) or A < 0 (negative)"
            reason = likely(found[place], expected[place], mistakes, reason)
            where = tuple(
                int(i)
                for i in np.argwhere(~np.isclose(found[place], expected[place], atol=1e-6))[0]
            )
            entry = f"{name}[{', '.join(map(str, where))}]"
            yours, wanted = (show(float(part[place][where])) for part in (found, expected))
            raise WrongAnswer(
                lines(
                    inputs,
                    f"you returned {entry} = {yours}",
                    f"expected {wanted}",
                    f"usual reason: {reason}",
                )
            )


def kernel_mistakes(place, first, A, second, B, expected):
    """What some typical mistakes give for the positive (place 0) or the negative kernel."""
    sides = {name: parts(*pair)[place] for name, pair in {
        "A": (first, B), "B": (A, second), "both": (first, second), "no A": (np.sign(A), B), "square": (abs(A) * A, B),
    }.items()}  # fmt: skip
    other = expected[1 - place]
    mistakes = {
        (
            "the two are swapped: positive, then negative",
            "this is positive again; V⁻ sums the units with A < 0",
        )[place]: other,
        "A's mask is missing: what is pruned in the first layer passes nothing": sides["A"],
        "B's mask is missing": sides["B"],
        "both masks are missing": sides["both"],
        "this is the sum over all units; a unit is active for one sign of the input only, that of its A": expected[
            0
        ]
        + other,
        "both factors count: the items are A·B, and A is missing": sides["no A"],
        "A·B, with A once: σ(A·x) is A·x where the unit is active": sides["square"],
        "PyTorch's convolution does not flip the kernel": expected[place][..., ::-1, ::-1],
        "PyTorch's convolution does not flip the kernel, nor its rows": expected[place][
            ..., ::-1, :
        ],
        "PyTorch's convolution does not flip the kernel, nor its columns": expected[place][
            ..., ::-1
        ],
        "the sign of A decides which inputs a unit serves, not that of B, nor that of A·B": by_sign_of_b(
            place, A, B
        ),
        "the units are split by the sign of A; the sign of the product does not matter": by_product(
            place, A, B
        ),
    }
    if expected[place].shape[0] == expected[place].shape[1]:
        mistakes["outputs first, then inputs: (c', c, height, width)"] = expected[place].swapaxes(
            0, 1
        )
    if place == 1:
        mistakes[
            "the sign: σ(A·x) = -A·X⁻ for A < 0, and g has this minus in front of V⁻: V⁻ sums A·B"
        ] = -expected[1]
        mistakes[
            "A's mask is missing, and V⁻ sums A·B, not |A|·B: the minus is in g's formula"
        ] = -sides["A"]
    units, channels = A.shape[:2]
    seen, alone = A.sum(1, keepdims=True), np.arange(channels)
    mistakes["a hidden channel sees one input channel, and serves its kernel only"] = parts(
        seen + 0 * A, B
    )[place]
    places = np.arange(units) // max(1, units // channels), np.arange(units) % channels
    for where, sees in zip(("its place in the list", "its turn"), places):
        own = (sees[:, None] == alone)[..., None, None]
        reason = f"hidden channels come in any order: A's mask says which channel each one sees, not {where}"
        mistakes[reason] = parts(A * own, B)[place]
        mistakes[f"{reason}; the kept entry of A is in the mask's column"] = parts(seen * own, B)[
            place
        ]
        mistakes[f"{reason}; and other entries of A are pruned"] = parts(first * own, B)[place]
    return mistakes


def parts(A, B):
    """The kernels of the units with A > 0 and of those with A < 0."""
    combine = partial(np.einsum, "uc,ouhw->ochw")
    flat = A[:, :, 0, 0]
    return combine(np.maximum(flat, 0), B), combine(np.minimum(flat, 0), B)


def by_sign_of_b(place, A, B):
    return np.einsum("uc,ouhw->ochw", A[:, :, 0, 0], (np.maximum, np.minimum)[place](B, 0))


def by_product(place, A, B):
    products = (
        A[:, :, 0, 0].T[None, ..., None, None] * B[:, None]
    )  # (outputs, inputs, units, height, width)
    return (np.maximum, np.minimum)[place](products, 0).sum(2)


def largest_output(answer):
    rng = np.random.default_rng(3)
    by_hand = np.array([[[[0.5, -0.4, 0.1]]], [[[0.1, -0.3, -0.4]]]])
    kernels = [rng.uniform(-1, 1, (2, 2, 3, 3)).round(2), -rng.random((1, 1, 2, 3)).round(2)]
    kernels += [rng.normal(size=(3, 4, 1, 2)).round(2), np.array([[[[0.1]]], [[[-0.7]]]])]
    cases = [
        {"kernel": kernel, "signed": signed}
        for kernel in (by_hand, *kernels)
        for signed in (True, False)
    ]
    results = [call(answer, **inputs) for inputs in cases]
    bounds = []
    for inputs, got in zip(cases, results):
        two = isinstance(got, tuple | list) and len(got) == 2
        require(two, inputs, got, "a number and an image", "return bound, image")
        bounds.append(numbers(got[0], inputs, advice="bound is a plain number, and comes first"))
    mistakes = [bound_mistakes(**inputs) for inputs in cases]
    wrong = [
        reason
        for reason in mistakes[0]
        if np.allclose(bounds, [one[reason] for one in mistakes], rtol=1e-5)
    ]
    for inputs, got, bound, one in zip(cases, results, bounds, mistakes):
        expected = output_bounds(**inputs).max()
        reason = "the largest over the output channels of the sum of |K_oit|"
        if not inputs["signed"]:
            reason = "for each output channel the larger of two sums, of the entries above zero and of those below; then max"
        reason = (*wrong, likely(bound, expected, one, reason))[0]
        require(
            np.isclose(bound, expected, rtol=1e-5),
            inputs,
            bound,
            f"the bound {expected:.4g}",
            reason,
        )
        check_image(inputs, got)


def bound_mistakes(kernel, signed):
    """Reason -> the bound that a typical mistake gives."""
    flat = kernel.reshape(len(kernel), -1)
    rising, falling, norms = (
        np.maximum(flat, 0).sum(1),
        np.maximum(-flat, 0).sum(1),
        abs(flat).sum(1),
    )
    right = output_bounds(kernel, signed)
    half = right.max() if signed else norms.max() / 2
    return {
        "this is the bound for signed images; pixels in [0, 1] cannot follow the signs of K": norms.max(),
        "this is the bound for images in [0, 1]: with signed=True the other sign helps too": output_bounds(
            kernel, False
        ).max(),
        "the absolute value counts: an output far below zero is large too": right.max()
        if signed
        else rising.max(),
        "outputs above zero are large too, by the positive entries": right.max()
        if signed
        else falling.max(),
        "half of the bound for signed images is reached only if both signs weigh the same": half,
        "the sum of |K_o| decides for signed images only: take the larger sum of every channel, then the maximum": (
            right[norms.argmax()]
        ),
        "every output channel counts, not the first alone": right[0],
        "every output channel counts, not the last alone": right[-1],
        "one output pixel belongs to one output channel: the maximum over o, not the sum": abs(
            kernel
        ).sum(),
        "both sums belong to one output channel: the maximum over o, not the sum": max(
            rising.sum(), falling.sum()
        ),
        "the largest over the output channels, not the smallest": right.min(),
        "this is the largest entry; an output pixel is a sum over the whole window": abs(
            kernel
        ).max(),
        "every input channel adds to the output: sum over them too": abs(kernel).sum((2, 3)).max(),
        "this is the Euclidean norm; with the maximum norm of images goes the sum of |K|": np.sqrt(
            (flat**2).sum(1)
        ).max(),
        "these are entries added with their signs; the image may choose its own signs": abs(
            flat.sum(1)
        ).max(),
        "the mean over the output channels; it is the worst one that counts": right.mean(),
    }


def output_bounds(kernel, signed):
    """The largest |output| of every output channel."""
    flat = kernel.reshape(len(kernel), -1)
    if signed:
        return abs(flat).sum(1)
    return np.maximum(np.maximum(flat, 0).sum(1), np.maximum(-flat, 0).sum(1))


def check_image(inputs, got):
    kernel, signed = inputs.values()
    shape = kernel.shape[1:]
    image = numbers(
        got[1], inputs, shape, "an image as large as the window: (c, height, width), no batch axis"
    ).astype(float)
    low = -1 if signed else 0
    inside = bool(((image >= low - 1e-6) & (image <= 1 + 1e-6)).all())
    reason = "only the signs of the kernel matter: put every pixel at an end of its range"
    if not signed and np.isfinite(image).all() and image.min() < 0:
        reason = (
            "with signed=False no pixel is negative: where the kernel would need -1, the best is 0"
        )
    require(inside, inputs, got, f"an image with entries in [{low}, 1]", reason)
    outputs = convolved(kernel, image)
    expected, reached = output_bounds(kernel, signed).max(), abs(outputs).max()
    reason = "the image has the signs of one K_o: the pixels that meet entries above zero are 1, the others at the other end"
    if abs(convolved(kernel, image[:, ::-1, ::-1].copy())).max() >= expected * (1 - 1e-6):
        reason = (
            "the image is flipped: PyTorch's convolution multiplies K and the window entry by entry"
        )
    elif not signed and np.array_equal(image, np.ones(shape)):
        reason = "entries of both signs cancel: leave out the pixels that meet the smaller of the two sums"
    elif any(np.allclose(image, choice) for one in kernel for choice in choices(one, signed)):
        reason = "this image is the worst one for another output channel or the other sign; take the one that gave the bound"
    elif any(np.allclose(image, one) for one in kernel / abs(kernel).max()) or any(
        np.allclose(image, o) for o in kernel
    ):
        reason = "this is the kernel itself; its signs are larger, and that is what counts"
    wanted = f"an image at which |K * X| reaches {expected:.4g}; at yours it is {reached:.4g}"
    require(reached >= expected * (1 - 1e-5), inputs, got, wanted, reason)


def convolved(kernel, image):
    """The outputs at the one position of the window."""
    return (
        functional.conv2d(torch.from_numpy(image)[None], torch.from_numpy(kernel)).flatten().numpy()
    )


def choices(one, signed):
    return (np.sign(one), -np.sign(one)) if signed else (one > 0, one < 0)


def random_parameters(answer):
    one, two = ((4, 2, 1, 3),), ((4, 2, 1, 3), (5, 7))
    for shapes, n, bias in (
        (one, 5, True),
        (one, 5, False),
        (two, 4, True),
        (LENET5, 1, False),
        (LENET5, 30, True),
    ):
        inputs = {"shapes": list(shapes), "n": n, "bias": bias}
        got = call(answer, **inputs)
        total, first = numbers(got, inputs, (2,), "return two numbers: total, first")
        layers = np.array([(one[1], one[0], math.prod(one[2:])) for one in shapes]).T
        c, o, taps = layers
        columns = c + bias
        expected = (
            sum(theory.random_parameters(n, *layer) for layer in zip(columns, o, taps)),
            n * (columns**2).sum(),
        )
        second = n * columns * o * taps
        wrong_first = {
            "n hidden channels for each input channel: n is missing": columns**2,
            "these are A's entries in the blocks, all that a mask can keep; the others are drawn too": n
            * columns,
            "A has no window: it is 1×1, its weights are not multiplied by the taps": n
            * columns**2
            * taps,
            "the outputs of A are the hidden channels, not the target's": columns * o * n,
            "n hidden channels for each input channel serve both signs, not 2n": 2 * n * columns**2,
            "a shape is (outputs, inputs, …)": n * (o + bias) ** 2,
        }
        if bias:
            wrong_first = {
                "a bias adds a constant channel: with its block, and its column of weights (A's bias vector)": n
                * c**2,
                "(c + 1)·n hidden units with c + 1 weights each: the constant block, or A's bias vector, is missing": (
                    n * c * columns
                ),
                "the constant channel has n hidden units, not one": (n * c + 1) * columns,
                "A's bias vector has an entry for every hidden unit, those of the image's channels too": n
                * c**2
                + n,
                "A's bias vector has an entry for every hidden unit, not for the constant block alone": n
                * c
                * columns
                + n,
            } | wrong_first
        else:
            wrong_first["with bias=False there is no constant channel"] = n * (c + 1) ** 2
        mistakes = {reason: value.sum() for reason, value in wrong_first.items()}
        mistakes["every layer has its pair: add them up"] = n * columns[0] ** 2
        mistakes["Linear layers have their pairs, too"] = n * (columns[taps > 1] ** 2).sum()
        mistakes["this is what the second layers have; first is about the 1×1 layers"] = (
            second.sum()
        )
        mistakes["the two are swapped: total first"] = expected[0]
        reason = "A of a layer: c·n hidden units, (c + 1)·n with biases, times its inputs: c, and 1 for the constant channel"
        wanted = f"first = {int(expected[1]):,}"
        right = np.isclose(first, expected[1], rtol=1e-9)
        require(right, inputs, got, wanted, likely(first, expected[1], mistakes, reason))

        wrong_second = {
            "total has both layers of each pair, and here one is missing": 0 * second,
            "B has a window: a weight for every tap": n * columns * o,
            "the constant channel's kernels are drawn with all taps, though one will do": n
            * (c * o * taps + o * bias),
            "B too has a block for the constant channel": n * c * o * taps,
            "B has no bias vector: the constant block of the hidden layer takes its place": second
            + o,
            "B reads the n hidden units of every channel: n is missing": columns * o * taps,
        }
        mistakes = {reason: expected[1] + value.sum() for reason, value in wrong_second.items()}
        mistakes["total is the sum of both layers, and A is missing"] = second.sum()
        mistakes["these are the target's parameters, times n; A is missing, and more"] = (
            n * (c * o * taps + o * bias).sum()
        )
        reason = "first plus the weights of the second layers: outputs · hidden units · taps, summed over the layers"
        wanted = f"total = {int(expected[0]):,}"
        right = np.isclose(total, expected[0], rtol=1e-9)
        require(right, inputs, got, wanted, likely(total, expected[0], mistakes, reason))


def safe_taps(answer):
    cases = [
        (8, 3, 1, 1),
        (8, 3, 2, 1),
        (7, 3, 2, 1),
        (28, 5, 1, 2),
        (6, 3, 1, 0),
        (8, 3, 1, 2),
        (7, 3, 3, 2),
        (9, 4, 2, 1),
    ]
    cases += [(5, 1, 1, 1), (1, 3, 1, 1), (10, 2, 5, 0)]
    cases = [dict(zip(("size", "kernel", "stride", "padding"), case)) for case in cases]
    results = [call(answer, **inputs) for inputs in cases]
    found = [list_of_taps(inputs, got) for inputs, got in zip(cases, results)]
    expected = [
        [t for t, pixels in enumerate(pixels_read(**inputs)) if is_inside(pixels, inputs)]
        for inputs in cases
    ]
    mistakes = [tap_mistakes(**inputs, expected=safe) for inputs, safe in zip(cases, expected)]
    mistakes = {
        reason: [one[reason] for one in mistakes] for reason in mistakes[0]
    }  # the same mistake in all cases
    for inputs, got, taps, safe in zip(cases, results, found, expected):
        reads = pixels_read(**inputs)
        extra, missing = sorted(set(taps) - set(safe)), sorted(set(safe) - set(taps))
        wanted = f"{safe}"
        if extra and 0 <= extra[0] < len(reads):
            outside = next(pixel for pixel in reads[extra[0]] if not is_inside([pixel], inputs))
            wanted += f": tap {extra[0]} reads pixel {outside} at some position, which is padding"
        elif missing:
            wanted += (
                f": tap {missing[0]} reads the pixels {show(reads[missing[0]])}, all in the image"
            )
        reason = equal_to(found, expected, mistakes, why_taps(taps, inputs["kernel"]))
        require(taps == safe, inputs, got, wanted, reason)


def list_of_taps(inputs, got):
    """The answer as a sorted list of ints."""
    try:
        array = np.asarray(sorted(got) if isinstance(got, set | frozenset) else got)
        listed = array.ndim == 1 and array.dtype.kind in "iuf" and bool((array % 1 == 0).all())
    except (ValueError, TypeError, RuntimeError):
        listed = False
    require(
        listed,
        inputs,
        got,
        "a list of taps",
        "return the taps themselves, whole numbers in a list; [] if there is none",
    )
    return sorted(int(tap) for tap in array)


def is_inside(pixels, inputs):
    return all(0 <= pixel < inputs["size"] for pixel in pixels)


def pixels_read(size, kernel, stride, padding):
    """For every tap the pixels that it reads, found by sliding the window over the padded pixel numbers."""
    line = torch.arange(-padding, size + padding)
    return line.unfold(0, kernel, stride).T.tolist()


def tap_mistakes(size, kernel, stride, padding, expected):
    """What some typical mistakes give."""
    taps = range(kernel)
    last = (size + 2 * padding - kernel) // stride  # number of the last position
    inside = lambda pixel: 0 <= pixel < size  # noqa: E731
    first = lambda tap: tap - padding  # noqa: E731
    end = lambda tap, position: position * stride + tap - padding  # noqa: E731
    always = lambda tap, upto: all(inside(end(tap, position)) for position in range(upto + 1))  # noqa: E731
    rounded_up = -((kernel - size - 2 * padding) // stride)
    return {
        "some of the taps read padding at the first or at the last position: leave them out": list(taps),
        "taps count from 0": [tap + 1 for tap in expected],
        "these are the taps that are NOT safe": [tap for tap in taps if tap not in expected],
        "a tap that reads the image at some positions is not enough: at all of them": [
            tap for tap in taps if any(inside(end(tap, position)) for position in range(last + 1))
        ],
        "the middle tap is neither always safe nor the only one": [kernel // 2],
        "the first position is not all: at the last one a tap may reach beyond the right border": [
            tap for tap in taps if inside(first(tap))
        ],
        "the right border counts, too: at the last position a tap may reach beyond it": [
            tap for tap in taps if first(tap) >= 0
        ],
        "all safe taps are wanted": expected[:1],
        "the last position is not all: at the first one a tap may reach beyond the left border": [
            tap for tap in taps if inside(end(tap, last))
        ],
        "the stride: position p begins at pixel p·stride - padding": [
            tap for tap in taps if padding <= tap <= kernel - 1 - padding
        ],
        "the padding on both sides makes more positions: (size + 2·padding - kernel) // stride + 1": [
            tap for tap in taps if always(tap, (size + padding - kernel) // stride)
        ],
        "a window that does not fit is left out: round the number of positions down": [
            tap for tap in taps if always(tap, rounded_up)
        ],
        "one position too many: positions run from 0 to their number minus 1": [
            tap for tap in taps if always(tap, last + 1)
        ],
        "one position is missing: the number of positions is (size + 2·padding - kernel) // stride, plus 1": [
            tap for tap in taps if always(tap, last - 1)
        ],
        "padding moves the window: tap t at position p reads pixel p·stride + t - padding": [
            tap for tap in taps if inside(last * stride + tap)
        ],
        "the last pixel has the number size - 1": [
            tap for tap in taps if 0 <= first(tap) and end(tap, last) <= size
        ],
        "pixel 0 is a pixel of the image, not padding": [tap for tap in taps if first(tap) > 0 and inside(end(tap, last))],
    }  # fmt: skip


def why_taps(found, kernel):
    if len(set(found)) < len(found):
        return "each tap once"
    if any(not 0 <= tap < kernel for tap in found):
        return f"a kernel of size {kernel} has the taps 0 to {kernel - 1}"
    return "tap t at position p reads pixel p·stride + t - padding: this must be in 0 … size - 1 at every position"


CHECKS = {
    "10.pair_shapes": (
        pair_shapes,
        "The width n is the only number that one chooses. And the constant channel needs no new kind of layer: its weights "
        "are the bias vector that PyTorch's convolution has anyway.",
    ),
    "10.effective_kernel": (
        effective_kernel,
        "Two masked random layers, read as one kernel for each sign. To compare a ticket with its target no image is "
        "needed, and the certificate of lesson 11 is computed from these two kernels.",
    ),
    "10.largest_output": (
        largest_output,
        "For signed images the lemma's bound is reached and cannot be improved. After a ReLU it can, at best by a factor "
        "of two, when both signs weigh the same.",
    ),
    "10.random_parameters": (
        random_parameters,
        "22.4 million random weights for the 107,786 parameters of LeNet-5, at n = 30: a factor of 6.9·n instead of n. "
        "The convolutions are innocent; it is the first layer of the pair for 784 inputs.",
    ),
    "10.safe_taps": (
        safe_taps,
        "For stride 1 these are the taps from padding to kernel - 1 - padding. With more padding there are none: this is "
        "why the ticket pads the image first and makes the constant channel afterwards.",
    ),
}
