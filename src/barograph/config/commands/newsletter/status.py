"""``barograph newsletter status``: how campaigns stand. It needs no key."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from barograph.config.commands.newsletter.sending import told
from barograph.config.sender_start import with_sender


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_sender
def status(as_json: bool) -> None:
    """Show how campaigns stand, the newest first: counts by state, rate, time left, who was not reached and why.

    \b
    Example:
      barograph --site mysite newsletter status --json
    """
    from django.utils import timezone

    from barograph.newsletter.statuses import current_status

    current = current_status(timezone.now())
    if as_json:
        click.echo(json.dumps(asdict(current), ensure_ascii=False, indent=1))
        return
    for campaign in current.campaigns:
        click.echo(told(campaign))
    if not current.campaigns:
        click.echo("No edition has been sent yet.")
    languages = ", ".join(f"{count:,} {code}" for code, count in current.subscribers.items() if code != "other")
    counted = f" when the newest sending began, of them {languages}" if languages else ""
    click.echo(f"Subscribers: {sum(current.subscribers.values()):,}{counted}")
