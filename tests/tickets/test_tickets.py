"""Tickets: the network is the theorem's, it computes the target, and the certificates hold."""

import copy
from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import prune

from benchmarks.memory import peak_of
from slt_course import models, tickets, training
from slt_course.tickets.certificates import at_inputs, by_norms
from slt_course.tickets.certificates.comparison import LayerComparison, Weights
from slt_course.tickets.constructions.paths import candidates
from slt_course.tickets.pair import Pair
from slt_course.tickets.random_weights import full_tensor
from slt_course.tickets.report import difference
from slt_course.tickets.steps import Steps
from tests.tickets.calls import calls_with_inputs


def random_target(*layers, seed=0, scale=1.0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        target = nn.Sequential(*(layer() for layer in layers))
        for parameter in target.parameters():
            parameter.data.mul_(scale)
    return target.eval().requires_grad_(False)


TARGETS = {
    "one layer": random_target(lambda: nn.Linear(5, 4, bias=False)),
    "biases": random_target(lambda: nn.Linear(5, 7), nn.ReLU, lambda: nn.Linear(7, 3)),
    "deep": random_target(*(3 * [lambda: nn.Linear(6, 6), nn.ReLU]), lambda: nn.Linear(6, 2)),
    "large weights": random_target(
        lambda: nn.Linear(5, 6), nn.ReLU, lambda: nn.Linear(6, 3), nn.ReLU, lambda: nn.Linear(3, 3),
        scale=9.0,
    ),
    "no ReLU between": random_target(lambda: nn.Linear(5, 6), lambda: nn.Linear(6, 3)),
    "ReLU at both ends": random_target(nn.ReLU, lambda: nn.Linear(5, 3), nn.ReLU),
    "nested, with layers passed through": random_target(
        nn.Flatten, lambda: nn.Sequential(nn.Linear(5, 6), nn.Dropout(0.5), nn.Identity()),
        lambda: nn.ReLU(inplace=True),
        lambda: nn.Linear(6, 3),
    ),
}  # fmt: skip


def inputs_for(target, signed, count=200):
    size = next(m for m in target.modules() if isinstance(m, nn.Linear)).in_features
    x = torch.empty(count, size, dtype=torch.float64).uniform_(
        -1 if signed else 0, 1, generator=torch.Generator().manual_seed(1)
    )
    return x


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "non-negative"])
@pytest.mark.parametrize("name", TARGETS)
def test_ticket_computes_the_target_within_its_certificates(name, signed):
    target = TARGETS[name]
    before = copy.deepcopy(target.state_dict())
    ticket = tickets.build(target, width=60, tolerance=1e-4, signed_input=signed)
    x = inputs_for(target, signed)
    f = copy.deepcopy(target).double()
    error = (ticket(x) - f(x.clone())).abs()
    bound = ticket.certificate(inputs=x)
    assert bound.shape == error.shape and (error <= bound + 1e-12).all()
    assert bound.max() <= ticket.certificate(radius=1.0) * (1 + 1e-9)
    ball = x / x.norm(dim=1, keepdim=True).clamp(min=1)
    difference = ticket(ball) - f(ball.clone())
    assert difference.norm(dim=1).max() <= ticket.certificate(radius=1.0, norm="2") + 1e-12
    assert ticket.certificate(radius=0.5) <= ticket.certificate(radius=1.0)
    # close in itself, not only below a loose bound
    assert error.max() < 0.05 * f(x.clone()).abs().max()
    assert ticket.report()["reached"].min() > 0.98
    assert ticket.verify(target) is True
    assert (
        all(torch.equal(before[k], v) for k, v in target.state_dict().items())
        and not target.training
    )


