"""`Ticket`: a pruned random network that computes a target, and what can be proved about it."""

import threading

import torch
from torch import nn

from . import certificate
from .certificate import Represented
from .description import describe_modules, digest
from .errors import TicketError
from .files import write
from .forward import compact_parts, hold, run_pair
from .network import build_network, masks_of
from .pair import Pair
from .report import difference, report_row
from .requests import by_norms, refuse_inputs, refuse_other_tensors, refuse_scores, refuse_sign
from .residual import fill, final_scale, walk
from .surroundings import own_arithmetic
from .tampering import tampering
from .targets import plain_modules, read_target, target_layers
from .unverified import refuse_outsized_network, refuse_outsized_run

# weights of a target whose comparison with the ticket is held in float64; that of a larger one is
# made anew
HELD = 2**22
VALUES = 2**21  # inputs times values per input whose certificates are computed together
# one for all tickets, since an object that holds a lock cannot be pickled
FIRST_USE = threading.Lock()


class Ticket:
    """A random network and a binary mask under which it approximates a target network.

    Made by `build` or `load`.

    Attributes:
        seed, width, signed_input, construction: as given to `build`. tolerances: one per layer.

    >>> from slt_course import models, tickets
    >>> ticket = tickets.build(models.digits_mlp().eval(), width=40, tolerance=1e-2)
    >>> ticket
    Ticket(2,410 weights from 308,960 random ones, width 40, tolerance 0.01, seed 0)
    """

    def __init__(
        self,
        modules,
        pairs,
        rows,
        tolerances,
        signed_input,
        construction="pensia",
        represented=None,
    ):
        self.tolerances, self.signed_input, self.construction = (
            list(tolerances),
            signed_input,
            construction,
        )
        self.seed, self.width = pairs[0].seed, pairs[0].width
        self.modules, self.pairs, self.rows = modules, pairs, rows
        self._digest = digest(self)
        # a Represented for each pair; None after loading, until `verify`
        self._represented = represented
        self._network = self._compact = None

    @classmethod
    def assemble(cls, modules, pairs, layers, tolerances, signed_input, construction):
        """A ticket for target layers (TargetLayer) that its pairs represent, with its report filled
        in.
        """
        represented, rows = compare_all(pairs, layers, tolerances)
        return cls(modules, pairs, rows, tolerances, signed_input, construction, represented)

    @property
    def tolerance(self):
        """The tolerance of all layers, or the smallest where they differ: a float."""
        return min(self.tolerances)

    def __repr__(self):
        target, drawn = (
            sum(row[name] for row in self.rows)
            for name in ("target_parameters", "random_parameters")
        )
        return (
            f"Ticket({target:,} weights from {drawn:,} random ones, width {self.width}, tolerance "
            f"{self.tolerance:g}, "
            f"seed {self.seed}"
            + (")" if self.construction == "pensia" else f", {self.construction})")
        )

    def __getstate__(self):
        """What copies and pickles hold: mask bits and the target's weights, nothing that is made
        anew on first use.
        """
        return vars(self) | {"_network": None, "_compact": None}

    @own_arithmetic()
    def __call__(self, x):
        """The pruned random network at x (batch, …), in the dtype and on the device of x, without
        gradients.

        The same function as `network(x)`, without the multiplications by pruned weights that no
        other unit needs. It is computed in float64 for x in float64, else in float32, and then
        rounded to the dtype of x, whatever autocast says. Where the caller allows reduced precision
        for float32 (TF32, torch.set_float32_matmul_precision), products have it.

        Raises:
            TypeError: x is not an ordinary tensor of floating-point numbers.
            ValueError: a shape that the target does not take, or negative numbers in x for a ticket
                that was built with signed_input=False, which has no units for them. The literal
                `network` runs them too, far from the target.
        """
        self._refuse_run(x)
        return self._run(x).to(x.dtype)

    @own_arithmetic()
    def activations(self, x):
        """The activations after every pair of random layers, in the target's units, for x as in
        ticket(x): a list.
        """
        self._refuse_run(x)
        found = []
        self._run(
            x, lambda pair, activation: found.append((activation * pair.outer_scale).to(x.dtype))
        )
        return found

    def _refuse_run(self, x):
        """Refuse an x that the ticket was not built for."""
        if not (isinstance(x, torch.Tensor) and (x.is_floating_point() or x.is_complex())):
            raise TypeError(
                f"x is {getattr(x, 'dtype', type(x).__name__)}: give a floating-point "
                "tensor, as in x.float()"
            )
        refuse_other_tensors("x", x)
        refuse_sign("x", x, self.signed_input)

    def _run(self, x, see=lambda pair, activation: None):
        """The output at x; see(pair, activation) is called after every pair, with activations
        divided by the scales.
        """
        if self._represented is None:
            refuse_outsized_run(fill(self.modules, self.pairs), self.pairs, x)
        held = self._once("_compact", lambda: hold(self.pairs))
        x = x if x.dtype is torch.float64 else x.float()

        def apply(step, h):
            if isinstance(step, nn.Module):
                return step(h)
            h = run_pair(step, held.get(step.layer) or compact_parts(step), h)
            see(step, h)
            return h

        join = lambda branches, *both: sum(
            part * factor for part, factor in zip(both, branches.factors)
        )  # noqa: E731
        return walk(fill(self.modules, self.pairs), x, apply, join) * final_scale(
            self.modules, self.pairs
        )

    def _once(self, name, make):
        """An attribute that is made on first use, by one thread if several ask for it together."""
        if getattr(self, name) is None:
            with FIRST_USE:
                if getattr(self, name) is None:
                    setattr(self, name, make())
        return getattr(self, name)

    @property
    @own_arithmetic()
    def network(self):
        """The same ticket as an ordinary nn.Sequential: all random layers in full, masks attached
        by torch's prune.

        Built on first use, since the first layers are large before pruning (a 784-input layer at
        width 60: 37 million weights), and always the same object afterwards; calling the ticket
        itself does not need it. To change its dtype or anything else, take a copy, as in
        copy.deepcopy(ticket.network).half(): `verify` checks this object too.

        PyTorch traces and exports it (torch.jit.trace, torch.export), but does not script any
        module that torch's prune has masked. torch.jit.script takes a copy in which the masks have
        become zeros among the weights:

        >>> import copy
        >>> from slt_course import models, tickets
        >>> plain = copy.deepcopy(tickets.build(models.mlp(4, 6, 3).eval()).network)
        >>> for layer in plain.modules():
        ...     for name in ("weight", "bias"):
        ...         if hasattr(layer, f"{name}_mask"):
        ...             _ = torch.nn.utils.prune.remove(layer, name)
        """
        if self._network is None:
            self._refuse_outsized_network()
        return self._once("_network", lambda: build_network(self.modules, self.pairs))

    @own_arithmetic()
    def effective_weights(self):
        """What the pairs compute: per layer the float64 weights of the target's shape for positive
        and for negative inputs.

        List of (positive, negative), in the target's units; `negative` is zero where negative
        inputs are not served.
        """
        return [pair.effective_weights()[:2] for pair in self.pairs]

    @property
    @own_arithmetic()
    def masks(self):
        """dict from layer name (as in `network`) to bool tensor; "<name>.bias" for the mask of a
        layer's bias.
        """
        self._refuse_outsized_network()
        return masks_of(self.modules, self.pairs)

    def report(self):
        """pandas DataFrame with a row per target layer; the columns are explained in
        `tickets/report.py`.
        """
        import pandas

        return pandas.DataFrame(self.rows).set_index("layer").drop(columns="target_sha256")

    @own_arithmetic()
    def certificate(self, radius=None, norm="inf", inputs=None, shape=None):
        """A proved bound on |f(x) - g(x)|, target against ticket. Give either `radius` or `inputs`.

        The target f is the one that the ticket was built for or has verified, with the weights that
        its forward used then. The bound is proved for exact arithmetic, and itself computed in
        float64, to about 16 digits, without rounding it up.

        Args:
            radius: bound the error over all input vectors with norm(x) <= radius (and x >= 0 if the
                ticket needs that).
            norm: "inf" bounds the largest output error over a box, "2" the Euclidean error over a
                ball.
            inputs: (batch, …) tensor: bound the error at each of these inputs, far tighter.
            shape: (channels, height, width) of an input, which norm="2" needs if the target takes
                images.

        Returns:
            A float for `radius`; for `inputs` a float64 tensor of the shape of ticket(inputs).

        Raises:
            TicketError: the ticket came from a file and has not met its target: call
                `verify(target)` first.
            TypeError: a radius that is not a number, inputs that are not an ordinary tensor of real
                numbers.
            ValueError: both or none of radius and inputs, an unknown norm, negative inputs to a
                ticket that was built with signed_input=False.
        """
        if (radius is None) == (inputs is None):
            raise ValueError(
                "give either radius=… (a bound over a box or ball) or inputs=… (a "
                "bound at each input)"
            )
        norm = str(norm)  # 2 and float("inf") will do
        if norm not in ("inf", "2"):
            raise ValueError(f'norm is {norm!r}: choose "inf" or "2"')
        return (
            by_norms(self._steps(), radius, norm, shape)
            if inputs is None
            else self._pointwise(inputs)[1]
        )

    @own_arithmetic()
    def proves_prediction(self, inputs):
        """Whether the ticket's predicted class at each input is proved to be the target's: bool
        (batch,).

        True where the certificate is smaller than the target's margin, whatever the class. Outputs
        have to be (batch, classes) with at least two classes, else ValueError.
        """
        scores, bound = self._pointwise(inputs)
        refuse_scores(scores)
        return certificate.proved_unchanged(scores, bound)

    def _pointwise(self, inputs):
        """The target's outputs and the certificate at each input, some inputs at a time."""
        steps = self._steps()
        refuse_inputs(fill(self.modules, self.pairs), inputs, self.signed_input)
        rows = max(1, VALUES // max(1, inputs[:1].numel()))
        parts = [certificate.outputs_and_bound(steps, few) for few in inputs.split(rows)]
        return tuple(torch.cat(part) for part in zip(*parts))

    @own_arithmetic()
    def verify(self, target):
        """Check this ticket from scratch against a target: random weights, masks, errors.

        True, or TicketError.

        Everything is recomputed from the seed. After it a ticket that was loaded from a file can
        give certificates.
        """
        self._refuse_changes()
        layers = self._layers_of(target)
        represented, rows = compare_all(self.pairs, layers, self.tolerances)
        for row, found in zip(self.rows, rows, strict=True):
            problem = difference(row, found)
            if problem:
                raise TicketError(
                    f"{problem}: the target, the seed or the mask is not the one it was built with"
                )
        if self.construction != "pensia" and any(pair.most_paths() > 1 for pair in self.pairs):
            raise TicketError(
                f"the ticket is called {self.construction!r}, but some weight has "
                "more than one path"
            )
        problem = self._network is not None and tampering(self._network, self)
        if problem:
            raise TicketError(f"the network was changed: {problem}")
        self._represented = represented
        return True

    def _layers_of(self, target):
        """The TargetLayers of a target, after checking that it is made like the one this ticket
        stands for.
        """
        steps = read_target(target, self.signed_input)
        layers = target_layers(steps)
        expected = [
            Pair.for_layer(layer, number, self.width, self.seed)
            for number, layer in enumerate(layers)
        ]
        own = describe_modules(self.modules), [pair.with_mask(None) for pair in self.pairs]
        wanted = describe_modules(plain_modules(steps)), expected
        if own != wanted:
            layers = (", ".join(map(repr, part[1])) + f" among {part[0]}" for part in (own, wanted))
            raise TicketError("the ticket stands for layers {}, the target has {}".format(*layers))
        return layers

    def _refuse_other(self, target):
        """Refuse a target other than the one that the certificates are about."""
        self._steps()
        for own, layer in zip(self._represented, self._layers_of(target)):
            if not own.layer.same_numbers(layer):
                raise TicketError(
                    f"layer {layer.position} of the target has other weights than the target that "
                    "the ticket stands for: "
                    "give that one, or build a ticket for this one"
                )

    def save(self, path):
        """Write the ticket to one safetensors file: seed, packed mask bits and figures; no weights.

        Returns the path.
        """
        self._refuse_changes()
        return write(self, path)

    def _refuse_outsized_network(self):
        if self._represented is None:
            refuse_outsized_network(self.pairs)

    def _refuse_changes(self):
        if digest(self) != self._digest:
            raise TicketError(
                "the mask or the settings changed since the ticket was built or loaded: build or "
                "load it again"
            )

    def _steps(self):
        if self._represented is None:
            raise TicketError(
                "this ticket came from a file, which holds no target weights: call "
                "verify(target) first"
            )
        return fill(self.modules, self._represented)


def compare_all(pairs, layers, tolerances):
    """A Represented and a report row for every pair.

    Comparisons are made one after another; small ones are held.
    """
    small, represented, rows = sum(layer.parameters() for layer in layers) <= HELD, [], []
    for pair, layer, tolerance in zip(pairs, layers, tolerances):
        weights = certificate.compare(layer, pair)
        rows.append(report_row(pair, weights, tolerance))
        represented.append(Represented(layer, pair, weights if small else None))
    return represented, rows
