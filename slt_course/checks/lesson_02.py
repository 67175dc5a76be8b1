"""Checks of exercise set 02."""

# mypy: ignore-errors
# (tables of examples, tuples of mixed kinds: the tests try every entry)

from collections import OrderedDict
from functools import partial

import numpy as np
import torch
from torch import nn

from ..pruning import with_scores
from .exercise import Exercise
from .lesson_01 import in_order, kept, largest
from .outcome import WrongAnswer, line_of, lines, name_and_words, require, show

EXERCISES: dict[str, Exercise] = {}

# 02.keep_top ------------------------------------------------------------------------------------


def top_case(scores, keep_fraction, learn=True):
    """With learn=False the mask alone is judged, not its gradient."""
    scores = torch.tensor(np.array(scores), dtype=torch.float32, requires_grad=learn)
    scores.given = True  # copies keep this mark: see gradient_at_scores
    return {"scores": scores, "keep_fraction": keep_fraction}


def top_cases():
    rng = np.random.default_rng(0)
    two_rows, deep = [[0.6, -0.8, 0.7], [0.1, -0.2, 0.3]], rng.uniform(-1, 1, (2, 2, 1, 3))
    masks = [([0.3, -0.9, 0.1, 0.5, -0.2, 0.7], 0.3), (two_rows, 0.5), (deep, 0.25)]
    masks += [(two_rows, 1.0), ([0.5, -0.5, 0.5, 0.1], 0.5), (two_rows, 0.05)]
    learn = (two_rows, 0.5), ([[2.5, -1.2, 0.7], [0.1, -0.2, 0.3]], 0.5), (deep, 0.25)
    hand = [top_case(*case, False) for case in masks] + [top_case(*case) for case in learn]
    return hand + [draw_top(rng, size) for size in (0.01, 0.1, 1, 10, 100)]


def draw_top(rng, size=1.0):
    return top_case(size * rng.uniform(-1, 1, tuple(rng.integers(1, 4, 2))), rng.uniform())


def keep_top(scores, keep_fraction, rule=kept, path=lambda scores, mask: scores.abs()):
    """A mask by some rule, with the gradient of some path."""
    mask = torch.tensor(rule(scores.detach().numpy(), keep_fraction), dtype=scores.dtype)
    return mask + (path(scores, mask) - path(scores, mask).detach())


def read_top(got, inputs):
    """The values of the mask, in order, and the gradient that it gives the scores."""
    scores, shape = inputs["scores"], tuple(inputs["scores"].shape)
    advice = "numpy arrays, lists and numbers carry no gradient: return one torch tensor"
    require(isinstance(got, torch.Tensor), inputs, got, "a torch tensor", advice)
    if got.is_meta or got.layout != torch.strided:
        what = "you returned a sparse tensor, or one without data"
        raise WrongAnswer(lines(inputs, what, "expected an ordinary one"))
    advice = "the mask has one entry per score, in the shape of the scores"
    require(got.shape == shape, inputs, got, f"a tensor of shape {shape}", advice)
    advice = "no gradient passes through bool or int: use .float()"
    require(got.is_floating_point(), inputs, got, "a float tensor", advice)
    tensors = scores.abs(), got, gradient_at_scores(got, inputs)
    sizes, values, arrived = (np.asarray(one.detach().double().cpu()) for one in tensors)
    return *in_order(sizes, values), arrived


def gradient_at_mask(scores):
    return np.resize([1.0, -2.0, 3.0, 0.5, 4.0, -1.0], tuple(scores.shape))


def gradient_at_scores(mask, inputs):
    """What arrives at the learner's copy of the scores; zeros where nothing does."""
    nodes = [mask.grad_fn] if mask.grad_fn and inputs["scores"].requires_grad else []
    for node in nodes:  # the list grows while it is read, by what each node was made from
        nodes += [one for one, _ in node.next_functions if one and one not in nodes]
    leaves = [node.variable for node in nodes if hasattr(node, "variable")]
    copies = [leaf for leaf in leaves if hasattr(leaf, "given")]
    arrived, gradient = torch.zeros(mask.shape), torch.tensor(gradient_at_mask(mask)).to(mask)
    try:
        found = torch.autograd.grad(mask, copies, gradient, allow_unused=True) if copies else [None]
    except Exception as error:
        what = f"the backward pass of your code raised {name_and_words(error)}{line_of(error)}"
        raise WrongAnswer(lines(inputs, what)) from error
    return arrived if found[0] is None else found[0]


