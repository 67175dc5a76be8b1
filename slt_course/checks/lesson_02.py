"""Checks of exercise set 02."""

from collections import OrderedDict

import numpy as np
import torch
from torch import nn

from ..pruning import with_scores
from .outcome import (
    WrongAnswer,
    call,
    likely,
    line_of,
    lines,
    name_and_words,
    numbers,
    require,
    show,
)


def keep_top(answer):
    rng = np.random.default_rng(0)
    two_rows = [[0.6, -0.8, 0.7], [0.1, -0.2, 0.3]]
    cases = [
        ([0.3, -0.9, 0.1, 0.5, -0.2, 0.7], 0.3),
        (two_rows, 0.5),
        (rng.uniform(-1, 1, (2, 2, 1, 3)), 0.25),
    ]
    cases += [(two_rows, 1.0), (two_rows, 0.05), ([0.5, -0.5, 0.5, 0.1], 0.5)]
    for scores, keep_fraction in cases:
        check_mask(answer, np.array(scores), keep_fraction)
    gradients = [[[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]], [[0.0, 0.0, 0.0], [0.0, 2.0, 0.0]]]
    for gradient in gradients:
        check_gradient(answer, np.array(two_rows), 0.5, np.array(gradient))
    check_gradient(
        answer, np.array([[2.5, -1.2, 0.7], [0.1, -0.2, 0.3]]), 0.5, np.array(gradients[0])
    )
    scores, keep_fraction = cases[2]
    check_gradient(answer, scores, keep_fraction, rng.normal(size=scores.shape))
    for size in (0.01, 0.1, 1, 10, 100):  # scores of any size
        scores = size * rng.uniform(-1, 1, tuple(rng.integers(1, 4, 2)))
        check_mask(answer, scores, rng.uniform())
        check_gradient(answer, scores, rng.uniform(), rng.normal(size=scores.shape))


def check_mask(answer, scores, keep_fraction):
    """The values of keep_top: a float tensor, binary, of the right count, none pruned above one that is kept."""
    inputs = {"scores": tensor(scores), "keep_fraction": keep_fraction}
    got = call(answer, **inputs)
    advice = "numpy arrays, lists and numbers carry no gradient: return one torch tensor"
    require(isinstance(got, torch.Tensor), inputs, got, "a torch tensor", advice)
    if got.is_meta or got.layout != torch.strided:
        raise WrongAnswer(
            lines(
                inputs,
                "you returned a sparse tensor, or one without data",
                "expected an ordinary one",
            )
        )
    advice = "the mask has one entry per score, in the shape of the scores"
    require(got.shape == scores.shape, inputs, got, f"a tensor of shape {scores.shape}", advice)
    require(
        got.is_floating_point(),
        inputs,
        got,
        "a float tensor",
        "no gradient passes through bool or int: use .float()",
    )
    values = np.asarray(got.detach().double().cpu())
    magnitudes, total = abs(scores), scores.size
    count = round(keep_fraction * total)
    best = top(magnitudes, count)
    mistakes = {
        "these are the scores that are kept; return the mask, zeros and ones": scores * best,
        "the gradient of |scores| is added, but so is its value: subtract |scores|.detach()": best
        + magnitudes,
        "the gradient of scores is added, but so is its value: subtract it again, detached": best
        + scores,
    }
    reason = likely(
        values,
        best,
        mistakes,
        "in the forward pass the value is the mask itself: zeros and ones, nothing else",
    )
    binary = (np.minimum(abs(values), abs(values - 1)) <= 1e-5).all()
    require(bool(binary), inputs, got, f"zeros and ones: {show(best.astype(int))}", reason)
    kept = values > 0.5
    mistakes = {
        "keep_fraction is the share that is KEPT, not the share removed": top(
            magnitudes, total - count
        ),
        "the mask is upside down: 1 means kept": ~best,
        "the smallest scores were kept": top(-magnitudes, count),
        "the sign does not matter: compare absolute values": top(scores, count),
        "int() cuts off: use round()": top(magnitudes, int(keep_fraction * total)),
        "the share of the whole tensor is kept, not that of every row": top_of_rows(
            magnitudes, keep_fraction
        ),
    }
    reason = "kept are those of largest |score| in the whole tensor, round(keep_fraction · number of scores) of them"
    if count == 0:
        mistakes = {
            "for a count of 0, a slice [-0:] is everything: take the first `count` of a falling sort": ~best
        }
        reason = "round() gives 0 here: nothing is kept"
    elif kept.sum() > count and magnitudes[kept].min() == np.sort(magnitudes, None)[total - count]:
        reason = "a threshold keeps all scores that are equal to it: choose positions, the first `count` of a sort"
    expected = f"{count} of {total} kept, as in {show(best.astype(int))}"
    right = kept.sum() == count and (
        count in (0, total) or magnitudes[kept].min() >= magnitudes[~kept].max()
    )
    require(bool(right), inputs, got, expected, likely(kept, best, mistakes, reason))


