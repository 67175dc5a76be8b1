"""Targets people have: pools of any output size, zero padding, every Dropout, wrappers, networks
without numbers yet.
"""

import copy
import itertools

import pytest
import torch
from torch import nn
from torch.nn import functional

from slt_course import models, tickets
from slt_course.tickets.certificates import norms
from slt_course.tickets.targets.plain import check_windows


def seeded(*layers):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        target = nn.Sequential(*layers)
        for layer in target:
            if hasattr(layer, "reset_parameters"):
                layer.reset_parameters()
    return target.eval().requires_grad_(False)


def images(*shape):
    return (
        torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2 - 1
    )


TARGETS = {
    **{
        f"adaptive {size}": lambda size=size, inner=inner: [
            nn.Conv2d(2, 3, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(size), nn.Flatten(),
            nn.Linear(3 * inner, 4),
        ]
        for size, inner in (
            (1, 1), ((1, 1), 1), ([1, 1], 1), (2, 4), (3, 9), ((6, 6), 36), ((6, 2), 12),
            ((None, 1), 6), ([3, None], 18),
            ((None, None), 36), (4, 16), ((5, 1), 5), (7, 49),
        )
    },
    "adaptive first": lambda: [nn.AdaptiveAvgPool2d((4, 2)), nn.Flatten(), nn.Linear(16, 3)],
    "adaptive twice": lambda: [nn.AdaptiveAvgPool2d(4), nn.Conv2d(2, 3, 3),
    nn.AdaptiveAvgPool2d(2)],
    "ZeroPad2d": lambda: [nn.ZeroPad2d((1, 0, 2, 1)), nn.Conv2d(2, 3, 3, 2), nn.ReLU(),
    nn.ZeroPad2d(1), nn.AvgPool2d(3, 2)],
    "ZeroPad2d that crops": lambda: [nn.Conv2d(2, 3, 3), nn.ZeroPad2d((-1, 0, 1, -2)),
    nn.MaxPool2d(2)],
    "ZeroPad2d alone before Linear": lambda: [nn.ZeroPad2d(1), nn.Flatten(), nn.Linear(200, 3)],
    "Dropouts": lambda: [
        nn.Dropout2d(), nn.Conv2d(2, 3, 3), nn.Dropout3d(), nn.FeatureAlphaDropout(), nn.Flatten(),
        nn.Dropout1d(),
        nn.Linear(108, 3), nn.AlphaDropout(),
    ],
    "padding modes without padding": lambda: [
        nn.Conv2d(2, 3, 3, padding_mode="reflect"), nn.ReLU(),
        nn.Conv2d(3, 3, 3, padding="valid", padding_mode="circular"),
        nn.ReLU(), nn.Conv2d(3, 2, 1, padding="same", padding_mode="replicate"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
def test_tickets_of_these_targets(name, tmp_path):
    target, x = seeded(*TARGETS[name]()), images(6, 2, 8, 8)
    ticket = tickets.build(target, width=50, tolerance=1e-3)
    f = copy.deepcopy(target).double()
    error, bound = (ticket(x) - f(x)).abs(), ticket.certificate(inputs=x)
    assert bound.shape == error.shape and (error <= bound + 1e-12).all() and error.max() < 0.05
    assert bound.max() <= ticket.certificate(radius=1.0) * (1 + 1e-9)
    ball = x / x.flatten(1).norm(dim=1)[:, None, None, None]
    assert (ticket(ball) - f(ball)).flatten(1).norm(dim=1).max() <= ticket.certificate(
        radius=1.0, norm="2", shape=(2, 8, 8)
    )
    torch.testing.assert_close(ticket.network.double()(x), ticket(x), rtol=1e-9, atol=1e-9)
    loaded = tickets.load(ticket.save(tmp_path / "ticket.safetensors"))
    assert loaded.verify(target) and ticket.verify(target)
    assert torch.equal(loaded(x), ticket(x)) and torch.equal(loaded.certificate(inputs=x), bound)


def test_another_pool_size_or_padding_is_another_target():
    for layer, other in (
        (nn.AdaptiveAvgPool2d((2, 1)), nn.AdaptiveAvgPool2d((1, 2))),
        (nn.ZeroPad2d(1), nn.ZeroPad2d((1, 1, 1, 2))),
    ):  # fmt: skip
        target = seeded(nn.Conv2d(2, 3, 3), layer)
        ticket = tickets.build(target, width=20, tolerance=0.1)
        with pytest.raises(tickets.TicketError, match="the ticket stands for"):
            ticket.verify(nn.Sequential(target[0], other).eval())


@pytest.mark.parametrize(
    "size, wanted", [*itertools.product((1, 2, 6, 7, 12), (None, 1, 2, 3, 5, 6, 9))]
)
def test_norm_of_averaging_against_its_matrix(size, wanted):
    windows = size if wanted is None else wanted
    matrix = functional.adaptive_avg_pool1d(torch.eye(size, dtype=torch.float64)[None], windows)[0]
    true = norms.norm(matrix)
    assert (
        true
        <= norms.averaging_norm(wanted, size) + 1e-12
        <= norms.averaging_norm(wanted, None) + 2e-12
    )
    if wanted is None or size % wanted == 0:
        assert norms.averaging_norm(wanted, size) == pytest.approx(true)


def test_theorem_tolerance_with_an_adaptive_pool_first():
    """Without the image's size its norm is not known: the budget takes the largest possible."""
    target = seeded(nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(9, 2))
    ticket = tickets.build(target, width=60, tolerance="theorem", eps=0.05)
    for side in (1, 3, 9):
        assert ticket.certificate(radius=1.0, norm="2", shape=(1, side, side)) <= 0.05


def test_no_other_window_lies_in_padding_alone():
    """What is not refused gives numbers: every window of a pool meets any image."""
    x, refused = -torch.ones(1, 1, 7, 1), 0
    for kernel, stride, dilation, ceil in itertools.product(
        (1, 2, 3, 4), (1, 2, 5), (1, 2, 4), (False, True)
    ):
        for padding, side in itertools.product(range(kernel), range(1, 8)):
            pools = [
                nn.MaxPool2d((kernel, 1), (stride, 1), (padding, 0), (dilation, 1), ceil_mode=ceil)
            ]
            if dilation == 1:
                pools += [
                    nn.AvgPool2d((kernel, 1), (stride, 1), (padding, 0), ceil, include)
                    for include in (False, True)
                ]
            for pool in pools:
                try:
                    y = pool(x[:, :, :side])
                # PyTorch's own refusal: padding above half of the kernel, nothing left
                except RuntimeError:
                    continue
                try:
                    check_windows("0", pool)
                except TypeError as error:
                    assert "padding alone" in str(error)
                    refused += 1
                    continue
                assert y.isfinite().all() and (y < 0).all()
    assert refused > 0


@pytest.mark.parametrize("pool, words", [
    (nn.MaxPool2d(2, padding=1, dilation=4), "layer 1 is MaxPool2d.* padding alone"),
    (nn.MaxPool2d((3, 1), padding=(1, 0), dilation=(2, 1)), "padding alone"),
    (nn.AdaptiveAvgPool2d(-1), "positive output size"),
    (nn.AdaptiveAvgPool2d((2, 0)), "positive output size"),
    (nn.AdaptiveAvgPool2d((2, 2, 2)), "positive output size"),
    (nn.AdaptiveAvgPool2d(None), "positive output size"),
    (nn.AdaptiveAvgPool2d(2.5), "positive output size"),
    (nn.AdaptiveMaxPool2d(1), "AdaptiveMaxPool2d"),
    (nn.ReflectionPad2d(1), "ReflectionPad2d"), (nn.ConstantPad2d(1, 0.5), "ConstantPad2d"),
])  # fmt: skip
def test_pools_and_padding_that_are_refused(pool, words):
    with pytest.raises(TypeError, match=words):
        tickets.build(seeded(nn.Conv2d(2, 3, 3), pool), width=2)
    with pytest.raises(TypeError, match="needs images"):
        tickets.build(seeded(nn.Linear(2, 3), nn.ZeroPad2d(1)), width=2)


# ---- wrappers and networks without numbers
# -----------------------------------------------------------------------------


def plain():
    return seeded(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))


class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 2)

    def forward(self, x):
        return self.layer(x)


WRAPPED = {
    "DataParallel": (nn.DataParallel, r"DataParallel.* target\.module"),
    "averaged": (torch.optim.swa_utils.AveragedModel, r"AveragedModel.* target\.module"),
    "compiled": (lambda target: torch.compile(target, backend="eager"), r"OptimizedModule.* "
                                                                        r"target\._orig_mod"),
    "scripted": (torch.jit.script, "compiled .* the nn.Module that was scripted or traced"),
    "traced": (lambda target: torch.jit.trace(target, torch.ones(1, 4)), "compiled .* scripted or "
                                                                         "traced"),
    "Linear": (lambda target: target[0], r"the target is a Linear: .* nn.Sequential\(target\)"),
    "own module": (lambda target: Own().eval(), "the target is a Own: wrap its layers in an "
                                                "nn.Sequential"),
    "list": (list, r"the target is a list: .* nn.Sequential\(\*layers\)"),
    "class": (type, "the target is a type"),
    "state dict": (lambda target: target.state_dict(), "the target is a OrderedDict"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
@pytest.mark.parametrize("read", [tickets.build, tickets.fold_batchnorm], ids=["build", "fold"])
@pytest.mark.parametrize("name", WRAPPED)
def test_wrapped_targets_get_a_way_out(name, read):
    wrap, words = WRAPPED[name]
    with pytest.raises(TypeError, match=words):
        read(wrap(plain()))


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_the_way_out_leads_out_and_wrapped_layers_are_named():
    for wrap, attribute in ((nn.DataParallel, "module"), (WRAPPED["compiled"][0], "_orig_mod")):
        assert tickets.build(getattr(wrap(plain()), attribute), width=20, tolerance=0.1)
        with pytest.raises(TypeError, match=rf"layer 1 of the target is .* the layer\.{attribute}"):
            tickets.build(nn.Sequential(nn.Linear(4, 4), wrap(plain())).eval())
    with pytest.raises(TypeError, match="layer 0 of the target is .*scripted or traced"):
        tickets.build(nn.Sequential(torch.jit.script(nn.Linear(4, 4))).eval())
    with pytest.raises(TypeError, match="layer 0 of the target is Own.*Residual"):
        tickets.build(nn.Sequential(Own()).eval())
    target = plain()
    target.compile(backend="eager")  # in place: the layers stay readable
    assert tickets.build(target, width=20, tolerance=0.1).verify(target)


@pytest.mark.parametrize("read", [tickets.build, tickets.fold_batchnorm], ids=["build", "fold"])
def test_networks_without_numbers(read):
    half_meta = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2, device="meta")).eval()
    for target, words in (
        (models.mlp(4, 6, 3).eval().to("meta"), "1.weight is on the meta device.*load_state_dict"),
        (half_meta, "1.weight is on the meta device"),
        (
            nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3, device="meta")).eval(),
            "1.weight is on the meta device",
        ),
        (
            nn.Sequential(nn.Sequential(nn.LazyLinear(3))).eval(),
            "layer 0.0 is LazyLinear.*run one batch",
        ),
        (nn.Sequential(nn.LazyConv2d(3, 1), nn.LazyBatchNorm2d()).eval(), "layer 0 is LazyConv2d"),
    ):
        with pytest.raises(TypeError, match=words):
            read(target)
    lazy = nn.Sequential(nn.LazyLinear(3), nn.ReLU(), nn.LazyLinear(2)).eval()
    lazy(torch.ones(1, 4))
    assert tickets.build(lazy, width=20, tolerance=0.1).verify(lazy)


