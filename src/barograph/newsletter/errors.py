"""What can go wrong in this room, said to the operator: what, where, and what to do."""


class NewsletterError(Exception):
    """The message is a whole sentence for an operator; no address is ever in it. Each cause has a subclass."""