def check_gradient(answer, scores, keep_fraction, gradient):
    """The backward pass of keep_top: what arrives at the scores when `gradient` arrives at the mask."""
    inputs = {"scores": tensor(scores), "keep_fraction": keep_fraction}
    held = []

    def recorded(scores, keep_fraction):
        held.append(scores.requires_grad_())
        return answer(scores, keep_fraction)

    mask = call(recorded, **inputs)
    inputs["gradient at the mask"] = tensor(gradient)
    found = np.zeros(scores.shape)
    if isinstance(mask, torch.Tensor) and mask.requires_grad:
        try:
            (arrived,) = torch.autograd.grad(
                mask, held, tensor(gradient).to(mask), allow_unused=True
            )
        except Exception as error:
            what = f"the backward pass of your code raised {name_and_words(error)}{line_of(error)}"
            raise WrongAnswer(lines(inputs, what)) from error
        found = found if arrived is None else np.asarray(arrived.detach().double().cpu())
    expected = gradient * np.sign(scores)
    kept = top(abs(scores), round(keep_fraction * scores.size))
    clipped = abs(scores) > abs(scores[found != 0]).max(initial=0)
    mistakes = {
        "no gradient comes through: comparisons, sorting, .detach(), no_grad and new Parameters cut it off": 0
        * expected,
        "scores that are pruned learn too: the gradient passes every entry, whatever the mask": expected
        * kept,
        "it passes straight to |scores|; on to scores it is multiplied by their sign": gradient,
        "it passes straight to |scores| and only to the kept ones here: sign and pruned scores are missing": gradient
        * kept,
        "the slope of |score| is its sign, however large the score: nothing is clipped": np.where(
            clipped, 0, expected
        ),
        "this is gradient times |score|: the slope of |score| is its sign": gradient * scores,
        "the sign is the wrong way round": -expected,
    }
    reason = "backward the mask counts as |scores|: gradient times sign(scores)"
    if not np.allclose(found, expected, rtol=2e-3, atol=1e-5):
        raise WrongAnswer(
            lines(
                inputs,
                f"the scores received the gradient {show(found)}",
                f"expected {show(expected)}",
                f"usual reason: {likely(found, expected, mistakes, reason)}",
            )
        )


def tensor(array):
    return torch.tensor(array, dtype=torch.float32)


def top(values, count):
    """Bool array of exactly `count` largest entries."""
    kept = np.zeros(values.size, bool)
    kept[np.argsort(-values, axis=None, kind="stable")[:count]] = True
    return kept.reshape(values.shape)


def top_of_rows(values, keep_fraction):
    rows = values.reshape(-1, values.shape[-1])
    return np.stack([top(row, round(keep_fraction * len(row))) for row in rows]).reshape(
        values.shape
    )


def score_gradient(answer):
    rng = np.random.default_rng(1)
    cases = [
        (
            [[1.0, 2.0, -1.0]],
            [[0.5, -1.0, 2.0], [1.0, 0.5, -0.5]],
            [[1.0, -2.0]],
            [[-0.3, 0.2, 0.1], [0.4, -0.1, 0.6]],
        )
    ]
    cases += [layer(rng, *sizes) for sizes in ((4, 3, 2), (5, 3, 3), (2, 6, 4))]
    for x, weights, upstream, scores in cases:
        inputs = dict(
            zip(
                ("x", "weights", "upstream", "scores"),
                map(np.array, (x, weights, upstream, scores)),
            )
        )
        got = call(answer, **inputs)
        expected = gradient_of_scores(**inputs)
        advice = (
            "a row per output and a column per input, as in weights: upstream.T @ x has this shape"
        )
        found = numbers(got, inputs, expected.shape, advice)
        mistakes = gradient_mistakes(**inputs)
        if (found == 0).any() and found.any():
            reason = "the gradient does not depend on the mask: pruned edges get theirs too"
            mistakes[reason] = np.where(found == 0, 0, expected)
        reason = "sum over the batch of upstream[b, v] · x[b, u], times weights[v, u], times the sign of scores[v, u]"
        right = np.allclose(found, expected, rtol=1e-3)
        require(right, inputs, got, show(expected), likely(found, expected, mistakes, reason))


def layer(rng, batch, inputs, outputs):
    """Numbers for one layer: x, weights, upstream, scores."""
    sizes = (batch, inputs), (outputs, inputs), (batch, outputs), (outputs, inputs)
    return tuple(rng.uniform(-1, 1, size).round(2) + 0.005 for size in sizes)


def gradient_of_scores(x, weights, upstream, scores):
    return (upstream.T @ x) * weights * np.sign(scores)