# ---- torchvision's ResNet-18
# -------------------------------------------------------------------------------------------


def torchvision_state(classes=5, seed=0):
    """Random numbers under torchvision's names for its resnet18, in its order."""
    generator, state = torch.Generator().manual_seed(seed), {}

    def convolution(name, *shape):
        state[f"{name}.weight"] = torch.randn(shape, generator=generator) / 20

    def norm(name, channels):
        for part in ("weight", "bias", "running_mean", "running_var"):
            state[f"{name}.{part}"] = torch.rand(channels, generator=generator) + 0.5
        state[f"{name}.num_batches_tracked"] = torch.tensor(7)

    convolution("conv1", 64, 3, 7, 7), norm("bn1", 64)
    for layer, (inputs, outputs) in enumerate(((64, 64), (64, 128), (128, 256), (256, 512)), 1):
        for block in range(2):
            name = f"layer{layer}.{block}"
            (
                convolution(f"{name}.conv1", outputs, outputs if block else inputs, 3, 3),
                norm(f"{name}.bn1", outputs),
            )
            convolution(f"{name}.conv2", outputs, outputs, 3, 3), norm(f"{name}.bn2", outputs)
            if inputs != outputs and not block:
                (
                    convolution(f"{name}.downsample.0", outputs, inputs, 1, 1),
                    norm(f"{name}.downsample.1", outputs),
                )
    state["fc.weight"], state["fc.bias"] = (
        torch.randn(classes, 512, generator=generator),
        torch.randn(classes),
    )
    return state


