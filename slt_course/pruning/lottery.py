"""Iterative magnitude pruning with rewinding: how lottery tickets are found.

Source: Frankle & Carbin 2019; Frankle et al. 2020.
"""

from __future__ import annotations

import copy
import inspect
import numbers
from collections.abc import Callable, Iterable
from typing import Any, Literal

import numpy as np
from torch import nn
from tqdm.auto import tqdm

from .layer_state import mask_of
from .layers import prunable
from .lottery_ticket import LotteryTicket, fresh
from .magnitude import magnitude
from .maskable import check_maskable
from .measures import check_keep_fraction


def find_lottery_ticket(
    make_model: Callable[[], nn.Module],
    train: Callable[..., object],
    rounds: int,
    keep_per_round: float | np.floating = 0.8,
    rewind_to: int = 0,
    scope: Literal["layer", "global"] = "layer",
    ignore: str | Iterable[str] | None = (),
    record: Callable[[nn.Module], Any] | None = None,
    progress: bool = False,
) -> LotteryTicket:
    """Find a lottery ticket: train, remove the smallest weights, rewind the others, and again.

    After r rounds keep_per_round^r of the weights are left. The counts are exact: round r keeps
    round(keep_per_round^r · count) weights, of every layer (or of all together).

    Args:
        make_model: function without arguments that returns a new nn.Module.
        train: function that trains a model in place: `train(model)`; for rewind_to > 0 also with
            `start` and `stop`, steps counted from 0 (stop=None: to the end), as
            `slt_course.training.train` has them. What it returns is not used.
        rounds: number of prunings, >= 1.
        keep_per_round: share kept by each, in (0, 1].
        rewind_to: the step whose weights survivors return to: 0 for the initial ones, some hundred
            for late rewinding. The dense network is trained in two parts then, so that it and all
            tickets share every step from there on.
        scope: "layer": the same share of every layer; "global": the largest of all layers together.
        ignore: names of layers to leave alone, or one name; they do not count.
        record: optional function of a trained model, called in every round, round 0 being dense.
        progress: show a progress bar over rounds.

    Returns:
        LotteryTicket.

    Raises:
        ValueError: rounds < 1, keep_per_round outside (0, 1], rewind_to < 0, a train function that
            cannot start at a step, unknown scope or layer, a make_model that returns a pruned
            model, a layer that cannot carry a mask (see `prunable`), weights that are NaN after
            training.

    Source: Frankle & Carbin 2019 (rewinding to step 0), Frankle, Dziugaite, Roy & Carbin 2020 (to a
    later step).

    >>> def train(model):
    ...     model.weight.data *= 2
    >>> ticket = find_lottery_ticket(lambda: nn.Linear(10, 10), train, rounds=2, keep_per_round=0.5)
    >>> ticket.keep_fractions
    [1.0, 0.5, 0.25]
    """
    _check_search(rounds, keep_per_round, rewind_to, train)
    ignore = (ignore,) if isinstance(ignore, str) else tuple(ignore or ())
    model = fresh(make_model)
    check_maskable(model, prunable(model, ignore))  # before the time that training takes
    rest: dict[str, int | None] = {}  # of the training, in every round
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
        layers = prunable(model, ignore)
        ticket.masks.append({name: mask_of(layer) for name, layer in layers.items()})
        if number:
            model = ticket.model()
        train(model, **rest)
        if record is not None:
            ticket.records.append(record(model))
    return ticket


def _check_search(
    rounds: int,
    keep_per_round: float | np.floating,
    rewind_to: int,
    train: Callable[..., object],
) -> None:
    """Refuse rounds, shares and steps out of range, and a train that cannot start at a step."""
    if isinstance(rounds, bool) or not isinstance(rounds, numbers.Integral) or rounds < 1:
        raise ValueError(f"rounds is {rounds!r}: it must be a whole number, at least 1")
    if check_keep_fraction(keep_per_round, "keep_per_round") == 0:
        raise ValueError("keep_per_round is 0: nothing would be left; give a number in (0, 1]")
    if isinstance(rewind_to, bool) or not isinstance(rewind_to, numbers.Integral) or rewind_to < 0:
        raise ValueError(
            f"rewind_to is {rewind_to!r}: it must be a step, a whole number of at least 0"
        )
    if rewind_to:
        _check_train_takes_steps(train)


def _check_train_takes_steps(train: Callable[..., object]) -> None:
    """Refuse a train function that cannot be called with start and stop."""
    try:
        inspect.signature(train).bind(None, start=0, stop=None)
    except TypeError:
        raise ValueError(
            "rewind_to > 0 needs a train function that takes start and stop, as training.train does"
        ) from None