def gradient_mistakes(x, weights, upstream, scores):
    """Reason -> wrong gradient, for those of the right shape."""
    right, by_pairs = gradient_of_scores(x, weights, upstream, scores), upstream.T @ x
    mistakes = {
        "the weights are missing: y changes by x · weight when a mask entry changes by 1": by_pairs
        * np.sign(scores),
        "the sign is missing: the mask stands for |scores|, whose slope is sign(scores)": by_pairs
        * weights,
        "weights and sign are missing: this is the gradient of the weights": by_pairs,
        "weights, not |weights|: the sign of the weight decides whether an edge helps": right
        * np.sign(weights),
        "the slope of |score| is its sign, not the score": by_pairs * weights * scores,
        "the sum over the batch is needed, not the mean: when the loss is a mean, upstream holds its 1/batch": right
        / len(x),
        "the sign is the wrong way round: this is the direction of descent, not the gradient": -right,
    }
    if len(set(weights.shape)) == 1:
        mistakes["transposed: rows are outputs, upstream.T @ x"] = (
            (x.T @ upstream) * weights * np.sign(scores)
        )
        mistakes["transposed: rows are outputs, columns are inputs"] = right.T
    return mistakes


def secret_parameters(answer):
    for description, make_model in MODELS.items():
        model = make_model()
        got = call(answer, model=model)
        inputs = {"model": description}
        others = (
            [name for name in got if not isinstance(name, str)]
            if isinstance(got, list | tuple)
            else [got]
        )
        if others:
            shown = (
                show(got)
                if others[0] is got
                else f"a {type(got).__name__} with an entry of type {type(others[0]).__name__}"
            )
            advice = (
                "return sorted(…) of the names; not the parameters, not a generator, not one text"
            )
            raise WrongAnswer(
                lines(
                    inputs,
                    f"you returned {shown}",
                    "expected a list of names",
                    f"usual reason: {advice}",
                )
            )
        found = list(got)
        expected = sorted(
            name
            for name, p in model.named_parameters()
            if p.requires_grad and not name.endswith("scores")
        )
        require(
            found == expected, inputs, got, str(expected), why_names_differ(found, expected, model)
        )


def why_names_differ(found, expected, model):
    """The first thing wrong with a list of names, in words."""
    parameters = dict(model.named_parameters())
    for name in found:
        if name not in parameters:
            if name in dict(model.named_buffers()):
                return f"{name!r} is a buffer: it follows the data, no gradient step changes it"
            return f"{name!r} is the name of no parameter: take the names from model.named_parameters()"
        if name.endswith("scores"):
            return f"{name!r} is meant to learn: leave the scores out"
        if name not in expected:
            return f"{name!r} is frozen: its requires_grad is False, no gradient step changes it"
    for name in expected:
        if name not in found:
            hint = "it requires a gradient"
            if "original" in name or name == "output.0.weight":
                hint = "a weight that is not frozen, since its requires_grad is True"
            elif name.startswith("scores."):
                hint = "only its layer is called scores; the last part of the name says what a parameter is"
            elif name == "norms.0.1.bias":
                hint = "it is in a Sequential inside a Sequential; model.named_parameters() goes through all levels"
            return f"{name!r} is missing: {hint}"
    return (
        "a name occurs twice"
        if len(found) > len(expected)
        else "the names are right, but not sorted: use sorted(…)"
    )


def clean_model():
    layers = [
        nn.Linear(6, 4, bias=False),
        nn.BatchNorm1d(4, affine=False),
        nn.ReLU(),
        nn.Linear(4, 3, bias=False),
    ]
    return with_scores(nn.Sequential(*layers), 0.5)


def model_with_norm_and_bias():
    model = clean_model()
    model[1] = nn.BatchNorm1d(4)
    model[3].bias = nn.Parameter(torch.zeros(3))
    return model


def model_with_forgotten_weight():
    model = clean_model()
    model[3].parametrizations.weight.original.requires_grad_(True)
    return model


def model_with_frozen_norm():
    model = model_with_norm_and_bias()
    model[1].requires_grad_(False)
    return model


def nested_model():
    block = nn.Sequential(nn.ReLU(), nn.BatchNorm1d(3))
    block[1].weight.requires_grad_(False)
    plain = nn.Sequential(nn.Linear(3, 3, bias=False))
    return nn.Sequential(
        OrderedDict(features=clean_model(), norms=nn.Sequential(block), output=plain)
    )


def model_with_a_layer_called_scores():
    return nn.Sequential(OrderedDict(features=clean_model(), scores=nn.Linear(3, 2, bias=False)))


