"""Masks, magnitude pruning and rewinding: counts exact, masks nested, weights untouched, bad input
refused in words.
"""

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import prune

from slt_course import datasets, models, pruning, training
from slt_course.pruning.largest import largest


def small():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 3, 3),
        nn.BatchNorm2d(3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(108, 20),
        nn.ReLU(),
        nn.Linear(20, 10),
    )


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, -1.0]), min_size=1, max_size=30),
    st.integers(0, 35),
)
@settings(max_examples=200, deadline=None)
def test_largest_is_exact_with_ties(values, count):
    values = torch.tensor(values)
    mask = largest(values, count)
    assert mask.sum() == min(count, len(values))
    if mask.any() and not mask.all():
        assert values[mask].min() >= values[~mask].max()


@pytest.mark.parametrize("scope", ["global", "layer"])
@pytest.mark.parametrize("share", [0.0, 0.013, 0.2, 0.5, 1.0])
def test_magnitude_keeps_exactly_the_largest(scope, share):
    model = small()
    before = {
        name: layer.weight.detach().clone() for name, layer in pruning.prunable(model).items()
    }
    assert pruning.magnitude(model, share, scope) is model
    masks = pruning.masks(model)
    groups = [list(before)] if scope == "global" else [[name] for name in before]
    for group in groups:
        mask = torch.cat([masks[name].flatten() for name in group])
        size = torch.cat([before[name].abs().flatten() for name in group])
        assert mask.sum() == round(share * len(size))
        if mask.any() and not mask.all():
            assert size[mask].min() >= size[~mask].max()
    for name, layer in pruning.prunable(model).items():
        assert torch.equal(layer.weight_orig, before[name]) and prune.is_pruned(layer)
        assert torch.equal(layer.weight, before[name] * masks[name])
    assert pruning.keep_fraction(model) == pytest.approx(share, abs=0.02)


def test_masks_are_nested_when_pruning_again_and_pruned_weights_do_not_return():
    model, previous = small(), None
    for share in (0.6, 0.36, 0.2, 0.05):
        masks = pruning.masks(pruning.magnitude(model, share))
        assert previous is None or all((previous[name] | ~masks[name]).all() for name in masks)
        # what is pruned grows large under the mask: it must not return
        for layer in pruning.prunable(model).values():
            layer.weight_orig.data[~layer.weight_mask.bool()] = 100.0
        previous = masks
    with pytest.raises(ValueError, match="only 0.0[0-9]* is still kept"):
        pruning.magnitude(model, 0.5)


def test_random_pruning_is_seeded_exact_and_blind_to_magnitude():
    one, same, other = (
        pruning.masks(pruning.random(small(), 0.3, "layer", seed=s)) for s in (1, 1, 2)
    )
    assert all(torch.equal(one[k], same[k]) for k in one) and not all(
        torch.equal(one[k], other[k]) for k in one
    )
    assert all(mask.sum() == round(0.3 * mask.numel()) for mask in one.values())
    for model in (
        models.mnist_mlp(),
        pruning.frozen_weights(models.mlp(64, 90, 10, bias=False), weights="uniform"),
    ):
        # the same default seed in the model and in the mask must not make the mask follow the
        # weights
        for layer in pruning.prunable(pruning.random(model, 0.5, "layer")).values():
            count = int(layer.weight_mask.sum())
            assert (
                abs((layer.weight_orig[layer.weight_mask.bool()] > 0).float().mean() - 0.5)
                < 5 * 0.5 / count**0.5
            )
    layer = nn.Linear(200, 200)
    mask = pruning.random(layer, 0.5).weight_mask.bool()
    # half of the weights are larger than this
    share = (layer.weight_orig.abs() > 0.5 / 200**0.5)[mask].float().mean()
    assert abs(share - 0.5) < 5 * 0.5 / 20_000**0.5


