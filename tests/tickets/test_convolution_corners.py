"""Corners of convolutional and residual targets: zero branches, layers in place, broadcasting, odd
shapes, old files.
"""

import copy
import json

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn.utils import prune

from slt_course import tickets
from slt_course.tickets import Residual, TicketError
from slt_course.tickets.description import describe_pair, restore_pair


def frozen(*layers):
    return nn.Sequential(*layers).eval().requires_grad_(False)


def test_zero_initialised_branch_keeps_its_shape():
    target = frozen(nn.Conv2d(1, 2, 3, padding=1), Residual(nn.Conv2d(2, 2, 3, padding=1)))
    for parameter in target[1].parameters():
        parameter.zero_()
    x = torch.rand(2, 1, 5, 5).double()
    ticket = tickets.build(target, width=60, tolerance=1e-3)
    f = copy.deepcopy(target).double()(x)
    assert (
        ticket(x).shape == f.shape
        and ((ticket(x) - f).abs() <= ticket.certificate(inputs=x) + 1e-12).all()
    )


def test_relu_in_place_at_the_start_of_a_body():
    target = frozen(
        nn.Conv2d(2, 2, 1), Residual(nn.Sequential(nn.ReLU(inplace=True), nn.Conv2d(2, 2, 1)))
    )
    x = torch.rand(2, 2, 5, 5).double() - 0.5
    ticket = tickets.build(target, tolerance=1e-4)
    assert (
        (ticket(x) - copy.deepcopy(target).double()(x)).abs()
        <= ticket.certificate(inputs=x) + 1e-12
    ).all()


@pytest.mark.parametrize(
    "body, shape",
    [(nn.Conv2d(1, 1, 8, bias=False), (1, 8, 8)), (nn.Linear(16, 1, bias=False), (16,))],
)
def test_ball_bound_where_a_branch_is_broadcast(body, shape):
    target = frozen(Residual(body))
    body.weight.uniform_(0.3, 0.9, generator=torch.Generator().manual_seed(0))
    ticket = tickets.build(target, width=6, tolerance=0.1)
    x = (body.weight.double() - ticket.effective_weights()[0][0]).relu().view(1, *shape)
    x /= x.norm()
    error = (ticket(x) - copy.deepcopy(target).double()(x)).norm()
    assert (
        0
        < error
        <= ticket.certificate(radius=1.0, norm="2", shape=shape if len(shape) == 3 else None)
        + 1e-12
    )


def test_box_bound_with_a_residual_after_flatten():
    target = frozen(
        nn.Conv2d(2, 3, 3), nn.ReLU(), nn.Flatten(), Residual(nn.Linear(27, 27)), nn.Linear(27, 2)
    )
    ticket = tickets.build(target, width=40, tolerance=1e-3)
    x = torch.rand(9, 2, 5, 5).double()
    assert ticket.certificate(inputs=x).max() <= ticket.certificate(radius=1.0) * (1 + 1e-9)


def test_theorem_tolerances_with_overlapping_pooling_before_linear_layers():
    target = frozen(
        nn.MaxPool2d(15, 1, 7),
        nn.Flatten(),
        nn.Linear(64, 1, bias=False),
        nn.ReLU(),
        nn.Linear(1, 1, bias=False),
    )
    target[2].weight.fill_(1 / 8), target[4].weight.fill_(0.77)
    ticket = tickets.build(target, width=40, tolerance="theorem", eps=0.05, seed=30)
    assert ticket.certificate(radius=1.0, norm="2", shape=(1, 8, 8)) <= 0.05


@pytest.mark.parametrize("layers", [
    [nn.Conv2d(2, 3, 3), nn.Flatten(), nn.Linear(24, 2)],
    [nn.AvgPool2d(2), nn.Flatten(), nn.Linear(16, 2)],
])  # fmt: skip
def test_verify_after_network_for_any_image_shape(layers):
    target = frozen(*layers)
    ticket = tickets.build(target, width=20, tolerance=0.01)
    assert isinstance(ticket.network, nn.Sequential) and ticket.verify(target)


def test_hook_on_a_layer_without_weights_is_noticed_and_harmless():
    target = frozen(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))
    ticket, x = tickets.build(target, tolerance=1e-3), torch.rand(4, 2)
    before = ticket(x)
    ticket.network.get_submodule("1_relu").register_forward_hook(
        lambda module, inputs, output: 2 * output
    )
    assert torch.equal(ticket(x), before)
    with pytest.raises(TicketError, match="the network was changed"):
        ticket.verify(target)


