"""`Ticket`: a pruned random network that computes a target, and what can be proved about it."""

import torch
from torch import nn

from . import certificate
from .errors import TicketError
from .files import digest, write
from .network import build_network, masks_of, tampering
from .pair import run_compact
from .report import difference, report_row
from .targets import LinearLayer, read_target


class Ticket:
    """A random network and a binary mask under which it approximates a target network. Made by `build` or `load`.

    Attributes:
        seed, width, tolerance, signed_input, construction: as given to `build`.

    >>> from slt_course import models, tickets
    >>> ticket = tickets.build(models.digits_mlp().eval(), width=40, tolerance=1e-2)
    >>> ticket
    Ticket(2,410 weights from 308,960 random ones, width 40, tolerance 0.01, seed 0)
    """

    def __init__(self, modules, pairs, rows, tolerance, signed_input, weights=None):
        self.tolerance, self.signed_input, self.construction = tolerance, signed_input, "pensia"
        self.seed, self.width = pairs[0].seed, pairs[0].width
        self.modules, self.pairs, self.rows = modules, pairs, rows
        self._digest = digest(self)
        self._weights = weights  # certificate.Weights of each pair; None after loading, until `verify`
        self._network = self._compact = None

    @classmethod
    def assemble(cls, modules, pairs, layers, tolerance, signed_input):
        """A ticket for target layers (LinearLayer) that its pairs represent, with its report filled in."""
        modules = [(position, plain(module)) for position, module in modules]
        weights = [certificate.compare(layer, pair) for layer, pair in zip(layers, pairs)]
        rows = [report_row(pair, weight, tolerance) for pair, weight in zip(pairs, weights)]
        return cls(modules, pairs, rows, tolerance, signed_input, weights)

    def __repr__(self):
        target, drawn = (sum(row[name] for row in self.rows) for name in ("target_parameters", "random_parameters"))
        return (
            f"Ticket({target:,} weights from {drawn:,} random ones, width {self.width}, tolerance {self.tolerance:g}, "
            f"seed {self.seed})"
        )

    @torch.no_grad()
    def __call__(self, x):
        """The pruned random network at x (batch, …), in the dtype and on the device of x.

        The same function as `network(x)`, without the multiplications by pruned weights that no other unit needs.
        """
        if self._compact is None:
            self._compact = [pair.compact_weights() for pair in self.pairs]
        pairs = iter(zip(self.pairs, self._compact))
        for _, module in self.modules:
            x = module(x) if module is not None else run_compact(*next(pairs), x)
        return x * self.pairs[-1].outer_scale

    @property
    def network(self):
        """The same ticket as an ordinary nn.Sequential: all random layers in full, masks attached by torch's prune.

        Built on first use, since the first layers are large before pruning (a 784-input layer at width 60: 37 million
        weights); calling the ticket itself does not need it.
        """
        if self._network is None:
            self._network = build_network(self.modules, self.pairs)
        return self._network

    @property
    def masks(self):
        """dict from layer name (as in `network`) to bool tensor; "<name>.bias" for the mask of a layer's bias."""
        return masks_of(self.pairs)

    def report(self):
        """pandas DataFrame with a row per target layer; the columns are explained in `tickets/report.py`."""
        import pandas

        return pandas.DataFrame(self.rows).set_index("layer")

    def certificate(self, radius=None, norm="inf", inputs=None):
        """A proved bound on |f(x) - g(x)|, target against ticket. Give either `radius` or `inputs`.

        Args:
            radius: bound the error over all inputs with norm(x) <= radius (and x >= 0 if the ticket needs that).
            norm: "inf" bounds the largest output error over a box, "2" the Euclidean error over a ball.
            inputs: (batch, …) tensor: bound the error at each of these inputs, far tighter.

        Returns:
            A float for `radius`; for `inputs` a float64 tensor of the shape of ticket(inputs).

        Raises:
            TicketError: the ticket came from a file and has not met its target: call `verify(target)` first.
            ValueError: both or none of radius and inputs, an unknown norm, negative inputs to a ticket that was built
                with signed_input=False.
        """
        if (radius is None) == (inputs is None):
            raise ValueError("give either radius=… (a bound over a box or ball) or inputs=… (a bound at each input)")
        if norm not in ("inf", "2"):
            raise ValueError(f'norm is {norm!r}: choose "inf" or "2"')
        steps = self._steps()
        if inputs is not None:
            return certificate.pointwise(steps, self._checked(inputs))
        if not 0 <= radius < float("inf"):
            raise ValueError(f"radius is {radius}: give a finite number >= 0")
        return (certificate.over_box if norm == "inf" else certificate.over_ball)(steps, radius)

    def proves_prediction(self, inputs):
        """Whether the ticket's predicted class at each input is proved to be the target's: bool (batch,).

        True where the certificate is smaller than the target's margin, whatever the class.
        """
        steps = self._steps()
        scores = self._checked(inputs).double()
        for step in steps:
            scores = step(scores) if isinstance(step, nn.Module) else scores @ step.target.T + step.target_bias
        return certificate.proved_unchanged(scores, certificate.pointwise(steps, inputs))

    def verify(self, target):
        """Check this ticket from scratch against a target: random weights, masks, errors. True, or TicketError.

        Everything is recomputed from the seed. After it a ticket that was loaded from a file can give certificates.
        """
        if digest(self) != self._digest:
            raise TicketError("the mask or the settings changed since the ticket was built or loaded")
        layers = [step for _, step in read_target(target, self.signed_input) if isinstance(step, LinearLayer)]
        own, given = [pair.shape for pair in self.pairs], [layer.shape for layer in layers]
        if own != given:
            raise TicketError(f"the ticket stands for layers (outputs, inputs, bias, signed, scale) {own}, not {given}")
        weights = [certificate.compare(layer, pair) for layer, pair in zip(layers, self.pairs)]
        for pair, weight, row in zip(self.pairs, weights, self.rows):
            problem = difference(row, report_row(pair, weight, self.tolerance))
            if problem:
                raise TicketError(f"{problem}: the target, the seed or the mask is not the one it was built with")
        problem = tampering(self._network, self.pairs) if self._network is not None else None
        if problem:
            raise TicketError(problem)
        self._weights = weights
        return True

    def save(self, path):
        """Write the ticket to one safetensors file: seed, packed mask bits and figures; no weights. Returns the path."""
        return write(self, path)

    def _steps(self):
        if self._weights is None:
            raise TicketError("this ticket came from a file, which holds no target weights: call verify(target) first")
        weights = iter(self._weights)
        return [next(weights) if module is None else module for _, module in self.modules]

    def _checked(self, inputs):
        if not bool(torch.isfinite(inputs).all()):
            raise ValueError("inputs hold NaN or infinite values: the certificate needs finite inputs")
        if not self.signed_input and bool((inputs < 0).any()):
            raise ValueError(
                f"inputs go down to {float(inputs.min()):.3g}, but this ticket was built for inputs >= 0: "
                "build it with signed_input=True"
            )
        return inputs


def plain(module):
    """A fresh copy of a layer without weights; Dropout in evaluation mode is the identity."""
    if module is None:
        return None
    if isinstance(module, nn.Flatten):
        return nn.Flatten(module.start_dim, module.end_dim)
    return nn.ReLU() if isinstance(module, nn.ReLU) else nn.Identity()
