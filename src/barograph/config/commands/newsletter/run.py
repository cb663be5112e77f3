"""``barograph newsletter run``: the sender at work."""

from __future__ import annotations

import click

from barograph.config.commands.newsletter.sending import stop_on_signals
from barograph.config.sender_start import with_sender


@click.command()
@click.option("--once", is_flag=True, help="Do everything once, for cron, and end.")
@with_sender
def run(once: bool) -> None:
    """Take in what readers asked for, send confirmations, editions and tests, until Ctrl-C or SIGTERM.

    The keys are opened at the start and are in this process only. It listens on no port. Editions go out on an order
    from the newsroom, or each week as newsletter.schedule says: at that time, or up to a day later if this was not
    running or the edition came late. What was interrupted is taken up again.

    \b
    Example:
      BAROGRAPH_SMTP_URL=smtp://127.0.0.1:25 barograph --site mysite newsletter run
    """
    from barograph.base.site import site
    from barograph.config.sender_keys import key_file, open_keys
    from barograph.newsletter.running import Running

    with stop_on_signals() as stop:
        running = Running(open_keys(), site(), key_file(), stop=stop)
        if once:
            running.run_once()
            return
        click.echo("The sender is at work. Ctrl-C ends it, when what is under way has come to its end.")
        running.run()
    click.echo("Stopped.")
