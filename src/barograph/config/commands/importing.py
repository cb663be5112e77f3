"""``barograph import``: what a publisher already has."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from barograph.archive.paths import read_paths
from barograph.archive.values import SavedPage, as_json
from barograph.config.django_start import with_site
from barograph.config.progress import shown

if TYPE_CHECKING:
    from barograph.archive.services import ImportReport


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--publish", is_flag=True, help="Make public at once what came in without a warning.")
@click.option("--dry-run", is_flag=True, help="Write nothing and need no site: only say what would come in.")
@click.option("--json", "as_list", is_flag=True, help="Print JSON: with --dry-run one object a page, else the report.")
def import_(paths: tuple[Path, ...], publish: bool, dry_run: bool, as_list: bool) -> None:
    """Bring in saved pages (text or HTML) and WordPress exports, from files and folders.

    They become editions, assessments and draft commentaries. What is unclear is said as a warning and left for
    an editor. A second run adds nothing twice and overwrites no edit; an interrupted one is resumed by running it
    again.

    \b
    Example:
      barograph import --dry-run --json saved-pages/
      barograph --site mysite import saved-pages/ export.xml --publish
    """
    if publish and dry_run:
        raise click.UsageError("Give --dry-run or --publish, not both.")
    if dry_run:
        _show(shown("Reading", quiet=as_list)(read_paths(paths)), as_list=as_list)
    else:
        _bring_in(paths, publish=publish, as_list=as_list)


def _show(pages: Iterable[SavedPage], *, as_list: bool) -> None:
    """Print pages as they are read: ten thousand of them are not held in memory."""
    if as_list:
        click.echo("[", nl=False)
    for number, page in enumerate(pages):
        if as_list:
            click.echo((",\n" if number else "\n") + json.dumps(as_json(page), ensure_ascii=False), nl=False)
        else:
            _show_page(as_json(page))
    if as_list:
        click.echo("\n]")


def _show_page(page: dict[str, object]) -> None:
    period = f"{page['period_start']} – {page['period_end']}" if page["period_start"] else "no period"
    click.echo(f"{page['file']}: {page['headline']}")
    click.echo(
        f"    {period} · {page['section'] or 'no section'} · {page['verdict'] or 'no verdict'} · {page['language']}"
    )
    for warning in page["warnings"]:  # type: ignore[attr-defined]
        click.echo(f"    ! {warning}")


@with_site
def _bring_in(paths: tuple[Path, ...], *, publish: bool, as_list: bool) -> None:
    from barograph.archive.services import import_pages

    report = import_pages(paths, publish=publish, progress=shown("Importing", quiet=as_list))
    if publish:
        _publish(report, quiet=as_list)
    if as_list:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        click.echo(str(report))


def _publish(report: ImportReport, *, quiet: bool) -> None:
    """Publish each edition that gained something, then build, copy and complete once for all of them."""
    from barograph.config.foreground import run_publication
    from barograph.config.passphrase import known_passphrase
    from barograph.release.models import Publication, Step
    from barograph.release.services import Refused, publish_edition

    passphrase = known_passphrase()
    for edition in shown("Publishing", quiet=quiet)(report.publishable_editions()):
        if not (edition.archived or edition.is_published):
            click.echo(f"{edition.slug} is being written in the newsroom, and goes out from its board.", err=True)
            continue
        try:
            publish_edition(edition=edition, note=None if edition.archived else _note())
        except Refused as refused:
            click.echo(f"{edition.slug} goes out from its board: {refused}", err=True)
    # Also when nothing is new: an earlier run may have been interrupted before it could build.
    newest = Publication.objects.order_by("pk").last()
    if newest and Step.objects.unfinished().exists():
        run_publication(newest, passphrase, quiet=quiet)


def _note() -> dict[str, str]:
    """What readers of an edition of ours are told when an old commentary joins it, in each language."""
    from django.utils.translation import gettext, override

    from barograph.base.site import site

    note = {}
    for code in site().language_codes:
        with override(code):
            note[code] = gettext("A commentary from the archive was added.")
    return note