def accept_top(found, scores, keep_fraction):
    (values, arrived), total, count = found, scores.numel(), round(keep_fraction * scores.numel())
    sizes, gradient = scores.detach().abs().numpy(), gradient_at_mask(scores)
    best, expected = largest(sizes, count).astype(int), gradient * scores.detach().sign().numpy()
    if not (np.minimum(abs(values), abs(values - 1)) <= 1e-5).all():
        reason = "in the forward pass the value is the mask itself: zeros and ones, nothing else"
        return f"zeros and ones: {show(best)}", reason, 0
    if ((values > 0.5) != (np.arange(total) < count)).any():
        reason = "kept are those of largest |score| in the whole tensor, round(keep_fraction · "
        reason += "number of scores) of them" if count else "number of scores) = 0 of them here"
        return f"{count} of {total} kept, as in {show(best)}", reason, 0
    close = partial(np.allclose, arrived, rtol=2e-3, atol=1e-5)
    if scores.requires_grad and not close(expected):
        reason = "backward the mask counts as |scores|: gradient times sign(scores)"
        if close(np.where(sizes > sizes[arrived != 0].max(initial=0), 0, expected)):
            reason = "the slope of |score| is its sign, however large the score: nothing is clipped"
        wanted = f"{show(expected)} when the gradient {show(gradient)} arrives at the mask"
        return f"{wanted}; the scores received the gradient {show(arrived)}", reason, 1


TOP_MASKS = {
    "keep_fraction is the share that is KEPT, not the share removed":
        lambda scores, share: kept(scores, 1 - share),
    "the mask is upside down: 1 means kept": lambda scores, share: ~kept(scores, share),
    "the smallest scores were kept": partial(kept, size=lambda scores: -abs(scores)),
    "the sign does not matter: compare absolute values": partial(kept, size=np.positive),
    "int() cuts off: use round()": partial(kept, count=int),
    "the share of the whole tensor is kept, not that of every row":
        lambda scores, share: np.apply_along_axis(kept, -1, scores, share),
    "for a count of 0, a slice [-0:] is everything: take the first `count` of a falling sort":
        lambda scores, share: kept(scores, share) | (round(share * scores.size) == 0),
    "a threshold keeps all scores that are equal to it: choose positions, the first `count` of a "
    "sort": partial(kept, choose=lambda s, count: s >= np.sort(s, None)[s.size - count]),
}  # fmt: skip
TOP_PATHS = {
    "no gradient comes through: comparisons, sorting, .detach(), no_grad and new Parameters cut it "
    "off": lambda scores, mask: scores.detach(),
    "scores that are pruned learn too: the gradient passes every entry, whatever the mask":
        lambda scores, mask: scores.abs() * mask,
    "it passes straight to |scores|; on to scores it is multiplied by their sign":
        lambda scores, mask: scores,
    "it passes straight to |scores| and only to the kept ones here: sign and pruned scores are "
    "missing": lambda scores, mask: scores * mask,
    "this is gradient times |score|: the slope of |score| is its sign":
        lambda scores, mask: scores**2 / 2,
    "the sign is the wrong way round": lambda scores, mask: -scores.abs(),
}  # fmt: skip
EXERCISES["02.keep_top"] = Exercise(
    cases=top_cases, draw=draw_top, answer=keep_top, read=read_top, accept=accept_top,
    rtol=2e-3, atol=1e-5,
    mistakes={reason: partial(keep_top, rule=rule) for reason, rule in TOP_MASKS.items()}
    | {reason: partial(keep_top, path=path) for reason, path in TOP_PATHS.items()} | {
        "these are the scores that are kept; return the mask, zeros and ones":
            lambda scores, keep_fraction: scores * keep_top(scores, keep_fraction).detach(),
        "the gradient of |scores| is added, but so is its value: subtract |scores|.detach()":
            lambda scores, keep_fraction: keep_top(scores, keep_fraction).detach() + scores.abs(),
        "the gradient of scores is added, but so is its value: subtract it again, detached":
            lambda scores, keep_fraction: keep_top(scores, keep_fraction).detach() + scores,
    },
    insight="Forward it is the mask, backward it is |scores|. This mismatch is deliberate: a mask "
    "alone has gradient zero almost everywhere, and nothing could learn.",
)  # fmt: skip

