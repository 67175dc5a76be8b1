"""Tickets: random networks pruned until they compute a given target, with certificates."""

from .build import build
from .errors import TicketError
from .files import load
from .ledger import error_ledger
from .measure import Measurement, measure
from .ticket import Ticket

__all__ = ["Measurement", "Ticket", "TicketError", "build", "error_ledger", "load", "measure"]
