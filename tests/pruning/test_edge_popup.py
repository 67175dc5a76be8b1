"""Masks learned by gradient: weights stay what they were drawn, counts are exact, gradients pass
straight through.
"""

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import prune

from slt_course import datasets, models, pruning, training
from slt_course.pruning.scores import Supermask, TopK

DEVICES = [
    "cpu",
    pytest.param(
        "cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
    ),
]


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 6, 3, bias=False), nn.BatchNorm2d(6, affine=False), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(54, 10, bias=False),
    )  # fmt: skip


def learn(device="cpu", **options):
    images, labels = (part.to(device) for part in datasets.digits())
    arguments = (
        dict(images=images, labels=labels, epochs=5, learning_rate=0.02, progress=False) | options
    )
    return partial(training.train, **arguments)


@pytest.mark.slow
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("weights", ["signed_constant", "normal", "uniform", "own"])
def test_no_weight_changes_and_counts_are_exact(device, weights):
    model = cnn().to(device)
    before = [p.clone() for p in model.parameters()]
    drawn = pruning.frozen_weights(model, 0.3, weights, seed=4)
    kept = [p.clone() for p in drawn.parameters()]
    pruning.with_scores(drawn, 0.3)
    assert all(torch.equal(a, b) and not b.requires_grad for a, b in zip(kept, drawn.parameters()))
    found = pruning.edge_popup(model, 0.3, learn(device), weights=weights, seed=4)
    assert pruning.fingerprint(found) == pruning.fingerprint(drawn)
    # the argument is not modified
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters()))
    for layer in pruning.prunable(found).values():
        assert prune.is_pruned(layer) and layer.weight_mask.sum() == round(
            0.3 * layer.weight.numel()
        )
        assert (
            torch.equal(layer.weight, layer.weight_orig * layer.weight_mask)
            and layer.weight.device.type == device
        )
    images, labels = (part.to(device) for part in datasets.digits("test"))
    at_random = pruning.apply_masks(drawn, pruning.shuffled(pruning.masks(found)))
    assert (
        training.accuracy(found, images, labels)
        > training.accuracy(at_random.eval(), images, labels) + 0.2
    )


def test_result_is_what_was_trained():
    """The ordinary model with masks computes what the model with scores computed."""
    scored = pruning.with_scores(pruning.frozen_weights(cnn(), 0.5), 0.5)
    learn()(scored)
    images, _ = datasets.digits("test")
    for _ in range(2):  # taking the result leaves the scores as they are
        assert torch.equal(scored(images), pruning.with_masks(scored)(images))
    assert [name for name, p in scored.named_parameters() if p.requires_grad] == [
        "0.parametrizations.weight.0.scores",
        "5.parametrizations.weight.0.scores",
    ]


def test_straight_through_gradient():
    """Gradient of a score = gradient at the masked weight · weight · sign(score), pruned or not
    (Ramanujan et al. 2020).
    """
    torch.manual_seed(0)
    scores, weight, upstream = (torch.randn(4, 5) for _ in range(3))
    module = TopK(scores.clone(), 0.4)
    (module(weight) * upstream).sum().backward()
    torch.testing.assert_close(module.scores.grad, upstream * weight * scores.sign())
    kept = module.mask()
    assert kept.sum() == 8 and scores.abs()[kept].min() > scores.abs()[~kept].max()


def test_pruned_edges_come_back():
    scored = pruning.with_scores(pruning.frozen_weights(cnn(), 0.5), 0.5)
    before = {name: module.mask() for name, module in pruning.scored(scored).items()}
    learn()(scored)
    for name, module in pruning.scored(scored).items():
        assert (module.mask() & ~before[name]).any()


@pytest.mark.parametrize("weights", ["signed_constant", "normal", "uniform"])
@pytest.mark.parametrize("rescale", [True, False])
def test_frozen_weights_have_the_kaiming_variance(weights, rescale):
    model = pruning.frozen_weights(
        models.mlp(400, 300, 10, bias=False), 0.25, weights, rescale, seed=1
    )
    w = model[1].weight
    assert not w.requires_grad and abs(w.mean()) < 5 * w.std() / w.numel() ** 0.5
    assert w.var().item() == pytest.approx(2 / 400 / (0.25 if rescale else 1), rel=0.03)
    if weights == "signed_constant":
        assert len(w.abs().unique()) == 1
    other = pruning.frozen_weights(
        models.mlp(400, 300, 10, bias=False), 0.25, weights, rescale, seed=2
    )
    assert not torch.equal(w, other[1].weight)


def test_supermask_draws_with_its_probability_and_keeps_the_likelier():
    torch.manual_seed(0)
    module = Supermask(torch.tensor([-2.0, 0.0, 2.0]))
    weight = torch.tensor([1.0, 2.0, 3.0])
    draws = np.array([module(weight).detach().numpy() for _ in range(4000)]) / weight.numpy()
    assert np.isin(draws.round(5), [0, 1]).all()
    expected = torch.sigmoid(module.scores).detach().numpy()
    assert (abs(draws.mean(0) - expected) < 5 * np.sqrt(expected * (1 - expected) / 4000)).all()
    module(weight).sum().backward()
    probability = torch.sigmoid(module.scores.detach())
    torch.testing.assert_close(module.scores.grad, weight * probability * (1 - probability))
    assert module.mask().tolist() == [False, True, True]
    assert module.eval()(weight).tolist() == [0, 2, 3]


