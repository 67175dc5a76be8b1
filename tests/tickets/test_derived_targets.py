"""Targets whose weights are derived from other tensors: the ticket stands for what their forward
computes now.

The oracle is the target's own forward pass, in which every linear map is made in float64 with the
weights it is given.
"""

import copy
import threading
import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.nn.utils import parametrizations, parametrize, prune
from torch.overrides import TorchFunctionMode

from slt_course import models, pruning, tickets
from slt_course.tickets import Residual


class LinearMapsInFloat64(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func in (functional.linear, functional.conv2d):
            args = [arg.double() if isinstance(arg, torch.Tensor) else arg for arg in args]
        return func(*args, **(kwargs or {}))


def exact(target, x):
    with LinearMapsInFloat64(), torch.no_grad():
        return target(x.double().clone())


def linear_target(inputs=4):
    return nn.Sequential(nn.Linear(inputs, 6), nn.ReLU(), nn.Linear(6, 3))


def image_target():
    return nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1),
        nn.ReLU(),
        Residual(nn.Conv2d(3, 3, 1)),
        nn.Flatten(),
        nn.Linear(48, 3),
    )


TARGETS = {"linear": (linear_target, (9, 4)), "images": (image_target, (9, 2, 4, 4))}


def layers_of(target):
    return [module for module in target.modules() if isinstance(module, (nn.Linear, nn.Conv2d))]


def everything(target):
    """All that a target holds: every tensor (the object and a copy of its numbers), and the state
    of the random numbers.
    """
    tensors = [
        (tensor, tensor.detach().clone())
        for module in target.modules()
        for part in (vars(module), module._parameters, module._buffers)
        for tensor in part.values()
        if isinstance(tensor, torch.Tensor)
    ]
    return tensors, torch.get_rng_state()


def untouched(target, before):
    tensors, rng = everything(target)
    same = len(tensors) == len(before[0]) and all(
        a is b and torch.equal(x, y) for (a, x), (b, y) in zip(tensors, before[0])
    )
    return same and torch.equal(rng, before[1])


def check_ticket(target, shape):
    """Build a ticket without a forward pass of the target in between, and compare it with the
    target's next one.
    """
    x = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    labels = torch.zeros(len(x), dtype=torch.int64)
    target.eval()
    before = everything(target)
    ticket = tickets.build(target, width=50, tolerance=1e-3)
    assert ticket.verify(target)
    found, bound = tickets.measure(ticket, target, x, labels), ticket.certificate(inputs=x)
    assert untouched(target, before)
    f = exact(target, x)
    error = (ticket(x) - f).abs()
    assert (error <= bound + 1e-12).all() and error.max() <= 0.15 * max(1, f.abs().max())
    assert found.bound_holds and found.max_difference == pytest.approx(
        error.max().item(), abs=1e-12
    )
    assert found.target_accuracy == (f.argmax(1) == 0).double().mean()
    assert ticket.verify(target)  # after a forward pass, too
    return ticket


def prune_something(layer, rng):
    name = rng.choice(["weight", "weight", "bias"])
    size, method = getattr(layer, name).numel(), rng.integers(4)
    amount = int(rng.integers(size))
    if method == 0:
        prune.random_unstructured(layer, name, amount)
    elif method == 1:
        prune.l1_unstructured(layer, name, amount)
    elif method == 2:
        prune.identity(layer, name)
    else:
        prune.custom_from_mask(
            layer, name, torch.from_numpy(rng.random(getattr(layer, name).shape) < 0.7)
        )


