"""Convolutional and residual targets: the ticket is the theorem's, its certificates hold, other
layers are refused.
"""

import copy
import itertools

import pytest
import torch
from torch import nn
from torch.nn.utils import prune

from benchmarks.memory import peak_of
from slt_course import models, tickets
from slt_course.tickets import Residual, TicketError
from slt_course.tickets.certificates import at_inputs, norms
from slt_course.tickets.convolution import Convolution, windows_per_pixel
from slt_course.tickets.pair import Pair
from slt_course.tickets.random_weights import full_tensor


def seeded(make, scale=1.0):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        target = make()
        for parameter in target.parameters():
            parameter.data.mul_(scale)
    return target.eval().requires_grad_(False)


def branchy():
    downsampling = Residual(
        nn.Sequential(nn.Conv2d(4, 6, 3, 2, 1), nn.ReLU(), nn.Conv2d(6, 6, 3, padding=1)),
        nn.Conv2d(4, 6, 1, 2),
    )
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(), downsampling, nn.ReLU(),
        nn.Sequential(Residual(nn.Conv2d(6, 6, 1))),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), Residual(nn.Linear(6, 6)), nn.ReLU(),
        nn.Linear(6, 3),
    )  # fmt: skip


TARGETS = {
    "one convolution": seeded(lambda: nn.Sequential(nn.Conv2d(2, 3, 3, bias=False))),
    "padding and bias": seeded(lambda: nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=2), nn.ReLU(), nn.Conv2d(3, 2, 1, padding=1),
    )),
    "same, even kernel, dilation": seeded(lambda: nn.Sequential(nn.Conv2d(2, 3, (2, 4),
    padding="same", dilation=(2, 1)))),
    "stride": seeded(lambda: nn.Sequential(
        nn.Conv2d(2, 3, (3, 2), (2, 3), padding=(0, 1)), nn.ReLU(), nn.Conv2d(3, 2, 2, 2),
    )),
    "valid, stride and dilation": seeded(lambda: nn.Sequential(nn.Conv2d(2, 2, 3, 2,
    padding="valid", dilation=2))),
    "pools and Linear": seeded(lambda: nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 3, 3, padding=1),
        nn.Dropout2d(),
        nn.AvgPool2d(3, 1, padding=1, count_include_pad=False),
        nn.MaxPool2d(3, 2, 1, ceil_mode=True), nn.Flatten(),
        nn.Linear(27, 5), nn.ReLU(), nn.Linear(5, 3),
    )),
    "large weights": seeded(lambda: nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.Conv2d(3, 3, 3),
    nn.ReLU()), scale=9.0),
    "residual": seeded(branchy),
    "residual, large weights": seeded(branchy, scale=5.0),
    "residual first, pool first": seeded(lambda: nn.Sequential(
        Residual(nn.Conv2d(2, 2, 3, padding=1)), nn.AvgPool2d(2), Residual(nn.ReLU()),
        nn.Conv2d(2, 1, 1),
    )),
}  # fmt: skip


def images(signed=True, count=20, channels=2, size=9):
    x = torch.empty(count, channels, size, size, dtype=torch.float64)
    return x.uniform_(-1 if signed else 0, 1, generator=torch.Generator().manual_seed(1))


def double(target):
    return copy.deepcopy(target).double()


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "non-negative"])
@pytest.mark.parametrize("name", TARGETS)
def test_ticket_computes_the_target_within_its_certificates(name, signed):
    target = TARGETS[name]
    before = copy.deepcopy(target.state_dict())
    ticket = tickets.build(target, width=70, tolerance=1e-4, signed_input=signed)
    x = images(signed)
    f, error = double(target)(x), (ticket(x) - double(target)(x)).abs()
    bound = ticket.certificate(inputs=x)
    assert bound.shape == error.shape and (error <= bound + 1e-12).all()
    assert bound.max() <= ticket.certificate(radius=1.0) * (1 + 1e-9)
    ball = x / x.flatten(1).norm(dim=1)[:, None, None, None]
    difference = (ticket(ball) - double(target)(ball)).flatten(1).norm(dim=1)
    assert difference.max() <= ticket.certificate(radius=1.0, norm="2", shape=(2, 9, 9)) + 1e-12
    assert error.max() < 0.02 * f.abs().max()  # close in itself, not only below a loose bound
    assert ticket.report()["reached"].min() > 0.97
    assert ticket.verify(target) is True
    assert all(torch.equal(before[k], v) for k, v in target.state_dict().items())


