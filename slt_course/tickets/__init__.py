"""Tickets: random networks pruned until they compute a given target, with certificates."""

from .build import build
from .certificates.ledger import error_ledger
from .constructions.da_cunha import effective_weights
from .errors import TicketError
from .measure import Measurement, measure
from .targets import Residual, fold_batchnorm
from .ticket import Ticket, load

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
