"""Bounds rule by rule, on layers and errors written by hand, where each bound is attained."""

import copy

import pytest
import torch
from torch import nn

from slt_course import tickets
from slt_course.tickets import Residual
from slt_course.tickets.certificates import at_inputs, budget, by_norms, norms
from slt_course.tickets.certificates.comparison import LayerComparison, Weights
from slt_course.tickets.convolution import Convolution
from slt_course.tickets.steps import Branches, Steps
from slt_course.tickets.targets import read_target


def stands_for(weight, positive, negative=None, bias=0.0, bias_error=0.0):
    """A layer and its pair by hand: a Linear layer for 2-dimensional weights, else a convolution of
    stride 1.
    """
    weight, positive = (torch.as_tensor(part, dtype=torch.float64) for part in (weight, positive))
    negative = positive if negative is None else torch.as_tensor(negative, dtype=torch.float64)
    slide = (
        Convolution(tuple(weight.shape[2:]), (1, 1), (0, 0, 0, 0), (1, 1))
        if weight.ndim > 2
        else None
    )
    bias, bias_error = (
        torch.as_tensor(part, dtype=torch.float64).expand(len(weight))
        for part in (bias, bias_error)
    )
    return LayerComparison(None, None, Weights(weight, bias, positive, negative, bias_error, slide))


def steps(*layers):
    return Steps(tuple(("", layer) for layer in layers))


def test_error_of_a_negative_input_is_passed_on_by_the_weights_for_negative_inputs():
    layer = stands_for([[0.0]], [[1.0]], [[3.0]])
    h, e = torch.tensor([[-1.0]]).double(), torch.tensor([[0.1]]).double()
    # f = 0, g(-1.1) = -3.3
    assert float(at_inputs.after_weights(layer, (h, e))[1]) == pytest.approx(3.3)
    inputs = steps(
        stands_for([[1.0]], [[1.0]], bias_error=1.0), stands_for([[0.0]], [[0.0]], [[3.0]])
    )
    assert by_norms.over_box(inputs, 0.0) == 3.0


def test_errors_of_branches_add_up():
    layer = stands_for([[1.0]], [[1.5]])
    both = steps(Branches(steps(layer), steps(layer)))
    x = torch.tensor([[2.0]])
    for bound in (
        at_inputs.outputs_and_bound(both, x)[1],
        by_norms.over_box(both, 2.0),
        by_norms.over_ball(both, 2.0),
    ):
        assert float(bound) == pytest.approx(2.0)
    after = steps(Branches(steps(), steps()), layer)  # sizes add up as well
    assert by_norms.over_ball(after, 2.0) == pytest.approx(2.0)


def test_branches_of_one_shape_are_added_without_loss():
    """f = 2 x and g = 3 x on the plane: the ball bound is attained for any number of entries."""
    layer = stands_for(torch.eye(2), 1.5 * torch.eye(2))
    assert by_norms.over_ball(steps(Branches(steps(layer), steps(layer))), 2.0) == pytest.approx(
        2.0
    )
    assert by_norms.over_ball(steps(Branches(steps(), steps()), layer), 2.0) == pytest.approx(2.0)
    one = torch.eye(2)[..., None, None]
    images = steps(Branches(steps(stands_for(one, 1.5 * one)), steps()))
    assert by_norms.over_ball(images, 2.0, (2, 3, 3)) == pytest.approx(1.0)


def test_flatten_keeps_the_pixels_of_a_channel_together():
    channels = stands_for(torch.zeros(2, 1, 1, 1), torch.zeros(2, 1, 1, 1), bias_error=[1.0, 0.0])
    last = stands_for([[1.0] * 4 + [0.0] * 4], [[1.0] * 4 + [0.0] * 4])
    layers = steps(channels, nn.Flatten(), last)
    assert by_norms.over_box(layers, 1.0) == 4.0  # 2×2 pixels
    assert float(at_inputs.outputs_and_bound(layers, torch.zeros(1, 1, 2, 2))[1]) == 4.0


def test_a_bias_counts_at_every_place():
    one = torch.ones(1, 1, 1, 1)
    layers = steps(stands_for(0 * one, 0 * one, bias=1.0), stands_for(0 * one, one))
    # f = 0, g = 1 at 9 places
    assert by_norms.over_ball(layers, 1.0, (1, 3, 3)) == pytest.approx(3.0)


def test_half_the_difference_of_signs_passes_errors_on():
    layers = steps(
        stands_for([[1.0]], [[1.0]], bias_error=1.0), stands_for([[0.0]], [[1.0]], [[-1.0]])
    )
    assert by_norms.over_ball(layers, 2.0) == pytest.approx(3.0)  # f = 0, g = |2 + 1|


