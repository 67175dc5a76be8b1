"""BatchNorm folded into the layers beside it: the same function, on every order of layers, or a
refusal in words.
"""

import copy
from collections import OrderedDict

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from slt_course import tickets
from slt_course.tickets import Residual


def settled(*layers, seed=0):
    """A float64 target in evaluation mode whose norms have statistics of their own."""
    target = (
        layers[0]
        if len(layers) == 1 and isinstance(layers[0], nn.Sequential)
        else nn.Sequential(*layers)
    )
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in [*target.named_parameters(), *target.named_buffers()]:
        if tensor.is_floating_point():
            low = 0.5 if name.endswith("running_var") else -1.0
            tensor.data.copy_(torch.rand(tensor.shape, generator=generator) * 1.5 + low)
    return target.double().eval().requires_grad_(False)


def norms(module):
    return [inner for inner in module.modules() if "Norm" in type(inner).__name__]


class Frozen(nn.Module):
    """As torchvision's FrozenBatchNorm2d has it."""

    def __init__(self, features, eps=1e-5, power=1):
        super().__init__()
        self.eps, self.power = eps, power
        for name, value in (
            ("weight", 1.0),
            ("bias", 0.0),
            ("running_mean", 0.0),
            ("running_var", 1.0),
        ):
            self.register_buffer(name, torch.full((features,), value))

    def forward(self, x):
        weight, bias, mean, var = (tensor.reshape(1, -1, 1, 1) for tensor in self.buffers())
        factor = weight * (var + self.eps).rsqrt()
        return (x * factor + bias - mean * factor) ** self.power


class Norm(nn.BatchNorm2d):
    pass


IMAGE_TARGETS = {
    "first": lambda: [nn.BatchNorm2d(2), nn.Conv2d(2, 3, 3)],
    "first, padding": lambda: [nn.BatchNorm2d(2), nn.Conv2d(2, 3, 3, padding=1)],
    "first, same": lambda: [nn.BatchNorm2d(2), nn.Conv2d(2, 3, 3, padding="same", stride=1)],
    "first, ZeroPad2d": lambda: [nn.BatchNorm2d(2), nn.ZeroPad2d((1, 0, 2, -1)),
    nn.Conv2d(2, 3, 3)],
    "twice": lambda: [nn.BatchNorm2d(2), Norm(2), nn.Conv2d(2, 3, 3), nn.SyncBatchNorm(3),
    nn.BatchNorm2d(3)],
    "after ReLU": lambda: [nn.Conv2d(2, 3, 3), nn.ReLU(), nn.BatchNorm2d(3),
    nn.Conv2d(3, 2, 2, stride=2)],
    "before ReLU": lambda: [nn.BatchNorm2d(2), nn.ReLU(), nn.Conv2d(2, 3, 3, padding=1), nn.ReLU()],
    "after pools": lambda: [
        nn.Conv2d(2, 3, 3), nn.ReLU(), nn.MaxPool2d(2), Frozen(3), nn.Conv2d(3, 4, 2),
        nn.AvgPool2d(2),
        nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4, 2),
    ],
    "before pools": lambda: [nn.BatchNorm2d(2), nn.MaxPool2d(3), nn.BatchNorm2d(2), nn.AvgPool2d(2),
    nn.Conv2d(2, 2, 1)],
    "before Flatten": lambda: [nn.Conv2d(2, 3, 7), nn.ReLU(), nn.BatchNorm2d(3), nn.Flatten(),
    nn.Linear(27, 4)],
    "after Flatten": lambda: [nn.Conv2d(2, 3, 7), nn.Flatten(), nn.BatchNorm1d(27), nn.Dropout(),
    nn.Linear(27, 4)],
    "through Dropout": lambda: [nn.Conv2d(2, 3, 3), nn.Dropout2d(), nn.Identity(),
    nn.SyncBatchNorm(3, affine=False)],
    "Sync first": lambda: [nn.SyncBatchNorm(2), nn.Dropout(), nn.Conv2d(2, 3, 1)],
    "Sync, Flatten": lambda: [nn.SyncBatchNorm(2), nn.Flatten(), nn.Linear(162, 3)],
    "residual": lambda: [
        Residual(nn.Sequential(nn.BatchNorm2d(2), nn.ReLU(), nn.Conv2d(2, 2, 3, padding=1),
        nn.BatchNorm2d(2))),
        nn.Sequential(nn.BatchNorm2d(2), nn.Conv2d(2, 3, 1, bias=False)), nn.ReLU(),
        Residual(None, nn.Conv2d(3, 3, 1)),
    ],
    "derived weight": lambda: [parametrizations.weight_norm(nn.Conv2d(2, 3, 3)), nn.BatchNorm2d(3)],
    "circular": lambda: [nn.BatchNorm2d(2), nn.Conv2d(2, 3, 3, padding_mode="circular"), nn.ReLU()],
}  # fmt: skip
VECTOR_TARGETS = {
    "Linear": lambda: [
        nn.Linear(6, 4),
        nn.BatchNorm1d(4),
        nn.ReLU(),
        nn.Linear(4, 2, bias=False),
        nn.SyncBatchNorm(2),
    ],
    "first": lambda: [nn.BatchNorm1d(6), nn.Linear(6, 4, bias=False)],
    "after ReLU": lambda: [
        nn.Linear(6, 4),
        nn.ReLU(),
        nn.BatchNorm1d(4, affine=False),
        nn.AlphaDropout(),
        nn.Linear(4, 2),
    ],
    "before ReLU": lambda: [nn.Flatten(), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 4)],
    "residual": lambda: [
        Residual(nn.Sequential(nn.Linear(6, 6), nn.BatchNorm1d(6), nn.ReLU())),
        nn.Linear(6, 2),
    ],
}


