import numpy as np
import torch
from torch import nn


def kept_of(values, keep_fraction):
    """Zeros and ones that keep the largest values."""
    mask = torch.zeros(values.numel())
    mask[
        values.detach().flatten().argsort(descending=True)[: round(keep_fraction * values.numel())]
    ] = 1.0
    return mask.view_as(values)


def straight_through(mask, path):
    return mask + (path - path.detach())


def top_signed(scores, keep_fraction):
    return straight_through(kept_of(scores, keep_fraction), scores.abs())


def top_smallest(scores, keep_fraction):
    return straight_through(kept_of(-scores.abs(), keep_fraction), scores.abs())


def top_removed(scores, keep_fraction):
    return straight_through(kept_of(scores.abs(), 1 - keep_fraction), scores.abs())


def top_upside_down(scores, keep_fraction):
    return straight_through(1 - kept_of(scores.abs(), keep_fraction), scores.abs())


def top_cut_off(scores, keep_fraction):
    return kept_of(scores.abs(), int(keep_fraction * scores.numel()) / scores.numel())


def top_per_row(scores, keep_fraction):
    rows = scores.reshape(-1, scores.shape[-1])
    mask = torch.stack([kept_of(row.abs(), keep_fraction) for row in rows]).view_as(scores)
    return straight_through(mask, scores.abs())


def top_slice_from_the_end(scores, keep_fraction):
    mask = torch.zeros(scores.numel())
    mask[scores.abs().flatten().argsort()[-round(keep_fraction * scores.numel()) :]] = 1.0
    return mask.view_as(scores)


def top_threshold(scores, keep_fraction):
    count = round(keep_fraction * scores.numel())
    ordered = scores.abs().flatten().sort(descending=True).values
    return (scores.abs() >= ordered[count - 1]).float() if count else torch.zeros_like(scores)


def top_without_gradient(scores, keep_fraction):
    return kept_of(scores.abs(), keep_fraction)


def top_of_a_leaf(scores, keep_fraction):
    return kept_of(scores.abs(), keep_fraction).requires_grad_()


def top_gradient_of_the_kept(scores, keep_fraction):
    mask = kept_of(scores.abs(), keep_fraction)
    return straight_through(mask, scores.abs() * mask)


def top_gradient_without_sign(scores, keep_fraction):
    return straight_through(kept_of(scores.abs(), keep_fraction), scores)


def top_gradient_clipped(scores, keep_fraction):
    return straight_through(kept_of(scores.abs(), keep_fraction), scores.abs().clamp(max=0.65))


def top_gradient_clipped_at_one(scores, keep_fraction):
    return straight_through(kept_of(scores.abs(), keep_fraction), scores.clamp(-1, 1).abs())


def top_gradient_of_the_square(scores, keep_fraction):
    return straight_through(kept_of(scores.abs(), keep_fraction), scores**2 / 2)


def top_gradient_of_the_kept_without_sign(scores, keep_fraction):
    mask = kept_of(scores.abs(), keep_fraction)
    return straight_through(mask, scores * mask)


def top_gradient_backwards(scores, keep_fraction):
    return straight_through(kept_of(scores.abs(), keep_fraction), -scores.abs())


def top_and_value(scores, keep_fraction):
    return kept_of(scores.abs(), keep_fraction) + scores.abs()


def top_scores(scores, keep_fraction):
    return scores * kept_of(scores.abs(), keep_fraction)


def top_sigmoid(scores, keep_fraction):
    return torch.sigmoid(10 * (kept_of(scores.abs(), keep_fraction) - 0.5))


def top_sparse(scores, keep_fraction):
    return kept_of(scores.abs(), keep_fraction).to_sparse()


def top_bool(scores, keep_fraction):
    return kept_of(scores.abs(), keep_fraction).bool()


def top_numpy(scores, keep_fraction):
    return kept_of(scores.abs(), keep_fraction).numpy()


def top_positions(scores, keep_fraction):
    return scores.abs().flatten().argsort()[: round(keep_fraction * scores.numel())]


class WrongBackward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, keep_fraction):
        return kept_of(scores.abs(), keep_fraction)

    @staticmethod
    def backward(ctx, gradient):
        return gradient


class BrokenBackward(WrongBackward):
    @staticmethod
    def backward(ctx, gradient):
        return gradient * ctx.scores.sign(), None


def gradient_without_weights(x, weights, upstream, scores):
    return upstream.T @ x * np.sign(scores)


def gradient_without_sign(x, weights, upstream, scores):
    return upstream.T @ x * weights


def gradient_of_the_weights(x, weights, upstream, scores):
    return upstream.T @ x


def gradient_mean(x, weights, upstream, scores):
    return upstream.T @ x * weights * np.sign(scores) / len(x)


def gradient_masked(x, weights, upstream, scores):
    mask = abs(scores) > np.median(abs(scores))
    return upstream.T @ x * weights * mask * np.sign(scores)


def gradient_transposed(x, weights, upstream, scores):
    return (upstream.T @ x * weights * np.sign(scores)).T