@pytest.mark.parametrize("name", TARGETS)
def test_network_is_the_literal_pruned_random_network(name):
    """Masked 1×1 and k×k convolutions with the seed's weights give the ticket's function and its
    kept parameters.
    """
    target = TARGETS[name]
    ticket = tickets.build(target, width=40, tolerance=1e-3, seed=7)
    network = ticket.network.double()
    torch.testing.assert_close(network(images()), ticket(images()), rtol=1e-10, atol=1e-10)
    random_layers = {
        n: m for n, m in network.named_modules() if isinstance(m, (nn.Conv2d, nn.Linear))
    }
    wanted = [m for m in target.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    assert len(random_layers) == 2 * len(wanted) and set(random_layers) == {
        n for n in ticket.masks if not n.endswith(".bias")
    }
    kept = 0
    for number, (layer_name, layer) in enumerate(random_layers.items()):
        mask, represented = layer.weight_mask, wanted[number // 2]
        assert prune.is_pruned(layer) and not any(p.requires_grad for p in layer.parameters())
        assert ((mask == 0) | (mask == 1)).all() and torch.equal(
            mask.bool(), ticket.masks[layer_name]
        )
        assert torch.equal(
            layer.weight_orig.float(), full_tensor(7, number // 2, 2 * (number % 2), *mask.shape)
        )
        kept += int(mask.sum()) + (int(layer.bias_mask.sum()) if layer.bias is not None else 0)
        if isinstance(represented, nn.Conv2d) and number % 2:
            geometry = (layer.kernel_size, layer.stride, layer.dilation)
            assert geometry == (represented.kernel_size, represented.stride, represented.dilation)
        elif isinstance(represented, nn.Conv2d):
            assert layer.kernel_size == (1, 1) and layer.out_channels % 40 == 0
    assert kept == ticket.report()["kept_parameters"].sum()
    assert ticket.verify(target)


def test_effective_weights_are_those_of_the_masked_network():
    """Reading the masked layers as one sum per kernel entry gives what the ticket certifies with,
    near the target.
    """
    target = TARGETS["padding and bias"]
    ticket = tickets.build(target, width=60, tolerance=1e-4)
    first, second = (
        dict(ticket.network.named_modules())[name].weight for name in ("0_first", "0_second")
    )
    found = tickets.effective_weights(first.double(), second.double())
    for mine, its in zip(found, ticket.effective_weights()[0]):
        torch.testing.assert_close(mine, its, rtol=1e-12, atol=1e-12)
        assert (its - target[0].weight).abs().max() <= 1e-4 and its.shape == target[0].weight.shape


@pytest.mark.parametrize("first, second, words", [
    (torch.ones(2, 2), torch.ones(3, 2), "2 units of first see several"),
    (torch.ones(2, 1), torch.ones(3, 4), "needed are"),
    (torch.ones(2, 1, 3, 3), torch.ones(3, 2, 3, 3), "needed are"),
])  # fmt: skip
def test_effective_weights_refuse(first, second, words):
    with pytest.raises(ValueError, match=words):
        tickets.effective_weights(first, second)


def test_theorems_construction_on_signed_and_non_negative_images():
    """3 to 4 channels, 3×3, 18 units per channel and sign; without units for negative inputs the
    construction fails.
    """
    target = seeded(lambda: nn.Sequential(nn.Conv2d(3, 4, 3, padding=1, bias=False)))
    target[0].weight.div_(target[0].weight.abs().sum())  # the theorem's hypothesis
    x = images(channels=3, size=8)
    f = double(target)
    split = tickets.build(target, width=36, tolerance=0)
    positive_only = tickets.build(target, width=36, tolerance=0, signed_input=False)
    assert (positive_only(x.abs()) - f(x.abs())).abs().max() < 1e-3
    assert (split(x) - f(x)).abs().max() < 1e-2
    assert (positive_only.network.double()(x) - f(x)).abs().max() > 1e-2
    for ask in (positive_only, lambda x: positive_only.certificate(inputs=x)):
        with pytest.raises(ValueError, match="signed_input=True"):
            ask(x)


def test_bias_is_right_at_padded_borders():
    """With all weights but the bias zero, every output pixel is the bias, also where the kernel
    sees padding only.
    """
    target = nn.Sequential(nn.Conv2d(1, 2, 1, padding=3)).eval().requires_grad_(False)
    target[0].weight.zero_()
    ticket = tickets.build(target, tolerance=1e-5)
    assert ((ticket(images(channels=1)) - target[0].bias[:, None, None]).abs() <= 1e-5).all()


GEOMETRIES = list(
    itertools.product([(1, 3), (4, 2), (3, 3)], [(1, 1), (2, 1), (3, 2)], [(1, 1), (2, 3)])
)


@pytest.mark.parametrize("kernel, stride, dilation", GEOMETRIES)
def test_convolution_norm_bounds_the_operator_norm(kernel, stride, dilation):
    """Against the singular values of the whole map on 12×12 images; and the count of windows per
    pixel, by counting.
    """
    convolution = Convolution(kernel, stride, (1, 0, 2, 1), dilation)
    weight = torch.randn(
        3, 2, *kernel, dtype=torch.float64, generator=torch.Generator().manual_seed(0)
    )
    basis = torch.eye(2 * 12 * 12, dtype=torch.float64).view(-1, 2, 12, 12)
    true = norms.norm(convolution(basis, weight).flatten(1))
    assert true <= norms.spectral(weight, convolution) <= 12**0.5 * true
    ones = torch.ones(1, 1, *kernel, dtype=torch.float64)
    counts = (
        (convolution(torch.eye(20 * 20, dtype=torch.float64).view(-1, 1, 20, 20), ones) != 0)
        .flatten(1)
        .sum(1)
    )
    assert counts.max() == windows_per_pixel(kernel, stride, dilation)


POOLS = [
    nn.MaxPool2d(2), nn.MaxPool2d(3, 1, 1), nn.MaxPool2d(3, 2, dilation=2), nn.AvgPool2d(2),
    nn.AvgPool2d(3, 1, 1),
    nn.AvgPool2d(3, 2, 1, count_include_pad=False), nn.AvgPool2d(2, 2, ceil_mode=True),
    nn.AdaptiveAvgPool2d(1),
]  # fmt: skip


@pytest.mark.parametrize("layer", [*POOLS, nn.ReLU()], ids=str)
def test_layers_without_weights_pass_on_no_more_than_claimed(layer):
    """Any g within e of h stays within the bound after the layer, and Euclidean differences grow at
    most as claimed.
    """
    generator = torch.Generator().manual_seed(0)
    h, e = (torch.randn(50, 2, 9, 9, dtype=torch.float64, generator=generator) for _ in range(2))
    e = e.abs() / 3
    after, bound = at_inputs.after_plain(layer, (h, e))
    assert torch.equal(after, layer(h))
    for _ in range(20):
        shift = e * (2 * torch.rand(e.shape, dtype=torch.float64, generator=generator) - 1).sign()
        assert ((layer(h + shift) - after).abs() <= bound + 1e-12).all()
    growth = (layer(h + e) - layer(h)).flatten(1).norm(dim=1) / e.flatten(1).norm(dim=1)
    assert growth.max() <= norms.plain_norm(layer, h)


def test_pooling_norms_are_attained():
    spike = torch.zeros(1, 1, 9, 9, dtype=torch.float64)
    spike[0, 0, 4, 4] = 1
    assert nn.MaxPool2d(3, 1)(spike).norm() == norms.plain_norm(nn.MaxPool2d(3, 1), spike) == 3
    flat = torch.ones(1, 1, 8, 8)
    for pool in (nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1)):
        assert pool(flat).norm() / flat.norm() == pytest.approx(norms.plain_norm(pool, flat))


def test_error_that_cannot_matter_is_not_counted():
    """A unit that is off in both networks passes nothing on; a maximum without a near rival moves
    as its winner does.
    """
    h, e = torch.tensor([[-1.0, -0.1, 0.5]]), torch.tensor([[0.5, 0.3, 0.2]])
    assert at_inputs.after_plain(nn.ReLU(), (h, e))[1].tolist() == [pytest.approx([0.0, 0.2, 0.2])]
    h, e = torch.tensor([[[[3.0, 0.0]]]]), torch.tensor([[[[0.1, 1.0]]]])
    assert float(at_inputs.after_plain(nn.MaxPool2d((1, 2)), (h, e))[1]) == pytest.approx(0.1)


def test_box_bound_is_attained():
    """One convolution without bias: some image of ±1 has an error equal to the bound."""
    target = TARGETS["one convolution"]
    ticket = tickets.build(target, width=20, tolerance=1e-2, signed_input=False)
    ((positive, _),) = ticket.effective_weights()
    wrong = target[0].weight.double() - positive
    output = wrong.abs().flatten(1).sum(1).argmax()
    worst = wrong[output]
    for x in (worst > 0, worst < 0):  # inputs are >= 0: half of the box's worst case each
        x = x.double()[None]
        error = (ticket(x) - double(target)(x)).abs()
        assert torch.isclose(error[0, output], ticket.certificate(inputs=x)[0, output], rtol=1e-6)
    assert ticket.certificate(radius=1.0) == pytest.approx(float(worst.abs().sum()))


def test_theorem_tolerance_gives_the_theorems_error():
    target = seeded(
        lambda: nn.Sequential(
            nn.Conv2d(2, 3, 3, padding=1, bias=False), nn.ReLU(), nn.Conv2d(3, 2, 3, bias=False)
        )
    )
    for layer in (target[0], target[2]):
        layer.weight.div_(layer.weight.abs().flatten(1).sum(1).max())
    ticket = tickets.build(target, width=80, tolerance="theorem", eps=0.05)
    assert ticket.tolerances == pytest.approx([0.05 / (2 * 2 * 18), 0.05 / (2 * 2 * 27)])
    assert ticket.report()["reached"].min() == 1 and ticket.certificate(radius=1.0) <= 0.05
    with pytest.raises(ValueError, match="without skip connections"):
        tickets.build(TARGETS["residual"], tolerance="theorem", eps=0.05)


def test_theorem_tolerance_with_large_norms_and_biases():
    target = TARGETS["pools and Linear"]
    ticket = tickets.build(target, width=90, tolerance="theorem", eps=0.5)
    assert ticket.report()["reached"].min() == 1 and ticket.certificate(radius=1.0) <= 0.5


@pytest.mark.parametrize("name", ["pools and Linear", "residual, large weights"])
def test_ledger(name):
    ticket = tickets.build(TARGETS[name], width=60, tolerance=1e-4)
    table = tickets.error_ledger(ticket, images())
    assert (table["measured"] <= table["certified, inputs"] + 1e-12).all()
    assert (table["measured"] <= table["certified, ball"] + 1e-12).all()
    assert len(table) == len(ticket.report())


@pytest.mark.parametrize("name", TARGETS)
def test_files(name, tmp_path):
    target = TARGETS[name]
    ticket = tickets.build(target, width=30, tolerance=1e-3)
    loaded = tickets.load(ticket.save(tmp_path / "ticket.safetensors"))
    assert torch.equal(loaded(images()), ticket(images())) and loaded.report().equals(
        ticket.report()
    )
    with pytest.raises(TicketError, match="verify"):
        loaded.certificate(radius=1.0)
    assert loaded.verify(target)
    assert torch.equal(loaded.certificate(inputs=images()), ticket.certificate(inputs=images()))
    other = copy.deepcopy(target)
    next(other.parameters()).data.view(-1)[0] += 0.01
    with pytest.raises(TicketError, match="not the one it was built with"):
        loaded.verify(other)


def test_another_geometry_is_another_target():
    ticket = tickets.build(TARGETS["one convolution"], width=20, tolerance=1e-2)
    other = copy.deepcopy(TARGETS["one convolution"])
    other[0].padding = (1, 1)
    with pytest.raises(TicketError, match="the ticket stands for"):
        ticket.verify(other)


def test_tampering_inside_a_branch_is_noticed():
    ticket = tickets.build(TARGETS["residual"], width=20, tolerance=1e-2)
    layer = dict(ticket.network.named_modules())["2_residual.shortcut.0_second"]
    layer.weight_orig.data[0, 0] += 1
    with pytest.raises(TicketError, match="2_residual.shortcut.0_second.weight"):
        ticket.verify(TARGETS["residual"])


@pytest.mark.parametrize("layers, words", [
    ([nn.Conv2d(2, 4, 3, groups=2)], "layer 0 is a Conv2d with groups=2"),
    ([nn.Conv2d(2, 4, 3, padding=1, padding_mode="reflect")], "padding_mode='reflect'"),
    ([nn.Conv1d(2, 4, 3)], "layer 0 of the target is Conv1d"),
    ([nn.ConvTranspose2d(2, 4, 3)], "ConvTranspose2d"),
    ([nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4)], r"layer 1 of the target is "
                                              r"BatchNorm2d.*tickets.fold_batchnorm\(target\)"),
    ([nn.Conv2d(2, 4, 3), nn.Linear(4, 2)], "layer 1 is a Linear layer on images"),
    ([nn.Linear(2, 4), nn.Conv2d(4, 2, 1)], "layer 1 is Conv2d, which needs images"),
    ([nn.Conv2d(2, 4, 3), nn.Flatten(), nn.MaxPool2d(2)], "layer 2 is MaxPool2d, which needs "
                                                          "images"),
    ([nn.Conv2d(2, 4, 3), nn.Flatten(2)], "after a convolution use"),
    ([nn.Conv2d(2, 4, 3), nn.MaxPool2d(2, return_indices=True)], "return_indices=True"),
    ([nn.Conv2d(2, 4, 3), nn.AvgPool2d(2, divisor_override=1)], "divisor_override=1"),
    ([nn.Conv2d(2, 4, 3), nn.AdaptiveAvgPool2d(0)], "positive output "
                                                    "size"), ([nn.LazyConv2d(4, 3)], "initialised"),
    ([Residual(nn.Conv2d(2, 4, 1), nn.Sequential(nn.Flatten(), nn.Linear(2, 4)))],
    "adds images and vectors"),
    ([Residual(nn.Sigmoid()), nn.Linear(2, 2)], "layer 0.body.0 of the target is Sigmoid"),
])  # fmt: skip
def test_layers_that_cannot_be_represented(layers, words):
    with pytest.raises(TypeError, match=words):
        tickets.build(nn.Sequential(*layers).eval())


def test_wrong_inputs_and_shapes_are_named():
    ticket = tickets.build(TARGETS["one convolution"], width=10, tolerance=0.1)
    for call in (ticket, lambda x: ticket.certificate(inputs=x)):
        with pytest.raises(
            ValueError,
            match=r"takes images \(batch, 2, height, width\), but got "
            r"shape \(\d, 3, 8, 8\)",
        ):
            call(torch.zeros(4, 3, 8, 8))
    for shape in (None, (9, 9), "abc", (2, 9.5, 9)):
        with pytest.raises(ValueError, match=r"shape=\(1, 28, 28\)"):
            ticket.certificate(radius=1.0, norm="2", shape=shape)
    with pytest.raises(TypeError, match="body is a function"):
        Residual(images)


def test_folding_batchnorm():
    """The copy computes the same function, the original is as it was, and what cannot be folded is
    named.
    """

    def with_statistics():
        model = models.resnet18(classes=5, channels=2)
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                for tensor in (module.running_mean, module.bias, module.running_var, module.weight):
                    tensor.data.uniform_(0.5, 1.5)
        return model

    model = seeded(with_statistics)
    before = copy.deepcopy(model.state_dict())
    folded = tickets.fold_batchnorm(model)
    assert not any("BatchNorm" in type(module).__name__ for module in folded.modules())
    x = images(size=32, count=2)
    torch.testing.assert_close(double(folded)(x), double(model)(x), rtol=1e-5, atol=1e-5)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    linear = seeded(lambda: nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, affine=False)))
    torch.testing.assert_close(
        tickets.fold_batchnorm(linear)(torch.ones(2, 3)), linear(torch.ones(2, 3))
    )


