"""Random numbers for weights, scores and masks, the same whatever torch's defaults are."""

from __future__ import annotations

import numpy as np
import torch


def generator(seed: int, purpose: str) -> torch.Generator:
    """A random stream for one purpose: with the same seed, other purposes get unrelated numbers."""
    entropy = np.random.SeedSequence([seed, *purpose.encode()])
    return torch.Generator().manual_seed(int(entropy.generate_state(1)[0]))


def uniform(shape: torch.Size, stream: torch.Generator) -> torch.Tensor:
    """Uniform numbers in [0, 1), float32 on the CPU."""
    return torch.rand(shape, generator=stream, dtype=torch.float32, device="cpu")


def normal(shape: torch.Size, stream: torch.Generator) -> torch.Tensor:
    """Normal numbers of mean 0 and variance 1, float32 on the CPU."""
    return torch.randn(shape, generator=stream, dtype=torch.float32, device="cpu")


def signs(shape: torch.Size, stream: torch.Generator) -> torch.Tensor:
    """Fair coins, 1.0 or -1.0, float32 on the CPU."""
    coins = torch.randint(0, 2, shape, generator=stream, dtype=torch.float32, device="cpu")
    return coins * 2 - 1
