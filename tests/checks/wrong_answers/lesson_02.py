"""Wrong answers to set 02 that are no `mistakes` of its exercises: what each is told."""

from functools import partial

import numpy as np
import torch

from slt_course.checks.lesson_01 import largest
from slt_course.checks.lesson_02 import keep_top, score_gradient, score_step, secret_parameters


def backward_by(backward):
    """Answers with a backward pass of their own."""
    passes = {"forward": lambda ctx, *inputs: keep_top(*inputs), "backward": backward}
    passes = {name: staticmethod(one) for name, one in passes.items()}
    return type("OwnBackward", (torch.autograd.Function,), passes).apply


def top(change):
    """Answers that are a change of the mask, without its gradient."""
    return lambda scores, keep_fraction: change(keep_top(scores, keep_fraction).detach())


def names(chosen):
    """Answers with the names of the chosen(name, parameter), sorted."""
    return lambda model: sorted(name for name, p in model.named_parameters() if chosen(name, p))


def learns(name, parameter):
    return parameter.requires_grad and not name.endswith("scores")


WRONG = {
    "02.keep_top": [
        (partial(keep_top, path=lambda scores, mask: scores.abs().clamp(max=0.65)),
         "however large the score: nothing is clipped"),
        (partial(keep_top, path=lambda scores, mask: scores.clamp(-1, 1).abs()),
         "however large the score: nothing is clipped"),
        (top(lambda mask: torch.sigmoid(10 * (mask - 0.5))), "zeros and ones, nothing else"),
        (top(torch.Tensor.to_sparse), "a sparse tensor"),
        (top(torch.Tensor.bool), r"no gradient passes through bool.*use .float\(\)"),
        (top(torch.Tensor.numpy), "numpy arrays, lists and numbers carry no gradient"),
        (top(torch.nonzero), r"expected a tensor of shape \(6,\).*one entry per score"),
        (backward_by(lambda ctx, gradient: gradient),
         "the backward pass of your code raised RuntimeError.*number of gradients"),
        (backward_by(lambda ctx, gradient: (gradient * ctx.scores.sign(), None)),
         "the backward pass of your code raised AttributeError.*in line .* of .*ctx.scores.sign"),
    ],
    "02.score_gradient": [
        (lambda *inputs: score_gradient(*inputs).T, r"shape \(2, 3\).*a row per output"),
        (lambda x, weights, upstream, scores:
             upstream[:, :, None] * x[:, None, :] * weights * np.sign(scores),
         r"expected an array of shape \(2, 3\)"),
        (lambda x, weights, upstream, scores: upstream.sum(0)[:, None] * x.sum(0) * weights,
         "sum over the batch of upstream"),
    ],
    "02.secret_parameters": [
        (names(lambda name, p: p.requires_grad), "weight.0.scores' is meant to learn"),
        (names(lambda name, p: not name.endswith("scores")), "weight.original' is frozen"),
        (names(lambda name, p: p.requires_grad and "scores" not in name),
         "'scores.weight' is missing: only its layer is called scores"),
        (lambda model: [name for name, p in model.named_parameters() if learns(name, p)],
         "not sorted"),
        (names(lambda name, p: name[:2] == "1."), "'3.bias' is missing: it requires a gradient"),
        (names(lambda name, p: learns(name, p) and "original" not in name),
         "'3.parametrizations.weight.original' is missing: a weight that is not frozen"),
        (names(lambda name, p: learns(name, p) and not name.startswith("norms")),
         "'norms.0.1.bias' is missing: it is in a Sequential inside"),
        (lambda model: sorted({*secret_parameters(model), *dict(model.named_buffers())}),
         "'1.num_batches_tracked' is a buffer"),
        (names(lambda name, p: learns(name, p) or name[:2] == "1."), "'1.bias' is frozen"),
        (lambda model: [p for p in model.parameters() if p.requires_grad],
         "a list with an entry of type Parameter.*expected a list of names.*not the parameters"),
        (lambda model: {*secret_parameters(model)}, r"you returned {.*return sorted\(…\)"),
        (lambda model: sorted(name.split(".")[-1] for name in secret_parameters(model)),
         "'bias' is the name of no parameter"),
        (lambda model: sorted(2 * secret_parameters(model)), "a name occurs twice"),
    ],
    "02.score_step": [
        (partial(score_step, end=lambda old, new, was, now:
             (new, np.array([largest(abs(row), now.sum() // len(new)) for row in new]))),
         "in the whole layer"),
        (partial(score_step, end=lambda old, new, was, now: (new, new * now)), "True or 1 = kept"),
        (lambda *inputs: score_step(*inputs)[0], "two arrays"),
    ],
}  # fmt: skip