@pytest.mark.parametrize("pool, factor", [
    (nn.MaxPool2d(3, 1), 3.0), (nn.MaxPool2d(3, 2, dilation=2), 3.0), (nn.AvgPool2d(2), 0.5),
    (nn.AvgPool2d(2, count_include_pad=False), 1.0), (nn.AvgPool2d(2, ceil_mode=True), 1.0),
])  # fmt: skip
def test_pooling_enlarges_sizes_and_errors(pool, factor):
    one = torch.ones(1, 1, 1, 1)
    size = steps(pool, stands_for(0 * one, one))
    error = steps(stands_for(0 * one, one), pool)
    for layers in (size, error):
        assert by_norms.over_ball(layers, 1.0, (1, 9, 9)) == pytest.approx(factor)


def test_padding_that_is_not_counted_is_no_mean_of_a_whole_window():
    """A corner pixel alone in its window is passed on whole."""
    pool, spike = nn.AvgPool2d(2, 2, 1, count_include_pad=False), torch.zeros(1, 1, 4, 4)
    spike[0, 0, 0, 0] = 1
    assert pool(spike).norm() == norms.plain_norm(pool, spike) == 1


def test_scale_of_the_larger_branch():
    target = (
        nn.Sequential(Residual(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False)))
        .eval()
        .requires_grad_(False)
    )
    target[0].body[0].weight.fill_(0.5)
    target[0].shortcut[0].weight.fill_(7.0)
    ticket = tickets.build(target, width=60, tolerance=1e-3)
    x = torch.randn(9, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for run in (ticket, ticket.network.double()):
        assert (
            (run(x) - copy.deepcopy(target).double()(x)).abs()
            <= ticket.certificate(inputs=x) + 1e-12
        ).all()
    assert ticket.steps.scale == 8


def test_hooks_and_forwards_of_residuals_are_refused():
    class Minus(Residual):
        def forward(self, x):
            return self.body(x) - self.shortcut(x)

    hooked = Residual(nn.Linear(2, 2))
    hooked.register_forward_hook(lambda module, inputs, output: 2 * output)
    for residual in (Minus(nn.Linear(2, 2)), hooked):
        with pytest.raises(TypeError, match="layer 0 is a Residual with its own forward"):
            tickets.build(nn.Sequential(residual).eval())


def test_theorem_tolerances_of_convolutions_by_hand():
    first, second = nn.Conv2d(1, 1, 2), nn.Conv2d(1, 1, 2)
    target = nn.Sequential(first, second).eval().requires_grad_(False)
    first.weight.fill_(0.5)  # norm 2
    second.weight.fill_(1.0)  # norm 4
    first.bias.fill_(1.0)
    own = 1 / (2 * 2 * (4 + 1))  # eps/(2·depth·(entries + bias))
    assert budget.theorem_tolerances(read_target(target, True), 1.0) == pytest.approx(
        [own / 4, own / 3]
    )


@pytest.mark.parametrize("outputs_at_a_time", [1, 2, 3, 5])
def test_outputs_in_parts_of_any_size(monkeypatch, outputs_at_a_time):
    target = nn.Sequential(nn.Conv2d(2, 5, (2, 3), bias=True)).eval()
    ticket = tickets.build(target, width=10, tolerance=0.1)
    (pair,) = ticket.pairs
    monkeypatch.setattr(
        "slt_course.tickets.compact.OUTPUTS",
        outputs_at_a_time * pair.entries * int(pair.used_units().sum()),
    )
    monkeypatch.setattr("slt_course.tickets.compact.CACHED_ENTRIES", 0)
    x = torch.rand(3, 2, 4, 5, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(ticket(x), ticket.network(x))


def test_a_bias_is_compared_with_the_scales_before_it():
    first, second = nn.Linear(1, 1, bias=False), nn.Linear(1, 1)
    target = nn.Sequential(first, second).eval().requires_grad_(False)
    first.weight.fill_(8.0), second.weight.fill_(0.5), second.bias.fill_(5.0)
    assert [layer.scale for layer in read_target(target, True).weighted()] == [8, 1]


@pytest.mark.parametrize("body, shortcut, signed", [
    ([nn.ReLU()], [], True), ([], [nn.ReLU()], True), ([nn.ReLU()], [nn.ReLU()], False),
])  # fmt: skip
def test_a_sum_is_negative_only_where_a_branch_can_be(body, shortcut, signed):
    target = nn.Sequential(
        Residual(nn.Sequential(*body), nn.Sequential(*shortcut)), nn.Linear(2, 2)
    ).eval()
    assert [layer.signed for layer in read_target(target, True).weighted()] == [signed]
