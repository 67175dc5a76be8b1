"""Rows in blocks: bounded memory on every device, and both cores at work on the CPU."""

from concurrent.futures import ThreadPoolExecutor

import torch

from .arrays import empty

CPU_BLOCK = 2**18  # numbers per block: 2 MiB of 64-bit keys, about one core's second-level cache
CUDA_BLOCK = 2**26
CPU_CHUNK = 2**13  # rows handed to a thread at a time
CUDA_CHUNK = 2**20


def in_blocks(search, items, target, per_row):
    """`search(items, target)` -> mask (rows, n), called on as many rows at a time as fit a block."""
    size = CUDA_BLOCK if isinstance(items, torch.Tensor) else CPU_BLOCK
    step = max(1, size // per_row)
    if len(items) <= step:
        return search(items, target)
    mask = empty(items, items.shape, "bool")
    for start in range(0, len(items), step):
        rows = slice(start, start + step)
        mask[rows] = search(items[rows], target[rows])
    return mask


def in_chunks(work, rows, like):
    """Call `work(slice)` on consecutive slices of `rows` rows: on CPU in threads, since numpy releases the lock."""
    if isinstance(like, torch.Tensor):
        return [work(slice(start, min(start + CUDA_CHUNK, rows))) for start in range(0, rows, CUDA_CHUNK)]
    threads = torch.get_num_threads()
    step = max(1, min(CPU_CHUNK, -(-rows // threads)))
    slices = [slice(start, min(start + step, rows)) for start in range(0, rows, step)]
    if threads == 1 or len(slices) < 2:
        return [work(one) for one in slices]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, slices))
