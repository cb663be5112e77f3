"""``barograph edition``: editions without the newsroom's screens."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import click

from barograph.config.django_start import with_site
from barograph.config.passphrase import known_passphrase

if TYPE_CHECKING:
    from barograph.editions.models import Edition


@click.group()
def edition() -> None:
    """Open an edition, see what blocks it, publish it."""


def _find(slug: str | None) -> Edition:
    from barograph.editions.models import Edition

    if slug is None:
        found = Edition.objects.unpublished().filter(archived=False).first() or Edition.objects.first()
    else:
        found = Edition.objects.filter(slug=slug).first()
    if found is None:
        raise click.ClickException(
            f"there is no edition “{slug}”; “barograph edition list” names them" if slug else "there is no edition yet"
        )
    return found


@edition.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@with_site
def list_(as_json: bool) -> None:
    """Name all editions, newest first.

    \b
    Example:
      barograph --site mysite edition list
    """
    from barograph.editions.models import Edition

    rows = [
        {
            "edition": found.slug,
            "start": found.start.isoformat(),
            "end": found.end.isoformat(),
            "published_on": found.published_on.isoformat() if found.published_on else None,
            "archived": found.archived,
        }
        for found in Edition.objects.iterator()
    ]
    if as_json:
        click.echo(json.dumps(rows))
    else:
        for row in rows:
            state = f"published {row['published_on']}" if row["published_on"] else "not published"
            click.echo(f"{row['edition']}  {row['start']} – {row['end']}  {state}")


@edition.command("open")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First day; the next period when left out.")
@click.option("--end", type=click.DateTime(["%Y-%m-%d"]), help="Last day.")
@with_site
def open_(start: datetime | None, end: datetime | None) -> None:
    """Open the next edition, or one for the period from START to END.

    \b
    Example:
      barograph --site mysite edition open
      barograph --site mysite edition open --start 2026-11-16 --end 2026-11-22
    """
    from barograph.base.period import Period
    from barograph.editions.services import open_edition

    if (start is None) != (end is None):
        raise click.UsageError("Give both --start and --end, or neither.")
    period = Period(start.date(), end.date()) if start and end else None
    click.echo(open_edition(period=period).slug)


@edition.command()
@click.argument("slug", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@with_site
def status(slug: str | None, as_json: bool) -> None:
    """Say what blocks the publication of an edition: the current one, or the one named by SLUG.

    \b
    Example:
      barograph --site mysite edition status 2026-11-16
    """
    from barograph.editions.gate import open_findings

    found = _find(slug)
    findings = open_findings(found)
    if as_json:
        rows = [
            {
                "code": str(finding.code),
                "section": finding.section,
                "language": finding.language,
                "message": finding.message,
            }
            for finding in findings
        ]
        click.echo(json.dumps({"edition": found.slug, "blockers": rows}, ensure_ascii=False))
    elif findings:
        click.echo(f"{found.slug} cannot be published yet:")
        for finding in findings:
            click.echo(f"  – {finding.message}")
    else:
        click.echo(f"Nothing blocks {found.slug}.")


@edition.command()
@click.argument("slug", required=False)
@click.option("--note", "notes", multiple=True, metavar="LANGUAGE=TEXT",
              help="What a correction changed, for readers; once for each language.")  # fmt: skip
@with_site
def publish(slug: str | None, notes: tuple[str, ...]) -> None:
    """Publish an edition, or a correction of it, and do what follows.

    The release is built and signed, copied to its targets, completed with offline copies, data and cards, and copied
    again. Ends with 1 when something of that failed; it can be tried again on the edition's board.

    \b
    Example:
      barograph --site mysite edition publish 2026-11-16
      barograph --site mysite edition publish 2026-11-16 --note "en=A date was wrong."
    """
    from barograph.config.foreground import run_publication
    from barograph.release.services import publish_edition

    note = dict(entry.split("=", 1) for entry in notes if "=" in entry)
    if len(note) != len(notes):
        raise click.UsageError("Write each --note as LANGUAGE=TEXT, such as en=“A date was wrong.”")
    passphrase = known_passphrase()
    publication = publish_edition(edition=_find(slug), note=note)
    click.echo(f"{publication.edition.slug} is published.")
    run_publication(publication, passphrase)
