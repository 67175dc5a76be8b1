"""Checks of exercise set 10."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

import math
from functools import partial

import numpy as np

from .exercise import Exercise
from .outcome import require, show

EXERCISES: dict[str, Exercise] = {}

# 10.pair_shapes ---------------------------------------------------------------------------------


def pair(
    shape, n, bias, units=lambda o, c, n, bias: (c + bias) * n, biased=lambda bias: bias,
    first=lambda o, c, hw, n, u: (u, c, 1, 1), first_bias=lambda o, c, hw, n, u: (u,),
    second=lambda o, c, hw, n, u: (o, u, *hw),
):  # fmt: skip
    """The three shapes, with another number u of hidden channels or other shapes."""
    o, c, *hw = shape
    known = o, c, hw, n, units(o, c, n, bias)
    return first(*known), first_bias(*known) if biased(bias) else None, second(*known)


def read_shapes(got, inputs):
    """Shapes as tuples of ints, anything else as it is."""
    found = list(got) if isinstance(got, tuple | list) else []
    require(len(found) == 3, inputs, got, "three shapes", "return first, first_bias, second")
    for place, part in enumerate(found):
        try:
            found[place] = tuple(size.__index__() for size in part)
        except (TypeError, AttributeError):
            pass
    return tuple(found)


def accept_shapes(found, **inputs):
    reasons = (
        "the 1×1 convolution reads the image, writes hidden channels: (hidden channels, c, 1, 1)",
        "PyTorch's bias vector has one entry for every hidden channel; without a bias it is None",
        "B reads all hidden channels and writes the target's: (c', hidden channels, height, width)",
    )
    names = "first", "first_bias", "second"
    for part, (mine, right) in enumerate(zip(found, pair(**inputs))):
        if mine != right:
            return f"{names[part]} = {right}", reasons[part], part


EXERCISES["10.pair_shapes"] = Exercise(
    cases=lambda: [dict(zip(("shape", "n", "bias"), case)) for case in (
        ((4, 3, 3, 3), 40, False), ((16, 6, 5, 5), 30, True), ((2, 1, 3, 5), 8, True),
        ((1, 5, 1, 1), 7, False), ((6, 1, 7, 2), 1, True))],
    draw=lambda rng: dict(shape=tuple(map(int, rng.integers(1, 7, 4))), n=int(rng.integers(1, 9)),
                          bias=bool(rng.integers(2))),
    answer=pair, read=read_shapes, accept=accept_shapes,
    mistakes={reason: partial(pair, units=units) for reason, units in {
        "n hidden channels for every input channel, c·n of them, not n": lambda o, c, n, bias: n,
        "both signs are served by the same block: n hidden channels per input channel, not 2n":
            lambda o, c, n, bias: 2 * (c + bias) * n,
        "n hidden channels for each INPUT channel, not for each output channel":
            lambda o, c, n, bias: o * n,
        "the constant channel has a block too: n more hidden channels": lambda o, c, n, bias: c * n,
        "the constant channel has a whole block, n hidden channels, not one":
            lambda o, c, n, bias: c * n + bias,
        "without a bias there is no constant channel and no block for it":
            lambda o, c, n, bias: (c + 1) * n,
    }.items()} | {reason: partial(pair, first=first) for reason, first in {
        "the constant channel is no channel of the image: its weights are first_bias, no column":
            lambda o, c, hw, n, u: (u, u // n, 1, 1),
        "the first convolution is 1×1; the target's kernel size belongs to the second":
            lambda o, c, hw, n, u: (u, c, *hw),
        "PyTorch's order is (outputs, inputs, 1, 1), and the hidden channels are the outputs of A":
            lambda o, c, hw, n, u: (c, u, 1, 1),
        "A is no grouped convolution: a hidden channel has a weight for every channel":
            lambda o, c, hw, n, u: (u, 1, 1, 1),
        "this is the shape of the second weight: return first, first_bias, second":
            lambda o, c, hw, n, u: (o, u, *hw),
        "a Conv2d weight has four axes, for a 1×1 kernel too: (…, …, 1, 1)":
            lambda o, c, hw, n, u: (u, c),
    }.items()} | {reason: partial(pair, first_bias=first_bias) for reason, first_bias in {
        "A needs the bias vector: its entries are the weights of the constant channel":
            lambda o, c, hw, n, u: None,
        "a bias vector has an entry for every hidden channel; keeping only n is the mask's part":
            lambda o, c, hw, n, u: (n,),
        "the constant block has biases, too: every hidden channel has an entry":
            lambda o, c, hw, n, u: (c * n,),
        "this is the length of the target's bias; A's has an entry for every hidden channel":
            lambda o, c, hw, n, u: (o,),
        "a shape is a tuple: (k,) with the comma": lambda o, c, hw, n, u: u,
    }.items()} | {reason: partial(pair, second=second) for reason, second in {
        "PyTorch's order is (outputs, inputs, height, width)": lambda o, c, hw, n, u: (u, o, *hw),
        "B has the target's window, only A is 1×1": lambda o, c, hw, n, u: (o, u, 1, 1),
        "B reads the hidden channels, not the image": lambda o, c, hw, n, u: (o, c, *hw),
        "the kernel's height comes before its width": lambda o, c, hw, n, u: (o, u, *hw[::-1]),
        "a window need not be square: its height, then its width":
            lambda o, c, hw, n, u: (o, u, hw[0], hw[0]),
    }.items()} | {
        "without a bias there is no constant channel: first_bias is None":
            partial(pair, biased=lambda bias: True),
    },
    insight="The width n is the only number that one chooses. And the constant channel needs no "
    "new kind of layer: its weights are the bias vector that PyTorch's convolution has anyway.",
)  # fmt: skip

# 10.effective_kernel ----------------------------------------------------------------------------

combined, CUTS = partial(np.einsum, "uc,ouhw->ochw"), (np.maximum, np.minimum)


def kernels(A, B):
    """V⁺ and V⁻ of two layers whose pruned weights are 0."""
    return tuple(combined(cut(A[:, :, 0, 0], 0), B) for cut in CUTS)


def masked(change=kernels, ignored=(False, False)):
    """The answer change(A, B) of the masked weights; an ignored mask keeps all of them."""
    return lambda first, first_mask, second, second_mask: change(
        first * (first_mask | ignored[0]), second * (second_mask | ignored[1])
    )


def in_blocks(sees, weights):
    """The kernels if unit u sees the channel sees(u, channels, units)."""

    def answer(first, first_mask, second, second_mask):
        units, channels = first.shape[:2]
        own = sees(np.arange(units), channels, units)[:, None] == np.arange(channels)
        A = weights(first, first * first_mask) * own[..., None, None]
        return kernels(A, second * second_mask)

    return answer


def kernel_cases():
    cases, rng = [], np.random.default_rng(10)
    small = [[0.5], [-0.4], [0.8]], [[1], [1], [0]]
    small += [[[0.6, -0.2], [0.5, 1.0], [-0.3, 0.9]]], [[[1, 1], [0, 1], [1, 0]]]
    mixed = [[0.3, 0.5], [-0.6, 0.2], [0.8, -0.9], [0.4, -0.7]], [[0, 1], [1, 0], [1, 0], [0, 1]]
    mixed += [[[0.5], [-0.3], [0.25], [0.6]]], [[[1]] * 4]  # blocks neither in order nor in turn
    for first, own, second, kept in (small, mixed):
        first, second = np.array(first)[..., None, None], np.array(second)[:, :, None]
        masks = np.array(own, bool)[..., None, None], np.array(kept, bool)[:, :, None]
        cases.append(dict(first=first, first_mask=masks[0], second=second, second_mask=masks[1]))
    sizes = (2, 2, 6, 2, 3), (1, 3, 6, 1, 1), (3, 2, 7, 3, 1), (2, 1, 4, 2, 2)
    return cases + [draw_kernels(rng, *size) for size in sizes]


def draw_kernels(rng, outputs=2, channels=3, units=7, height=2, width=3):
    sees = rng.permutation(np.arange(units) % channels)
    own = (sees[:, None] == np.arange(channels)) & (rng.random(units) < 0.8)[:, None]
    first = rng.uniform(-1, 1, (units, channels, 1, 1)).round(2)
    second = rng.uniform(-1, 1, (outputs, units, height, width)).round(2)
    masks = own[..., None, None], rng.random(second.shape) < 0.6
    return dict(first=first, first_mask=masks[0], second=second, second_mask=masks[1])


def accept_kernels(found, **inputs):
    for part, (mine, right) in enumerate(zip(found, masked()(**inputs))):
        for place in map(tuple, np.argwhere(~np.isclose(mine, right, atol=1e-6))):
            entry = f"{('positive', 'negative')[part]}[{', '.join(map(str, place))}]"
            wanted = f"{entry} = {show(float(right[place]))}, yours is {show(float(mine[place]))}"
            reason = "each entry sums A·B over the kept units, A > 0 (positive) or A < 0 (negative)"
            return wanted, reason, part


EXERCISES["10.effective_kernel"] = Exercise(
    cases=kernel_cases, draw=draw_kernels, answer=masked(), accept=accept_kernels, atol=1e-6,
    mistakes={reason: masked(change) for reason, change in {
        "the two are swapped: positive, then negative": lambda A, B: kernels(A, B)[::-1],
        "this is positive again; V⁻ sums the units with A < 0": lambda A, B: kernels(A, B)[:1] * 2,
        "this sums over all units; a unit is active for one sign of the input only, that of its A":
            lambda A, B: (combined(A[:, :, 0, 0], B),) * 2,
        "both factors count: A·B, and A is missing": lambda A, B: kernels(np.sign(A), B),
        "A·B, with A once: σ(A·x) is A·x for active units": lambda A, B: kernels(abs(A) * A, B),
        **{f"PyTorch's convolution does not flip the kernel{more}":
            lambda A, B, axes=axes: kernels(A, np.flip(B, axes)) for more, axes in (
                ("", (2, 3)), (", nor its rows", 2), (", nor its columns", 3))},
        "the sign of A decides which inputs a unit serves, not that of B, nor that of A·B":
            lambda A, B: tuple(combined(A[:, :, 0, 0], cut(B, 0)) for cut in CUTS),
        "the units are split by the sign of A; the sign of the product does not matter":
            lambda A, B: tuple(
                cut(A[:, :, 0, 0].T[None, ..., None, None] * B[:, None], 0).sum(2) for cut in CUTS),
        "the sign: σ(A·x) = -A·X⁻ for A < 0, and g has this minus in front of V⁻: V⁻ sums A·B":
            lambda A, B: (kernels(A, B)[0], -kernels(A, B)[1]),
        "a hidden channel sees one input channel, and serves its kernel only":
            lambda A, B: kernels(A.sum(1)[:, None] + 0 * A, B),
    }.items()} | {
        "A's mask is missing: what is pruned in the first layer passes nothing":
            masked(ignored=(True, False)),
        "B's mask is missing": masked(ignored=(False, True)),
        "both masks are missing": masked(ignored=(True, True)),
        "A's mask is missing, and V⁻ sums A·B, not |A|·B: the minus is in g's formula":
            masked(lambda A, B: (kernels(A, B)[0], -kernels(A, B)[1]), (True, False)),
    } | {
        "hidden channels come in any order: A's mask says which channel each one sees, not "
        + where + more: in_blocks(sees, weights)
        for where, sees in {
            "its place in the list": lambda u, channels, units: u // max(1, units // channels),
            "its turn": lambda u, channels, units: u % channels,
        }.items()
        for more, weights in {
            "": lambda first, A: A,
            "; the kept entry of A is in the mask's column": lambda first, A: A.sum(1)[:, None],
            "; and other entries of A are pruned": lambda first, A: first,
        }.items()
    },
    kind="two arrays",
    advice=("return positive, negative: the kernels have the shape of the target's: (outputs, "
            "inputs, height, width)",) * 2,
    insight="Two masked random layers, read as one kernel for each sign. To compare a ticket with "
    "its target no image is needed, and the certificate of lesson 11 is computed from these two "
    "kernels.",
)  # fmt: skip

# 10.largest_output ------------------------------------------------------------------------------


def largest_cases():
    rng = np.random.default_rng(3)
    by_hand = np.array([[[[0.5, -0.4, 0.1]]], [[[0.1, -0.3, -0.4]]]])
    drawn = [rng.uniform(-1, 1, (2, 2, 3, 3)).round(2), -rng.random((1, 1, 2, 3)).round(2)]
    drawn += [rng.normal(size=(3, 4, 1, 2)).round(2), np.array([[[[0.1]]], [[[-0.7]]]])]
    kernels = by_hand, -by_hand, *drawn
    return [dict(kernel=kernel, signed=signed) for kernel in kernels for signed in (True, False)]


def candidates(kernel, signed):
    """Images that are worst for a channel and a sign, and what they give."""
    images = (np.sign(kernel), -np.sign(kernel)) if signed else (kernel > 0.0, kernel < 0.0)
    outputs = [abs((kernel * image).sum((1, 2, 3))) for image in images]
    return np.concatenate(images) * 1.0, np.concatenate(outputs)


def largest_output(kernel, signed):
    images, outputs = candidates(kernel, signed)
    return outputs.max(), images[outputs.argmax()]


def norms(kernel):
    return abs(kernel).sum((1, 2, 3))


def accept_largest(found, kernel, signed):
    (bound, image), right = found, largest_output(kernel, signed)[0]
    if not np.isclose(bound, right, rtol=1e-5):
        sums = "sum of |K_oit|" if signed else "larger of two sums, of entries above and below zero"
        return f"the bound {right:.4g}", f"for each output channel the {sums}; then max", 0
    low = -1 if signed else 0
    if not ((image >= low - 1e-6) & (image <= 1 + 1e-6)).all():
        reason = "only the signs of the kernel matter: put every pixel at an end of its range"
        return f"an image with entries in [{low}, 1]", reason, 1
    reached = abs((kernel * image).sum((1, 2, 3))).max()
    if reached < right * (1 - 1e-5):
        reason = "the image has the signs of one K_o: 1 at entries above zero, else the other end"
        if any(np.allclose(image, other) for other in candidates(kernel, signed)[0]):
            reason = "this is the worst image for another output channel or the other sign; take "
            reason += "the one that gave the bound"
        wanted = f"an image at which |K * X| reaches {right:.4g}; at yours it is {reached:.4g}"
        return wanted, reason, 1


def instead(
    kernel, signed, bound=lambda K, signed, right: right, image=lambda K, signed, right: right
):
    """An answer with another bound or another image than the right one."""
    right = largest_output(kernel, signed)
    return bound(kernel, signed, right[0]), image(kernel, signed, right[1])


EXERCISES["10.largest_output"] = Exercise(
    cases=largest_cases, answer=largest_output, accept=accept_largest,
    draw=lambda rng: dict(kernel=rng.normal(size=rng.integers(1, 4, 4)),
                          signed=bool(rng.integers(2))),
    mistakes={
        "this is the bound for signed images; pixels in [0, 1] cannot follow the signs of K":
            lambda kernel, signed: largest_output(kernel, True),
        "this is the bound for images in [0, 1]: with signed=True the other sign helps too":
            lambda kernel, signed: largest_output(kernel, False),
        "the sum of |K_o| decides for signed images only: take every channel's larger sum":
            lambda kernel, signed: largest_output(kernel[[norms(kernel).argmax()]], signed),
        **{f"every output channel counts, not the {name} alone":
            lambda kernel, signed, o=o: largest_output(kernel[[o]], signed)
            for name, o in (("first", 0), ("last", -1))},
    } | {reason: partial(instead, bound=bound) for reason, bound in {
        "the absolute value counts: an output far below zero is large too":
            lambda K, signed, right: right if signed else norms(K.clip(min=0)).max(),
        "outputs above zero are large too, by the positive entries":
            lambda K, signed, right: right if signed else norms(K.clip(max=0)).max(),
        "half of the bound for signed images is reached only if both signs weigh the same":
            lambda K, signed, right: right if signed else norms(K).max() / 2,
        "one output pixel belongs to one output channel: the maximum over o, not the sum":
            lambda K, signed, right: norms(K).sum(),
        "both sums belong to one output channel: the maximum over o, not the sum":
            lambda K, signed, right: right if signed else max(
                K.clip(min=0).sum(), -K.clip(max=0).sum()),
        "the largest over the output channels, not the smallest": lambda K, signed, right:
            min(largest_output(one[None], signed)[0] for one in K),
        "the mean over the output channels; it is the worst one that counts":
            lambda K, signed, right: np.mean(
                [largest_output(one[None], signed)[0] for one in K]),
        "this is the largest entry; an output pixel is a sum over the whole window":
            lambda K, signed, right: abs(K).max(),
        "every input channel adds to the output: sum over them too": lambda K, signed, right:
            largest_output(K.reshape(-1, 1, *K.shape[2:]), signed)[0],
        "this is the Euclidean norm; with the maximum norm of images goes the sum of |K|":
            lambda K, signed, right: np.sqrt(norms(K**2)).max(),
        "these are entries added with their signs; the image may choose its own signs":
            lambda K, signed, right: abs(K.sum((1, 2, 3))).max(),
    }.items()} | {reason: partial(instead, image=image) for reason, image in {
        "with signed=False no pixel is negative: where the kernel would need -1, the best is 0":
            lambda K, signed, right: largest_output(K, True)[1],
        "the image is flipped: PyTorch's convolution multiplies K and the window entry by entry":
            lambda K, signed, right: right[:, ::-1, ::-1],
        "entries of both signs cancel: leave out the pixels that meet the smaller of the two sums":
            lambda K, signed, right: right if signed else np.ones(right.shape),
        "this is the kernel itself; its signs are larger, and that is what counts":
            lambda K, signed, right: K[norms(K).argmax()],
    }.items()},
    kind="a number and an image",
    advice=("return bound, image: bound is a plain number, and comes first",
            "an image as large as the window: (c, height, width), no batch axis"),
    insight="For signed images the lemma's bound is reached and cannot be improved. After a ReLU "
    "it can, at best by a factor of two, when both signs weigh the same.",
)  # fmt: skip

# 10.random_parameters ---------------------------------------------------------------------------

LENET5 = [(6, 1, 5, 5), (16, 6, 5, 5), (120, 784), (84, 120), (10, 84)]


def counts(
    shapes, n, bias, first=lambda n, o, c, t, k: n * k**2,
    second=lambda n, o, c, t, k: n * k * o * t, change=lambda total, first: (total, first),
    layers=lambda shapes: shapes,
):  # fmt: skip
    """Both numbers, by other numbers of one layer: t taps, k = c or c + 1 with the constant."""
    known = [(n, o, c, math.prod(window), c + bias) for o, c, *window in layers(shapes)]
    in_first = sum(first(*layer) for layer in known)
    return change(in_first + sum(second(*layer) for layer in known), in_first)


def accept_counts(found, **inputs):
    """`first` is judged before `total`, which contains it."""
    right = counts(**inputs)
    reasons = (
        "first plus the weights of the second layers: outputs · hidden units · taps, summed over "
        "the layers",
        "A of a layer: c·n hidden units, (c + 1)·n with biases, times its inputs: c, and 1 for "
        "the constant channel",
    )
    for part, name in ((1, "first"), (0, "total")):
        if not np.isclose(found[part], right[part], rtol=1e-9):
            return f"{name} = {right[part]:,}", reasons[part], part


EXERCISES["10.random_parameters"] = Exercise(
    cases=lambda: [dict(zip(("shapes", "n", "bias"), case)) for case in (
        ([(4, 2, 1, 3)], 5, True), ([(4, 2, 1, 3)], 5, False), ([(4, 2, 1, 3), (5, 7)], 4, True),
        (LENET5, 1, False), (LENET5, 30, True))],
    draw=lambda rng: dict(shapes=[tuple(map(int, rng.integers(1, 6, axes))) for axes in (4, 2, 4)],
                          n=int(rng.integers(1, 9)), bias=bool(rng.integers(2))),
    answer=counts, accept=accept_counts, rtol=1e-9,
    mistakes={reason: partial(counts, first=first) for reason, first in {
        "n hidden channels for each input channel: n is missing": lambda n, o, c, t, k: k**2,
        "these are A's entries in the blocks, all that a mask can keep; the others are drawn too":
            lambda n, o, c, t, k: n * k,
        "A has no window: it is 1×1, its weights are not multiplied by the taps":
            lambda n, o, c, t, k: n * k**2 * t,
        "the outputs of A are hidden channels, not the target's": lambda n, o, c, t, k: n * k * o,
        "n hidden channels for each input channel serve both signs, not 2n":
            lambda n, o, c, t, k: 2 * n * k**2,
        "a shape is (outputs, inputs, …)": lambda n, o, c, t, k: n * (o + k - c) ** 2,
        "a bias adds a constant channel: its block, and its column of weights (A's bias vector)":
            lambda n, o, c, t, k: n * c**2,
        "(c + 1)·n hidden units with c + 1 weights each: constant block or bias vector is missing":
            lambda n, o, c, t, k: n * c * k,
        "the constant channel has n units, not one": lambda n, o, c, t, k: (n * c + k - c) * k,
        "A's bias vector has an entry for every hidden unit, those of the image's channels too":
            lambda n, o, c, t, k: n * (c**2 + k - c),
        "A's bias vector has an entry for every hidden unit, not for the constant block alone":
            lambda n, o, c, t, k: n * (c * k + k - c),
        "with bias=False there is no constant channel": lambda n, o, c, t, k: n * (c + 1) ** 2,
        "Linear layers have their pairs, too": lambda n, o, c, t, k: n * k**2 * (t > 1),
    }.items()} | {reason: partial(counts, second=second) for reason, second in {
        "total has both layers of each pair, and here one is missing": lambda n, o, c, t, k: 0,
        "B has a window: a weight for every tap": lambda n, o, c, t, k: n * k * o,
        "the constant channel's kernels are drawn with all taps, though one will do":
            lambda n, o, c, t, k: n * o * (c * t + k - c),
        "B too has a block for the constant channel": lambda n, o, c, t, k: n * c * o * t,
        "B has no bias vector: the constant block of the hidden layer takes its place":
            lambda n, o, c, t, k: n * k * o * t + o,
        "B reads n hidden units of every channel: n is missing": lambda n, o, c, t, k: k * o * t,
        "these are the target's parameters, times n; A is missing, and more":
            lambda n, o, c, t, k: n * o * (c * t + k - c) - n * k**2,
    }.items()} | {
        "every layer has its pair: add them up": partial(counts, layers=lambda shapes: shapes[:1]),
        "this is what the second layers have; first is about the 1×1 layers":
            partial(counts, change=lambda total, first: (total, total - first)),
        "the two are swapped: total first":
            partial(counts, change=lambda total, first: (first, total)),
        "total is the sum of both layers, and A is missing":
            partial(counts, change=lambda total, first: (total - first, first)),
    },
    kind="two numbers", advice="return two numbers: total, first",
    insight="22.4 million random weights for the 107,786 parameters of LeNet-5, at n = 30: a "
    "factor of 6.9·n instead of n. The convolutions are innocent; it is the first layer of the "
    "pair for 784 inputs.",
)  # fmt: skip

# 10.safe_taps -----------------------------------------------------------------------------------


def taps(
    size, kernel, stride, padding, positions=lambda last: range(last + 1), safe=all,
    inside=lambda pixel, size: 0 <= pixel < size, change=lambda found, kernel: found,
    last=lambda room, padding, stride: room // stride,
):  # fmt: skip
    """The taps that read the image at all positions, or what some mistakes make of them."""
    end = last(size + 2 * padding - kernel, padding, stride)
    reads = {tap: [p * stride + tap - padding for p in positions(end)] for tap in range(kernel)}
    found = [tap for tap in reads if safe(inside(pixel, size) for pixel in reads[tap])]
    return change(found, kernel)


def read_taps(got, inputs):
    """The answer as a sorted list of ints."""
    try:
        array = np.asarray(sorted(got) if isinstance(got, set | frozenset) else got)
        listed = array.ndim == 1 and array.dtype.kind in "iuf" and (array % 1 == 0).all()
    except (ValueError, TypeError, RuntimeError):
        listed = False
    advice = "return the taps themselves, whole numbers in a list; [] if there is none"
    require(listed, inputs, got, "a list of taps", advice)
    return sorted(int(tap) for tap in array)


def accept_taps(found, size, kernel, stride, padding):
    right = taps(size, kernel, stride, padding)
    if found == right:
        return None
    wanted, end = f"{right}", size + 2 * padding - kernel
    for tap in sorted({*found} ^ {*right})[:1]:
        reads = list(range(tap - padding, tap - padding + end + 1, stride))
        wanted += f": tap {tap} reads the pixels {show(reads)}, all in the image"
        if tap not in right:
            outside = next((pixel for pixel in reads if not 0 <= pixel < size), "outside")
            wanted = f"{right}: tap {tap} reads pixel {outside} at some position, which is padding"
    reason = "tap t at position p reads pixel p·stride + t - padding: this must be in 0 … size - 1 "
    reason += "at every position"
    if len({*found}) < len(found):
        reason = "each tap once"
    if not {*found} <= {*range(kernel)}:
        reason = f"a kernel of size {kernel} has the taps 0 to {kernel - 1}"
    return wanted, reason


EXERCISES["10.safe_taps"] = Exercise(
    cases=lambda: [dict(zip(("size", "kernel", "stride", "padding"), case)) for case in (
        (8, 3, 1, 1), (8, 3, 2, 1), (7, 3, 2, 1), (28, 5, 1, 2), (6, 3, 1, 0), (8, 3, 1, 2),
        (7, 3, 3, 2), (9, 4, 2, 1), (5, 1, 1, 1), (1, 3, 1, 1), (10, 2, 5, 0))],
    draw=lambda rng: dict(size=int(rng.integers(4, 10)), kernel=int(rng.integers(1, 5)),
                          stride=int(rng.integers(1, 4)), padding=int(rng.integers(0, 3))),
    answer=taps, read=read_taps, accept=accept_taps,
    mistakes={reason: partial(taps, **changes) for reason, changes in {
        "some of the taps read padding at the first or at the last position: leave them out":
            dict(change=lambda found, kernel: list(range(kernel))),
        "taps count from 0": dict(change=lambda found, kernel: [tap + 1 for tap in found]),
        "these are the taps that are NOT safe":
            dict(change=lambda found, kernel: sorted({*range(kernel)} - {*found})),
        "all safe taps are wanted": dict(change=lambda found, kernel: found[:1]),
        "the middle tap need not be safe, nor alone":
            dict(change=lambda found, kernel: [kernel // 2]),
        "a tap must read the image at all positions, not at some of them": dict(safe=any),
        "the first position is not all: at the last one a tap may reach beyond the right border":
            dict(positions=lambda last: [0]),
        "the last position is not all: at the first one a tap may reach beyond the left border":
            dict(positions=lambda last: [last]),
        "one position too many: positions run from 0 to their number minus 1":
            dict(positions=lambda last: range(last + 2)),
        "one position is missing: there are (size + 2·padding - kernel) // stride, plus 1":
            dict(positions=range),
        "the right border counts, too: at the last position a tap may reach beyond it":
            dict(inside=lambda pixel, size: pixel >= 0),
        "the last pixel is number size - 1": dict(inside=lambda pixel, size: 0 <= pixel <= size),
        "pixel 0 is in the image, no padding": dict(inside=lambda pixel, size: 0 < pixel < size),
        "the padding on both sides makes more positions: (size + 2·padding - kernel) // stride + 1":
            dict(last=lambda room, padding, stride: (room - padding) // stride),
        "a window that does not fit is left out: round the number of positions down":
            dict(last=lambda room, padding, stride: math.ceil(room / stride)),
    }.items()} | {
        "the stride: position p begins at pixel p·stride - padding":
            lambda size, kernel, stride, padding: list(range(padding, kernel - padding)),
        "padding moves the window: tap t at position p reads pixel p·stride + t - padding":
            lambda size, kernel, stride, padding: [
                tap for tap in range(kernel)
                if (size + 2 * padding - kernel) // stride * stride + tap < size],
    },
    insight="For stride 1 these are the taps from padding to kernel - 1 - padding. With more "
    "padding there are none: this is why the ticket pads the image first and makes the constant "
    "channel afterwards.",
)  # fmt: skip
