"""Which layers can carry a mask: those whose mask acts on all that their weight does; the others
are refused in words.
"""

import copy
import io
import pickle

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations, parametrize, prune

from slt_course import models, pruning

ENCODER = dict(d_model=8, nhead=2, dim_feedforward=16, dropout=0.0, batch_first=True)


def pair(lender, layer, give):
    """A lender and a layer whose weight shares memory with the lender's."""
    model = nn.Sequential(lender, layer)
    give(lender, layer)
    return model


def lend(lender, layer):
    layer.weight = lender.weight


class Own(nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.own = weight


class Same(nn.Module):
    """A parametrization that puts another layer's parameter in the place of the weight."""

    def __init__(self, other):
        super().__init__()
        self.other = other

    def forward(self, weight):
        return self.other


def view(make):
    linear = nn.Linear(4, 10)
    return nn.Sequential(linear, Own(make(linear.weight)))


def tied_under_parametrization():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    parametrize.register_parametrization(model[1], "weight", Same(model[0].weight))
    return model


def attention_with_plain_projection():
    model = nn.Sequential(nn.MultiheadAttention(4, 1))
    model[0].out_proj = nn.Linear(4, 4)
    return model


def one_module_twice():
    linear = nn.Linear(4, 4)
    return nn.Sequential(linear, nn.ReLU(), linear)


ATTENTION, TIED = (
    "output projection of attention, which reads its weight without calling it",
    "share one weight tensor",
)
REFUSED = {  # name -> (model, words)
    "attention": (lambda: nn.MultiheadAttention(4, 1), f"layer 'out_proj' is an {ATTENTION}"),
    "projection alone": (lambda: nn.MultiheadAttention(4, 1).out_proj, ATTENTION),
    "attention with another layer": (
        attention_with_plain_projection,
        f"layer '0.out_proj' is an {ATTENTION}",
    ),
    "encoder": (
        lambda: nn.TransformerEncoderLayer(**ENCODER),
        f"'self_attn.out_proj' is an {ATTENTION}",
    ),
    "transformer": (lambda: nn.Transformer(8, 2, 1, 1, 16), ATTENTION),
    "embedding": (
        lambda: pair(nn.Embedding(10, 4), nn.Linear(4, 10), lend),
        r"\['0.weight', '1.weight'\] " + TIED,
    ),
    "transposed": (lambda: pair(nn.ConvTranspose2d(3, 2, 3), nn.Conv2d(2, 3, 3), lend), TIED),
    "two layers": (
        lambda: pair(nn.Linear(4, 4), nn.Linear(4, 4), lend),
        r"\['0.weight', "
        r"'1.weight'\] " + TIED,
    ),
    "own parameter": (lambda: view(lambda w: w), r"\['0.weight', '1.own'\] " + TIED),
    "parameter list": (
        lambda: view(lambda w: nn.ParameterList([w])),
        r"\['0.weight', '1.own.0'\] "
        r"" + TIED,
    ),
    "transposed view": (lambda: view(lambda w: nn.Parameter(w.detach().T)), TIED),
    "part": (lambda: view(lambda w: nn.Parameter(w.detach()[2:5])), TIED),
    "reshaped": (lambda: view(lambda w: nn.Parameter(w.detach().view(2, 20)[1])), TIED),
    "plain attribute": (lambda: view(lambda w: w.detach()), TIED),
    "numpy's memory": (
        lambda: view(lambda w: nn.Parameter(torch.from_numpy(w.detach().numpy()[1:]))),
        TIED,
    ),
    "parametrization": (
        tied_under_parametrization,
        r"\['0.weight', "
        r"'1.parametrizations.weight.0.other'\] "
        r"" + TIED,
    ),
}
PRUNINGS = {
    "magnitude": lambda model: pruning.magnitude(model, 0.5),
    "random": lambda model: pruning.random(model, 0.5, "layer"),
    "search": lambda model: pruning.find_lottery_ticket(
        lambda: model, lambda model: pytest.fail("it trained"), 1
    ),
    "apply_masks": lambda model: pruning.apply_masks(model, pruning.masks(model)),
}


@pytest.mark.parametrize("way", PRUNINGS)
@pytest.mark.parametrize("name", REFUSED)
def test_layers_whose_mask_would_not_act_are_refused_and_nothing_changes(name, way):
    make, words = REFUSED[name]
    model = make()
    before = list(model.state_dict())
    with pytest.raises(ValueError, match=words):
        PRUNINGS[way](model)
    assert list(model.state_dict()) == before and pruning.keep_fraction(model) == 1


def test_edge_popup_refuses_ties_too():
    model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.ReLU(), nn.Linear(4, 4, bias=False))
    model[2].weight = model[0].weight
    for call in (
        pruning.frozen_weights,
        lambda m: pruning.with_scores(m, 0.5),
        lambda m: pruning.supermask(m, print),
    ):
        with pytest.raises(ValueError, match=TIED):
            call(model)