@pytest.mark.parametrize("name", TARGETS)
def test_network_is_the_literal_pruned_random_network(name):
    """Plain masked Linear layers with the seed's weights give the ticket's function and its
    reported kept parameters.
    """
    target = TARGETS[name]
    ticket = tickets.build(target, width=50, tolerance=1e-3, seed=7)
    x = inputs_for(target, signed=True)
    network = ticket.network.double()
    torch.testing.assert_close(network(x), ticket(x), rtol=1e-10, atol=1e-10)
    linears = [m for m in network if isinstance(m, nn.Linear)]
    assert len(linears) == 2 * len(ticket.report())
    numpy_width = tickets.build(
        target,
        width=np.int64(50),
        tolerance=np.float32(1e-3),
        seed=np.int64(7),
        signed_input=np.bool_(True),
    )
    assert all(torch.equal(mask, numpy_width.masks[name]) for name, mask in ticket.masks.items())
    kept = 0
    for number, layer in enumerate(linears):
        assert prune.is_pruned(layer) and not any(p.requires_grad for p in layer.parameters())
        mask = layer.weight_mask
        assert ((mask == 0) | (mask == 1)).all()
        tensor = full_tensor(7, number // 2, 2 * (number % 2), *mask.shape)
        assert torch.equal(layer.weight_orig.float(), tensor), "random weights were touched"
        kept += int(mask.sum())
        if layer.bias is not None:
            assert number % 2 == 0, "only the first layer of a pair may have a random bias"
            kept += int(layer.bias_mask.sum())
    assert kept == ticket.report()["kept_parameters"].sum()
    masks = ticket.masks
    assert (
        all(m.dtype is torch.bool for m in masks.values())
        and sum(int(m.sum()) for m in masks.values()) == kept
    )
    assert {n for n, m in network.named_children() if isinstance(m, nn.Linear)} == {
        n for n in masks if "." not in n
    }


def test_first_masks_are_blocks():
    """Unit (i, k) sees coordinate i alone, or the constant coordinate through its bias."""
    ticket = tickets.build(TARGETS["biases"], width=20, tolerance=1e-2)
    first, bias = ticket.masks["0_first"], ticket.masks["0_first.bias"]
    block = torch.arange(6).repeat_interleave(20)
    assert (first.nonzero()[:, 1] == block[first.any(1)]).all()
    assert not bias[:100].any() and bias[100:].any() and not first[100:].any()


def test_probing_with_unit_vectors_shows_the_subset_sums():
    """On ±e_i the network outputs ±(sum of kept A·B): within the tolerance of the weight, for
    either sign.
    """
    target = random_target(lambda: nn.Linear(8, 5, bias=False))
    ticket = tickets.build(target, width=60, tolerance=1e-4)
    eye = torch.eye(8, dtype=torch.float64)
    weight = target[0].weight.double()
    for sign in (1, -1):
        assert (sign * ticket(sign * eye).T - weight).abs().max() <= 1e-4


def test_positive_only_gadget_fails_on_signed_input():
    """The implementation trap of the construction: without negative units, half of the line is
    lost.
    """
    target = TARGETS["one layer"]
    positive_only = tickets.build(target, width=60, tolerance=1e-4, signed_input=False)
    x = inputs_for(target, signed=True)
    f = copy.deepcopy(target).double()(x)
    assert (positive_only.network.double()(x) - f).abs().max() > 0.1 * f.abs().max()
    assert (positive_only(x.abs()) - copy.deepcopy(target).double()(x.abs())).abs().max() < 1e-3
    for ask in calls_with_inputs(positive_only, target, count=3):
        ask(x[:3].abs())
        with pytest.raises(ValueError, match="signed_input=True"):
            ask(x[:3])


def test_scalar_gadget_succeeds_as_often_as_measured():
    """Width 40, both signs, w ~ U[-1, 1]: error <= 0.01 in at least 93 % of 400 gadgets
    (independent blocks).
    """
    target = random_target(lambda: nn.Linear(400, 1, bias=False))
    target[0].weight.uniform_(-1, 1, generator=torch.Generator().manual_seed(0))
    ticket = tickets.build(target, width=40, tolerance=0.01)
    eye = torch.eye(400, dtype=torch.float64)
    error = torch.stack(
        [(s * ticket(s * eye)[:, 0] - target[0].weight[0].double()).abs() for s in (1, -1)]
    ).amax(0)
    assert (error <= 0.01).double().mean() >= 0.93


def test_unusable_units_are_never_kept():
    pair = Pair("0", 0, 30, 4, True, None, True, 12, 1.0, 1.0, 0)
    blocks = pair.blocks()
    assert blocks.shape == (31, 12)
    for sign in (1, -1):
        found = candidates(blocks, sign, torch.arange(31), 32)
        values, usable = found.first, found.usable
        assert torch.equal(values, blocks.gather(1, found.units).double())
        assert ((sign * values > 0) == usable).all() and (
            usable.sum(1) == (sign * blocks > 0).sum(1)
        ).all()
        assert (usable.int().diff(dim=1) <= 0).all()


def test_same_seed_same_ticket_and_other_seed_other_ticket():
    build = [
        tickets.build(TARGETS["biases"], width=30, tolerance=1e-3, seed=seed).masks
        for seed in (1, 1, 2)
    ]
    assert all(torch.equal(build[0][name], build[1][name]) for name in build[0])
    assert any(not torch.equal(build[0][name], build[2][name]) for name in build[0])


def test_numpy_numbers_are_numbers():
    plain = tickets.build(TARGETS["biases"], width=30, tolerance=0.5**10, seed=1)
    other = tickets.build(
        TARGETS["biases"],
        np.int64(30),
        np.float32(0.5**10),
        signed_input=np.bool_(True),
        seed=np.int32(1),
    )
    assert all(torch.equal(mask, other.masks[name]) for name, mask in plain.masks.items()) and repr(
        plain
    ) == repr(other)


def test_misses_are_counted_not_raised():
    ticket = tickets.build(TARGETS["biases"], width=3, tolerance=1e-6)
    row = ticket.report().loc["0"]
    assert row["reached"] < 0.5 and row["max_weight_error"] > 1e-6
    x = inputs_for(TARGETS["biases"], signed=True)
    assert (
        (ticket(x) - copy.deepcopy(TARGETS["biases"]).double()(x)).abs()
        <= ticket.certificate(inputs=x) + 1e-12
    ).all()


def test_certificate_survives_adversarial_inputs():
    """Gradient ascent on |f - g| over the box does not pass the bounds."""
    target = copy.deepcopy(TARGETS["deep"]).double()
    ticket = tickets.build(target, width=40, tolerance=1e-3)
    network = ticket.network.double()
    x = inputs_for(target, signed=True, count=50).requires_grad_()
    for _ in range(100):
        gap = (network(x) - target(x)).abs()
        (gradient,) = torch.autograd.grad(gap.sum(), x)
        with torch.no_grad():
            x += 0.1 * gradient.sign()
            x.clamp_(-1, 1)
    gap = (network(x) - target(x)).abs().detach()
    assert (gap <= ticket.certificate(inputs=x.detach()) + 1e-12).all()
    assert gap.max() <= ticket.certificate(radius=1.0) + 1e-12


@pytest.mark.slow
def test_proved_predictions_are_unchanged(mnist_target, mnist_test):
    ticket = tickets.build(mnist_target, width=60, tolerance=1e-4, signed_input=False)
    images, labels = mnist_test
    proved = ticket.proves_prediction(images)
    f, g = copy.deepcopy(mnist_target).double()(images.double()), ticket(images.double())
    assert (f.argmax(1) == g.argmax(1))[proved].all() and proved.double().mean() > 0.95
    change = training.accuracy(ticket, images, labels) - training.accuracy(
        mnist_target, images, labels
    )
    assert abs(change) <= 0.001
    assert ((f - g).abs() <= ticket.certificate(inputs=images) + 1e-12).all()


def test_any_dtype_and_batch_shape():
    ticket = tickets.build(TARGETS["one layer"], width=40, tolerance=1e-3)
    x = torch.rand(2, 3, 5)
    assert (
        ticket(x).shape == (2, 3, 4)
        and ticket(x).dtype is torch.float32
        and ticket(x.double()).dtype is torch.float64
    )
    assert ticket.certificate(inputs=x).shape == (2, 3, 4)
    assert ticket(x[:0]).shape == (0, 3, 4)


class Foreign(nn.Module):
    pass


@pytest.mark.parametrize("target, error, words", [
    (nn.Linear(2, 2).eval(), TypeError, "wrap its layers in an nn.Sequential"),
    (nn.Sequential(nn.Linear(2, 2)), ValueError, r"target.eval\(\)"),
    (nn.Sequential(nn.Linear(2, 2), nn.Dropout()), ValueError, r"target.eval\(\)"),
    (nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).eval(), TypeError, "layer 1 of the target "
                                                                          "is BatchNorm1d.*fold"),
    (nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Sigmoid())).eval(), TypeError,
    "layer 1.0 of the target is Sigmoid"),
    (nn.Sequential(Foreign(), nn.Linear(2, 2)).eval(), TypeError, "layer 0 of the target is "
                                                                  "Foreign"),
    (nn.Sequential(nn.ReLU()).eval(), ValueError, "no Linear or Conv2d layer"),
    (nn.Sequential().eval(), ValueError, "no Linear or Conv2d layer"),
])  # fmt: skip
def test_targets_that_cannot_be_represented(target, error, words):
    with pytest.raises(error, match=words):
        tickets.build(target)