CASES = [(make, (5, 2, 9, 9)) for make in IMAGE_TARGETS.values()] + [
    (make, (5, 6)) for make in VECTOR_TARGETS.values()
]


@pytest.mark.parametrize(
    "make, shape", CASES, ids=[*IMAGE_TARGETS, *(f"vectors, {name}" for name in VECTOR_TARGETS)]
)
def test_folded_target_is_the_same_function_and_becomes_a_ticket(make, shape, tmp_path):
    target = settled(*make())
    before = copy.deepcopy(target.state_dict())
    x = torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2 - 1
    folded = tickets.fold_batchnorm(target)
    assert not norms(folded) and not folded.training
    torch.testing.assert_close(folded(x), target(x), rtol=1e-11, atol=1e-11)
    assert all(torch.equal(before[name], value) for name, value in target.state_dict().items())
    ticket = tickets.build(folded, width=30, tolerance=1e-2)
    loaded = tickets.load(ticket.save(tmp_path / "ticket.safetensors"))
    assert loaded.verify(folded) and ticket.network is not None and ticket.verify(folded)
    assert ((loaded(x) - target(x)).abs() <= loaded.certificate(inputs=x) + 1e-10).all()
    assert loaded.certificate(inputs=x).max() <= loaded.certificate(radius=1.0) * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_random_orders_of_layers(seed):
    """With a Linear layer at the end every order can be folded."""
    generator = torch.Generator().manual_seed(seed)
    kinds = [
        lambda: nn.BatchNorm2d(2), lambda: Frozen(2), lambda: nn.Conv2d(2, 2, 3, padding=1),
        lambda: nn.Conv2d(2, 2, 1),
        nn.ReLU, nn.Dropout, nn.Identity, lambda: nn.AvgPool2d(3, 1, 1), lambda: nn.ZeroPad2d(1),
        lambda: nn.MaxPool2d(2, 1),
        lambda: nn.Sequential(nn.BatchNorm2d(2), nn.ReLU(), nn.Conv2d(2, 2, 3, padding=1)),
    ]  # fmt: skip
    layers = [kinds[pick]() for pick in torch.randint(len(kinds), (6,), generator=generator)]
    x = torch.randn(4, 2, 7, 7, dtype=torch.float64, generator=generator)
    features = settled(*layers, nn.Flatten())(x).shape[1]
    target = settled(*layers, nn.Flatten(), nn.Linear(features, 3))
    folded = tickets.fold_batchnorm(target)
    assert not norms(folded)
    torch.testing.assert_close(folded(x), target(x), rtol=1e-10, atol=1e-8)


def test_a_fold_that_needs_vectors_takes_nothing_else():
    """BatchNorm1d acts on axis 1, a Linear layer on the last: a folded copy must not take (N, C, L)
    for something else.
    """
    for layers, shape in (
        ([nn.Linear(5, 3), nn.BatchNorm1d(3)], (4, 3, 5)),
        ([nn.Linear(3, 3), nn.BatchNorm1d(3)], (4, 3, 3)),
        ([nn.BatchNorm1d(3), nn.Linear(3, 3)], (4, 3, 3)),
        ([nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 3)], (4, 3, 3)),
        ([Residual(nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)))], (4, 3, 3)),
    ):  # fmt: skip
        target = settled(*layers)
        folded = tickets.fold_batchnorm(target)
        x = torch.ones(shape, dtype=torch.float64)
        assert target(x).shape[:2] == x.shape[:2]
        with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
            folded(x)
        ticket = tickets.build(folded, width=20, tolerance=0.1)
        with pytest.raises(ValueError, match="inputs"):
            ticket(x)
        x = torch.ones(7, shape[-1], dtype=torch.float64)
        torch.testing.assert_close(folded(x), target(x))
    late = settled(nn.BatchNorm1d(3), nn.Flatten(), nn.Linear(15, 2))  # here all axes are right
    x = torch.randn(4, 3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(tickets.fold_batchnorm(late)(x), late(x))


def test_zero_padding_of_the_next_layer_is_kept_exactly():
    """Where the norm has no summand, padding does not matter and no layer is added; where it has
    one, it does.
    """
    plain = nn.Sequential(nn.BatchNorm2d(2), nn.Conv2d(2, 3, 3, padding=1)).eval()
    assert len(tickets.fold_batchnorm(plain)) == 1
    assert [type(layer) for layer in tickets.fold_batchnorm(settled(plain))] == [
        nn.Conv2d,
        nn.Conv2d,
    ]


def test_names_are_kept():
    layers = OrderedDict(
        conv=nn.Conv2d(2, 3, 3), norm=nn.BatchNorm2d(3), act=nn.ReLU(), first=nn.BatchNorm2d(3)
    )
    inner = nn.Sequential(OrderedDict(a=nn.Conv2d(3, 3, 1), b=nn.BatchNorm2d(3)))
    target = settled(nn.Sequential(layers | OrderedDict(last=nn.Conv2d(3, 3, 1), inner=inner)))
    folded = tickets.fold_batchnorm(target)
    assert list(folded._modules) == ["conv", "act", "last", "inner"] and list(
        folded.inner._modules
    ) == ["a"]
    vectors = settled(nn.Sequential(OrderedDict(vectors=nn.Linear(3, 2), norm=nn.BatchNorm1d(2))))
    assert list(tickets.fold_batchnorm(vectors)._modules) == ["vectors_", "vectors"]
    part = settled(nn.Sequential(nn.ReLU(), nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2), nn.ReLU())[1:])
    assert list(tickets.fold_batchnorm(part)._modules) == ["1", "3"]


