"""What can go wrong in this room, said to the operator: what, where, and what to do."""


class NewsletterError(Exception):
    """The message is a whole sentence for an operator; no address is ever in it. Each cause has a subclass."""


class LeaseLostError(NewsletterError):
    """Another process has taken over what this one held, because its lease had ended: it may send nothing more."""
