"""Rows in blocks: bounded memory on every device, all cores at work on the CPU, Ctrl-C answered."""

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

import torch

from .arrays import Array, empty

CPU_BLOCK = 2**18  # numbers per block: 2 MiB of 64-bit keys, about one core's second-level cache
_CUDA_BLOCK = 2**26
CPU_CHUNK = 2**13  # rows handed to a thread at a time
CUDA_CHUNK = 2**20

_worker = threading.local()  # in a thread of `in_chunks`: `worker.stop` is its call's stop flag


class _Stopped(Exception):
    """Raised in the threads of a call that was interrupted; nobody sees it."""


def stop_if_interrupted() -> None:
    """End this thread's work if its call was interrupted.

    Called wherever what follows takes at most about a second.

    Raises:
        Stopped: in a thread of `in_chunks` whose call got Ctrl-C, or failed in another thread.
    """
    flag = getattr(_worker, "stop", None)
    if flag is not None and flag.is_set():
        raise _Stopped


def in_blocks(search: Callable[..., Array], arrays: tuple[Array, ...], per_row: int) -> Array:
    """Call a search on as many rows at a time as fit a block of memory, and join its masks.

    Args:
        search: of the arrays, cut to the same rows; returns a mask bool (rows, n).
        arrays: items (rows, n) first, then whatever else the search takes, rows along axis 0.
        per_row: numbers that the search holds in memory for each row.

    Returns:
        bool (rows, n).
    """
    items = arrays[0]
    capacity = _CUDA_BLOCK if isinstance(items, torch.Tensor) else CPU_BLOCK
    rows_per_block = max(1, capacity // per_row)
    if len(items) <= rows_per_block:
        return search(*arrays)
    mask = empty(items, tuple(items.shape), "bool")
    for start in range(0, len(items), rows_per_block):
        stop_if_interrupted()
        block = slice(start, start + rows_per_block)
        mask[block] = search(*(array[block] for array in arrays))
    return mask


def in_chunks(work: Callable[[slice], None], rows: int, like: Array) -> None:
    """Call `work` on consecutive slices of `rows` rows, which together are all of them.

    On the CPU in threads, as many as torch is allowed, since numpy releases the lock.

    Args:
        work: function of a slice of rows.
        rows: number of rows.
        like: an array of the kind that is worked on; tensors mean CUDA.
    """
    if isinstance(like, torch.Tensor):
        for chunk in _slices(rows, CUDA_CHUNK):
            work(chunk)
        return
    threads = torch.get_num_threads()
    rows_per_thread = -(-rows // threads)
    chunks = _slices(rows, max(1, min(CPU_CHUNK, rows_per_thread)))
    if threads > 1 and len(chunks) > 1:
        _in_threads(work, chunks, threads)
        return
    for chunk in chunks:
        work(chunk)


def _slices(rows: int, length: int) -> list[slice]:
    """Cut `rows` rows into slices of `length`, the last one shorter."""
    return [slice(start, min(start + length, rows)) for start in range(0, rows, length)]


def _in_threads(work: Callable[[slice], None], chunks: list[slice], threads: int) -> None:
    """Call `work` on every slice, in threads.

    Whatever ends the wait, Ctrl-C above all, ends the threads at their next block.
    """
    flag = threading.Event()

    def run(chunk: slice) -> None:
        _worker.stop = flag
        work(chunk)

    with ThreadPoolExecutor(threads) as pool:
        try:
            futures = [pool.submit(run, chunk) for chunk in chunks]
            # In slices of time, because some systems deliver a signal only between two waits.
            while wait(futures, timeout=0.2, return_when=FIRST_EXCEPTION).not_done:
                if any(future.done() and future.exception() for future in futures):
                    break
            for future in futures:
                if future.done():
                    future.result()  # raises what `work` raised
        finally:
            flag.set()
            pool.shutdown(wait=False, cancel_futures=True)