def moves(model, *inputs):
    """Which masked weights one step of training moves."""
    layers = {name: layer for name, layer in model.named_modules() if hasattr(layer, "weight_orig")}
    before = {name: layer.weight_orig.detach().clone() for name, layer in layers.items()}
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    output = model(*inputs)
    (output[0] if isinstance(output, tuple) else output).square().sum().backward()
    optimizer.step()
    return {
        name: not torch.equal(layer.weight_orig, before[name]) for name, layer in layers.items()
    }


LEFT_OUT = {  # name -> (model, ignore, inputs)
    "attention": (lambda: nn.TransformerEncoderLayer(**ENCODER), "self_attn.out_proj", (2, 3, 8)),
    "tied": (lambda: pair(nn.Linear(4, 4), nn.Linear(4, 4), lend).append(nn.Linear(4, 4)),
    ["0", "1"], (3, 4)),
    "weight norm": (
        lambda: nn.Sequential(parametrizations.weight_norm(nn.Linear(4, 4)), nn.Linear(4, 4)), "0",
        (3, 4)
    ),
    "one module twice": (one_module_twice, (), (3, 4)),
    "buffers of their own": (lambda: nn.Sequential(MaskedByHand(4, 4), nn.Linear(4, 4)), "0",
    (3, 4)),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT_OUT)
def test_with_these_left_out_the_others_are_pruned_train_and_count(name):
    torch.manual_seed(0)
    make, ignore, shape = LEFT_OUT[name]
    model, x = make(), torch.randn(shape)
    pruning.magnitude(model, 0.5, ignore=ignore)
    assert all(moves(model, x).values()) and moves(model, x)
    left_out = {ignore} if isinstance(ignore, str) else set(ignore)
    for layer, mask in pruning.masks(model).items():
        assert bool(mask.all()) == (layer in left_out)
    assert 0.4 < pruning.keep_fraction(model) < 1 and len(pruning.fingerprint(model)) == 64
    # the fast path of encoders reads weights without calling layers: masks must not be lost there
    model.eval()
    with torch.no_grad():
        fast = model(x)
    torch.testing.assert_close(fast, model(x).detach())


class Lending(nn.Module):
    """Uses a layer's weight without calling it, as some vision transformers do: not to be seen from
    outside.
    """

    def __init__(self, use):
        super().__init__()
        self.layer, self.use = nn.Linear(4, 4), use

    def forward(self, x):
        return self.use(self.layer, x)


@pytest.mark.parametrize("use", [
    lambda layer, x: functional.linear(x, layer.weight),
    lambda layer, x: x @ layer.weight.T,
    lambda layer, x: layer.forward(x),
    lambda layer, x: layer(functional.linear(x, layer.weight)),
])  # fmt: skip
def test_a_weight_used_without_a_call_is_noticed_when_it_trains(use):
    model, x = pruning.magnitude(Lending(use), 0.5), torch.randn(3, 4)
    for _ in range(2):
        with pytest.raises(
            RuntimeError,
            match="weight of layer 'layer' was used without calling the "
            "layer.*ignore=\\['layer'\\]",
        ):
            moves(model, x)
        model = pruning.apply_masks(model, pruning.masks(model))
    model(x)  # evaluation is right all the same
    assert torch.equal(model.layer.weight, model.layer.weight_orig * model.layer.weight_mask)


def test_a_weight_used_beside_its_call_trains():
    """A penalty on the masked weights, after the call, is no misuse."""
    model = pruning.magnitude(Lending(lambda layer, x: layer(x) + layer.weight.abs().sum()), 0.5)
    assert all(moves(model, torch.randn(3, 4))["layer"] for _ in range(3))


class MaskedByHand(nn.Linear):
    """A layer with a mask of its own, which is not torch's pruning."""

    def __init__(self, *sizes, buffer="weight_mask"):
        super().__init__(*sizes)
        self.register_buffer(buffer, torch.ones(self.weight.shape))

    def forward(self, x):
        return functional.linear(x, self.weight * next(self.buffers()), self.bias)