def gradient_badly_mended(x, weights, upstream, scores):
    """The transposed product, made to fit by reshape; right in shape only."""
    return (x.T @ upstream).reshape(weights.shape) * weights * np.sign(scores)


def gradient_times_score(x, weights, upstream, scores):
    return upstream.T @ x * weights * scores


def gradient_of_descent(x, weights, upstream, scores):
    return -upstream.T @ x * weights * np.sign(scores)


def gradient_per_example(x, weights, upstream, scores):
    return upstream[:, :, None] * x[:, None, :] * weights * np.sign(scores)


def gradient_magnitude(x, weights, upstream, scores):
    return upstream.T @ x * abs(weights) * np.sign(scores)


def all_that_require_a_gradient(model):
    return sorted(name for name, p in model.named_parameters() if p.requires_grad)


def all_but_scores(model):
    return sorted(name for name, _ in model.named_parameters() if not name.endswith("scores"))


def scores_anywhere_in_the_name(model):
    return sorted(
        name for name, p in model.named_parameters() if p.requires_grad and "scores" not in name
    )


def names_in_order(model):
    return [
        name
        for name, p in model.named_parameters()
        if p.requires_grad and not name.endswith("scores")
    ]


def norms_only(model):
    norms = [name for name, module in model.named_modules() if isinstance(module, nn.BatchNorm1d)]
    return sorted(f"{name}.{kind}" for name in norms for kind in ("weight", "bias"))


def norms_and_biases(model):
    found = [
        name for name, p in model.named_parameters() if p.requires_grad and "original" not in name
    ]
    return sorted(name for name in found if not name.endswith("scores"))


def first_level_only(model):
    names = names_in_order(model)
    return sorted(
        name for name in names if name.count(".") == 1 or "original" in name or "output" in name
    )


def whole_state(model):
    frozen = {name for name, p in model.named_parameters() if not p.requires_grad}
    return sorted(
        name for name in model.state_dict() if name not in frozen and not name.endswith("scores")
    )


def frozen_norm_too(model):
    return sorted(
        {*names_in_order(model), *norms_only(model)}
        & {name for name, _ in model.named_parameters()}
    )


def parameters_themselves(model):
    return [p for p in model.parameters() if p.requires_grad]


def names_as_a_set(model):
    return set(names_in_order(model))


def last_parts(model):
    return sorted(name.split(".")[-1] for name in names_in_order(model))


def names_twice(model):
    return sorted(2 * names_in_order(model))


def stepped(x, weights, upstream, scores, learning_rate):
    return scores - learning_rate * (upstream.T @ x * weights * np.sign(scores))


def largest(values, count):
    mask = np.zeros(values.size, bool)
    mask[np.argsort(-values, axis=None)[:count]] = True
    return mask.reshape(values.shape)


def step_freezes_the_pruned(x, weights, upstream, scores, learning_rate, count):
    new = np.where(
        largest(abs(scores), count), stepped(x, weights, upstream, scores, learning_rate), scores
    )
    return new, largest(abs(new), count)


def step_upwards(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, -learning_rate)
    return new, largest(abs(new), count)


def step_without_sign(x, weights, upstream, scores, learning_rate, count):
    new = scores - learning_rate * (upstream.T @ x * weights)
    return new, largest(abs(new), count)


def step_without_weights(x, weights, upstream, scores, learning_rate, count):
    new = scores - learning_rate * (upstream.T @ x * np.sign(scores))
    return new, largest(abs(new), count)


def step_of_length_one(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, 1.0)
    return new, largest(abs(new), count)


def step_not_taken(x, weights, upstream, scores, learning_rate, count):
    return scores, largest(abs(stepped(x, weights, upstream, scores, learning_rate)), count)


def step_alone(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, learning_rate)
    return new - scores, largest(abs(new), count)


def step_masks_the_scores(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, learning_rate)
    return new * largest(abs(new), count), largest(abs(new), count)


def step_swapped(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, learning_rate)
    return largest(abs(new), count), new


def step_with_the_old_mask(x, weights, upstream, scores, learning_rate, count):
    return stepped(x, weights, upstream, scores, learning_rate), largest(abs(scores), count)


def step_signed(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, learning_rate)
    return new, largest(new, count)


def step_keeps_the_smallest(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, learning_rate)
    return new, largest(-abs(new), count)


def step_removes_count(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, learning_rate)
    return new, largest(abs(new), new.size - count)


def step_upside_down(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, learning_rate)
    return new, ~largest(abs(new), count)


def step_never_removes(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, learning_rate)
    return new, largest(abs(new), count) | largest(abs(scores), count)


def step_never_returns(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, learning_rate)
    return new, largest(abs(new), count) & largest(abs(scores), count)