def by_torchvisions_names(state, x):
    """torchvision's ResNet.forward in evaluation mode, written out over its state dict."""

    def norm(x, name):
        mean, var, weight, bias = (
            state[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
        )
        return functional.batch_norm(x, mean, var, weight, bias)

    x = functional.relu(
        norm(functional.conv2d(x, state["conv1.weight"], stride=2, padding=3), "bn1")
    )
    x = functional.max_pool2d(x, 3, 2, 1)
    for layer, block in itertools.product(range(1, 5), range(2)):
        name, stride = f"layer{layer}.{block}", 2 if layer > 1 and block == 0 else 1
        y = functional.relu(
            norm(
                functional.conv2d(x, state[f"{name}.conv1.weight"], None, stride, 1), f"{name}.bn1"
            )
        )
        y = norm(functional.conv2d(y, state[f"{name}.conv2.weight"], None, 1, 1), f"{name}.bn2")
        if f"{name}.downsample.0.weight" in state:
            x = norm(
                functional.conv2d(x, state[f"{name}.downsample.0.weight"], None, stride),
                f"{name}.downsample.1",
            )
        x = functional.relu(x + y)
    return functional.linear(x.mean((2, 3)), state["fc.weight"], state["fc.bias"])


def test_resnet18_takes_torchvisions_weights_by_name():
    state, x = torchvision_state(), images(2, 3, 40, 40).float()
    shuffled = dict(sorted(state.items(), key=lambda item: item[0][::-1]))
    model = models.resnet18(weights=shuffled).eval()
    torch.testing.assert_close(model(x), by_torchvisions_names(state, x), rtol=1e-4, atol=1e-3)
    older = {name: value for name, value in state.items() if "num_batches" not in name}
    assert torch.equal(models.resnet18(classes=5, channels=3, weights=older).eval()(x), model(x))


@pytest.mark.parametrize("change, words", [
    (lambda state: state.pop("layer2.0.downsample.0.weight"), "layer2.0.downsample.0.weight"),
    (lambda state: state.update({"layer1.2.conv1.weight": torch.ones(1)}),
    r"layer1\.2\.conv1\.weight"),
    (lambda state: state.update({"layer3.1.bn2.bias": torch.ones(3)}), r"layer3\.1\.bn2\.bias"),
    (lambda state: state.pop("fc.weight"), "fc.weight"),
])  # fmt: skip
def test_other_state_dicts_are_refused(change, words):
    state = torchvision_state()
    change(state)
    with pytest.raises(ValueError, match=words):
        models.resnet18(weights=state)
    for weights in (torch.ones(3), models.resnet18().state_dict()):
        with pytest.raises((TypeError, ValueError), match="weights"):
            models.resnet18(weights=weights)
    with pytest.raises(ValueError, match="classes is 7"):
        models.resnet18(classes=7, weights=torchvision_state())