@pytest.mark.parametrize("buffer", ["weight_mask", "weight_orig"])
def test_a_mask_of_the_layers_own_is_not_torchs(buffer):
    model = nn.Sequential(MaskedByHand(4, 3, buffer=buffer), nn.Linear(3, 2))
    assert pruning.keep_fraction(model) == 1 and pruning.masks(model)["0"].all()
    pruning.fingerprint(model)
    for call in PRUNINGS.values():
        with pytest.raises(ValueError, match=rf"layer '0' has \['{buffer}'\] of its own"):
            call(model) if call is not PRUNINGS["search"] else call(copy.deepcopy(model))
    assert not hasattr(model[1], "weight_mask")
    pruning.magnitude(model, 0.5, ignore="0")
    assert pruning.masks(model)["0"].all() and pruning.masks(model)["1"].sum() == 3
    bias_free = nn.Sequential(nn.Linear(4, 3, bias=False))
    bias_free[0].register_buffer(buffer, torch.ones(3, 4))
    with pytest.raises(ValueError, match="of its own"):
        pruning.frozen_weights(bias_free)


def test_torchs_own_pruning_is_recognised_however_it_was_put_on():
    model = models.mlp(4, 6, 3)
    prune.random_unstructured(model[1], "weight", amount=0.5)
    # the second one wraps the first in a container
    prune.l1_unstructured(model[1], "weight", amount=0.5)
    prune.l1_unstructured(model[1], "bias", amount=0.5)
    for same in (model, pickle.loads(pickle.dumps(model))):
        assert pruning.masks(same)["1"].sum() == 6 and pruning.masks(same)["3"].all()
        pruning.apply_masks(same, {"1": torch.eye(6, 4)})
        x = torch.randn(2, 4)
        same(x)
        assert torch.equal(same[1].weight, same[1].weight_orig * torch.eye(6, 4))


@pytest.mark.parametrize("layer", [nn.LazyLinear(3), nn.Linear(4, 3, device="meta")])
def test_layers_without_numbers_are_refused(layer):
    for call in (
        lambda: pruning.magnitude(nn.Sequential(layer), 0.5),
        lambda: pruning.keep_fraction(nn.Sequential(layer)),
    ):
        with pytest.raises(ValueError, match="weight of layer '0' has no numbers yet"):
            call()


def pruned_model():
    """Masks on weights and on a bias, an embedding masked by torch, and a norm with running
    statistics.
    """
    torch.manual_seed(1)
    model = plain_model()
    pruning.magnitude(model, 0.4, ignore="4")
    prune.l1_unstructured(model[4], "bias", amount=2)
    prune.random_unstructured(model[0], "weight", amount=0.3)
    model(torch.tensor([[1, 2], [0, 3]]))
    return model


def plain_model():
    layers = nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Linear(8, 4)
    return nn.Sequential(*layers)


def through_a_file(state):
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


@pytest.mark.parametrize("receiver", [plain_model, pruned_model, lambda: plain_model().double()])
def test_load_gives_the_saved_model_which_trains_under_its_masks(receiver):
    saved, x = pruned_model().eval(), torch.tensor([[1, 2], [4, 3]])
    for module in saved:
        if hasattr(module, "weight_orig"):
            # an optimizer's step: what `weight` was computed from before is old
            module.weight_orig.data.add_(0.25)
    model = receiver()
    assert pruning.load(model, through_a_file(saved.state_dict())) is model
    expected = saved(x)
    for (name, one), (_, other) in zip(saved.named_modules(), model.named_modules()):
        for tensor in ("weight", "bias"):
            if hasattr(one, f"{tensor}_mask"):
                assert torch.equal(
                    getattr(one, tensor), getattr(other, tensor).to(expected.dtype)
                ), name
    torch.testing.assert_close(model.eval()(x).to(expected.dtype), expected)
    assert pruning.keep_fraction(model) == pruning.keep_fraction(saved)
    assert moves(model.train(), x) == {"0": True, "2": True}
    model(x)
    assert (
        not model[2].weight[~pruning.masks(model)["2"]].any()
        and not model[4].bias[model[4].bias_mask == 0].any()
    )


def test_load_takes_what_our_other_functions_make():
    frozen = pruning.frozen_weights(models.mlp(4, 6, 3, bias=False), 0.5)
    saved = pruning.with_masks(pruning.with_scores(frozen, 0.5))
    model = pruning.load(models.mlp(4, 6, 3, bias=False), saved.state_dict())
    assert pruning.fingerprint(model) == pruning.fingerprint(saved)
    twice = pruning.magnitude(one_module_twice(), 0.5)
    assert torch.equal(
        pruning.load(one_module_twice(), twice.state_dict())[0].weight, twice[0].weight
    )
    dense = models.mlp(4, 6, 3, seed=3)
    assert pruning.keep_fraction(pruning.load(models.mlp(4, 6, 3), dense.state_dict())) == 1


