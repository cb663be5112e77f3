"""``barograph demo``: a whole site to try, with the sample in it."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import click

from barograph.base.site import SITE_FILE
from barograph.config.django_start import with_site
from barograph.config.passphrase import make_passphrase
from barograph.config.site_folder import make_private_folder
from barograph.sample.read import sample_file

PASSPHRASE_FILE = "private/demo_passphrase"  # noqa: S105 (the name of a file)
SENDER_PASSPHRASE_FILE = "private/sender/demo_passphrase"  # noqa: S105 (the same)
LOG_INS_FILE = "private/demo_log_ins"
MARK = (
    "DEMO SITE: its signing key and its newsletter's keys open with passphrases that lie beside them. "
    "Do not publish with them."
)


@click.command()
@click.option("--folder", default="demo", show_default=True, type=click.Path(file_okay=False, path_type=Path),
              help="Where the site is made, or found again.")  # fmt: skip
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--no-serve", is_flag=True, help="Make the site, but do not serve it.")
def demo(folder: Path, port: int, no_serve: bool) -> None:
    """Make a site with sample texts in three languages, and serve it until Ctrl-C.

    Run again, it serves the same site: nothing that was written in it is lost.

    \b
    Example:
      barograph demo --folder demo --port 8123
    """
    from barograph.config.commands.serve import run_server, see_that_it_is_free

    if not no_serve:
        see_that_it_is_free("127.0.0.1", port)  # before anything is made or said
    _make_folder(folder)
    os.environ["BAROGRAPH_SITE"] = str(folder)
    os.environ.setdefault("BAROGRAPH_ADDRESS", f"http://127.0.0.1:{port}")
    _fill(folder)
    _greet(folder, port)
    if not no_serve:
        run_server("127.0.0.1", port)


def _make_folder(folder: Path) -> None:
    """The folder with its settings; a file of the demo's own that is missing is made."""
    make_private_folder(folder)
    settings = folder / SITE_FILE
    if not settings.exists():
        text = sample_file(SITE_FILE).decode()
        settings.write_text(f'# {MARK}\nkey_passphrase_file = "{PASSPHRASE_FILE}"\n\n{text}', encoding="utf-8")
    _complete_settings(settings)
    for passphrase in (folder / PASSPHRASE_FILE, folder / SENDER_PASSPHRASE_FILE):
        if not passphrase.exists():
            make_passphrase(passphrase)


def _complete_settings(file: Path) -> None:
    """Name the file that opens the sender's keys, also in the settings of a demo that was made before it had any."""
    text = file.read_text(encoding="utf-8")
    newsletter = tomllib.loads(text).get("newsletter")
    if newsletter is None:
        text += "\n[newsletter]\nopen = true\n"
    elif {"key_passphrase", "key_passphrase_file"} & newsletter.keys():
        return
    line = f'[newsletter]\nkey_passphrase_file = "{SENDER_PASSPHRASE_FILE}"  # a demo\'s: it lies beside the keys\n'
    file.write_text(re.sub(r"^\[newsletter\][^\n]*\n", line, text, count=1, flags=re.MULTILINE), encoding="utf-8")


@with_site
def _fill(folder: Path) -> None:
    from barograph.base.site import site
    from barograph.config.preparation import prepare_database
    from barograph.config.progress import shown
    from barograph.config.sample_site import fill_with_sample
    from barograph.release.services import build_release

    click.echo("Preparing the database …", err=True)
    prepare_database()
    _make_keys()
    if not (folder / LOG_INS_FILE).exists():
        _make_people(folder)
    newest = fill_with_sample(shown("Filling in the sample"))
    built = site().releases / "current"  # a release made before there was a newsletter has no mail
    if newest.steps.exclude(status="done").exists() or not (built / "mail").exists():
        build_release(progress=shown("Building the release"))


def _make_keys() -> None:
    """The keys that are missing: those that sign releases, and those of the newsletter's sender."""
    from barograph.base.site import site
    from barograph.config.sender_keys import make_demo_keys
    from barograph.newsletter.errors import NewsletterError
    from barograph.newsletter.signed_release import PUBLIC_FILE, remember_signing_key
    from barograph.trust.minisign import SigningKey, create_key

    passphrase = site().passphrase or ""
    if not site().signing_key.exists():
        remember_signing_key(site(), create_key(site().signing_key, passphrase).line)
    elif not (site().private / PUBLIC_FILE).exists():
        remember_signing_key(site(), SigningKey.open(site().signing_key, passphrase).public.line)
    try:
        make_demo_keys()
    except NewsletterError as error:
        raise click.ClickException(str(error)) from error


def _make_people(folder: Path) -> None:
    from barograph.accounts.roles import Role
    from barograph.accounts.services import add_user, renew_password
    from barograph.base.site import site

    people: list[tuple[str, list[Role], list[str]]] = [
        ("editor", [Role.EDITOR, Role.PUBLISHER], []),
        ("analyst", [Role.ANALYST], []),
        ("operator", [Role.OPERATOR], []),
        *((f"translator-{code}", [Role.TRANSLATOR], [code]) for code in site().language_codes[1:]),
    ]
    text = ""
    for name, roles, languages in people:
        try:
            password = add_user(username=name, roles=roles, languages=languages)[1]
        except ValueError:  # made by a run that was interrupted before it could write the passwords down
            password = renew_password(username=name)
        text += f"{name}\t{password}\t{', '.join(role.value for role in roles)}\n"
    _write_private(folder / LOG_INS_FILE, text)


def _write_private(path: Path, text: str) -> None:
    """A file that its owner alone can read, there whole or not at all."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)


def _greet(folder: Path, port: int) -> None:
    click.echo(f"\n  The public site   http://127.0.0.1:{port}/")
    click.echo(f"  The newsroom      http://127.0.0.1:{port}/newsroom/")
    click.echo(f"  The newsletter    http://127.0.0.1:{port}/newsletter/, whose mail goes out while this runs:")
    click.echo(f"                    BAROGRAPH_SMTP_URL=smtp://HOST:PORT barograph --site {folder} newsletter run\n")
    click.echo(f"  {'Log-in':<16}{'Password':<28}Roles")
    for line in (folder / LOG_INS_FILE).read_text(encoding="utf-8").splitlines():
        name, password, roles = line.split("\t")
        click.echo(f"  {name:<16}{password:<28}{roles}")
    click.echo(f"\n  {MARK}\n  Ctrl-C ends it; run the same command again to go on where you were.\n")