def test_fold_goes_into_subclasses_of_sequential_and_refuses_what_it_would_change():
    class Block(nn.Sequential):
        pass

    class Minus(Residual):
        def forward(self, x):
            return self.body(x) - self.shortcut(x)

    folded = tickets.fold_batchnorm(frozen(Block(nn.Conv2d(2, 3, 1), nn.BatchNorm2d(3))))
    assert not any(isinstance(module, nn.BatchNorm2d) for module in folded.modules())
    hooked = frozen(nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2))
    hooked[1].register_forward_hook(lambda module, inputs, output: 2 * output)
    hooked_branch = frozen(Residual(nn.Conv2d(2, 2, 1)))
    hooked_branch[0].body.register_forward_hook(lambda module, inputs, output: 2 * output)
    hooked_target = frozen(nn.Conv2d(2, 2, 1))
    hooked_target.register_forward_hook(lambda module, inputs, output: 2 * output)
    for target in (hooked, frozen(Minus(nn.Conv2d(2, 2, 1))), hooked_branch, hooked_target):
        with pytest.raises(TypeError, match="its own forward method or hooks"):
            tickets.fold_batchnorm(target)
    pruned = frozen(nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2))
    prune.l1_unstructured(pruned[0], "weight", 0.5)
    with pytest.raises(ValueError, match="prune.remove"):
        tickets.fold_batchnorm(pruned)


def test_subclass_with_its_own_convolution_is_refused():
    class Standardised(nn.Conv2d):
        def _conv_forward(self, x, weight, bias):
            return super()._conv_forward(x, weight - weight.mean(), bias)

    with pytest.raises(TypeError, match="its own forward method"):
        tickets.build(frozen(Standardised(2, 2, 3)))


def test_shape_that_does_not_fit_is_named():
    ticket = tickets.build(frozen(nn.Conv2d(2, 3, 3)), width=10, tolerance=0.1)
    for shape in ((3, 9, 9), (2, 2, 2)):
        with pytest.raises(ValueError, match="does not take inputs of shape"):
            ticket.certificate(radius=1.0, norm="2", shape=shape)


def test_images_are_known_after_either_branch():
    with pytest.raises(TypeError, match="layer 1 is a Linear layer on images"):
        tickets.build(nn.Sequential(Residual(None, nn.Conv2d(2, 2, 1)), nn.Linear(2, 2)).eval())


def test_report_of_a_convolution():
    ticket = tickets.build(nn.Sequential(nn.Conv2d(2, 3, 3)).eval(), width=10, tolerance=0.1)
    row = ticket.report().iloc[0]
    assert (
        row["random_parameters"]
        == sum(mask.numel() for mask in ticket.masks.values())
        == 30 * (3 + 27)
    )
    # one layer: the same bound, biases included
    assert row["error_bound"] == pytest.approx(ticket.certificate(radius=1.0))


@pytest.mark.parametrize(
    "version, advice", [("2", "build the ticket again"), ("4", "update"), ("10", "update")]
)
def test_files_of_other_versions(tmp_path, version, advice):
    save_file(
        {"x": np.zeros(1)},
        tmp_path / "t",
        metadata={"format": "slt_course ticket", "version": version},
    )
    with pytest.raises(TicketError, match=advice):
        tickets.load(tmp_path / "t")


def test_folding_batchnorm_without_affine_part_keeps_eps():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, affine=False, eps=0.5)).eval()
    x = torch.randn(5, 3)
    torch.testing.assert_close(tickets.fold_batchnorm(model)(x), model(x))


def test_arguments_from_numpy_and_lists(tmp_path):
    layers = [
        nn.Conv2d(2, 3, 3, stride=(np.int64(1), 1)),
        nn.MaxPool2d(np.int64(2)),
        nn.AdaptiveAvgPool2d([1, 1]),
    ]
    target, x = frozen(*layers, nn.Flatten()), torch.rand(4, 2, 9, 9)
    ticket = tickets.build(target, tolerance=1e-3)
    loaded = tickets.load(ticket.save(tmp_path / "t.safetensors"))
    assert loaded.verify(target) and torch.equal(loaded(x), ticket(x))


@pytest.mark.parametrize("change", [
    lambda pair: pair["convolution"].update(stride=[1]),
    lambda pair: pair["convolution"].update(dilation=[1.5, 1]),
    lambda pair: pair.update(seed="0"), lambda pair: pair.update(outer_scale=-1.0),
    lambda pair: pair.update(bias=1),
])  # fmt: skip
def test_forged_descriptions_are_refused(change):
    pair = tickets.build(frozen(nn.Conv2d(2, 3, 3)), width=10, tolerance=0.1).pairs[0]
    described = json.loads(json.dumps(describe_pair(pair)))
    assert restore_pair(described, pair.packed).convolution == pair.convolution
    change(described)
    with pytest.raises((ValueError, TypeError)):
        restore_pair(described, pair.packed)