def test_ignored_layers_are_untouched_and_do_not_count():
    model = pruning.magnitude(small(), 0.5, ignore=["0", "6"])
    assert not prune.is_pruned(model[0]) and not prune.is_pruned(model[6])
    assert pruning.masks(model)["4"].sum() == 1080 and pruning.masks(model)["0"].all()


def test_apply_masks_refuses_and_then_changes_nothing():
    model = small()
    good = torch.ones(3, 1, 3, 3)
    for masks, words in (
        (
            {"0": good, "9": good},
            "names \\['9'\\]: the prunable layers of this model are \\['0', '4', '6'\\]",
        ),
        (
            {"0": good, "4": torch.ones(3)},
            "layer '4' has shape \\(3,\\): its weight has shape \\(20, 108\\)",
        ),
        ({"0": good - 0.5 * (torch.arange(27).view_as(good) == 4)}, "other than 0 and 1"),
        ({"0": float("nan") * good}, "other than 0 and 1"),
        ({"1": torch.ones(3)}, "names \\['1'\\]"),  # a norm is not prunable
    ):
        with pytest.raises(ValueError, match=words):
            pruning.apply_masks(model, masks)
        assert not any(prune.is_pruned(layer) for layer in model)


def test_masks_can_be_replaced_and_stored():
    model = pruning.magnitude(small(), 0.1)
    everything = {name: torch.ones_like(mask) for name, mask in pruning.masks(model).items()}
    pruning.apply_masks(model, everything)
    assert pruning.keep_fraction(model) == 1 and torch.equal(model[4].weight, model[4].weight_orig)
    pruning.magnitude(model, 0.1)
    copy = pruning.random(small(), 0.1)
    copy.load_state_dict(model.state_dict())
    x = torch.randn(5, 1, 8, 8)
    assert torch.equal(copy.eval()(x), model.eval()(x))


@pytest.mark.parametrize("call, words", [
    (lambda: pruning.magnitude(small(), 1.5), "keep_fraction is 1.5.*share of weights to KEEP"),
    (lambda: pruning.magnitude(small(), "half"), "keep_fraction is 'half'"),
    (lambda: pruning.magnitude(small(), -0.1), "keep_fraction is -0.1"),
    (lambda: pruning.magnitude(small(), True), "keep_fraction is True"),
    (lambda: pruning.magnitude(nn.utils.parametrizations.weight_norm(nn.Linear(3, 3)), 0.5),
    "by a parametrization"),
    (lambda: pruning.magnitude(diverged(), 0.5), "hold NaN weights"),
    (lambda: pruning.magnitude(tied(), 0.5), "share one weight tensor"),
    (lambda: pruning.find_lottery_ticket(lambda: pruning.magnitude(small(), 0.5), print, 1),
    "returned a pruned model"),
    (lambda: pruning.find_lottery_ticket(iter([small()] * 9).__next__, print, 2),
    "returned a pruned model"),
    (lambda: pruning.magnitude(small(), 0.5, "neuron"), 'scope is \'neuron\': choose "global" or '
                                                        '"layer"'),
    (lambda: pruning.magnitude(small(), 0.5, ignore=["fc"]), "ignore names \\['fc'\\]"),
    (lambda: pruning.magnitude(nn.ReLU(), 0.5), "nothing to prune"),
    (lambda: pruning.keep_fraction(nn.ReLU()), "nothing to prune"),
    (lambda: pruning.find_lottery_ticket(small, lambda m: None, 0), "rounds is 0"),
    (lambda: pruning.find_lottery_ticket(small, lambda m: None, 2, 0), "keep_per_round is 0"),
    (lambda: pruning.find_lottery_ticket(small, lambda m: None, 2, rewind_to=-1),
    "rewind_to is -1"),
    (lambda: pruning.find_lottery_ticket(small, lambda m: None, 2, rewind_to=5),
    "takes start and stop"),
])  # fmt: skip
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def diverged():
    layer = nn.Linear(4, 4)
    layer.weight.data[1, 1] = float("nan")
    return layer


