"""Random weights that any machine regenerates bit for bit, one entry at a time if need be.

A counter-based generator: entry number j of a tensor is a hash of (seed, layer, tensor, j), in
64-bit integer arithmetic that CPUs and GPUs do alike. The hash is SplitMix64 (Steele, Lea and Flood
2014); torch has no unsigned shifts, hence `_shift_right`. The top 24 bits k of the hash give (2k +
1)/2^24 - 1: uniform on (-1, 1), symmetric, never zero, and exact in float32.
"""

import torch

GOLDEN = -7046029254386353131  # 0x9E3779B97F4A7C15 as a signed integer
_MIX_1 = -4658895280553007687  # 0xBF58476D1CE4E5B9
_MIX_2 = -7723592293110705685  # 0x94D049BB133111EB
CPU_CHUNK = 2**15  # entries at a time: the dozen passes over them stay in cache
CUDA_CHUNK = 2**24


def uniform(seed, layer, tensor, indices):
    """Entries of a random tensor with independent U(-1, 1) entries.

    Args:
        seed, layer, tensor: integers that name the tensor.
        indices: int64 tensor of any shape, the row-major positions of the wanted entries.

    Returns:
        float32 tensor of the shape and device of `indices`.

    >>> uniform(seed=0, layer=0, tensor=0, indices=torch.arange(3))
    tensor([ 0.7611, -0.1661, -0.5827])
    """
    stream = key(seed, layer, tensor)
    values = torch.empty(indices.shape, dtype=torch.float32, device=indices.device)
    flat = values.view(-1)
    step = CUDA_CHUNK if indices.is_cuda else CPU_CHUNK
    for chunk, out in zip(indices.reshape(-1).split(step), flat.split(step)):
        bits = _shift_right(splitmix64(stream, chunk), 40)
        out[:] = bits.mul_(2).add_(1).sub_(2**24).float().div_(2**24)
    return values


def full_tensor(seed, layer, tensor, *shape):
    """The whole random tensor of the given shape: float32, on the CPU."""
    values = torch.empty(shape, dtype=torch.float32)
    for start, out in zip(range(0, values.numel(), CPU_CHUNK), values.view(-1).split(CPU_CHUNK)):
        out[:] = uniform(seed, layer, tensor, torch.arange(start, start + len(out)))
    return values


def key(seed, layer, tensor):
    """One 64-bit integer for a tensor's name, hashed so that neighbouring seeds share nothing."""
    state = torch.zeros(1, dtype=torch.int64)
    for part in (seed, layer, tensor):
        state = splitmix64(0, state ^ part)
    return state.item()


def splitmix64(state, counter):
    """Output number `counter` (int64 tensor, from 0) of SplitMix64 started at `state`."""
    z = (counter + 1).mul_(GOLDEN).add_(state)
    z = (z ^ _shift_right(z, 30)).mul_(_MIX_1)
    z = (z ^ _shift_right(z, 27)).mul_(_MIX_2)
    return z ^ _shift_right(z, 31)


def _shift_right(z, bits):
    """Logical (unsigned) right shift of int64."""
    return (z >> bits) & (2 ** (64 - bits) - 1)
