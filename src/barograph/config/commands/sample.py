"""``barograph sample``: a large site that nobody wrote, for benchmarks and load tests."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from barograph.base.site import SITE_FILE
from barograph.base.whole_file import whole_file
from barograph.config.django_start import with_site
from barograph.config.passphrase import make_passphrase
from barograph.config.site_folder import make_private_folder
from barograph.sample.read import SampleError
from barograph.sample.synthetic import Archive, site_settings
from barograph.sample.vocabulary import load_vocabularies

PASSPHRASE_FILE = "private/sample_passphrase"  # noqa: S105 (the name of a file)
"""It opens the signing key, and tells a site made by this command from any other."""


@click.command()
@click.option("--editions", default=52, show_default=True, help="Weekly editions, the first in January 2016.")
@click.option("--sections", default=5, show_default=True, help="Sections, with a commentary in each edition.")
@click.option("--languages", default=3, show_default=True, help="Of English, Belarusian, Russian.")
@click.option("--into", required=True, type=click.Path(file_okay=False, path_type=Path), help="The site's folder.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def sample(editions: int, sections: int, languages: int, into: Path, as_json: bool) -> None:
    """Make a site with a large archive of made-up texts, to see how things go when there is much.

    The same numbers make the same archive. An interrupted run is taken up by repeating it, and a larger number of
    editions adds to what is there. Texts can be corrected and editions published on such a site like on any other.

    \b
    Example:
      barograph sample --editions 520 --sections 5 --languages 3 --into big
      barograph --site big build
    """
    try:
        archive = Archive(load_vocabularies(languages), sections, editions)
    except SampleError as error:
        raise click.ClickException(str(error)) from error
    _make_folder(into, archive)
    os.environ["BAROGRAPH_SITE"] = str(into)
    written = _fill(archive, quiet=as_json)
    if as_json:
        click.echo(json.dumps({"folder": str(into), "written": written, "editions": editions}))
        return
    click.echo(f"{written:,} editions written; {into} has {editions:,}. Next: barograph --site {into} build")


def _make_folder(folder: Path, archive: Archive) -> None:
    """The folder with its settings. Raises ClickException for one that this command did not make."""
    passphrase, settings = folder / PASSPHRASE_FILE, folder / SITE_FILE
    if settings.exists() and not passphrase.exists():
        raise click.ClickException(
            f"{folder} is a site that “barograph sample” did not make, and nothing made up may get into it. "
            "Name a folder that does not exist yet."
        )
    make_private_folder(folder)
    make_passphrase(passphrase)
    if not settings.exists():
        with whole_file(settings, replaces=False, mode=0o644) as file:
            file.write(f'key_passphrase_file = "{PASSPHRASE_FILE}"\n{site_settings(archive)}'.encode())


@with_site
def _fill(archive: Archive, *, quiet: bool) -> int:
    from barograph.base.site import site
    from barograph.config.preparation import prepare_database
    from barograph.config.progress import shown
    from barograph.config.synthetic_site import fill_with_archive
    from barograph.newsletter.signed_release import remember_signing_key
    from barograph.trust.minisign import create_key

    made_of = (tuple(section.key for section in site().sections), tuple(site().language_codes))
    if made_of != (archive.sections, archive.languages):
        raise click.ClickException(
            f"{site().folder} was made with {len(made_of[0])} sections and {len(made_of[1])} languages. "
            "Ask for the same, or name another folder."
        )
    click.echo("Preparing the database …", err=True)
    prepare_database()
    if not site().signing_key.exists():
        public = create_key(site().signing_key, site().passphrase or "")
        remember_signing_key(site(), public.line)
    return fill_with_archive(archive, shown("Writing editions", quiet=quiet))