def changed(name, value):
    return lambda state: state | {name: value}


@pytest.mark.parametrize("change, words", [
    (lambda state: {k: v for k, v in state.items() if k != "2.bias"}, r"missing are \['2.bias'\], "
                                                                      r"unknown are \[\]"),
    (changed("9.weight", torch.ones(2)), r"missing are \[\], unknown are \['9.weight'\]"),
    (lambda state: {f"module.{k}": v for k, v in state.items()}, "missing are .*'2.weight'.* "
                                                                 ".*'module.0.weight_mask'"),
    (changed("2.weight_orig", torch.ones(8, 5)), r"'2.weight_orig' has shape \(8, 5\) in the "
                                                 r"state and \(8, 6\)"),
    (changed("2.weight_mask", torch.ones(6, 8)), r"'2.weight_mask' has shape \(6, 8\)"),
    (changed("2.weight_mask", torch.full((8, 6), 0.5)), "mask of '2.weight' holds values other "
                                                        "than 0 and 1"),
    (changed("4.bias", 1.0), "unknown are .*'4.bias'"),
    (changed("3.bias", 1.0), r"'3.bias' has shape \(\) in the state"),
    (lambda state: list(state), "state_dict is a list: pass model.state_dict"),
    (lambda state: {"model": state}, r"unknown are \['model'\]"),
])  # fmt: skip
def test_load_refuses_in_words_and_changes_nothing(change, words):
    model = plain_model()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(ValueError, match=words):
        pruning.load(model, change(dict(pruned_model().state_dict())))
    assert before.keys() == model.state_dict().keys()
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_load_refuses_ties_and_buffers_that_would_be_overwritten():
    state = pruning.magnitude(nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4)), 0.5).state_dict()
    with pytest.raises(ValueError, match=TIED):
        pruning.load(pair(nn.Linear(4, 4), nn.Linear(4, 4), lend), state)
    with pytest.raises(ValueError, match=r"layer '0' has \['weight_mask'\] of its own"):
        pruning.load(nn.Sequential(MaskedByHand(4, 4), nn.Linear(4, 4)), state)


@pytest.mark.filterwarnings("error")
def test_a_pruned_model_can_be_copied_and_stored():
    x = torch.randn(2, 4)
    model = pruning.magnitude(models.mlp(4, 6, 3), 0.5)
    made = pruning.apply_masks(pruning.random(models.mlp(4, 6, 3), 0.5), pruning.masks(model))
    for fresh in (model, made):  # right away
        for same in (copy.deepcopy(fresh), pickle.loads(pickle.dumps(fresh))):
            assert torch.equal(same(x), fresh(x)) and all(moves(same, x).values())
    # torch's limit, after a call that recorded its gradient
    with pytest.raises(RuntimeError, match="graph leaves"):
        copy.deepcopy(model)
    assert torch.equal(copy.deepcopy(pruning.apply_masks(model, pruning.masks(model)))(x), model(x))
    with torch.no_grad():
        model(x)
    assert torch.equal(copy.deepcopy(model)(x), model(x))


def test_pruning_ignores_torchs_defaults():
    """The same numbers whatever torch's default device and dtype are; meta stands for cuda."""
    model = models.mlp(4, 6, 3, bias=False)

    def numbers():
        scored = pruning.scored(pruning.with_scores(model, 0.5))
        return [
            pruning.masks(pruning.random(copy.deepcopy(model), 0.5)),
            pruning.shuffled(pruning.masks(pruning.magnitude(copy.deepcopy(model), 0.5)), 1),
            *(
                dict(pruning.frozen_weights(model, 0.5, kind).named_parameters())
                for kind in ("normal", "signed_constant")
            ),
            {name: module.scores for name, module in scored.items()},
        ]

    expected = numbers()
    torch.set_default_device("meta")
    torch.set_default_dtype(torch.float64)
    try:
        found = numbers()
    finally:
        torch.set_default_device(None)
        torch.set_default_dtype(torch.float32)
    assert all(
        torch.equal(one[name], other[name]) for one, other in zip(expected, found) for name in one
    )


def test_masks_made_in_inference_mode_train():
    model, x = models.mlp(4, 6, 3), torch.randn(3, 4)
    with torch.inference_mode():
        pruning.magnitude(model, 0.5)
    assert all(moves(model, x).values())