def test_targets_with_broken_weights():
    for parameter, name in (("weight", "weights"), ("bias", "biases")):
        target = nn.Sequential(nn.ReLU(), nn.Linear(2, 2)).eval()
        getattr(target[1], parameter).data.view(-1)[0] = float("nan")
        with pytest.raises(ValueError, match=rf"layer 1 \(Linear\) has 1 {name}"):
            tickets.build(target)


@pytest.mark.parametrize("argument, error, words", [
    (dict(tolerance=-1e-3), ValueError, "tolerance is -0.001"),
    (dict(tolerance=float("nan")), ValueError, "tolerance is nan"),
    (dict(tolerance="small"), TypeError, "tolerance is "
                                         "'small'"), (dict(width=0), ValueError, "width is 0"),
    (dict(width=2.5), ValueError, "width is 2.5"),
    (dict(construction="magic"), ValueError, "unknown construction 'magic'"),
    (dict(signed_input="no"), TypeError, "signed_input is "
                                         "'no'"),
                                         (dict(device="cuda:99"), ValueError, "device 'cuda:99'"),
    (dict(seed="x"), ValueError, "seed is 'x'"), (dict(seed=2**63), ValueError, "64 bits"),
])  # fmt: skip
def test_bad_arguments_are_named(argument, error, words):
    with pytest.raises(error, match=words):
        tickets.build(TARGETS["biases"], **argument)


