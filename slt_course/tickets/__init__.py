"""Tickets: random networks pruned until they compute a given target, with certificates."""

from .build import build
from .effective import effective_weights
from .errors import TicketError
from .files import load
from .fold import fold_batchnorm
from .ledger import error_ledger
from .measure import Measurement, measure
from .residual import Residual
from .ticket import Ticket

__all__ = [
    "Measurement",
    "Residual",
    "Ticket",
    "TicketError",
    "build",
    "effective_weights",
    "error_ledger",
    "fold_batchnorm",
    "load",
    "measure",
]