def edit_something(target, rng):
    """Change the parameters, in one of the ways in which that is done, without a forward pass."""
    way = rng.integers(5)
    if way == 0:
        state = {
            name: value + (0.1 if value.is_floating_point() else 0)
            for name, value in target.state_dict().items()
        }
        target.load_state_dict(
            {n: state[n] if not n.endswith("_mask") else target.state_dict()[n] for n in state}
        )
    elif way == 1:
        for parameter in target.parameters():
            parameter.grad = torch.from_numpy(rng.normal(size=parameter.shape)).to(parameter)
        torch.optim.SGD(target.parameters(), lr=0.3).step()
    elif way == 2:
        for parameter in target.parameters():
            parameter.data.mul_(-1)
    elif way == 3:
        with torch.no_grad():
            next(target.parameters()).add_(0.2)
    else:
        layer = layers_of(target)[rng.integers(len(layers_of(target)))]
        for buffer in layer.buffers():
            buffer.view(-1)[: int(rng.integers(buffer.numel() + 1))] = float(rng.integers(2))


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("name", TARGETS)
def test_pruned_targets_after_any_history(name, seed):
    """Prunings, stacked or not, changes of parameters and masks, and forward passes, in random
    order.
    """
    make, shape = TARGETS[name]
    rng, target = np.random.default_rng([seed, len(name)]), make()
    for layer in layers_of(target):
        prune_something(layer, rng)
    for _ in range(rng.integers(1, 6)):
        what = rng.integers(4)
        if what == 0:
            prune_something(layers_of(target)[rng.integers(len(layers_of(target)))], rng)
        elif what == 1:
            target(torch.ones(shape))
        else:
            edit_something(target, rng)
    check_ticket(target, shape)


def old_weight_norm(layer):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # deprecated, and in many models
        return nn.utils.weight_norm(layer)


class Symmetric(nn.Module):
    def forward(self, weight):
        return (weight + weight.flip(0)) / 2


class Shift(nn.Module):
    """With a right inverse, a parameter of its own, and one derived from it by hand, which is no
    leaf.
    """

    def __init__(self):
        super().__init__()
        self.by = nn.Parameter(torch.tensor(0.1))
        self.twice = 2 * self.by

    def forward(self, weight):
        return weight + self.twice

    def right_inverse(self, weight):
        return weight


DERIVATIONS = {
    "weight norm, old": old_weight_norm,
    "weight norm": parametrizations.weight_norm,
    "spectral norm, old": nn.utils.spectral_norm,
    "spectral norm": parametrizations.spectral_norm,
    "orthogonal": parametrizations.orthogonal,
    "own": lambda layer: parametrize.register_parametrization(layer, "weight", Symmetric()),
    "bias": lambda layer: parametrize.register_parametrization(layer, "bias", Symmetric()),
    "stacked": lambda layer: parametrize.register_parametrization(
        parametrizations.weight_norm(layer), "weight", Shift()
    ),
    "pruned inside": lambda layer: prune.l1_unstructured(
        parametrizations.spectral_norm(layer).parametrizations["weight"], "original", 0.5
    ),
    "bias pruned beside": lambda layer: prune.l1_unstructured(parametrizations.weight_norm(layer),
    "bias", 1),
    "pruned, then parametrized": lambda layer: parametrize.register_parametrization(
        prune.l1_unstructured(layer, "weight", 0.5), "weight_orig", Symmetric()
    ),
}  # fmt: skip


@pytest.mark.parametrize("history", ["as made", "after a pass", "changed", "changed after a pass"])
@pytest.mark.parametrize("derivation", DERIVATIONS)
@pytest.mark.parametrize("name", TARGETS)
def test_derived_weights(name, derivation, history):
    make, shape = TARGETS[name]
    target = make()
    for layer in layers_of(target):
        DERIVATIONS[derivation](layer)
    if "pass" in history:
        target(torch.randn(shape))  # in training mode, which moves the vectors of spectral norm
    if "changed" in history:
        for parameter in target.parameters():
            parameter.data.mul_(1.5).add_(0.01)
    check_ticket(target, shape)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_targets_of_any_precision(dtype):
    """f has the rounded weights of its own precision, as exact numbers."""
    target = nn.Sequential(
        parametrizations.weight_norm(nn.Linear(4, 3)), nn.ReLU(), nn.Linear(3, 3)
    ).to(dtype)
    check_ticket(pruning.magnitude(target[2:], 0.5), (9, 3))
    check_ticket(target[:2], (9, 4))


