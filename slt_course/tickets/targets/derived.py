"""The weight and bias with which a layer computes now, where they are derived from other tensors.

Pruning (torch.nn.utils.prune), weight norm and spectral norm of the older kind set `weight` anew
before every forward pass; between two passes it may be stale. Parametrizations compute it whenever
it is read, with code that may change its own buffers or draw random numbers. So both are read off a
stand-in, twice: the layer itself is left as it was.
"""

import copy

import torch
from torch import nn
from torch.nn.utils import parametrize, prune
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm

_RECOMPUTE = tuple(kind.__call__ for kind in (prune.BasePruningMethod, SpectralNorm, WeightNorm))


def recomputes(hook):
    """Whether a forward pre-hook does nothing else than compute a parameter anew."""
    return type(hook).__call__ in _RECOMPUTE


def forward_tensors(position, module):
    """The (weight, bias or None) that the forward of a Linear or Conv2d layer uses now, as copies.

    In evaluation mode.

    Raises:
        ValueError: they change from one forward pass to the next. TypeError: they cannot be
            computed on a stand-in.
    """
    name = f"layer {position} ({type(module).__name__})"
    if parametrize.is_parametrized(module) and parametrize._cache_enabled:
        raise ValueError(
            f"{name} is read inside torch.nn.utils.parametrize.cached(), which may "
            "keep old weights: leave it"
        )
    devices = {t.device for t in (*module.parameters(), *module.buffers()) if t.is_cuda}
    with (
        torch.random.fork_rng(devices, enabled=parametrize.is_parametrized(module)),
        torch.no_grad(),
    ):
        try:
            layer = _stand_in(module)
            now, then = computed(layer), computed(layer)
        except Exception as error:  # whatever the code of a parametrization raises
            raise TypeError(
                f"{name} has a weight or bias that cannot be computed outside of it ({error!r}): "
                "make it permanent first, "
                "with torch.nn.utils.parametrize.remove_parametrizations or "
                "torch.nn.utils.prune.remove"
            ) from error
    if not all(map(equal, now, then)):
        raise ValueError(
            f"{name} uses another weight or bias at its next forward pass than at the one after "
            "it, because it is random or "
            "computed from what the last pass left: call the target once, or make the weight "
            "permanent"
        )
    return now


def _stand_in(module: nn.Module) -> nn.Module:
    """The same layer in evaluation mode, with its own parameters, buffers, parametrizations."""
    tensors = (
        value
        for part in module.modules()
        for value in (*vars(part).values(), *part._buffers.values())
    )
    derived = {
        id(t): t.detach().clone() for t in tensors if isinstance(t, torch.Tensor) and not t.is_leaf
    }
    own = copy.deepcopy(
        {name: vars(module)[name] for name in ("_parameters", "_buffers", "_modules")}, derived
    )
    kind = type(module)
    layer = kind.__new__(kind)  # not copy.copy, which parametrized layers refuse
    vars(layer).update(vars(module), **own)
    return layer.eval()


def computed(layer):
    """The weight and bias after the hooks that a forward pass would call first."""
    for hook in filter(recomputes, layer._forward_pre_hooks.values()):
        hook(layer, ())
    return [
        None if tensor is None else tensor.detach().clone() for tensor in (layer.weight, layer.bias)
    ]


def equal(one, other):
    """Whether two tensors hold the same numbers, NaN included; None equals None."""
    return one is other or torch.allclose(one, other, rtol=0, atol=0, equal_nan=True)