# 02.score_gradient ------------------------------------------------------------------------------

NAMES = "x", "weights", "upstream", "scores"


def layer(rng, batch, inputs, outputs):
    """Numbers of one layer."""
    sizes = (batch, inputs), (outputs, inputs), (batch, outputs), (outputs, inputs)
    return dict(zip(NAMES, (rng.uniform(-1, 1, size).round(2) + 0.005 for size in sizes)))


def gradient_cases():
    weights, scores = [[0.5, -1.0, 2.0], [1.0, 0.5, -0.5]], [[-0.3, 0.2, 0.1], [0.4, -0.1, 0.6]]
    by_hand = map(np.array, ([[1.0, 2.0, -1.0]], weights, [[1.0, -2.0]], scores))
    sizes = (4, 3, 2), (5, 3, 3), (2, 6, 4)
    layers = [layer(np.random.default_rng(1), *size) for size in sizes]
    return [dict(zip(NAMES, by_hand)), *layers]


def score_gradient(x, weights, upstream, scores):
    return upstream.T @ x * weights * np.sign(scores)


WRONG_GRADIENTS = {
    "the weights are missing: y changes by x · weight when a mask entry changes by 1":
        lambda x, weights, upstream, scores: upstream.T @ x * np.sign(scores),
    "the sign is missing: the mask stands for |scores|, whose slope is sign(scores)":
        lambda x, weights, upstream, scores: upstream.T @ x * weights,
    "weights and sign are missing: this is the gradient of the weights":
        lambda x, weights, upstream, scores: upstream.T @ x,
    "weights, not |weights|: the sign of the weight decides whether an edge helps":
        lambda x, weights, upstream, scores: upstream.T @ x * abs(weights) * np.sign(scores),
    "the slope of |score| is its sign, not the score":
        lambda x, weights, upstream, scores: upstream.T @ x * weights * scores,
    "the sum over the batch is needed, not the mean: when the loss is a mean, upstream holds its "
    "1/batch": lambda x, weights, upstream, scores:
        score_gradient(x, weights, upstream, scores) / len(x),
    "the gradient does not depend on the mask: pruned edges get theirs too":
        lambda x, weights, upstream, scores:
            score_gradient(x, weights * kept(scores, 0.5), upstream, scores),
    "transposed: rows are outputs, upstream.T @ x": lambda x, weights, upstream, scores:
        (x.T @ upstream).reshape(weights.shape) * weights * np.sign(scores),
}  # fmt: skip
EXERCISES["02.score_gradient"] = Exercise(
    cases=gradient_cases, draw=lambda rng: layer(rng, *rng.integers(1, 5, 3)),
    answer=score_gradient, rtol=1e-3,
    mistakes=WRONG_GRADIENTS | {
        "the sign is the wrong way round: this is the direction of descent, not the gradient":
            lambda x, weights, upstream, scores: -score_gradient(x, weights, upstream, scores),
    },
    otherwise="sum over the batch of upstream[b, v] · x[b, u], times weights[v, u], times the sign "
    "of scores[v, u]",
    advice="a row per output and a column per input, as in weights: upstream.T @ x has this shape",
    insight="The part before the sign is the slope of the loss when this edge is turned up. Where "
    "it is negative, a step makes |score| larger: the edge is wanted.",
)  # fmt: skip

# 02.secret_parameters ---------------------------------------------------------------------------


def described(words, model):
    """A case whose model a message shows in words."""
    model._get_name = lambda: f"{words}: Sequential"
    return {"model": model}


