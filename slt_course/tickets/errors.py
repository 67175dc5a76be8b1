"""The one exception of this package that is not a plain ValueError or TypeError."""


class TicketError(ValueError):
    """A ticket or a ticket file is not what it claims to be; the message says in what."""
