"""``barograph newsletter incoming``: a bounce or an unsubscription, from the pipe of a mail server."""

from __future__ import annotations

import os
import sys

import click

from barograph.config.sender_start import with_sender


@click.command()
def incoming() -> None:
    """Take one mail from standard input: a bounce, or somebody who unsubscribes by mail.

    It needs no passphrase, prints what the mail was, and answers nothing. It has to run as the
    sender's user, since it opens the subscribers' database. Postfix does so with this line in that user's ~/.forward
    (one in /etc/aliases would run it as “nobody”):

    \b
      "|barograph --site /srv/mysite newsletter incoming"

    \b
    Example:
      barograph --site mysite newsletter incoming < message.eml
    """
    try:
        _take()
    except click.ClickException as error:
        raise _Later(error.message) from error


class _Later(click.ClickException):
    """A mail server keeps a mail for which it gets this answer, and tries again; with any other it would bounce."""

    exit_code = os.EX_TEMPFAIL


@with_sender
def _take() -> None:
    from django.utils import timezone

    from barograph.base.site import site
    from barograph.newsletter.arrived import MOST
    from barograph.newsletter.incoming import handle_message
    from barograph.trust.sender_keys import SenderPublicKeys

    raw = sys.stdin.buffer.read(MOST)
    while sys.stdin.buffer.read(MOST):
        pass  # who writes to a pipe that nobody empties takes that for a failure
    public = SenderPublicKeys.read(site().edge_folder)
    click.echo(handle_message(raw, tokens=public.tokens, site=site(), today=timezone.localdate()))