def tied():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    model[1].weight = model[0].weight
    return model


def test_a_search_ignores_one_name_as_well_as_several():
    def search(ignore):
        return pruning.find_lottery_ticket(small, lambda model: None, 1, ignore=ignore).masks[-1]

    last = list(pruning.prunable(small()))[-1]
    assert set(search(last)) == set(search([last])) == set(search(None)) - {last}
    with pytest.raises(ValueError, match="no mask"):
        pruning.keep_fraction({})


@pytest.mark.parametrize("rewind_to", [0, 3])
def test_errors_inside_train_are_not_hidden(rewind_to):
    def train(model, start=0, stop=None):
        torch.optim.SGD(model.parameters(), lrr=1)

    with pytest.raises(TypeError, match="unexpected keyword argument 'lrr'"):
        pruning.find_lottery_ticket(small, train, 2, rewind_to=rewind_to)


def test_a_refused_model_is_not_half_pruned():
    model = nn.Sequential(nn.Linear(4, 4), nn.utils.parametrizations.weight_norm(nn.Linear(4, 4)))
    with pytest.raises(ValueError, match="layer '1' is computed by a parametrization"):
        pruning.magnitude(model, 0.5)
    assert not prune.is_pruned(model[0])


def test_numbers_and_names_of_any_kind():
    for share in (np.float32(0.5), np.float64(0.5), 0.5):
        assert pruning.magnitude(nn.Linear(4, 4), share).weight_mask.sum() == 8
    for ignore in ("0", ["0"], (name for name in ["0"]), iter(["0"])):
        assert not prune.is_pruned(pruning.magnitude(small(), 0.5, ignore=ignore)[0])
    layer = pruning.magnitude(nn.Linear(8, 8).bfloat16(), 0.25)
    assert layer.weight_mask.sum() == 16 and len(pruning.fingerprint(layer)) == 64


def test_fingerprint_sees_every_weight():
    one, other = small(), small()
    assert pruning.fingerprint(one) == pruning.fingerprint(other)
    for name, layer in pruning.prunable(other).items():
        with torch.no_grad():
            layer.weight.flatten()[-1] += 1e-6
        assert pruning.fingerprint(one) != pruning.fingerprint(other), name
        with torch.no_grad():
            layer.weight.copy_(pruning.prunable(one)[name].weight)


@pytest.mark.slow
@pytest.mark.parametrize("scope, ignore", [("layer", ()), ("global", ("5",)), ("layer", ("1",))])
@pytest.mark.parametrize("rewind_to", [0, 5])
def test_the_search_trains_what_it_says(scope, ignore, rewind_to):
    """Every round starts from the rewound weights under its own mask, and takes the steps from
    rewind_to on.
    """
    make, starts = (lambda: models.mlp(64, 20, 10, 10)), []

    def train(model, start=0, stop=None):
        if stop is None:
            starts.append(
                (
                    start,
                    [layer.weight.detach().clone() for layer in pruning.prunable(model).values()],
                )
            )
        learn()(model, start=start, stop=stop)

    found = pruning.find_lottery_ticket(make, train, 3, 0.5, rewind_to, scope, ignore)
    trained = make()
    train(trained)
    for round, (start, weights) in enumerate(starts[:4]):
        assert start == rewind_to
        for (name, weight), seen in zip(
            found.dense().named_parameters(), [w for w in weights for _ in (0, 1)]
        ):
            mask = found.masks[round].get(name.removesuffix(".weight"))
            if name.endswith("weight"):
                assert torch.equal(seen, weight if mask is None else weight * mask)
        assert set(found.masks[round]) == {"1", "3", "5"} - set(ignore)
        model = found.model(round)
        assert all(
            torch.equal(mask, pruning.masks(model)[name])
            for name, mask in found.masks[round].items()
        )
        assert not any(prune.is_pruned(dict(model.named_modules())[name]) for name in ignore)
        kept = [int(mask.sum()) for mask in found.masks[round].values()]
        sizes = [mask.numel() for mask in found.masks[round].values()]
        if scope == "global":
            assert sum(kept) == round_half_even(0.5**round * sum(sizes))
        else:
            assert kept == [round_half_even(0.5**round * size) for size in sizes]