def clean():
    layers = nn.Linear(6, 4, bias=False), nn.BatchNorm1d(4, affine=False), nn.ReLU()
    return with_scores(nn.Sequential(*layers, nn.Linear(4, 3, bias=False)), 0.5)


def with_norm_and_bias():
    model = clean()
    model[1], model[3].bias = nn.BatchNorm1d(4), nn.Parameter(torch.zeros(3))
    return model


def model_cases():
    forgotten, frozen_norm = clean(), with_norm_and_bias()
    forgotten[3].parametrizations.weight.original.requires_grad_(True)
    frozen_norm[1].requires_grad_(False)
    block, plain = nn.Sequential(nn.ReLU(), nn.BatchNorm1d(3)), nn.Linear(3, 3, bias=False)
    block[1].weight.requires_grad_(False)
    nested = {"features": clean(), "norms": nn.Sequential(block), "output": nn.Sequential(plain)}
    called_scores = {"features": clean(), "scores": nn.Linear(3, 2, bias=False)}
    models = {
        "Linear, BatchNorm with scale and shift, ReLU, Linear with bias": with_norm_and_bias(),
        "Linear, BatchNorm without parameters, ReLU, Linear whose weight was not frozen": forgotten,
        "Linear, BatchNorm with frozen scale and shift, ReLU, Linear with bias": frozen_norm,
        "Sequentials of Sequentials, with a BatchNorm whose scale is frozen and a Linear without "
        "scores": nn.Sequential(OrderedDict(nested)),
        "Linear, BatchNorm, ReLU, Linear, and a Linear without scores that is called 'scores'":
            nn.Sequential(OrderedDict(called_scores)),
        "Linear, BatchNorm without parameters, ReLU, Linear: nothing but scores can learn": clean(),
    }  # fmt: skip
    return [described(words, model) for words, model in models.items()]


def draw_model(rng):
    model = with_norm_and_bias()
    for parameter in model.parameters():
        parameter.requires_grad_(bool(rng.integers(2)))
    return described("some parameters are frozen", model)


def secret_parameters(model):
    learn = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    return sorted(name for name in learn if not name.endswith("scores"))


def read_names(got, inputs):
    whole = not isinstance(got, list | tuple)
    others = [got] if whole else [name for name in got if not isinstance(name, str)]
    advice = "return sorted(…) of the names; not the parameters, not a generator, not one text"
    if others:
        entry = f"a {type(got).__name__} with an entry of type {type(others[0]).__name__}"
        found = f"you returned {show(got) if whole else entry}", "expected a list of names"
        raise WrongAnswer(lines(inputs, *found, f"usual reason: {advice}"))
    return list(got)


def accept_names(found, model):
    right = secret_parameters(model)
    return None if found == right else (f"{right}", why_names_differ(found, right, model))


def why_names_differ(found, expected, model):
    """The first thing wrong with a list of names, in words."""
    parameters, buffers = dict(model.named_parameters()), dict(model.named_buffers())
    for name in found:
        if name in buffers:
            return f"{name!r} is a buffer: it follows the data, no gradient step changes it"
        if name not in parameters:
            return f"{name!r} is the name of no parameter: take those of model.named_parameters()"
        if name.endswith("scores"):
            return f"{name!r} is meant to learn: leave the scores out"
        if name not in expected:
            return f"{name!r} is frozen: its requires_grad is False, no gradient step changes it"
    missing = next((name for name in expected if name not in found), None)
    if missing is None:
        more = len(found) > len(expected)
        return "a name occurs twice" if more else "the names are right, but not sorted: sorted(…)"
    hints = {
        "original": "a weight that is not frozen, since its requires_grad is True",
        "output.0": "a weight that is not frozen, since its requires_grad is True",
        "scores.": "only its layer is called scores; a name's last part says what a parameter is",
        "norms.": "it is in a Sequential inside a Sequential; named_parameters() finds all levels",
        "": "it requires a gradient",
    }
    return f"{missing!r} is missing: {next(hints[part] for part in hints if part in missing)}"


EXERCISES["02.secret_parameters"] = Exercise(
    cases=model_cases, draw=draw_model, answer=secret_parameters,
    read=read_names, accept=accept_names,
    insight="An empty list is what 'no weight was trained' means; for this reason "
    "pruning.edge_popup refuses biases and learnable norms.",
)  # fmt: skip

