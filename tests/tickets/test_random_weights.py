"""The counter-based generator: known answers, entry by entry access, and the law of its numbers."""

import numpy as np
import torch

from slt_course.tickets.random_weights import full_tensor, key, splitmix64, uniform


def test_known_answers_of_splitmix64():
    """The first outputs for seed 1234567, as published with the reference implementation."""
    expected = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert [z % 2**64 for z in splitmix64(1234567, torch.arange(5)).tolist()] == expected


def test_same_as_unsigned_arithmetic_in_numpy():
    """An independent implementation with real unsigned integers gives the same bits."""
    with np.errstate(over="ignore"):
        z = (np.arange(1, 1001, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(
            key(5, 1, 2) % 2**64
        )
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    expected = (2 * (z >> np.uint64(40)).astype(np.float64) + 1) / 2**24 - 1
    assert (uniform(5, 1, 2, torch.arange(1000)).double().numpy() == expected).all()


def test_any_entry_alone():
    tensor = full_tensor(3, 0, 2, 70, 1000)
    positions = torch.tensor([0, 1, 32767, 32768, 69_999])
    assert torch.equal(uniform(3, 0, 2, positions), tensor.flatten()[positions])
    assert uniform(3, 0, 2, torch.tensor(12345)).item() == tensor.flatten()[12345].item()


def test_uniform_and_uncorrelated_across_names():
    """Mean, variance, extremes and correlations within six standard errors, for neighbouring seeds,
    layers and tensors.
    """
    count = 200_000
    names = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (-1, 0, 0), (2**63 - 1, 0, 0)]
    draws = torch.stack([uniform(*name, torch.arange(count)).double() for name in names])
    assert draws.abs().max() < 1 and (draws != 0).all()
    assert draws.mean(1).abs().max() < 6 * 3**-0.5 / count**0.5
    assert (draws.var(1) - 1 / 3).abs().max() < 6 * (4 / 45 / count) ** 0.5
    assert (torch.corrcoef(draws) - torch.eye(len(names))).abs().max() < 6 / count**0.5
    lagged = torch.corrcoef(torch.stack([draws[0, :-1], draws[0, 1:]]))[0, 1]
    assert abs(lagged) < 6 / count**0.5
    histogram = torch.histc(draws, 100, -1, 1)
    assert ((histogram - histogram.mean()).abs() < 6 * histogram.mean() ** 0.5).all()
