"""What a caller may have switched on around a call, and what tickets compute in instead."""

from contextlib import ExitStack, contextmanager

import torch


@contextmanager
def own_arithmetic():
    """Without gradients, autocast and inference mode, on the CPU where no device is given: whatever
    the caller's settings.

    Autocast would round to 8 bits what is proved for more; tensors made in inference mode could
    never be differentiated.
    """
    with ExitStack() as stack:
        if torch.is_inference_mode_enabled():
            stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.no_grad())
        for kind in ("cpu", "cuda"):
            if torch.is_autocast_enabled(kind):
                stack.enter_context(torch.autocast(kind, enabled=False))
        if torch.get_default_device().type != "cpu":
            stack.enter_context(torch.device("cpu"))
        yield
