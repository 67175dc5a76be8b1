"""A ticket does the same whatever the caller has switched on around it, in threads, in pickles, and
in any input dtype.
"""

import copy
import io
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune

from slt_course import tickets
from slt_course.tickets import Residual
from slt_course.tickets.compact import cached_compact_parts
from tests.tickets.calls import calls_with_inputs


@pytest.fixture(scope="module")
def target():
    """A bit of everything, with scales above 1 and a derived weight."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        target = nn.Sequential(
            nn.Conv2d(2, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), Residual(nn.Conv2d(3, 3, 1)),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(), parametrizations.weight_norm(nn.Linear(3, 4)), nn.ReLU(), nn.Linear(4, 3),
        )  # fmt: skip
        for parameter in target.parameters():
            parameter.data.mul_(3)
    return target.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def x():
    return torch.rand(7, 2, 6, 6, generator=torch.Generator().manual_seed(1)) * 2 - 1


@contextmanager
def default_dtype(dtype):
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


@contextmanager
def default_device(device):
    torch.set_default_device(device)
    try:
        yield
    finally:
        torch.set_default_device(None)


SURROUNDINGS = {
    "default float64": lambda: default_dtype(torch.float64),
    "default float16": lambda: default_dtype(torch.float16),
    "default bfloat16": lambda: default_dtype(torch.bfloat16),
    # stands for a GPU: what is made there by mistake has no numbers
    "default device": lambda: default_device("meta"),
    "device context": lambda: torch.device("meta"),
    "autocast to bfloat16": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    "autocast to float16": lambda: torch.autocast("cpu", dtype=torch.float16),
    "inference mode": torch.inference_mode,
    "no gradients": torch.no_grad,
    "detecting anomalies": lambda: torch.autograd.set_detect_anomaly(True, check_nan=False),
}


def everything(target, x, folder):
    """All that a ticket gives, as one dict of plain values and tensors."""
    labels = torch.zeros(len(x), dtype=torch.int64, device="cpu")
    ticket = tickets.build(target, width=20, tolerance=1e-2, seed=3)
    malach = tickets.build(target[6:].eval(), width=100, tolerance=0.1, construction="malach")
    theorem = tickets.build(target[6:].eval(), width=20, tolerance="theorem", eps=0.5)
    before_network = ticket.verify(target)
    network = ticket.network
    loaded = tickets.load(ticket.save(folder / "ticket.safetensors"))
    return {
        "output": ticket(x), "double": ticket(x.double()), "half": ticket(x.half()),
        "activations": ticket.activations(x),
        "masks": list(ticket.masks.values()),
        "weights": [part for pair in ticket.effective_weights() for part in pair],
        "network": [parameter for parameter in network.parameters()],
        "bound": ticket.certificate(inputs=x),
        "box": ticket.certificate(radius=1),
        "ball": ticket.certificate(radius=1, norm="2", shape=(2, 6, 6)),
        "proved": ticket.proves_prediction(x),
        "verified": (before_network, ticket.verify(target), loaded.verify(target)),
        "measured": tickets.measure(ticket, target, x, labels),
        "ledger": tickets.error_ledger(ticket, x).values.tolist(),
        "report": ticket.report().values.tolist(), "loaded": loaded(x),
        "malach": list(malach.masks.values()),
        "tolerances": theorem.tolerances, "copy": copy.deepcopy(ticket)(x),
    }  # fmt: skip


def same(one, other):
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return (
        torch.equal(one, other) and one.dtype == other.dtype
        if isinstance(one, torch.Tensor)
        else one == other
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", SURROUNDINGS)
def test_what_the_caller_has_switched_on_plays_no_part(name, target, x, tmp_path):
    plain = everything(target, x, tmp_path)
    with SURROUNDINGS[name]():
        found = everything(target, x, tmp_path)
    assert [key for key in plain if not same(plain[key], found[key])] == []


def test_networks_made_in_inference_mode_can_be_differentiated(target, x):
    with torch.inference_mode():
        ticket = tickets.build(target, width=10, tolerance=0.1)
        network, _ = ticket.network, ticket(x)
    x = x.clone().requires_grad_()
    network(x).sum().backward()
    assert x.grad.abs().max() > 0 and ticket.verify(target) and not ticket(x).requires_grad


def test_pickles_and_copies(target, x):
    """Before and after a call and `network`, a pickle holds mask bits and the target, not the
    random layers.
    """
    ticket = tickets.build(target, width=20, tolerance=1e-2)
    size = len(pickle.dumps(ticket))
    ticket(x), ticket.network
    assert abs(len(pickle.dumps(ticket)) - size) < 1000
    stream = io.BytesIO()
    torch.save(ticket, stream)
    stream.seek(0)
    for other in (
        pickle.loads(pickle.dumps(ticket)),
        copy.deepcopy(ticket),
        torch.load(stream, weights_only=False),
    ):
        assert (
            torch.equal(other(x), ticket(x))
            and other.verify(target)
            and other.network is not ticket.network
        )
        assert torch.equal(other.certificate(inputs=x), ticket.certificate(inputs=x))


@pytest.mark.slow
def test_tickets_in_other_processes(target, x):
    """Started afresh: PyTorch's threads do not survive a fork, so a forked process would wait for
    them for ever.
    """
    ticket = tickets.build(target, width=20, tolerance=1e-2)
    ticket(x)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        there = pool.submit(ticket, x[:2]).result(timeout=300)
    torch.testing.assert_close(there, ticket(x[:2]))


def test_threads_share_one_network(target, x, monkeypatch):
    """And the random weights that a call holds are drawn once."""
    drawn = []
    monkeypatch.setattr(
        "slt_course.tickets.ticket.cached_compact_parts",
        lambda pairs: drawn.append(1) or cached_compact_parts(pairs),
    )
    ticket = tickets.build(target, width=200, tolerance=1e-1)
    with ThreadPoolExecutor(8) as pool:
        networks = list(pool.map(lambda _: ticket.network, range(8)))
        outputs = list(pool.map(ticket, [x] * 8))
    assert len(set(map(id, networks))) == 1 and len(drawn) == 1
    assert all(torch.equal(output, outputs[0]) for output in outputs)


@pytest.mark.parametrize(
    "dtype, digits", [(torch.float16, 11), (torch.bfloat16, 8), (torch.float32, 24)]
)
def test_precision_of_calls(target, x, dtype, digits):
    """Inputs in half precision are computed in float32, and only the result is rounded to their
    dtype.
    """
    ticket, x = tickets.build(target, width=20, tolerance=1e-2), x.to(dtype)
    exact = ticket(x.double())
    assert ticket(x).dtype is dtype and {a.dtype for a in ticket.activations(x)} == {dtype}
    in_float32 = ticket(x.float())
    assert torch.equal(ticket(x), in_float32.to(dtype))
    assert (
        (ticket(x).double() - exact).abs() <= 2.0**-digits * exact.abs() + 1e-5 * exact.abs().max()
    ).all()


def test_reduced_precision_of_products_does_not_disturb_verify(target):
    ticket = tickets.build(target, width=20, tolerance=1e-2)
    assert ticket.network is ticket.network
    before = torch.get_float32_matmul_precision()
    try:
        for precision in ("medium", "high"):
            torch.set_float32_matmul_precision(precision)
            assert ticket.verify(target)
    finally:
        torch.set_float32_matmul_precision(before)


def test_networks_in_other_precisions_and_places(target):
    """Doubling keeps the random weights; half precision rounds them, and verify says so."""
    ticket = tickets.build(target, width=10, tolerance=0.1)
    ticket.network.double()
    assert ticket.verify(target)
    copy.deepcopy(ticket.network).half()
    assert ticket.verify(target)
    for change, words in (
        (lambda n: n.half(), "float16, which rounds"),
        (lambda n: n.to("meta"), "meta device"),
    ):
        ticket = tickets.build(target, width=10, tolerance=0.1)
        change(ticket.network)
        with pytest.raises(tickets.TicketError, match=words):
            ticket.verify(target)


def without_masks(network):
    """As `Ticket.network` says: a copy whose masks have become zeros among the weights."""
    plain = copy.deepcopy(network)
    for layer in plain.modules():
        for name in ("weight", "bias"):
            if hasattr(layer, f"{name}_mask"):
                prune.remove(layer, name)
    return plain


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
@pytest.mark.parametrize("convert", [
    lambda network, x: torch.jit.trace(network, x), lambda network,
    x: torch.jit.script(without_masks(network)),
    lambda network, x: torch.export.export(network, (x,)).module(),
], ids=["trace", "script", "export"])  # fmt: skip
def test_networks_go_to_other_forms(target, x, convert):
    network = tickets.build(target, width=10, tolerance=0.1).network
    torch.testing.assert_close(convert(network, x)(x), network(x))


@pytest.mark.parametrize("x, words", [
    (torch.ones(2, 4, dtype=torch.cfloat), "complex64"), (torch.ones(2, 4).to_sparse(), "sparse"),
    (torch.ones(2, 4, device="meta"), "on meta"),
])  # fmt: skip
def test_tensors_without_real_numbers(x, words):
    target = nn.Sequential(nn.Linear(4, 3)).eval()
    ticket = tickets.build(target, width=10, tolerance=0.1)
    for ask in calls_with_inputs(ticket, target, count=2):
        with pytest.raises(TypeError, match=words):
            ask(x)


ODD_RADII = [
    ("1", TypeError, "radius is a str '1'"), (None, ValueError, "either radius"),
    (10**400, ValueError, "radius is inf"),
    (10**5000, ValueError, "radius is inf"), (torch.ones(2), TypeError, r"radius is a Tensor of "
                                                                        r"shape \(2,\)"),
    (np.ones((1, 1)), TypeError, r"radius is a ndarray of shape \(1, "
                                 r"1\)"), ([1.0], TypeError, r"radius is a list \[1.0\]"),
    (True, TypeError, "radius is a bool"), (1j, TypeError, "radius is a "
                                                           "complex"),
                                                           (np.nan, ValueError, "radius is nan"),
    (np.float64("inf"), ValueError, "radius is inf"),
    (torch.tensor(-1.0), ValueError, "radius is -1"),
]  # fmt: skip


@pytest.mark.parametrize("norm", ["inf", "2"])
def test_odd_radii(norm):
    ticket = tickets.build(nn.Sequential(nn.Linear(4, 3)).eval(), width=10, tolerance=0.1)
    for radius, error, words in ODD_RADII:
        with pytest.raises(error, match=words):
            ticket.certificate(radius=radius, norm=norm)


def test_radii_of_any_kind_of_number():
    ticket = tickets.build(nn.Sequential(nn.Linear(4, 3)).eval(), width=10, tolerance=0.1)
    for two in (
        2,
        2.0,
        np.float32(2),
        np.int64(2),
        np.array(2.0),
        torch.tensor(2),
        torch.tensor(2.0),
        Fraction(2),
    ):
        assert ticket.certificate(radius=two) == ticket.certificate(radius=2.0)


@pytest.mark.parametrize("layers, shape", [
    ([nn.Linear(4, 3)], (4,)), ([nn.Linear(4, 3)], (2, 7, 4)), ([nn.Conv2d(2, 3, 1)], (2, 2, 4, 4)),
    ([nn.Linear(4, 1)], (2, 4)),
])  # fmt: skip
def test_outputs_without_classes(layers, shape):
    target = nn.Sequential(*layers).eval()
    ticket, x = tickets.build(target, width=10, tolerance=0.1), torch.rand(shape)
    assert ticket.certificate(inputs=x).shape == ticket(x).shape
    for ask in (
        ticket.proves_prediction,
        lambda x: tickets.measure(ticket, target, x, torch.zeros(2, dtype=torch.int64)),
    ):
        with pytest.raises(ValueError, match=r"needs \(batch, classes\)"):
            ask(x)


def test_inputs_that_no_layer_takes():
    ticket = tickets.build(
        nn.Sequential(nn.Flatten(), nn.Linear(4, 3)).eval(), width=10, tolerance=0.1
    )
    for shape in ((), (4,)):
        with pytest.raises(ValueError, match="does not take inputs of shape"):
            ticket.certificate(inputs=torch.ones(shape))
