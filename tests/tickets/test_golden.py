"""Golden values: random weights, masks, certificates and files of four tickets stay what they are,
whatever is moved.

The targets' weights come from the package's own counter-based generator, so that no library's
generator is part of it. `python -m tests.tickets.test_golden` prints today's values.
"""

import hashlib
from pathlib import Path

import pytest
import torch
from torch import nn

from slt_course import tickets
from slt_course.tickets.random_weights import full_tensor


def fill(target, scale=0.5):
    """The target with weights and biases from the counter-based generator, in [-scale, scale]."""
    with torch.no_grad():
        for number, parameter in enumerate(target.parameters()):
            parameter.copy_(scale * full_tensor(99, number, 7, *parameter.shape))
    return target.eval().requires_grad_(False)


def mlp():
    return fill(nn.Sequential(nn.Flatten(), nn.Linear(12, 9), nn.ReLU(), nn.Linear(9, 5))), {
        "tolerance": 1e-4,
        "seed": 3,
    }


def large_weights():
    options = {"width": 40, "tolerance": 1e-6, "signed_input": False, "seed": 5}
    return fill(
        nn.Sequential(nn.Linear(8, 8, bias=False), nn.ReLU(), nn.Linear(8, 4)), scale=3.0
    ), options


def convolutions():
    body = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1, bias=False), nn.ReLU(), nn.Conv2d(3, 3, 1))
    layers = [
        nn.Conv2d(2, 3, 3, stride=2, padding=1),
        nn.ReLU(),
        tickets.Residual(body),
        nn.MaxPool2d(2),
        nn.Flatten(),
    ]
    return fill(nn.Sequential(*layers, nn.Linear(12, 4))), {"width": 30, "tolerance": 1e-3}


def one_path():
    return fill(nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))), {
        "width": 50,
        "construction": "malach",
    }


def values(make):
    """Hashes of random weights and masks, and rounded certificates, of a target's ticket."""
    target, options = make()
    ticket = tickets.build(target, **options)
    first = next(layer for layer in target if hasattr(layer, "weight"))
    shape = (2, 8, 8) if isinstance(first, nn.Conv2d) else (first.in_features,)
    x = full_tensor(1, 2, 3, 4, *shape).double().abs()
    return {
        "random weights": sha(*(weight.numpy() for weight in ticket.network.parameters())),
        "masks": sha(*(mask.numpy() for mask in ticket.masks.values())),
        "certificate at inputs": float(f"{ticket.certificate(inputs=x).sum():.9g}"),
        "certificate of the box": float(f"{ticket.certificate(radius=1.0):.9g}"),
        "outputs": float(f"{ticket(x).abs().sum():.9g}"),
    }


def sha(*arrays):
    state = hashlib.sha256()
    for array in arrays:
        state.update(array.tobytes())
    return state.hexdigest()[:16]


GOLDEN = {
    mlp: {
        "random weights": "d293981722652d0c",
        "masks": "38b27dcdd566dfa3",
        "certificate at inputs": 0.0095694217,
        "certificate of the box": 0.00296731867,
        "outputs": 5.52558568,
    },
    large_weights: {
        "random weights": "c25e084125ae3f2a",
        "masks": "f98be7f1b260f636",
        "certificate at inputs": 0.0419869632,
        "certificate of the box": 0.0293991623,
        "outputs": 149.830958,
    },
    convolutions: {
        "random weights": "530b18dbc980ae22",
        "masks": "36ecf34fd7cb6a7f",
        "certificate at inputs": 1.1384075,
        "certificate of the box": 3.00896002,
        "outputs": 12.2627037,
    },
    one_path: {
        "random weights": "cdaa49fd8b204a6a",
        "masks": "a8addf3436bebb0d",
        "certificate at inputs": 4.55365495,
        "certificate of the box": 1.32587466,
        "outputs": 3.54276885,
    },
}


@pytest.mark.parametrize("make", GOLDEN, ids=lambda make: make.__name__)
def test_tickets_stay_what_they_are(make):
    found, golden = values(make), GOLDEN[make]
    for name, value in golden.items():
        assert found[name] == (
            pytest.approx(value, rel=1e-7) if isinstance(value, float) else value
        ), name


def test_a_file_of_format_3_is_read_for_ever():
    """Written by the first code of that format: it loads, stands for its target, and has the
    certificate that it had.
    """
    ticket = tickets.load(Path(__file__).parent / "data" / "convolutions.safetensors")
    assert ticket.verify(convolutions()[0])
    assert ticket.certificate(radius=1.0) == pytest.approx(
        GOLDEN[convolutions]["certificate of the box"], rel=1e-7
    )


if __name__ == "__main__":
    for make in GOLDEN:
        print(f"{make.__name__}: {values(make)}")