def test_models_of_the_course_that_were_pruned_and_trained_on():
    target = pruning.magnitude(models.mlp(4, 6, 3), 0.5)
    optimizer = torch.optim.SGD(target.parameters(), lr=0.5)
    target(torch.randn(20, 4)).square().sum().backward()
    optimizer.step()
    ticket = check_ticket(target, (9, 4))
    for layer in ticket.pairs:
        weight = dict(target.named_modules())[layer.position]
        found = ticket.effective_weights()[layer.layer][0]
        assert (found[weight.weight_mask == 0] == 0).all()  # pruned weights keep no path


def test_models_whose_masks_are_being_learned():
    """Scores are a parametrization; the ticket is made in the middle of training, and of the
    result.
    """
    model = nn.Sequential(nn.Linear(4, 6, bias=False), nn.ReLU(), nn.Linear(6, 3, bias=False))
    check_ticket(
        pruning.edge_popup(model, 0.5, train=lambda scored: check_ticket(scored, (9, 4)) and None),
        (9, 4),
    )


class Noise(nn.Module):
    def forward(self, weight):
        return weight + torch.randn_like(weight)


class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, weight):
        self.calls += 1
        return weight * self.calls


class Uncopied(nn.Module):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def forward(self, weight):
        return weight


def test_weights_that_change_from_pass_to_pass_are_refused():
    for parametrization in (Noise(), Counting()):
        target = linear_target().eval()
        parametrize.register_parametrization(target[0], "weight", parametrization)
        before = everything(target)
        with pytest.raises(
            ValueError,
            match=r"layer 0 \(ParametrizedLinear\) uses another weight "
            r"or bias at its next",
        ):
            tickets.build(target)
        assert untouched(target, before)


def test_a_weight_computed_from_what_the_last_pass_left():
    """Weight norm comes before the pruning of its direction: one pass puts both right."""
    target = linear_target().eval()
    prune.custom_from_mask(
        old_weight_norm(target[0]), "weight_v", torch.arange(24).view(6, 4) % 4 > 0
    )
    target[0].weight_v_orig.data.add_(1)
    with pytest.raises(ValueError, match="call the target once"):
        tickets.build(target)
    target(torch.ones(1, 4))
    check_ticket(target, (9, 4))


def test_weights_that_cannot_be_read_are_refused():
    target = linear_target().eval()
    parametrize.register_parametrization(target[2], "weight", Uncopied())
    with pytest.raises(
        TypeError,
        match=r"layer 2 .* cannot be computed outside of it "
        r".*remove_parametrizations",
    ):
        tickets.build(target)
    target = nn.Sequential(parametrizations.weight_norm(nn.Linear(3, 3))).eval()
    with parametrize.cached(), pytest.raises(ValueError, match="cached"):
        tickets.build(target)
    with pytest.raises(TypeError, match="meta|initialised"):
        tickets.build(linear_target().eval().to("meta"))


def test_training_mode_is_refused_with_its_own_words():
    target = nn.Sequential(parametrizations.spectral_norm(nn.Linear(3, 3)), nn.Linear(3, 3))
    parametrize.register_parametrization(target[1], "weight", nn.Dropout())
    before = everything(target)
    with pytest.raises(ValueError, match=r"target.eval\(\)"):
        tickets.build(target)
    assert untouched(target, before)
    check_ticket(target, (9, 3))


class Called(nn.Linear):
    def __call__(self, x):
        return 3 * super().__call__(x)


class Inner(nn.Linear):
    def _call_impl(self, x):
        return 3 * super()._call_impl(x)


class Backwards(nn.Sequential):
    def __iter__(self):
        return iter(list(super().__iter__())[::-1])


