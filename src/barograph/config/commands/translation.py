"""``barograph translation``: texts out to translators' tools and back, as PO files."""

from __future__ import annotations

from pathlib import Path

import click

from barograph.config.django_start import with_site


@click.group()
def translation() -> None:
    """Exchange translations as PO files."""


@translation.command()
@click.argument("slug", metavar="EDITION")
@click.argument("language")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_site
def export(slug: str, language: str, folder: Path) -> None:
    """Write a PO file for each translation of EDITION into LANGUAGE, to FOLDER.

    A translation that was not begun is begun.

    \b
    Example:
      barograph --site mysite translation export 2026-11-16 be ./po
    """
    from barograph.editions.exchange import export_po
    from barograph.editions.models import Commentary, Edition
    from barograph.editions.services import start_translation

    edition = Edition.objects.filter(slug=slug).first()
    if edition is None:
        raise click.ClickException(f"there is no edition “{slug}”; “barograph edition list” names them")
    folder.mkdir(parents=True, exist_ok=True)
    for original in Commentary.objects.in_edition(edition).originals():
        if original.language == language:
            continue
        found = original.get_translations().filter(locale__language_code=language).first()
        text = found or start_translation(original=original, language=language)
        section = original.assessment.section.key if original.assessment else ""
        file = folder / f"{slug}-{section}-{original.position}.{language}.po"
        file.write_text(export_po(text), encoding="utf-8")
        click.echo(file)


@translation.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_site
def import_(files: tuple[Path, ...]) -> None:
    """Take translated PO files back, each as one new draft. A file that does not fit changes nothing.

    \b
    Example:
      barograph --site mysite translation import po/*.po
    """
    from barograph.editions.exchange import find_translation, import_po
    from barograph.editions.services import NotAllowed

    failed = False
    for file in files:
        try:
            contents = file.read_bytes()
            result = import_po(find_translation(contents), contents)
        except NotAllowed as error:
            click.echo(f"{file}: {error}", err=True)
            failed = True
        else:
            click.echo(f"{file}: {' '.join(result.notes)}")
    if failed:
        raise click.ClickException("not every file could be taken")
