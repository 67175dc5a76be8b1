"""Rows in blocks: bounded memory on every device, both cores at work on the CPU, and Ctrl-C
answered between blocks.
"""

import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

import torch

from .arrays import empty

CPU_BLOCK = 2**18  # numbers per block: 2 MiB of 64-bit keys, about one core's second-level cache
CUDA_BLOCK = 2**26
CPU_CHUNK = 2**13  # rows handed to a thread at a time
CUDA_CHUNK = 2**20

worker = threading.local()  # in a thread of `in_chunks`: `worker.stop` is its call's stop flag


class Stopped(Exception):
    """Raised in the threads of a call that was interrupted; nobody sees it."""


def stop_if_interrupted():
    """End this thread's work if its call was interrupted.

    Called wherever the next step takes at most about a second.
    """
    flag = getattr(worker, "stop", None)
    if flag is not None and flag.is_set():
        raise Stopped


def in_blocks(search, arrays, per_row):
    """`search(*arrays)` -> mask (rows, n), called on as many rows of the arrays at a time as fit a
    block.
    """
    items = arrays[0]
    size = CUDA_BLOCK if isinstance(items, torch.Tensor) else CPU_BLOCK
    step = max(1, size // per_row)
    if len(items) <= step:
        return search(*arrays)
    mask = empty(items, items.shape, "bool")
    for start in range(0, len(items), step):
        stop_if_interrupted()
        rows = slice(start, start + step)
        mask[rows] = search(*(array[rows] for array in arrays))
    return mask


def in_chunks(work, rows, like):
    """Call `work(slice)` on consecutive slices of `rows` rows: on CPU in threads, since numpy
    releases the lock.
    """
    if isinstance(like, torch.Tensor):
        return [
            work(slice(start, min(start + CUDA_CHUNK, rows)))
            for start in range(0, rows, CUDA_CHUNK)
        ]
    threads = torch.get_num_threads()
    step = max(1, min(CPU_CHUNK, -(-rows // threads)))
    slices = [slice(start, min(start + step, rows)) for start in range(0, rows, step)]
    if threads == 1 or len(slices) < 2:
        return [work(one) for one in slices]
    return in_threads(work, slices, threads)


def in_threads(work, slices, threads):
    """`work` on every slice.

    Whatever ends the wait, Ctrl-C above all, ends the threads at their next block.
    """
    flag = threading.Event()

    def run(one):
        worker.stop = flag
        return work(one)

    with ThreadPoolExecutor(threads) as pool:
        try:
            futures = [pool.submit(run, one) for one in slices]
            # In slices of time, because some systems deliver a signal only between two waits.
            while wait(futures, timeout=0.2, return_when=FIRST_EXCEPTION).not_done:
                if any(future.done() and future.exception() for future in futures):
                    break
            return [future.result() for future in futures if future.done()]
        finally:
            flag.set()
            pool.shutdown(wait=False, cancel_futures=True)
