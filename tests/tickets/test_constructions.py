"""Malach's tickets, the theorem's budget and the ledger: claims against real tickets."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from slt_course import theory, tickets


def gadgets(count, seed=0, low=-1.0, high=1.0):
    """A target of `count` independent scalar gadgets: one output that reads each coordinate with
    its own weight.
    """
    target = nn.Sequential(nn.Linear(count, 1, bias=False)).eval().requires_grad_(False)
    target[0].weight.uniform_(low, high, generator=torch.Generator().manual_seed(seed))
    return target


def gadget_errors(target, **options):
    """|error| of every gadget for the worse of both signs: (count,)."""
    (positive, negative), *_ = tickets.build(target, **options).effective_weights()
    wanted = target[0].weight.double()
    return torch.maximum((wanted - positive).abs(), (wanted - negative).abs())[0]


@pytest.mark.parametrize("construction", ["malach", "malach_product"])
def test_malach_tickets_are_tickets(construction, tmp_path):
    """Binary masks on untouched random weights, at most one path per weight and sign, certificate
    above the error.
    """
    torch.manual_seed(0)
    target = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3)).eval().requires_grad_(False)
    ticket = tickets.build(target, width=400, tolerance=0.1, construction=construction)
    assert ticket.verify(target) and construction in repr(ticket)
    x = 2 * torch.rand(300, 6, dtype=torch.float64) - 1
    error = (ticket(x) - copy.deepcopy(target).double()(x)).abs()
    assert (error <= ticket.certificate(inputs=x) + 1e-12).all() and error.max() < 0.4
    assert torch.allclose(ticket.network(x.float()), ticket(x.float()), atol=1e-5)
    report = ticket.report()
    signs = np.where(
        report.index == "0", (2 * 6 + 1) / 7, (8 + 1) / 9
    )  # inputs of both signs, biases and hidden units of one
    assert (report.kept_per_weight <= signs + 1e-12).all() and (report.reached > 0.8).all()
    loaded = tickets.load(ticket.save(tmp_path / "malach.safetensors"))
    assert (
        loaded.construction == construction
        and loaded.verify(target)
        and torch.equal(loaded(x), ticket(x))
    )


@pytest.mark.parametrize("variant, construction, eps, width", [
    ("both", "malach", 0.3, 400), ("both", "malach", 0.2, 900),
    ("product", "malach_product", 0.05, 60),
    ("product", "malach_product", 0.02, 150),
])  # fmt: skip
def test_hit_probability_of_malach(variant, construction, eps, width):
    """The share of gadgets served is at least 1 - 2(1 - p)^width, less four standard errors; for
    products, equal.
    """
    target, count = gadgets(600), 600
    found = (
        (gadget_errors(target, width=width, tolerance=eps, construction=construction) <= eps)
        .double()
        .mean()
        .item()
    )
    p = theory.malach_hit_probability(target[0].weight[0].numpy(), eps, variant)
    one_sign = 1 - (1 - p) ** width
    expected, error = (one_sign**2).mean(), 4 * 0.5 / count**0.5
    assert found >= expected - error
    if variant == "product":
        assert abs(found - expected) <= error


def test_malach_width_is_enough():
    """At the width of the formula all but the stated share of gadgets is served; at a twentieth,
    far fewer.
    """
    eps, failure, w = 0.25, 0.1, 0.5
    target = gadgets(500, low=w, high=w)
    width = int(np.ceil(theory.malach_width(w, eps, failure)))
    enough, few = (
        (gadget_errors(target, width=n, tolerance=eps, construction="malach") <= eps)
        for n in (width, width // 20)
    )
    assert enough.double().mean() >= 1 - failure and few.double().mean() < 0.7


@pytest.mark.parametrize("variant", ["both", "product"])
def test_hit_probability_against_simulation(variant):
    rng, count = np.random.default_rng(0), 2_000_000
    a, b = rng.uniform(-1, 1, (2, count))
    for w in (0.0, 0.03, 0.5, -0.7, 1.0):
        for eps in (0.3, 0.05):
            if variant == "both":
                sign = -1.0 if w < 0 else 1.0
                hit = (abs(a - abs(w)) <= eps / 2) & (abs(b * sign - 1) <= eps / 2) & (a > 0)
                assert (abs(a * b - w)[hit] <= eps).all()
            else:
                hit = (abs(a * b - w) <= eps) & (a > 0)
            p = theory.malach_hit_probability(w, eps, variant)
            assert abs(hit.mean() - p) <= 5 * (p / count) ** 0.5
    for wrong in (dict(weight=1.5), dict(tolerance=0), dict(variant="sum")):
        with pytest.raises(ValueError, match="weight is|tolerance is|variant is"):
            theory.malach_hit_probability(**(dict(weight=0.5, tolerance=0.1) | wrong))


def test_pensia_gadget_of_width_40():
    """P(error <= 0.01) >= 0.93 for w ~ U[-1, 1], both signs, 1,000 trials."""
    assert (
        gadget_errors(gadgets(1000, seed=2), width=40, tolerance=0.01) <= 0.01
    ).double().mean() >= 0.93


def test_theorem_tolerances_are_the_theorems_for_small_norms():
    torch.manual_seed(1)
    target = (
        nn.Sequential(nn.Linear(6, 5, bias=False), nn.ReLU(), nn.Linear(5, 4, bias=False))
        .eval()
        .requires_grad_(False)
    )
    for layer in (target[0], target[2]):
        layer.weight /= torch.linalg.matrix_norm(layer.weight, 2) * 1.01
    ticket = tickets.build(target, tolerance="theorem", eps=0.1)
    assert ticket.tolerances == pytest.approx([0.1 / (4 * 6 * 5), 0.1 / (4 * 5 * 4)])
    assert ticket.certificate(radius=1, norm="2") <= 0.1


@pytest.mark.slow
def test_deep_target_is_certified_over_the_unit_ball():
    """Five layers of width 64, biases, signed inputs, norms above 1: eps = 0.05 proved, and the
    measured error below it.
    """
    torch.manual_seed(0)
    layers = [layer for _ in range(5) for layer in (nn.Linear(64, 64), nn.ReLU())][:-1]
    target = nn.Sequential(*layers).eval().requires_grad_(False)
    ticket = tickets.build(target, tolerance="theorem", eps=0.05)
    proved = ticket.certificate(radius=1, norm="2")
    x = nn.functional.normalize(torch.randn(2000, 64, dtype=torch.float64), dim=1)
    measured = (ticket(x) - copy.deepcopy(target).double()(x)).norm(dim=1).max()
    assert measured <= proved + 1e-12 and proved <= 0.05
    table = tickets.error_ledger(ticket, x)
    for bound in ("certified, inputs", "certified, ball"):
        assert (table["measured"] <= table[bound] + 1e-12).all()
    assert (table["certified, ball"] <= table["budget"]).all() and table["budget"].iloc[-1] <= 0.05
    assert table["certified, ball"].iloc[-1] == pytest.approx(proved)


def test_a_tolerance_per_layer():
    torch.manual_seed(0)
    target = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 2)).eval()
    ticket = tickets.build(target, tolerance=[1e-2, 1e-4])
    report = ticket.report()
    assert (
        ticket.tolerances == [1e-2, 1e-4]
        and ticket.tolerance == 1e-4
        and list(report.tolerance) == [1e-2, 1e-4]
    )
    assert (
        report.max_weight_error.iloc[0] > 1e-4
        and (report.max_weight_error <= report.tolerance).all()
    )


@pytest.mark.parametrize("arguments, words", [
    (dict(tolerance=[0.1]), "tolerance has 1 entries: the target has 2 layers"),
    (dict(tolerance=[0.1, -1]), "give a finite number"), (dict(tolerance="theorem"), "eps is None"),
    (dict(tolerance="theorem", eps=2), "eps is 2"), (dict(tolerance="theorem", eps=0), "eps is 0"),
    (dict(eps=0.1), "eps goes with"),
])  # fmt: skip
def test_bad_budgets(arguments, words):
    target = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 2)).eval()
    with pytest.raises(ValueError, match=words):
        tickets.build(target, **arguments)


def test_widths_and_packing():
    assert theory.pensia_width(0.01, 0.01, 2, 784, 500, constant=3) == pytest.approx(
        3 * theory.pensia_width(0.01, 0.5, 2, 784, 500, 1)
    )
    assert theory.packing_bits(0.5, inputs=7) == -1 and theory.packing_bits(1 / 64, inputs=1) == 4
    # d = 1: a net with m parameters has at most 2^m slopes; half of the 2·eps-packing of [-1, 1]
    # must be served
    for eps in (0.25, 0.1, 0.03):
        packing = np.floor(1 / eps - 1e-9) if eps < 0.5 else 1  # points -1, -1 + 2 eps+, …
        assert 2 ** theory.packing_bits(eps, 1) <= packing


def test_the_papers_gadget_lands_both_numbers_as_often_as_predicted():
    """Of the paths that "malach" keeps, the share with both numbers within eps/2 for both signs is
    that of the formula.
    """
    eps, width, target = 0.2, 300, gadgets(1500, seed=5)
    ticket = tickets.build(target, width=width, tolerance=eps, construction="malach")
    landed = torch.zeros(2, 1500, dtype=torch.bool)
    weight = target[0].weight[0].double()
    for _, unit, first, second in ticket.pairs[0].kept_paths():
        w = weight[unit // width]
        sign = torch.where(w < 0, -1.0, 1.0) * first.sign()
        both = ((first.abs() - w.abs()).abs() <= eps / 2) & ((second * sign - 1).abs() <= eps / 2)
        landed[(first < 0).long(), unit // width] |= both
    p = theory.malach_hit_probability(weight.numpy(), eps)
    expected = ((1 - (1 - p) ** width) ** 2).mean()
    assert abs(landed.all(0).double().mean() - expected) <= 4 * 0.5 / 1500**0.5


@pytest.mark.parametrize("construction", ["pensia", "malach", "malach_product"])
def test_zero_weights_keep_no_path(construction):
    target = nn.Sequential(nn.Linear(6, 4, bias=False)).eval().requires_grad_(False)
    target[0].weight.zero_()
    ticket = tickets.build(target, width=30, tolerance=1e-6, construction=construction)
    assert ticket.report().reached.iloc[0] == 1 and not ticket.masks["0_second"].any()


@pytest.mark.parametrize("construction", ["pensia", "malach", "malach_product"])
def test_masks_do_not_depend_on_the_size_of_chunks(construction, monkeypatch):
    target = nn.Sequential(nn.Linear(7, 9)).eval().requires_grad_(False)
    whole = tickets.build(target, width=20, tolerance=1e-3, construction=construction).masks
    monkeypatch.setattr("slt_course.tickets.constructions.paths.PATHS", 50)
    parts = tickets.build(target, width=20, tolerance=1e-3, construction=construction).masks
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def scalar_chain(*layers):
    """1 -> 1 -> … -> 1 with given (weight, bias or None), ReLU between."""
    modules = []
    for weight, bias in layers:
        linear = nn.Linear(1, 1, bias=bias is not None).requires_grad_(False)
        linear.weight.fill_(weight)
        if bias is not None:
            linear.bias.fill_(bias)
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1]).eval()


def test_theorem_tolerances_by_hand():
    two = tickets.build(scalar_chain((3, 4), (5, 2)), tolerance="theorem", eps=0.5)
    assert two.tolerances == pytest.approx([0.5 / 8 / 5 / 2**0.5, 0.5 / 8 / (7**2 + 1) ** 0.5])
    three = tickets.build(
        scalar_chain((2, None), (3, None), (5, None)), tolerance="theorem", eps=0.6
    )
    assert three.tolerances == pytest.approx([0.1 / 15, 0.1 / 5 / 2, 0.1 / 6])


def test_ledger_by_hand():
    target = scalar_chain((3, 4), (5, 2))
    ticket = tickets.build(target, width=50, tolerance=[1e-3, 1e-4])
    x = torch.tensor([[2.0], [-0.5]])  # float32, largest norm 2
    table = tickets.error_ledger(ticket, x)
    eta = 1e-3 * 2
    first = eta * 5**0.5
    eta = 1e-4 * 2
    assert table.budget.tolist() == pytest.approx(
        [first, (5 + eta) * first + eta * (10**2 + 1) ** 0.5]
    )
    hidden, hidden_found = 3 * x.double() + 4, ticket.activations(x.double())[0]
    assert table.measured.iloc[0] == pytest.approx((hidden - hidden_found).abs().max().item())
    last = copy.deepcopy(target).double()(x.double()) - ticket(x.double())
    assert table.measured.iloc[1] == pytest.approx(last.abs().max().item())
    assert table["certified, inputs"].iloc[1] == pytest.approx(
        ticket.certificate(inputs=x).max().item()
    )
    assert table["certified, ball"].iloc[1] == pytest.approx(ticket.certificate(radius=2, norm="2"))
    assert table.tolerance.tolist() == [1e-3, 1e-4] and list(table.index) == ["0", "2"]


def test_ledger_counts_a_zero_bias_and_refuses_what_norms_cannot_bound():
    target = scalar_chain((0.5, 0.0))
    ticket = tickets.build(target, tolerance=0.1, construction="malach_product")
    assert tickets.error_ledger(ticket, torch.full((1, 1), 1e-3)).budget.iloc[0] == pytest.approx(
        0.2 * (1 + 1e-6) ** 0.5
    )
    late = nn.Sequential(nn.Linear(4, 3), nn.Flatten(), nn.Linear(9, 2)).eval()
    with pytest.raises(ValueError, match="flatten before their first"):
        tickets.error_ledger(tickets.build(late, tolerance=0.1), torch.zeros(5, 3, 4))
    for shape in ((0, 1), (2, 5, 1)):
        with pytest.raises(ValueError, match="vectors at the first layer"):
            tickets.error_ledger(ticket, torch.zeros(shape))


def test_tolerances_and_constructions_survive_a_file(tmp_path):
    target = scalar_chain((3, 4), (5, 2))
    ticket = tickets.build(target, tolerance=[1e-2, 1e-4], construction="malach_product")
    loaded = tickets.load(ticket.save(tmp_path / "t.safetensors"))
    assert (
        loaded.tolerances == [1e-2, 1e-4]
        and loaded.construction == "malach_product"
        and loaded.verify(target)
    )


@pytest.mark.parametrize("arguments, error, words", [
    (dict(tolerance=np.array([0.1, 0.2])), TypeError, "or a list with one per layer"),
    (dict(tolerance=None), TypeError, "one per layer"),
    (dict(tolerance=True), TypeError, "tolerance is True"),
    (dict(tolerance="theorem", eps=True), ValueError, "eps is True"),
    (dict(tolerance="theorem", eps="0.1"), ValueError, "eps is '0.1'"),
    (dict(tolerance="theorem", eps=[0.1]), ValueError, "eps is"),
    (dict(construction=np.array(["pensia"])), ValueError, "unknown construction"),
    (dict(construction=None), ValueError, "unknown construction"),
])  # fmt: skip
def test_arguments_of_the_wrong_type(arguments, error, words):
    with pytest.raises(error, match=words):
        tickets.build(scalar_chain((3, 4), (5, 2)), **arguments)


def test_widths_are_refused_or_unknown_not_invented():
    assert np.isnan(theory.estimate_malach_width([0.5] * 20, 0.01, 0.9, "both", units=100))
    for wrong in (dict(variant="x"), dict(weights=[2.0])):
        with pytest.raises(ValueError, match="variant is|weight is"):
            theory.estimate_malach_width(**(dict(weights=[0.5], tolerance=0.1, share=0.9) | wrong))
    assert theory.malach_width_for([0.5], 1e-8, 0.9) == pytest.approx(
        1e12 * theory.malach_width_for([0.5], 1e-2, 0.9), rel=1e-2
    )