@pytest.mark.parametrize("arguments, words", [
    (dict(), "either radius"), (dict(radius=1.0, inputs=torch.zeros(1, 5)), "either radius"),
    (dict(radius=-1.0), "radius is -1"), (dict(radius=1.0, norm="fro"), "norm is 'fro'"),
    (dict(inputs=torch.full((1, 5), torch.nan)), "NaN"),
    (dict(inputs=torch.zeros(1, 6)), "takes 5 inputs"),
])  # fmt: skip
def test_bad_certificate_requests(arguments, words):
    ticket = tickets.build(TARGETS["biases"], width=10, tolerance=0.1)
    with pytest.raises(ValueError, match=words):
        ticket.certificate(**arguments)


def by_hand(weight, bias, error, bias_error):
    """Weights of a layer whose pair is off by `error` in every entry, on both signs, and by
    `bias_error` in the bias.
    """
    weight = torch.as_tensor(weight, dtype=torch.float64)
    bias, bias_error = (
        torch.full((len(weight),), float(b), dtype=torch.float64) for b in (bias, bias_error)
    )
    return LayerComparison(
        None, None, Weights(weight, bias, weight + error, weight + error, bias_error)
    )


def test_bounds_are_attained_where_they_should_be():
    """One input, one output, no cancellation: each bound equals the error that it bounds."""
    layers = [by_hand([[0.5]], 0.25, 0.01, 0.002), nn.ReLU(), by_hand([[2.0]], 1.0, 0.03, 0.004)]
    layers = Steps(tuple(("", layer) for layer in layers))
    x = 3.0
    f = 2.0 * (0.5 * x + 0.25) + 1.0
    g = 2.03 * (0.51 * x + 0.252) + 1.004
    output, point = at_inputs.outputs_and_bound(layers, torch.tensor([[x]]))
    assert float(output) == pytest.approx(f)
    for bound in (float(point), by_norms.over_box(layers, x), by_norms.over_ball(layers, x)):
        assert bound == pytest.approx(g - f)


def test_proved_unchanged_needs_the_lead_to_exceed_both_bounds():
    scores = torch.tensor([[3.0, 1.0, 0.0]]).repeat(4, 1)
    bound = torch.tensor([[0.9, 1.0, 9.0], [0.9, 1.0, 2.0], [0.5, 1.6, 0.0], [0.0, 0.0, 0.0]])
    assert at_inputs.proved_unchanged(scores, bound).tolist() == [False, True, False, True]


