"""`Ticket`: a pruned random network that computes a target, and what can be proved about it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import torch
from torch import Tensor, nn

from .certificates import at_inputs, by_norms
from .certificates.comparison import LayerComparison
from .compact import cached_compact_parts, compact_parts, run_pair
from .description import digest, restore
from .errors import TicketError
from .files import read, write
from .inputs import check_inputs, check_scores, check_sign, check_tensor
from .network import build_network, masks_of
from .pair import Pair
from .steps import Steps
from .surroundings import own_arithmetic
from .unverified import check_network_size, check_run_size
from .verify import compare_from_scratch
from .verify_network import check_network

if TYPE_CHECKING:
    import pandas

_CERTIFIED_VALUES = 2**21  # inputs times values per input whose certificates are computed together
# one for all tickets, since an object that holds a lock cannot be pickled
_FIRST_USE = threading.Lock()


class Ticket:
    """A random network and a binary mask under which it approximates a target network.

    Made by `build` or `load`.

    Attributes:
        seed, width, signed_input, construction: as given to `build`. tolerances: one per layer.
        steps: the network as Steps, with a Pair for every layer with weights.

    A ticket can be pickled, copied and shared by threads. Processes have to start afresh ("spawn",
    "forkserver", loky, Dask): PyTorch's threads do not survive a fork, and a forked process that
    runs a ticket after its parent did waits for ever.

    >>> from slt_course import models, tickets
    >>> ticket = tickets.build(models.digits_mlp().eval(), width=40, tolerance=1e-2)
    >>> ticket
    Ticket(2,410 weights from 308,960 random ones, width 40, tolerance 0.01, seed 0)
    """

    def __init__(
        self,
        steps: Steps,
        rows: list[dict],
        tolerances: list[float],
        signed_input: bool,
        construction: str = "pensia",
        comparisons: list[LayerComparison] | None = None,
    ):
        self.steps, self.rows, self.tolerances = steps, rows, list(tolerances)
        self.signed_input, self.construction = signed_input, construction
        self.seed, self.width = self.pairs[0].seed, self.pairs[0].width
        self._digest = digest(self)
        self._compared = comparisons  # None after loading, until `verify`
        self._network: nn.Sequential | None = None
        self._compact: dict | None = None

    @property
    def pairs(self) -> list[Pair]:
        """The pairs of random layers, in order."""
        return self.steps.weighted()

    @property
    def tolerance(self) -> float:
        """The tolerance of all layers, or the smallest where they differ."""
        return min(self.tolerances)

    def __repr__(self):
        target, drawn = (
            sum(row[name] for row in self.rows)
            for name in ("target_parameters", "random_parameters")
        )
        other = "" if self.construction == "pensia" else f", {self.construction}"
        return (
            f"Ticket({target:,} weights from {drawn:,} random ones, width {self.width}, "
            f"tolerance {self.tolerance:g}, seed {self.seed}{other})"
        )

    def __getstate__(self):
        """What copies and pickles hold: mask bits and the target's weights, nothing made on use."""
        return vars(self) | {"_network": None, "_compact": None}

    # --- the pruned random network ------------------------------------------------------------

    @own_arithmetic()
    def __call__(self, x: Tensor) -> Tensor:
        """Run the pruned random network at x (batch, …), in its dtype and on its device.

        The same function as `network(x)`, without gradients and without the multiplications by
        pruned weights that no other unit needs. It is computed in float64 for x in float64, else in
        float32, and then rounded to the dtype of x, whatever autocast says. Where the caller allows
        reduced precision for float32 (TF32, torch.set_float32_matmul_precision), products have it.

        Raises:
            TypeError: x is not an ordinary tensor of floating-point numbers.
            ValueError: a shape that the target does not take, or negative numbers in x for a ticket
                that was built with signed_input=False, which has no units for them. The literal
                `network` runs them too, far from the target.
        """
        self._check_run(x)
        return self._run(x).to(x.dtype)

    @own_arithmetic()
    def activations(self, x: Tensor) -> list[Tensor]:
        """The activations after every pair, in the target's units, for x as in ticket(x)."""
        self._check_run(x)
        found: list[Tensor] = []
        self._run(x, lambda pair, h: found.append((h * pair.outer_scale).to(x.dtype)))
        return found

    def _check_run(self, x: Tensor) -> None:
        """Refuse an x that the ticket was not built for."""
        if not (isinstance(x, Tensor) and (x.is_floating_point() or x.is_complex())):
            kind = getattr(x, "dtype", type(x).__name__)
            raise TypeError(f"x is {kind}: give a floating-point tensor, as in x.float()")
        check_tensor("x", x)
        check_sign("x", x, self.signed_input)

    def _run(self, x: Tensor, see: Callable[[Pair, Tensor], Any] | None = None) -> Tensor:
        """The output at x; see(pair, h) gets h after every pair, still divided by the scales."""
        if self._compared is None:
            check_run_size(self.steps, x)
        cached = self._once("_compact", lambda: cached_compact_parts(self.pairs))

        def through_pair(pair, h):
            h = run_pair(pair, cached.get(pair.layer) or compact_parts(pair), h)
            if see:
                see(pair, h)
            return h

        def add_at_one_scale(branches, body, shortcut):
            return body * branches.factors[0] + shortcut * branches.factors[1]

        x = x if x.dtype is torch.float64 else x.float()
        h = self.steps.walk(x, lambda layer, h: layer(h), through_pair, add_at_one_scale)
        return h * self.steps.scale

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        """An attribute that is made on first use, by one thread if several ask for it together."""
        if getattr(self, name) is None:
            with _FIRST_USE:
                if getattr(self, name) is None:
                    setattr(self, name, make())
        return getattr(self, name)

    @property
    @own_arithmetic()
    def network(self) -> nn.Sequential:
        """The same ticket as an ordinary nn.Sequential: all random layers, masks of torch's prune.

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
            self._check_network_size()
        return self._once("_network", lambda: build_network(self.steps))

    @property
    @own_arithmetic()
    def masks(self) -> dict[str, Tensor]:
        """Bool masks by layer name (as in `network`); "<name>.bias" for that of a layer's bias."""
        self._check_network_size()
        return masks_of(self.steps)

    def _check_network_size(self) -> None:
        if self._compared is None:
            check_network_size(self.pairs)

    @own_arithmetic()
    def effective_weights(self) -> list[tuple[Tensor, Tensor]]:
        """What the pairs compute: (positive, negative) per layer, float64, of the target's shape.

        They act on the positive and on the negative part of the layer's input, in the target's
        units; `negative` is zero where negative inputs are not served.
        """
        return [pair.effective_weights()[:2] for pair in self.pairs]

    def report(self) -> pandas.DataFrame:
        """A row per target layer: how large the random layers are, what is kept, how near it is.

        layer, shape: of the target. target_parameters, random_parameters, kept_parameters: counts,
        with biases; keep_fraction: kept of random. kept_per_weight: kept entries of the second
        random layer, of both signs, per weight. tolerance: wanted; reached: the share of weights
        (and biases, per sign) within it. median_weight_error, max_weight_error: of their errors.
        error_bound: on the layer's own largest output error, for inputs with |x_i| <= 1.
        """
        import pandas

        return pandas.DataFrame(self.rows).set_index("layer").drop(columns="target_sha256")

    # --- what is proved -----------------------------------------------------------------------

    @overload
    def certificate(
        self,
        radius: float,
        norm: Literal["inf", "2"] = "inf",
        inputs: None = None,
        shape: tuple[int, int, int] | None = None,
    ) -> float: ...

    @overload
    def certificate(
        self, radius: None = None, norm: Literal["inf", "2"] = "inf", *, inputs: Tensor
    ) -> Tensor: ...

    @own_arithmetic()
    def certificate(
        self,
        radius: float | None = None,
        norm: str = "inf",
        inputs: Tensor | None = None,
        shape: tuple[int, int, int] | None = None,
    ) -> float | Tensor:
        """Bound |f(x) - g(x)|, target against ticket, by a proof. Give `radius` or `inputs`.

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

        Source: the induction in the proofs of Pensia et al. 2020, Theorem 1, and da Cunha et al.
        2022, with this ticket's own weights (see `certificates/`).
        """
        if (radius is None) == (inputs is None):
            raise ValueError(
                "give either radius=… (a bound over a box or ball) or inputs=… (a bound at each "
                "input)"
            )
        norm = str(norm)  # 2 and float("inf") will do
        if norm not in ("inf", "2"):
            raise ValueError(f'norm is {norm!r}: choose "inf" or "2"')
        if inputs is not None:
            return self._at_inputs(inputs)[1]
        return by_norms.over_set(self._comparisons(), radius, norm, shape)

    @own_arithmetic()
    def proves_prediction(self, inputs: Tensor) -> Tensor:
        """Whether the ticket's class at each input is proved to be the target's: bool (batch,).

        True where the certificate is smaller than the target's margin, whatever the class. Outputs
        have to be (batch, classes) with at least two classes, else ValueError; other errors as in
        `certificate`.
        """
        scores, bound = self._at_inputs(inputs)
        check_scores(scores)
        return at_inputs.proved_unchanged(scores, bound)

    def _at_inputs(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """The target's outputs and the certificate at each input, some inputs at a time."""
        steps = self._comparisons()
        check_inputs(self.steps, inputs, self.signed_input)
        rows = max(1, _CERTIFIED_VALUES // max(1, inputs[:1].numel()))
        parts = [at_inputs.outputs_and_bound(steps, few) for few in inputs.split(rows)]
        scores, bounds = zip(*parts)
        return torch.cat(scores), torch.cat(bounds)

    def _comparisons(self) -> Steps:
        """The steps with a LayerComparison for every pair."""
        if self._compared is None:
            raise TicketError(
                "this ticket came from a file, which holds no target weights: call verify(target) "
                "first"
            )
        return self.steps.with_weighted(self._compared)

    # --- the ticket against a target, and on disk ---------------------------------------------

    @own_arithmetic()
    def verify(self, target: nn.Module) -> Literal[True]:
        """Check this ticket from scratch against a target: random weights, masks, errors.

        Everything is recomputed from the seed. After it a ticket that was loaded from a file can
        give certificates.

        Returns:
            True.

        Raises:
            TicketError: what differs, in words. TypeError, ValueError: no target, as in `build`.
        """
        self._check_unchanged()
        compared = compare_from_scratch(self, target)
        if self._network is not None:
            check_network(self._network, self)
        self._compared = compared
        return True

    def save(self, path: str | os.PathLike) -> Path:
        """Write the ticket to one safetensors file: seed, packed mask bits, figures; no weights.

        Returns:
            The path.

        Raises:
            OSError: a folder, no such folder, or a read-only file. TicketError: the mask or the
                settings were changed.
        """
        self._check_unchanged()
        return write(self, path)

    def _check_unchanged(self) -> None:
        if digest(self) != self._digest:
            raise TicketError(
                "the mask or the settings changed since the ticket was built or loaded: build or "
                "load it again"
            )


def load(path: str | os.PathLike) -> Ticket:
    """Read a ticket that `Ticket.save` wrote.

    It runs at once; certificates need `verify(target)` first.

    Raises:
        FileNotFoundError: no such file. TicketError: a damaged file, another format, a mask or
            setting that changed.
    """
    metadata, masks = read(path)
    name = Path(path).name
    try:
        ticket = Ticket(**restore(json.loads(metadata["ticket"]), masks))
    except ValueError as error:
        raise TicketError(f"{name} does not hold a complete ticket: {error}") from None
    except Exception as error:  # whatever a damaged description leads to
        raise TicketError(f"{name} does not hold a complete ticket: {error!r}") from None
    if ticket._digest != metadata.get("sha256"):
        raise TicketError(
            f"{name} was damaged or edited: its masks and settings do not match its checksum"
        )
    return ticket
