"""The error budget: which tolerance every layer's weights need for a wanted error of the whole network."""

import torch

from ..theory import pensia_tolerance


def theorem_tolerances(layers, eps):
    """A tolerance per layer with which the whole ticket is within eps of its target on the Euclidean unit ball.

    With spectral norms of at most 1 and no biases this is the theorem's eps/(2·depth·inputs·outputs). In general the
    tolerance of layer i is divided by what can amplify its error, the product of max(1, ||W_j||) over the layers after it,
    and by the size r_i of its input, if above 1: the radius of the unit ball's image, with a bias one more input of value 1.
    With eta_i = tolerance·outputs·columns (a bias being one more column) the errors then add up to at most
    sum_i prod_{j>i} (||W_j|| + eta_j)·eta_i·r_i <= (1 + eps/(2·depth))^depth·eps/2 <= eps.

    Args:
        layers: LinearLayers of the target. eps: in (0, 1], on the Euclidean norm of the output's error.

    Source: Pensia et al. 2020, proof of Theorem 1; norms and biases as derived here. The bound holds where every tolerance
    is reached (see `report()`); `certificate(radius=1, norm="2")` then proves at most eps, usually far less.
    """
    norms = [float(torch.linalg.matrix_norm(layer.weight, 2)) for layer in layers]
    radius, tolerances = 1.0, []
    for i, (layer, norm) in enumerate(zip(layers, norms)):
        outputs, columns = layer.matrix().shape
        amplified = torch.tensor([max(1.0, other) for other in norms[i + 1 :]]).double().prod().item()
        size = radius if layer.bias is None else (radius**2 + 1) ** 0.5  # the bias is the weight of one more input, 1
        tolerances.append(pensia_tolerance(eps, len(layers), columns, outputs) / amplified / max(1.0, size))
        radius = norm * radius + (0.0 if layer.bias is None else float(layer.bias.norm()))
    return tolerances