def test_measurements_by_hand(monkeypatch):
    """Every figure against its definition, at labels that the ticket always, and the target
    sometimes, gets right.
    """
    target = random_target(lambda: nn.Linear(5, 3))
    ticket, x = tickets.build(target, width=4, tolerance=0.5), inputs_for(target, signed=True)
    f, g, bound = copy.deepcopy(target).double()(x), ticket(x), ticket.certificate(inputs=x)
    found = tickets.measure(ticket, target, x, g.argmax(1).int())
    agree = (f.argmax(1) == g.argmax(1)).double().mean()
    assert (
        0 < agree < 1
        and found.accuracy == 1
        and found.target_accuracy == found.same_prediction == agree
    )
    assert (
        found.max_difference == pytest.approx((f - g).abs().max().item())
        and found.max_bound == bound.max()
    )
    assert (
        found.bound_holds and found.proved_prediction == ticket.proves_prediction(x).double().mean()
    )
    monkeypatch.setattr(ticket, "_at_inputs", lambda x: (f, (f - g).abs() - 1e-10))
    assert not tickets.measure(ticket, target, x, g.argmax(1)).bound_holds


def test_rounding_of_large_outputs_breaks_no_bound():
    """One weight: the bound is attained, and rounding is relative to the outputs."""
    target = random_target(lambda: nn.Linear(1, 2, bias=False))
    ticket, x = (
        tickets.build(target, width=20, tolerance=1e-3),
        1e12 * inputs_for(target, signed=True),
    )
    error = (ticket(x) - copy.deepcopy(target).double()(x)).abs()
    assert (error > ticket.certificate(inputs=x)).any()  # by rounding
    assert tickets.measure(ticket, target, x, torch.zeros(len(x), dtype=torch.int64)).bound_holds


@pytest.mark.parametrize("labels, error, words", [
    (torch.zeros(9, 1, dtype=torch.int64), ValueError, r"shape \(9, 1\) for 9 inputs.*flatten"),
    (torch.eye(3, dtype=torch.int64).repeat(3, 1), ValueError, r"shape \(9, 3\).*argmax\(1\) of "
                                                               r"one-hot"),
    (torch.zeros(8, dtype=torch.int64), ValueError, r"shape \(8,\) for 9 "
                                                    r"inputs"),
                                                    (torch.zeros(9), TypeError, "float32"),
    (torch.zeros(9, dtype=torch.bool), TypeError, "bool"), ([0] * 9, TypeError, "labels is list"),
    (np.zeros(9, int), TypeError, "labels is int64"),
    (torch.arange(9) % 3 + 1, ValueError, "from 1 to 3.*classes 0 to 2"),
    (torch.arange(9) % 3 - 1, ValueError, "from -1 to 1"),
    (torch.tensor(0), ValueError, r"shape \(\)"),
])  # fmt: skip
def test_labels_of_another_form(labels, error, words):
    target = TARGETS["biases"]
    ticket, x = tickets.build(target, width=10, tolerance=0.1), torch.rand(9, 5)
    with pytest.raises(error, match=words):
        tickets.measure(ticket, target, x, labels)
    assert tickets.measure(ticket, target, x, torch.zeros(9, dtype=torch.uint8)).bound_holds
    with pytest.raises(ValueError, match="N >= 1"):
        tickets.measure(ticket, target, x[:0], torch.zeros(0, dtype=torch.int64))


@pytest.mark.parametrize(
    "name, value", [("reached", None), ("reached", "1.0"), ("tolerance", True), ("shape", 1.0)]
)
def test_forged_figures_of_other_types_are_differences(name, value):
    row = tickets.build(TARGETS["biases"], width=10, tolerance=0.1).rows[0]
    assert difference(row, row) is None and name in difference(row | {name: value}, row)


BUILD = """
import torch
from slt_course import tickets
torch.set_num_threads(1)
tickets.build(torch.nn.Sequential(torch.nn.Linear({size}, {size})).eval(), width=4, tolerance=0.5)
"""


@pytest.mark.slow
def test_memory_is_a_dozen_arrays_of_the_largest_layer():
    small, large = (peak_of("-c", BUILD.format(size=size)) for size in (512, 2048))
    array = 8 * (2048**2 - 512**2) / 2**20
    assert large - small <= 14 * array