def test_supermask_leaves_the_weights():
    frozen = pruning.frozen_weights(cnn(), seed=3)
    found = pruning.supermask(frozen, learn(epochs=10, learning_rate=0.1))
    assert pruning.fingerprint(found) == pruning.fingerprint(frozen)
    assert training.accuracy(found, *datasets.digits("test")) > 0.5  # chance is 0.1
    assert all(
        set(mask.unique().tolist()) <= {0.0, 1.0}
        for mask in (found[0].weight_mask, found[5].weight_mask)
    )


def test_mask_functions_know_models_with_scores():
    frozen = pruning.frozen_weights(cnn(), 0.3)
    scored = pruning.with_scores(frozen, 0.3)
    assert pruning.fingerprint(scored) == pruning.fingerprint(frozen)
    assert (
        pruning.keep_fraction(scored)
        == pruning.keep_fraction(pruning.with_masks(scored))
        == pytest.approx(0.3, abs=0.01)
    )


def test_seeds_of_weights_scores_and_models_are_unrelated():
    for seed in range(3):
        scored = pruning.with_scores(
            pruning.frozen_weights(models.mlp(64, 90, 10, bias=False, seed=seed), 0.5, "own"),
            0.5,
            seed,
        )
        for module, layer in zip(
            pruning.scored(scored).values(), pruning.prunable(scored).values()
        ):
            pair = torch.stack(
                [module.scores.flatten(), layer.parametrizations.weight.original.flatten()]
            )
            assert abs(torch.corrcoef(pair.detach())[0, 1]) < 5 / pair.shape[1] ** 0.5
    one, other = (pruning.with_scores(cnn(), 0.5, seed) for seed in (0, 1))
    assert not torch.equal(pruning.scored(one)["0"].scores, pruning.scored(other)["0"].scores)


def test_supermask_is_seeded_whatever_ran_before():
    frozen, masks = pruning.frozen_weights(models.mlp(64, 50, 10, bias=False)), []
    for _ in range(2):
        masks.append(pruning.masks(pruning.supermask(frozen, learn(epochs=3, learning_rate=0.5))))
        torch.rand(7)
    assert all(torch.equal(masks[0][name], masks[1][name]) for name in masks[0])


def test_divergence_and_cheating_are_noticed():
    def diverge(model):
        for module in pruning.scored(model).values():
            module.scores.data[...] = float("nan")

    def cheat(model):
        model[0].parametrizations.weight.original.data += 1

    with pytest.raises(ValueError, match="scores of layer '0' hold NaN"):
        pruning.edge_popup(cnn(), 0.5, diverge)
    with pytest.raises(ValueError, match="train changed the frozen weights"):
        pruning.edge_popup(cnn(), 0.5, cheat)
    with pytest.raises(ValueError, match="\\['0', '5'\\] are pruned already"):
        pruning.edge_popup(pruning.magnitude(cnn(), 0.5), 0.5, learn())
    with pytest.raises(ValueError, match="nothing would be left of layers \\['0'\\]"):
        pruning.edge_popup(cnn(), 0.005, learn())


def test_structured_networks_are_accepted():
    model = models.redundant_mlp(64, 12, 10, copies=3)
    found = pruning.edge_popup(model, 0.5, learn())
    assert (
        training.accuracy(found, *datasets.digits("test")) > 0.3 and len(pruning.masks(found)) == 4
    )


@pytest.mark.parametrize("layers, words", [
    ([nn.Linear(64, 10)], "layer '0' has a bias, which would be trained and not pruned"),
    ([nn.Conv2d(1, 2, 3, bias=False), nn.BatchNorm2d(2)], "layer '1' is a norm with learnable "
                                                          "parameters.*affine=False"),
    ([nn.Linear(64, 10, bias=False), nn.PReLU()], "layer '1' is a PReLU: use Linear"),
    ([nn.ReLU()], "nothing to prune"),
])  # fmt: skip
def test_refused_models(layers, words):
    for call in (
        lambda m: pruning.edge_popup(m, 0.5, learn()),
        lambda m: pruning.supermask(m, learn()),
    ):
        with pytest.raises(ValueError, match=words):
            call(nn.Sequential(*layers))


@pytest.mark.parametrize("call, words", [
    (lambda: pruning.edge_popup(cnn(), 0, learn()), "keep_fraction is 0"),
    (lambda: pruning.edge_popup(cnn(), 2.0, learn()), "keep_fraction is 2.0"),
    (lambda: pruning.edge_popup(cnn(), 0.5, learn(), weights="kaiming"), "weights is .kaiming.: "
                                                                         "choose one of signed"),
    (lambda: pruning.edge_popup(nn.Linear(3, 3, bias=False), 0.5, learn()), "the model is a "
                                                                            "Linear: pass an "
                                                                            "nn.Sequential"),
    (lambda: pruning.with_masks(cnn()), "no scores"),
])  # fmt: skip
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
