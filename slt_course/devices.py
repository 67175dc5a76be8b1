"""Which device work runs on, and why."""

from __future__ import annotations

import torch


def default_device() -> torch.device:
    """Choose the device for work that has no input tensor to follow: CUDA if present, else the CPU.

    >>> default_device().type == ("cuda" if torch.cuda.is_available() else "cpu")
    True
    """
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def describe_device() -> str:
    """Say in one sentence which device work without input tensors runs on, and why.

    Functions that take tensors or a model stay on the device of those; nothing is moved behind your
    back.

    >>> describe_device().startswith(("CPU with", "CUDA:"))
    True
    """
    if torch.cuda.is_available():
        name = torch.cuda.get_device_name()
        memory = torch.cuda.get_device_properties(0).total_memory
        return (
            f"CUDA: {name} with {memory / 2**30:.0f} GiB, because torch.cuda.is_available() is true"
        )
    threads = torch.get_num_threads()
    return (
        f"CPU with {threads} thread{'s' if threads > 1 else ''}, because torch "
        f"{torch.__version__} sees no CUDA device; "
        "everything runs, a GPU only makes it faster"
    )
