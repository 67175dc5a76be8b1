"""`Ticket`: a pruned random network that computes a target, and what can be proved about it."""

from collections import deque

import torch
from torch import nn

from . import certificate
from .errors import TicketError
from .files import describe_modules, digest, write
from .network import build_network, masks_of, tampering
from .pair import Pair, run_compact
from .report import difference, report_row
from .targets import LinearLayer, plain_modules, read_target


class Ticket:
    """A random network and a binary mask under which it approximates a target network. Made by `build` or `load`.

    Attributes:
        seed, width, signed_input, construction: as given to `build`. tolerances: one per layer.

    >>> from slt_course import models, tickets
    >>> ticket = tickets.build(models.digits_mlp().eval(), width=40, tolerance=1e-2)
    >>> ticket
    Ticket(2,410 weights from 308,960 random ones, width 40, tolerance 0.01, seed 0)
    """

    def __init__(self, modules, pairs, rows, tolerances, signed_input, construction="pensia", weights=None):
        self.tolerances, self.signed_input, self.construction = list(tolerances), signed_input, construction
        self.seed, self.width = pairs[0].seed, pairs[0].width
        self.modules, self.pairs, self.rows = modules, pairs, rows
        self._digest = digest(self)
        self._weights = weights  # certificate.Weights of each pair; None after loading, until `verify`
        self._network = self._compact = None

    @classmethod
    def assemble(cls, modules, pairs, layers, tolerances, signed_input, construction):
        """A ticket for target layers (LinearLayer) that its pairs represent, with its report filled in."""
        weights = [certificate.compare(layer, pair) for layer, pair in zip(layers, pairs)]
        rows = [report_row(*parts) for parts in zip(pairs, weights, tolerances)]
        return cls(modules, pairs, rows, tolerances, signed_input, construction, weights)

    @property
    def tolerance(self):
        """The tolerance of all layers, or the smallest where they differ: a float."""
        return min(self.tolerances)

    def __repr__(self):
        target, drawn = (sum(row[name] for row in self.rows) for name in ("target_parameters", "random_parameters"))
        return (
            f"Ticket({target:,} weights from {drawn:,} random ones, width {self.width}, tolerance {self.tolerance:g}, "
            f"seed {self.seed}" + (")" if self.construction == "pensia" else f", {self.construction})")
        )

    @torch.no_grad()
    def __call__(self, x):
        """The pruned random network at x (batch, …), in the dtype and on the device of x.

        The same function as `network(x)`, without the multiplications by pruned weights that no other unit needs.
        """
        if not (isinstance(x, torch.Tensor) and x.is_floating_point()):
            raise TypeError(f"x is {getattr(x, 'dtype', type(x).__name__)}: give a floating-point tensor, as in x.float()")
        last = deque(self._layers(x), maxlen=1)  # of the activations only the last is held
        return last.pop() * self.pairs[-1].outer_scale

    @torch.no_grad()
    def activations(self, x):
        """Yield the activations after every pair of random layers, in the target's units, for x (batch, …)."""
        pairs = iter(self.pairs)
        for (_, module), activation in zip(self.modules, self._layers(x)):
            if module is None:
                yield activation * next(pairs).outer_scale

    def _layers(self, x):
        """Yield the activations after every layer, divided by the scales so far."""
        if self._compact is None:
            self._compact = [pair.compact_weights() for pair in self.pairs]
        pairs = iter(zip(self.pairs, self._compact))
        for _, module in self.modules:
            x = module(x) if module is not None else run_compact(*next(pairs), x)
            yield x

    @property
    def network(self):
        """The same ticket as an ordinary nn.Sequential: all random layers in full, masks attached by torch's prune.

        Built on first use, since the first layers are large before pruning (a 784-input layer at width 60: 37 million
        weights), and always the same object afterwards; calling the ticket itself does not need it.
        """
        if self._network is None:
            self._network = build_network(self.modules, self.pairs)
        return self._network

    def effective_weights(self):
        """What the pairs compute: per layer the float64 matrices (outputs, inputs) for positive and for negative inputs.

        List of (positive, negative), in the target's units; `negative` is zero where negative inputs are not served.
        """
        return [tuple(m[:, : pair.inputs] for m in pair.effective_weights()) for pair in self.pairs]

    @property
    def masks(self):
        """dict from layer name (as in `network`) to bool tensor; "<name>.bias" for the mask of a layer's bias."""
        return masks_of(self.modules, self.pairs)

    def report(self):
        """pandas DataFrame with a row per target layer; the columns are explained in `tickets/report.py`."""
        import pandas

        return pandas.DataFrame(self.rows).set_index("layer").drop(columns="target_sha256")

    def certificate(self, radius=None, norm="inf", inputs=None):
        """A proved bound on |f(x) - g(x)|, target against ticket. Give either `radius` or `inputs`.

        Args:
            radius: bound the error over all input vectors with norm(x) <= radius (and x >= 0 if the ticket needs that).
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
        norm = str(norm)  # 2 and float("inf") will do
        if norm not in ("inf", "2"):
            raise ValueError(f'norm is {norm!r}: choose "inf" or "2"')
        steps = self._steps()
        if inputs is not None:
            return certificate.pointwise(steps, self._checked(inputs))
        self._refuse_late_flatten(steps)
        if not 0 <= radius < float("inf"):
            raise ValueError(f"radius is {radius}: give a finite number >= 0")
        return (certificate.over_box if norm == "inf" else certificate.over_ball)(steps, radius)

    def proves_prediction(self, inputs):
        """Whether the ticket's predicted class at each input is proved to be the target's: bool (batch,).

        True where the certificate is smaller than the target's margin, whatever the class.
        """
        steps = self._steps()
        inputs = self._checked(inputs)
        scores, bound = certificate.target_outputs(steps, inputs), certificate.pointwise(steps, inputs)
        return certificate.proved_unchanged(scores, bound)

    def verify(self, target):
        """Check this ticket from scratch against a target: random weights, masks, errors. True, or TicketError.

        Everything is recomputed from the seed. After it a ticket that was loaded from a file can give certificates.
        """
        self._refuse_changes()
        steps = read_target(target, self.signed_input)
        layers = [step for _, step in steps if isinstance(step, LinearLayer)]
        expected = [Pair.for_layer(layer, number, self.width, self.seed) for number, layer in enumerate(layers)]
        own = describe_modules(self.modules), [pair.with_mask(None) for pair in self.pairs]
        wanted = describe_modules(plain_modules(steps)), expected
        if own != wanted:
            layers = (", ".join(map(repr, part[1])) + f" among {part[0]}" for part in (own, wanted))
            raise TicketError("the ticket stands for layers {}, the target has {}".format(*layers))
        weights = [certificate.compare(layer, pair) for layer, pair in zip(layers, self.pairs)]
        for row, *parts in zip(self.rows, self.pairs, weights, self.tolerances, strict=True):
            problem = difference(row, report_row(*parts))
            if problem:
                raise TicketError(f"{problem}: the target, the seed or the mask is not the one it was built with")
        problem = self._network is not None and tampering(self._network, self)
        if problem:
            raise TicketError(f"the network was changed: {problem}")
        self._weights = weights
        return True

    def save(self, path):
        """Write the ticket to one safetensors file: seed, packed mask bits and figures; no weights. Returns the path."""
        self._refuse_changes()
        return write(self, path)

    def _refuse_changes(self):
        if digest(self) != self._digest:
            raise TicketError(
                "the mask or the settings changed since the ticket was built or loaded: build or load it again"
            )

    def _steps(self):
        if self._weights is None:
            raise TicketError("this ticket came from a file, which holds no target weights: call verify(target) first")
        weights = iter(self._weights)
        return [next(weights) if module is None else module for _, module in self.modules]

    def _refuse_late_flatten(self, steps):
        linears = [isinstance(step, nn.Module) for step in steps].index(False)
        if any(isinstance(step, nn.Flatten) for step in steps[linears:]):
            raise ValueError(
                "bounds by norms are for targets that flatten before their first Linear layer: give inputs=… instead"
            )

    def _checked(self, inputs):
        if not isinstance(inputs, torch.Tensor):
            raise TypeError(f"inputs is a {type(inputs).__name__}: give a tensor, as in torch.as_tensor(inputs)")
        self(inputs[:0].double())  # refuses inputs of the wrong width
        if not bool(torch.isfinite(inputs).all()):
            raise ValueError("inputs hold NaN or infinite values: the certificate needs finite inputs")
        if not self.signed_input and bool((inputs < 0).any()):
            raise ValueError(
                f"inputs go down to {float(inputs.min()):.3g}, but this ticket was built for inputs >= 0: "
                "build it with signed_input=True"
            )
        return inputs