@pytest.mark.parametrize("layers, error, words", [
    ([nn.BatchNorm2d(2)], TypeError, "layer 0 is BatchNorm2d after nothing"),
    ([nn.Conv2d(2, 2, 1), nn.ReLU(), nn.BatchNorm2d(2)], TypeError, "layer 2 is BatchNorm2d after "
                                                                    "ReLU"),
    ([nn.Linear(2, 2), nn.BatchNorm2d(2)], TypeError, "BatchNorm1d with a Linear layer"),
    (
        [nn.Sequential(nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2, track_running_stats=False))],
        ValueError, "layer 0.1 has no running",
    ),
])  # fmt: skip
def test_batchnorm_that_cannot_be_folded(layers, error, words):
    with pytest.raises(error, match=words):
        tickets.fold_batchnorm(nn.Sequential(*layers).eval())
    with pytest.raises(ValueError, match="training mode"):
        tickets.fold_batchnorm(nn.Sequential(*layers))


def test_random_layers_in_full_are_never_made(monkeypatch, tmp_path):
    """Building, running, saving, verifying and certifying draw kept entries and blocks only."""

    def refuse(*_):
        raise AssertionError("a random layer was made in full")

    for name in ("first_weights", "second_weights", "first_masks", "mask"):
        monkeypatch.setattr(Pair, name, refuse)
    # small enough that everything goes in several parts
    for limit in ("OUTPUTS", "HIDDEN", "CACHED_ENTRIES"):
        monkeypatch.setattr(f"slt_course.tickets.compact.{limit}", 5000)
    monkeypatch.setattr("slt_course.tickets.report.CACHED_WEIGHTS", 10)
    monkeypatch.setattr("slt_course.tickets.constructions.paths.PATHS", 5000)
    target = TARGETS["pools and Linear"]
    ticket = tickets.build(target, width=60, tolerance=1e-4)
    loaded = tickets.load(ticket.save(tmp_path / "ticket.safetensors"))
    assert loaded.verify(target)
    x = images()
    assert ((loaded(x) - double(target)(x)).abs() <= loaded.certificate(inputs=x) + 1e-12).all()


@pytest.mark.slow
def test_network_of_resnet18s_size_fits_in_memory():
    """Built, saved, loaded, verified, run and certified in one process of at most 3 GiB, libraries
    included.
    """
    assert peak_of("-m", "benchmarks.convolutions", "--resnet-only") <= 3 * 1024