def test_materialised_lazy_norms_and_half_precision():
    target = nn.Sequential(nn.LazyConv2d(3, 1), nn.LazyBatchNorm2d())
    with pytest.raises(TypeError, match="run one batch"):
        tickets.fold_batchnorm(target.eval())
    target.train()(torch.rand(4, 2, 5, 5))
    target.eval()
    x = torch.rand(4, 2, 5, 5)
    torch.testing.assert_close(tickets.fold_batchnorm(target)(x), target(x))
    half = tickets.fold_batchnorm(target.half())
    assert {tensor.dtype for tensor in half.parameters()} == {torch.float16}


class Activated(nn.BatchNorm2d):
    def forward(self, x):
        return super().forward(x).relu()


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(2, 2, 1), Norm(2)

    def forward(self, x):
        return x + self.bn(self.conv(x))


@pytest.mark.parametrize("layers, words", [
    ([nn.Conv2d(2, 2, 1), Activated(2)], "layer 1 is Activated, which computes more than a "
                                         "BatchNorm"),
    ([nn.Conv2d(2, 2, 1), Frozen(2, power=2)], "layer 1 is Frozen, which computes more"),
    ([Block()], "layer 0 is Block, with a BatchNorm inside, at 0.bn"),
    ([nn.Sequential(nn.ReLU(), Block())], "layer 0.1 is Block, with a BatchNorm inside, at 0.1.bn"),
    ([nn.DataParallel(nn.Sequential(nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2)))],
    "layer 0 .* the layer.module"),
    ([nn.ModuleList([nn.BatchNorm2d(2)])], "layer 0 is ModuleList, with a BatchNorm inside"),
    ([nn.Conv2d(2, 2, 1), nn.BatchNorm1d(2)], "layer 1 is BatchNorm1d after Conv2d"),
    ([nn.Conv1d(2, 2, 1), nn.BatchNorm1d(2)], "layer 1 is BatchNorm1d after Conv1d"),
    ([nn.Linear(6, 6), nn.Unflatten(1, (2, 3)), nn.Linear(3, 2), nn.BatchNorm1d(2)],
    "layer 3 is BatchNorm1d after Linear"),
    ([nn.Conv3d(2, 2, 1), nn.BatchNorm3d(2)], "layer 1 is BatchNorm3d after Conv3d"),
    ([nn.Linear(2, 2), Frozen(2)], "layer 1 is Frozen after Linear"),
    ([nn.Conv2d(2, 3, 1), nn.BatchNorm2d(2)], "BatchNorm of 2 channels after a layer with 3 "
                                              "outputs"),
    ([nn.ReLU(), nn.SyncBatchNorm(2)], "layer 1 is SyncBatchNorm after ReLU"),
    ([nn.Conv2d(2, 2, 1, groups=2), nn.BatchNorm2d(2)], "groups=2"),
])  # fmt: skip
def test_what_cannot_be_folded_is_named(layers, words):
    with pytest.raises(TypeError, match=words):
        tickets.fold_batchnorm(nn.Sequential(*layers).eval())


def test_statistics_without_an_answer_are_refused():
    bad = nn.Sequential(nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2, eps=0.0)).eval()
    bad[1].running_var.zero_()
    with pytest.raises(ValueError, match="layer 1 has running statistics"):
        tickets.fold_batchnorm(bad)
    none = nn.Sequential(nn.SyncBatchNorm(2, track_running_stats=False), nn.Conv2d(2, 2, 1)).eval()
    with pytest.raises(ValueError, match="no running statistics"):
        tickets.fold_batchnorm(none)
