"""``barograph tick``: what is due."""

from __future__ import annotations

import click

from barograph.config.django_start import with_site


@click.command()
@with_site
def tick() -> None:
    """Publish what is scheduled for now, renew the signature, and do steps that wait: build, copy, complete.

    “barograph serve” does this by itself; call it from cron where the newsroom is served otherwise. Calls may
    overlap: each step is done by one of them.

    \b
    Example:
      * * * * * barograph --site /srv/mysite tick
    """
    from barograph.config.ticking import rounds

    work = rounds()
    for do_what_is_due in work.values():
        do_what_is_due()
    # The completed release is there now, and waits to be copied.
    for name, do_what_is_due in work.items():
        if name.startswith("upload "):
            do_what_is_due()
