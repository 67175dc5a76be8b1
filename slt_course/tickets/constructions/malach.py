"""The construction of Malach et al. (2020): at most one path per weight and sign of the input.

In the paper's gadget both numbers must land: a x = relu(a x) - relu(-a x) is imitated by a unit
with A near ±|a| and an outgoing weight B near ±1. The product variant only asks that A·B be near a.
A path that would miss the weight by more than no path at all is not kept. So tickets are sparse,
with at most two kept paths per weight, and widths grow like a power of 1/tolerance
(`theory.malach_width`). The masks live in the same random network as those of `pensia.py`, whose
first layer all outputs share. A ticket's report counts a weight as reached when the product A·B is
within the tolerance, also for the paper's gadget, where that happens far more often than that both
numbers land.

Source: Malach et al. 2020, the gadget of their main theorem's proof, with constants derived in
lesson 07.
"""

import torch
from torch import Tensor
from torch.nn.functional import one_hot


class Both:
    """The paper's gadget: keep the unit with the smallest max(||A| - |w||, |±B - 1|)."""

    MOST_UNITS, MOST_PATHS = 2**62, 1

    def choose(
        self, first: Tensor, second: Tensor, usable: Tensor, weight: Tensor, tolerance: Tensor
    ) -> Tensor:
        """Which path to keep, bool (rows, columns, m); see `constructions.Construction`."""
        sign = torch.where(weight < 0, -1.0, 1.0)[..., None] * first.sign()
        miss_of_first = (first.abs() - weight.abs()[..., None]).abs()
        miss = torch.maximum(miss_of_first, (second * sign - 1).abs())
        return nearest(miss, usable) & helps(first, second, weight)


class _Product:
    """The product variant: keep the unit whose product A·B is nearest to the weight."""

    MOST_UNITS, MOST_PATHS = 2**62, 1

    def choose(
        self, first: Tensor, second: Tensor, usable: Tensor, weight: Tensor, tolerance: Tensor
    ) -> Tensor:
        """Which path to keep, bool (rows, columns, m); see `constructions.Construction`."""
        miss = (first * second - weight[..., None]).abs()
        return nearest(miss, usable) & helps(first, second, weight)


def nearest(miss: Tensor, usable: Tensor) -> Tensor:
    """Mask of the usable unit of smallest miss: bool, the shape of `miss` (rows, columns, m)."""
    best = torch.where(usable, miss, torch.inf).argmin(-1)
    return one_hot(best, miss.shape[-1]).bool()


def helps(first: Tensor, second: Tensor, weight: Tensor) -> Tensor:
    """Whether a path is nearer to the weight than no path, which is 0."""
    return (first * second - weight[..., None]).abs() < weight.abs()[..., None]


BOTH, PRODUCT = Both(), _Product()
