import numpy as np


def all_masks(n):
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(bool)


def greedy(items, target):
    mask, rest = np.zeros(len(items), bool), target
    for i in np.argsort(-abs(items)):
        if abs(rest - items[i]) < abs(rest):
            mask[i], rest = True, rest - items[i]
    return mask


def without_the_empty_subset(items, target):
    masks = all_masks(len(items))[1:]
    return masks[abs(target - masks @ items).argmin()]


def without_the_full_subset(items, target):
    masks = all_masks(len(items))[:-1]
    return masks[abs(target - masks @ items).argmin()]


def at_most_five(items, target):
    masks = all_masks(len(items))
    masks = masks[masks.sum(1) <= 5]
    return masks[abs(target - masks @ items).argmin()]


def mask_and_error(items, target):
    return all_masks(len(items))[0], 0.0


def prints_it(items, target):
    print(all_masks(len(items))[0])


def indices_of_the_kept(items, target):
    masks = all_masks(len(items))
    return np.flatnonzero(masks[abs(target - masks @ items).argmin()])


def best_sum(items, target):
    sums = all_masks(len(items)) @ items
    return sums[abs(target - sums).argmin()]


def breaks_on_negative_items(items, target):
    return np.array([{0.5: True, 0.7: False}[x] for x in items])


def without_the_absolute_value(items, target):
    masks = all_masks(len(items))
    return masks[(target - masks @ items).argmin()]


def reversed_bits(items, target):
    return right(items, target)[::-1]


def inverted(items, target):
    return ~right(items, target)


def right(items, target):
    masks = all_masks(len(items))
    return masks[abs(target - masks @ items).argmin()]


def at_most_eight(items, target):
    masks = all_masks(len(items))
    masks = masks[masks.sum(1) <= 8]
    return masks[abs(target - masks @ items).argmin()]


def improves_one_by_one(items, target):
    """Local search: flips one item or swaps two as long as that helps."""
    mask, n = np.zeros(len(items), bool), len(items)
    while True:
        flips = [
            np.isin(np.arange(n), chosen)
            for i in range(n)
            for chosen in ([i], *([i, j] for j in range(i)))
        ]
        best = min((mask ^ flip for flip in flips), key=lambda m: abs(target - items[m].sum()))
        if abs(target - items[best].sum()) >= abs(target - items[mask].sum()) - 1e-15:
            return mask
        mask = best


def from_above_only(items, target):
    masks = all_masks(len(items))
    sums = masks @ items
    return masks[np.where(sums >= target, sums, np.inf).argmin()]


def no_relu(x, a, b, mask):
    return x * (a * b * mask).sum()


def no_mask(x, a, b, mask):
    return np.maximum(x[:, None] * a, 0) @ b


def relu_of_the_sum(x, a, b, mask):
    return np.maximum((x[:, None] * a) @ (b * mask), 0)


def inverted_mask(x, a, b, mask):
    return np.maximum(x[:, None] * a, 0) @ (b * ~mask)


def swapped(x, a, b, mask):
    return np.maximum(x[:, None] * b, 0) @ (a * mask)


def size_of_the_input(x, a, b, mask):
    return np.abs(x[:, None] * a) @ (b * mask)


def positive_inputs_only(x, a, b, mask):
    return np.maximum(x, 0) * (np.maximum(a, 0) * b * mask).sum()


def one_number(x, a, b, mask):
    return (np.maximum(x[:, None] * a, 0) @ (b * mask)).sum()


WRONG = {
    "00.best_mask": [
        (greedy, "not all subsets were tried"),
        (without_the_empty_subset, "target = -1\n.*an error of 1"),
        (without_the_full_subset, r"items = \[0.3, 0.4, 0.2\], target = 2\n.*the full one"),
        (at_most_five, "target = 4.4\n.*not all subsets were tried"),
        (at_most_eight, "not all subsets were tried"),
        (improves_one_by_one, "not all subsets were tried"),
        (from_above_only, "not all subsets were tried|absolute value"),
        (without_the_absolute_value, "absolute value"),
        (reversed_bits, "the mask is reversed"),
        (inverted, "the mask is inverted"),
        (mask_and_error, "an array of shape .*a tuple"),
        (prints_it, "you returned None.*no `return`"),
        (indices_of_the_kept, r"an array of shape \(3,\).*indices"),
        (best_sum, "you returned 0.3.*expected an array"),
        (
            breaks_on_negative_items,
            r"your code raised KeyError: .*-0.2.*, in line \d+ of .*: return np.array",
        ),
    ],
    "00.pruned_output": [
        (no_relu, "ReLU is missing"),
        (no_mask, "the mask was not applied"),
        (relu_of_the_sum, "not on the sum"),
        (inverted_mask, "the mask is inverted"),
        (swapped, "a and b are swapped"),
        (size_of_the_input, "ReLU acts on"),
        (positive_inputs_only, "ReLU acts on"),
        (one_number, r"an array of shape \(4,\)"),
    ],
}