def step_per_row(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, learning_rate)
    return new, np.array([largest(abs(row), count // len(new)) for row in new])


def step_weighted_mask(x, weights, upstream, scores, learning_rate, count):
    new = stepped(x, weights, upstream, scores, learning_rate)
    return new, largest(abs(new), count) * weights


def step_scores_only(x, weights, upstream, scores, learning_rate, count):
    return stepped(x, weights, upstream, scores, learning_rate)


WRONG = {
    "02.keep_top": [
        (top_signed, "the sign does not matter"),
        (top_smallest, "the smallest scores"),
        (top_removed, "not the share removed"),
        (top_upside_down, "upside down"),
        (top_cut_off, r"use round\(\)"),
        (top_per_row, "not that of every row"),
        (top_slice_from_the_end, r"keep_fraction = 0.05\n.*a slice \[-0:\]"),
        (
            top_threshold,
            r"scores = \[0.5, -0.5, 0.5, 0.1\].*expected 2 of 4 kept.*a threshold keeps all",
        ),
        (
            top_without_gradient,
            r"the scores received the gradient \[\[0, 0, 0\].*no gradient comes through",
        ),
        (top_gradient_of_the_kept, "scores that are pruned learn too"),
        (top_gradient_without_sign, "multiplied by their sign"),
        (top_gradient_clipped, "however large the score: nothing is clipped"),
        (top_gradient_clipped_at_one, "however large the score: nothing is clipped"),
        (top_gradient_of_the_kept_without_sign, "sign and pruned scores are missing"),
        (top_gradient_backwards, "the sign is the wrong way round"),
        (top_gradient_of_the_square, "the slope of .score. is its sign"),
        (top_and_value, r"subtract \|scores\|.detach\(\)"),
        (top_scores, "return the mask"),
        (top_sigmoid, "zeros and ones, nothing else"),
        (top_sparse, "a sparse tensor"),
        (top_bool, r"no gradient passes through bool.*use .float\(\)"),
        (top_numpy, "numpy arrays, lists and numbers carry no gradient"),
        (top_positions, r"expected a tensor of shape \(6,\).*one entry per score"),
        (
            WrongBackward.apply,
            "the backward pass of your code raised RuntimeError.*number of gradients",
        ),
        (
            BrokenBackward.apply,
            "the backward pass of your code raised AttributeError.*in line .* of backward: return grad",
        ),
    ],
    "02.score_gradient": [
        (gradient_without_weights, "the weights are missing"),
        (gradient_without_sign, "the sign is missing"),
        (gradient_of_the_weights, "weights and sign are missing"),
        (gradient_mean, "not the mean"),
        (gradient_masked, "does not depend on the mask"),
        (gradient_transposed, r"expected an array of shape \(2, 3\).*a row per output"),
        (gradient_badly_mended, "sum over the batch of upstream"),
        (gradient_times_score, "its sign, not the score"),
        (gradient_of_descent, "direction of descent"),
        (gradient_per_example, r"expected an array of shape \(2, 3\)"),
        (gradient_magnitude, "the sign of the weight decides"),
    ],
    "02.secret_parameters": [
        (all_that_require_a_gradient, "'0.parametrizations.weight.0.scores' is meant to learn"),
        (all_but_scores, "'0.parametrizations.weight.original' is frozen"),
        (
            scores_anywhere_in_the_name,
            "'scores.weight' is missing: only its layer is called scores",
        ),
        (names_in_order, "not sorted"),
        (norms_only, "'3.bias' is missing: it requires a gradient"),
        (
            norms_and_biases,
            "'3.parametrizations.weight.original' is missing: a weight that is not frozen",
        ),
        (first_level_only, "'norms.0.1.bias' is missing: it is in a Sequential inside"),
        (whole_state, "'1.num_batches_tracked' is a buffer"),
        (frozen_norm_too, "'1.bias' is frozen"),
        (
            parameters_themselves,
            "you returned a list with an entry of type Parameter.*expected a list of names.*not the parameters",
        ),
        (names_as_a_set, r"you returned {.*return sorted\(…\) of the names"),
        (last_parts, "'bias' is the name of no parameter"),
        (names_twice, "a name occurs twice"),
    ],
    "02.score_step": [
        (step_freezes_the_pruned, "the scores of pruned edges were left"),
        (step_upwards, "ascent"),
        (step_without_sign, "in the gradient, the sign is missing"),
        (step_without_weights, "in the gradient, the weights are missing"),
        (step_of_length_one, "the learning rate is missing"),
        (step_not_taken, "the scores after the step"),
        (step_alone, "this is the step alone"),
        (step_masks_the_scores, "a pruned edge keeps its score"),
        (step_swapped, "the two are swapped"),
        (step_with_the_old_mask, "the mask comes from the old scores"),
        (step_signed, "the sign does not matter"),
        (step_keeps_the_smallest, "the smallest were kept"),
        (step_removes_count, "KEPT, not removed"),
        (step_upside_down, "upside down"),
        (step_never_removes, "can also leave the mask"),
        (step_never_returns, "can come back"),
        (step_per_row, "in the whole layer"),
        (step_weighted_mask, "True or False for each edge"),
        (step_scores_only, "two arrays"),
    ],
}
