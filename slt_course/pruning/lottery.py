"""Iterative magnitude pruning with rewinding: how lottery tickets are found (Frankle & Carbin 2019;
Frankle et al. 2020).
"""

import copy
import inspect
import numbers
from dataclasses import dataclass, field

from tqdm.auto import tqdm

from .layers import is_masked, mask_of, prunable, refuse_unmaskable, weighted
from .magnitude import magnitude
from .masks import apply_masks, check_keep_fraction, keep_fraction


@dataclass
class LotteryTicket:
    """What the search leaves: the weights to rewind to, and the masks of every round (round 0 is
    the dense network).
    """

    make_model: object
    rewound: dict  # state of the dense model at the step to rewind to
    rewind_to: int
    # one dict of masks per round, of the layers that are not ignored
    masks: list = field(default_factory=list)
    # what `record` said about the trained network of every round
    records: list = field(default_factory=list)

    @property
    def keep_fractions(self):
        """Kept share of the weights that are pruned, per round; ignored layers do not count."""
        return [keep_fraction(masks) for masks in self.masks]

    def model(self, round=-1):
        """The ticket of a round: a new model with the rewound weights and that round's masks, ready
        to train.
        """
        return apply_masks(self.dense(), self.masks[round])

    def dense(self):
        """A new model with the rewound weights and no mask."""
        model = fresh(self.make_model)
        model.load_state_dict(self.rewound)
        return model


def find_lottery_ticket(
    make_model,
    train,
    rounds,
    keep_per_round=0.8,
    rewind_to=0,
    scope="layer",
    ignore=(),
    record=None,
    progress=False,
):
    """Train, remove the smallest weights, rewind the others, and again: after r rounds
    keep_per_round^r of them are left.

    The counts are exact: round r keeps round(keep_per_round^r · count) weights, of every layer (or
    of all together).

    Args:
        make_model: function without arguments that returns a new nn.Module.
        train: function that trains a model in place: `train(model)`; for rewind_to > 0 also with
            `start` and `stop`, steps counted from 0 (stop=None: to the end), as
            `slt_course.training.train` has them.
        rounds: number of prunings, >= 1. keep_per_round: share kept by each, in (0, 1].
        rewind_to: the step whose weights survivors return to: 0 for the initial ones, some hundred
            for late rewinding. The dense network is trained in two parts then, so that it and all
            tickets share every step from there on.
        scope: "layer" or "global", as in `magnitude`. ignore: names of layers to leave alone.
        record: optional function of a trained model, called in every round, round 0 being dense.
        progress: show a progress bar over rounds.

    Returns:
        LotteryTicket.

    Raises:
        ValueError: rounds < 1, keep_per_round outside (0, 1], rewind_to < 0, a train function that
            cannot start at a step, a layer that cannot carry a mask (see `prunable`).

    Source: Frankle & Carbin 2019 (rewinding to step 0), Frankle, Dziugaite, Roy & Carbin 2020 (to a
    later step).

    >>> from torch import nn
    >>> def train(model):
    ...     model.weight.data *= 2
    >>> ticket = find_lottery_ticket(lambda: nn.Linear(10, 10), train, rounds=2, keep_per_round=0.5)
    >>> ticket.keep_fractions
    [1.0, 0.5, 0.25]
    """
    check(rounds, keep_per_round, rewind_to, train)
    ignore = tuple(ignore)
    model = fresh(make_model)
    refuse_unmaskable(model, prunable(model, ignore))  # before the time that training takes
    rest = {}
    if rewind_to:
        train(model, start=0, stop=rewind_to)
        rest = {"start": rewind_to, "stop": None}
    ticket = LotteryTicket(make_model, copy.deepcopy(model.state_dict()), rewind_to)
    for number in tqdm(
        range(rounds + 1),
        desc="finding a lottery ticket",
        unit="round",
        disable=not progress,
        leave=False,
    ):
        if number:
            magnitude(model, keep_per_round**number, scope, ignore)
        ticket.masks.append(
            {name: mask_of(layer) for name, layer in prunable(model, ignore).items()}
        )
        if number:
            model = ticket.model()
        train(model, **rest)
        if record is not None:
            ticket.records.append(record(model))
    return ticket


def fresh(make_model):
    model = make_model()
    if any(is_masked(layer) for layer in weighted(model).values()):
        raise ValueError(
            "make_model returned a pruned model: it must return a new, plain one "
            "each time it is called"
        )
    return model


def check(rounds, keep_per_round, rewind_to, train):
    if isinstance(rounds, bool) or not isinstance(rounds, numbers.Integral) or rounds < 1:
        raise ValueError(f"rounds is {rounds!r}: it must be a whole number, at least 1")
    if check_keep_fraction(keep_per_round, "keep_per_round") == 0:
        raise ValueError("keep_per_round is 0: nothing would be left; give a number in (0, 1]")
    if isinstance(rewind_to, bool) or not isinstance(rewind_to, numbers.Integral) or rewind_to < 0:
        raise ValueError(
            f"rewind_to is {rewind_to!r}: it must be a step, a whole number of at least 0"
        )
    if rewind_to:
        try:
            inspect.signature(train).bind(None, start=0, stop=None)
        except TypeError:
            raise ValueError(
                "rewind_to > 0 needs a train function that takes start and stop, as "
                "training.train does"
            ) from None