class MaskAndMore(prune.CustomFromMask):
    def __call__(self, module, inputs):
        super().__call__(module, inputs)
        return tuple(2 * x for x in inputs)


def with_own_call():
    layer = nn.Linear(3, 3)
    layer._call_impl = lambda x: x
    return layer


def with_pruning_of_its_own():
    layer = nn.Linear(3, 3)
    MaskAndMore.apply(layer, "weight", mask=torch.ones(3, 3))
    return layer


@pytest.mark.parametrize("make", [
    lambda: Called(3, 3), lambda: Inner(3, 3), lambda: Backwards(nn.Linear(3, 3), nn.ReLU()),
    with_own_call,
    with_pruning_of_its_own,
])  # fmt: skip
def test_layers_that_compute_something_else(make):
    with pytest.raises(TypeError, match="with its own forward method or hooks"):
        tickets.build(nn.Sequential(make()).eval())


@pytest.mark.parametrize(
    "register", [register_module_forward_hook, register_module_forward_pre_hook]
)
def test_global_hooks_are_refused(register):
    target = linear_target().eval()
    ticket = tickets.build(target, width=10, tolerance=0.1)
    handle = register(lambda *_: None)
    try:
        for ask in (tickets.build, ticket.verify):
            with pytest.raises(TypeError, match="global forward hook"):
                ask(target)
    finally:
        handle.remove()
    assert ticket.verify(target)


def test_subclasses_that_compute_their_weight_in_a_property():
    class Positive(nn.Linear):
        weight = property(lambda self: self.raw.abs())

    layer = nn.Linear(4, 3)
    layer.raw = layer._parameters.pop("weight")
    layer.__class__ = Positive
    check_ticket(nn.Sequential(layer, nn.ReLU(), nn.Linear(3, 3)), (9, 4))


def test_kernels_that_are_not_as_the_layer_says():
    """A Conv2d slides the weight it has, whatever `kernel_size` says."""
    target = nn.Sequential(nn.Conv2d(2, 3, 3, padding="same"), nn.Flatten(), nn.Linear(48, 3))
    target[0].weight = nn.Parameter(torch.randn(3, 2, 1, 5))
    check_ticket(target, (9, 2, 4, 4))


def test_measure_refuses_another_target():
    target = models.mlp(4, 6, 3, seed=0).eval()
    ticket, x, y = (
        tickets.build(target, width=20, tolerance=0.01),
        torch.randn(5, 4),
        torch.zeros(5, dtype=torch.int64),
    )
    other = copy.deepcopy(target)
    other[-1].bias.data[1] += 1e-6
    for wrong in (models.mlp(4, 6, 3, seed=5).eval(), models.mlp(4, 5, 3).eval(), other):
        with pytest.raises(tickets.TicketError, match="other weights than|stands for layers"):
            tickets.measure(ticket, wrong, x, y)
    # the same numbers
    assert tickets.measure(ticket, copy.deepcopy(target).double(), x, y).bound_holds
    pruned = pruning.magnitude(copy.deepcopy(target), 1.0)
    assert tickets.measure(ticket, pruned, x, y).bound_holds  # likewise
    pruned[1].weight_orig.data.mul_(2)
    with pytest.raises(tickets.TicketError, match="layer 1 of the target has other weights"):
        tickets.measure(ticket, pruned, x, y)


def test_measure_after_loading_needs_verify(tmp_path):
    target = models.mlp(4, 6, 3).eval()
    loaded = tickets.load(
        tickets.build(target, width=20, tolerance=0.01).save(tmp_path / "t.safetensors")
    )
    data = torch.randn(5, 4), torch.zeros(5, dtype=torch.int64)
    with pytest.raises(tickets.TicketError, match=r"verify\(target\) first"):
        tickets.measure(loaded, target, *data)
    assert loaded.verify(target) and tickets.measure(loaded, target, *data).bound_holds