def test_layers_used_twice_are_counted_twice():
    relu, linear = nn.ReLU(), nn.Linear(5, 5)
    target = nn.Sequential(linear, relu, linear, relu, nn.Linear(5, 2)).eval().requires_grad_(False)
    ticket = tickets.build(target, tolerance=1e-4)
    x = inputs_for(target, signed=True)
    assert len(ticket.report()) == 3
    assert (
        (ticket(x) - copy.deepcopy(target).double()(x)).abs()
        <= ticket.certificate(inputs=x) + 1e-12
    ).all()


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class Squashed(nn.Linear):
    def forward(self, x):
        return super().forward(x).tanh()


def test_layers_that_compute_something_else_are_refused():
    hooked = nn.Sequential(nn.Linear(3, 3))
    hooked[0].register_forward_hook(lambda module, inputs, output: output + 1)
    for target, words in (
        (
            nn.Sequential(nn.Linear(3, 3), Residual(nn.Linear(3, 3))),
            "layer 1 is a Sequential with its own forward",
        ),
        (nn.Sequential(Squashed(3, 3)), "layer 0 is a Linear with its own forward"),
        (Residual(nn.Linear(3, 3)), "the target itself is a Sequential with its own forward"),
        (hooked, "layer 0 is a Linear with its own forward method or hooks"),
        (nn.Sequential(nn.LazyLinear(3)), "initialised"),
        (nn.Sequential(nn.Linear(3, 3, dtype=torch.cfloat)), "real weights"),
    ):
        with pytest.raises(TypeError, match=words):
            tickets.build(target.eval())
    pruned = nn.Sequential(nn.Linear(6, 4)).eval()
    prune.l1_unstructured(pruned[0], "weight", 0.5)
    assert tickets.build(pruned, tolerance=1e-3).verify(pruned)


def test_enormous_targets_are_refused():
    target = random_target(*(3 * [lambda: nn.Linear(3, 3)]), scale=1e9)
    with pytest.raises(ValueError, match="rescale the target"):
        tickets.build(target)


def test_radius_needs_vectors():
    ticket = tickets.build(random_target(lambda: nn.Linear(4, 3), nn.Flatten), tolerance=1e-3)
    x = torch.rand(5, 10, 4)
    assert ticket.certificate(inputs=x).shape == ticket(x).shape == (5, 30)
    with pytest.raises(ValueError, match="inputs=… instead"):
        ticket.certificate(radius=1.0)


@pytest.mark.parametrize("x, error, words", [
    (torch.ones(2, 5, dtype=torch.int64), TypeError, "floating-point"),
    ([[1.0] * 5], TypeError, "x is list"),
    (torch.ones(2, 6), ValueError, r"takes 5 inputs, but got shape \(2, 6\)"),
    (torch.ones(0, 6), ValueError, "takes 5 inputs"),
])  # fmt: skip
def test_bad_inputs_are_named(x, error, words):
    with pytest.raises(error, match=words):
        tickets.build(TARGETS["biases"], width=10, tolerance=0.1)(x)


def test_names_in_nested_targets_do_not_collide():
    inner = nn.Sequential(OrderedDict(b=nn.Linear(3, 3)))
    target = nn.Sequential(OrderedDict(a_b=nn.Linear(3, 3), a=inner)).eval()
    ticket = tickets.build(target, width=20, tolerance=1e-2)
    assert len(ticket.masks) == 6 and ticket.network is not None and ticket.verify(target)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_gives_the_same_ticket():
    target = TARGETS["deep"]
    on_cpu, on_gpu = (
        tickets.build(target, tolerance=1e-3, device=device) for device in ("cpu", "cuda")
    )
    x = inputs_for(target, signed=True)
    for ticket in (on_cpu, on_gpu):
        bound = ticket.certificate(inputs=x.cuda())
        assert (
            bound.is_cuda
            and (
                (ticket(x.cuda()) - copy.deepcopy(target).double().cuda()(x.cuda())).abs()
                <= bound + 1e-12
            ).all()
        )
    assert on_gpu.report().reached.min() == on_cpu.report().reached.min()


def test_building_on_digits_with_progress(capsys):
    target = models.digits_mlp().eval()
    ticket = tickets.build(target, width=40, tolerance=1e-3, progress=True)
    assert "building the ticket" in capsys.readouterr().err
    assert "2,410 weights" in repr(ticket)