# 02.score_step ----------------------------------------------------------------------------------


def step_cases():
    x, weights = [[1.0, 2.0, 1.0, 1.0, 1.0, 1.0]], [[0.5, 1.0, 1.5, -1.0, -0.5, 0.5]]
    scores = [[0.2, -0.3, 0.4, -0.5, 0.1, -0.15]]  # the edge of score -0.3 comes, that of -0.5 goes
    by_hand = dict(zip(NAMES, map(np.array, (x, weights, [[-1.0]], scores))))
    rng = np.random.default_rng(5)
    layers = (by_hand, 0.1, 2), (layer(rng, 4, 3, 2), 0.3, 3), (layer(rng, 5, 3, 3), 1.0, 4)
    return [one | {"learning_rate": rate, "count": count} for one, rate, count in layers]


def draw_step(rng):
    one = layer(rng, *rng.integers(1, 5, 3))
    count = int(rng.integers(1, one["scores"].size + 1))
    return one | {"learning_rate": rng.uniform(0.1, 2), "count": count}


def score_step(
    x, weights, upstream, scores, learning_rate, count, gradient=score_gradient,
    end=lambda old, new, was, now: (new, now),
):  # fmt: skip
    """By some gradient, and some end: what comes of scores and masks before and after the step."""
    new = scores - learning_rate * gradient(x, weights, upstream, scores)
    return end(scores, new, largest(abs(scores), count), largest(abs(new), count))


WRONG_ENDS = {
    "the scores of pruned edges were left as they are: they move too": lambda old, new, was, now:
        (mixed := np.where(was, new, old), largest(abs(mixed), now.sum())),
    "ascent: the loss falls along MINUS the gradient": lambda old, new, was, now:
        (2 * old - new, largest(abs(2 * old - new), now.sum())),
    "new_scores are the scores after the step": lambda old, new, was, now: (old, now),
    "this is the step alone; add it to the scores": lambda old, new, was, now: (new - old, now),
    "a pruned edge keeps its score; the mask acts on the weights, not on the scores":
        lambda old, new, was, now: (new * now, now),
    "the two are swapped: new_scores first": lambda old, new, was, now: (now, new),
    "the mask comes from the old scores: choose again after the step":
        lambda old, new, was, now: (new, was),
    "count edges of largest |score|: the sign does not matter":
        lambda old, new, was, now: (new, largest(new, now.sum())),
    "the smallest were kept": lambda old, new, was, now: (new, largest(-abs(new), now.sum())),
    "count edges are KEPT, not removed":
        lambda old, new, was, now: (new, largest(abs(new), (~now).sum())),
    "the mask is upside down: True means kept": lambda old, new, was, now: (new, ~now),
    "an edge can also leave the mask: choose again among all":
        lambda old, new, was, now: (new, now | was),
    "an edge that was pruned can come back: choose again among all":
        lambda old, new, was, now: (new, now & was),
}  # fmt: skip
EXERCISES["02.score_step"] = Exercise(
    cases=step_cases, draw=draw_step, answer=score_step, rtol=1e-3,
    mistakes={reason: partial(score_step, end=end) for reason, end in WRONG_ENDS.items()} | {
        "the learning rate is missing":
            lambda x, weights, upstream, scores, learning_rate, count:
                score_step(x, weights, upstream, scores, 1, count),
    } | {
        f"in the gradient, {reason}": partial(score_step, gradient=gradient)
        for reason, gradient in WRONG_GRADIENTS.items()
    },
    otherwise=(
        "new_scores = scores - learning_rate · gradient, with the gradient of exercise 2",
        "the `count` edges of largest |new score| in the whole layer, exactly so many, as True or "
        "1 = kept",
    ),
    kind="two arrays",
    advice=(
        "return new_scores, new_mask: the scores first, in their shape",
        "new_mask has one entry per score, in the shape of the scores",
    ),
    insight="A pruned edge came back. Magnitude pruning removes for good; here every edge competes "
    "again at every step.",
)  # fmt: skip