MODELS = {  # what the learner reads -> the model
    "Linear, BatchNorm with scale and shift, ReLU, Linear with bias": model_with_norm_and_bias,
    "Linear, BatchNorm without parameters, ReLU, Linear whose weight was not frozen": model_with_forgotten_weight,
    "Linear, BatchNorm with frozen scale and shift, ReLU, Linear with bias": model_with_frozen_norm,
    "Sequentials of Sequentials, with a BatchNorm whose scale is frozen and a Linear without scores": nested_model,
    "Linear, BatchNorm, ReLU, Linear, and a Linear without scores that is called 'scores'": model_with_a_layer_called_scores,
    "Linear, BatchNorm without parameters, ReLU, Linear: nothing but scores can learn": clean_model,
}


def score_step(answer):
    rng = np.random.default_rng(5)
    x, weights = [[1.0, 2.0, 1.0, 1.0, 1.0, 1.0]], [[0.5, 1.0, 1.5, -1.0, -0.5, 0.5]]
    by_hand = (
        x,
        weights,
        [[-1.0]],
        [[0.2, -0.3, 0.4, -0.5, 0.1, -0.15]],
    )  # the edge of score -0.3 comes, that of -0.5 goes
    cases = [(*by_hand, 0.1, 2), (*layer(rng, 4, 3, 2), 0.3, 3), (*layer(rng, 5, 3, 3), 1.0, 4)]
    names = "x", "weights", "upstream", "scores"
    for *arrays, learning_rate, count in cases:
        numbers_of_layer = dict(zip(names, map(np.array, arrays)))
        inputs = numbers_of_layer | {"learning_rate": learning_rate, "count": count}
        got = call(answer, **inputs)
        pair = isinstance(got, tuple | list) and len(got) == 2
        require(pair, inputs, got, "two arrays", "return new_scores, new_mask")
        old = numbers_of_layer["scores"]
        found = numbers(
            got[0],
            inputs,
            old.shape,
            "return new_scores, new_mask: the scores first, in their shape",
        )
        gradient, before = gradient_of_scores(**numbers_of_layer), top(abs(old), count)
        scores = old - learning_rate * gradient
        after = top(abs(scores), count)
        mistakes = {
            "the scores of pruned edges were left as they are: they move too": np.where(
                before, scores, old
            ),
            "ascent: the loss falls along MINUS the gradient": old + learning_rate * gradient,
            "new_scores are the scores after the step": old,
            "this is the step alone; add it to the scores": -learning_rate * gradient,
            "the learning rate is missing": old - gradient,
            "a pruned edge keeps its score; the mask acts on the weights, not on the scores": scores
            * after,
            "the two are swapped: new_scores first": after,
        }
        for reason, wrong in gradient_mistakes(**numbers_of_layer).items():
            mistakes[f"in the gradient, {reason}"] = old - learning_rate * wrong
        reason = "new_scores = scores - learning_rate · gradient, with the gradient of exercise 2"
        expected = f"new_scores {show(scores)}"
        right = np.allclose(found, scores, rtol=1e-3)
        require(right, inputs, got, expected, likely(found, scores, mistakes, reason))

        mask = numbers(
            got[1],
            inputs,
            old.shape,
            "new_mask has one entry per score, in the shape of the scores",
        )
        binary = bool(((mask == 0) | (mask == 1)).all())
        require(
            binary,
            inputs,
            got,
            "True or False for each edge",
            "new_mask says which edges are kept: True or 1 = kept",
        )
        mistakes = {
            "the mask comes from the old scores: choose again after the step": before,
            "count edges of largest |score|: the sign does not matter": top(scores, count),
            "the smallest were kept": top(-abs(scores), count),
            "count edges are KEPT, not removed": top(abs(scores), old.size - count),
            "the mask is upside down: True means kept": ~after,
            "an edge can also leave the mask: choose again among all": before | after,
            "an edge that was pruned can come back: choose again among all": before & after,
        }
        entered = int((after & ~before).sum())
        expected = f"{count} edges kept, {entered} of them pruned before: new_mask {show(after.astype(int))}"
        reason = "the `count` edges of largest |new score| in the whole layer, exactly so many"
        require(
            bool((mask == after).all()),
            inputs,
            got,
            expected,
            likely(mask, after, mistakes, reason),
        )


CHECKS = {
    "02.keep_top": (
        keep_top,
        "Forward it is the mask, backward it is |scores|. This mismatch is deliberate: a mask alone has gradient zero "
        "almost everywhere, and nothing could learn.",
    ),
    "02.score_gradient": (
        score_gradient,
        "The part before the sign is the slope of the loss when this edge is turned up. Where it is negative, a step makes "
        "|score| larger: the edge is wanted.",
    ),
    "02.secret_parameters": (
        secret_parameters,
        "An empty list is what 'no weight was trained' means; for this reason pruning.edge_popup refuses biases and "
        "learnable norms.",
    ),
    "02.score_step": (
        score_step,
        "A pruned edge came back. Magnitude pruning removes for good; here every edge competes again at every step.",
    ),
}
