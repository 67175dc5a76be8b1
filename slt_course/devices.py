"""Which device work runs on, and why."""

import torch


def default_device():
    """The device for work that has no input tensor to follow: CUDA if present, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def describe_device():
    """One sentence: the device that work without input tensors runs on, and why.

    Functions that take tensors or a model stay on the device of those; nothing is moved behind your
    back.
    """
    if torch.cuda.is_available():
        name, memory = (
            torch.cuda.get_device_name(),
            torch.cuda.get_device_properties(0).total_memory,
        )
        return (
            f"CUDA: {name} with {memory / 2**30:.0f} GiB, because torch.cuda.is_available() is true"
        )
    threads = torch.get_num_threads()
    return (
        f"CPU with {threads} thread{'s' if threads > 1 else ''}, because torch "
        f"{torch.__version__} sees no CUDA device; "
        "everything runs, a GPU only makes it faster"
    )
