"""Which axis a BatchNorm acts on: what is known of the activations while a target is folded."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import nn

from .batchnorm import on_images
from .plain import DROPPED, FOR_IMAGES

SAME = (nn.Identity, *DROPPED)  # layers that pass everything on
NEEDED = "BatchNorm2d goes with a Conv2d, BatchNorm1d with a Linear layer"


@dataclass(frozen=True)
class Axes:
    """What is known of the axes of the activations between two layers."""

    images: bool | None = None  # True: (N, C, H, W). False: no images. None: not known
    vectors: bool = False  # whether they are known to be (N, C)
    known: bool = True  # False after a layer that may move axes
    only_vectors: bool = False  # whether the target's inputs have to be vectors for what was folded

    def after(self, module):
        """The axes after a layer that is no BatchNorm."""
        if isinstance(module, (nn.Conv2d, *FOR_IMAGES)):
            return replace(self, images=True, vectors=False, known=True)
        if isinstance(module, nn.Linear):
            return replace(self, images=False)
        if is_flatten(module):
            return replace(self, images=False, vectors=True, known=True)
        # elementwise
        same = isinstance(module, SAME) or type(module).__module__ == nn.ReLU.__module__
        return self if same else replace(self, images=None, vectors=False, known=False)

    def at(self, position, module, before, rest):
        """The axes at a BatchNorm, with vectors as its only inputs where it needs them.

        TypeError if it does not fit there.
        """
        images = on_images(module)
        if images is None:
            weighted = (layer for layer in rest if isinstance(layer, (nn.Linear, nn.Conv2d)))
            next_is_conv = isinstance(next(weighted, None), nn.Conv2d)
            images = self.images or (self.images is None and next_is_conv)
        fits = self.images in (None, images) and (images or self.known)
        if isinstance(module, nn.BatchNorm3d) or not fits:
            raise TypeError(cannot(position, module, before, f"{NEEDED}, directly before it"))
        needs_vectors = not images and not self.vectors
        return replace(
            self, images=images, vectors=not images, only_vectors=self.only_vectors or needs_vectors
        )


def is_flatten(module):
    return isinstance(module, nn.Flatten) and (module.start_dim, module.end_dim) == (1, -1)


def cannot(position, module, before, needed):
    return (
        f"layer {position} is {type(module).__name__} after {before} and cannot be folded: {needed}"
    )