def learn(epochs=2):
    images, labels = datasets.digits()
    return partial(
        training.train,
        images=images,
        labels=labels,
        epochs=epochs,
        learning_rate=3e-3,
        progress=False,
    )


@pytest.mark.parametrize("rewind_to", [0, 7])
def test_lottery_ticket_rewinds_bit_for_bit_with_an_exact_schedule(rewind_to):
    make, train = models.digits_mlp, learn()
    found = pruning.find_lottery_ticket(
        make, train, rounds=4, keep_per_round=0.6, rewind_to=rewind_to, record=pruning.keep_fraction
    )
    start = make()
    if rewind_to:
        train(start, stop=rewind_to)
    assert all(
        torch.equal(found.rewound[name], value) for name, value in start.state_dict().items()
    )
    for round, (masks, share) in enumerate(zip(found.masks, found.records)):
        ticket = found.model(round)
        for name, layer in pruning.prunable(ticket).items():
            count = layer.weight.numel()
            assert masks[name].sum() == round_half_even(0.6**round * count)
            assert torch.equal(layer.weight_orig, found.rewound[f"{name}.weight"])
            assert torch.equal(layer.bias, found.rewound[f"{name}.bias"])
            assert round == 0 or (found.masks[round - 1][name] | ~masks[name]).all()
        assert share == found.keep_fractions[round]
    assert len(found.masks) == len(found.records) == 5


round_half_even = round  # the loop above uses the other name for a round of pruning


def test_lottery_ticket_prunes_the_trained_weights():
    """The mask of round 1 keeps the largest weights after training, not of the initial network."""
    make, train = models.digits_mlp, learn()
    found = pruning.find_lottery_ticket(make, train, rounds=1, keep_per_round=0.3)
    trained = make()
    train(trained)
    expected = pruning.masks(pruning.magnitude(trained, 0.3, "layer"))
    assert all(torch.equal(expected[name], mask) for name, mask in found.masks[1].items())
    initial = pruning.masks(pruning.magnitude(make(), 0.3, "layer"))
    assert not all(torch.equal(initial[name], mask) for name, mask in found.masks[1].items())


def test_training_in_two_parts_takes_the_same_batches():
    """Without the optimiser's memory, training to step k and from step k is the same as training
    through.
    """
    images, labels = datasets.digits()
    arguments = dict(images=images, labels=labels, epochs=2, batch_size=100, progress=False)
    seen = []
    model = models.digits_mlp()
    model.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].sum().item()))
    training.train(model, **arguments)
    through, seen[:] = list(seen), []
    training.train(model, **arguments, stop=17)
    training.train(model, **arguments, start=17)
    assert seen == through and len(through) == 30
    for wrong in (dict(start=-1), dict(start=9, stop=3), dict(stop=31)):
        with pytest.raises(ValueError, match="0 <= start <= stop <= 30"):
            training.train(model, **arguments, **wrong)


def test_controls():
    masks = pruning.masks(pruning.magnitude(small(), 0.2))
    control = pruning.shuffled(masks, seed=3)
    assert all(control[name].sum() == masks[name].sum() for name in masks)
    assert not all(torch.equal(control[name], masks[name]) for name in masks)
    other = pruning.shuffled(masks, seed=4)
    assert not any(torch.equal(control[name], other[name]) for name in ("4", "6"))
    # of a random mask, about the kept share
    overlap = (control["4"] & masks["4"]).sum() / masks["4"].sum()
    assert abs(overlap - 0.2) < 0.1
    assert pruning.keep_fraction(pruning.apply_masks(small(), control)) == pruning.keep_fraction(
        masks
    )
