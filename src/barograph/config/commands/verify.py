"""``barograph verify``: is this folder what its publisher signed?"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from barograph.trust.head import Head, RefusedReleaseError, Verified
from barograph.trust.minisign import KeyFileError
from barograph.trust.verify import OWN_KEY_WARNING, check_release, read_public_key


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--public-key", help="The publisher's key as you know it: a minisign.pub file, or its line “RW…”.")
@click.option("--after", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="An earlier release that you trust: FOLDER must be a later one of the same past.")  # fmt: skip
@click.option("--allow-expired", is_flag=True, help="Do not ask whether it is out of date: it is kept for its content.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def verify(folder: Path, public_key: str | None, after: Path | None, allow_expired: bool, as_json: bool) -> None:
    """Check the release in FOLDER: its signature, its place among the releases, and every file. Needs no site.

    Ends with 0 when all is well and with 1 when anything is forged, expired, changed, missing or added, and says what.
    The key may be an older one of the publisher's, if each later key was signed by the one before.

    \b
    Example:
      barograph verify mysite/release/current --public-key minisign.pub
    """
    try:
        key = read_public_key(public_key) if public_key else None
        trusted = _trusted(after) if after else None
        today = None if allow_expired else datetime.now(UTC).date()
        verified = check_release(folder, key, today=today, after=trusted)
    except (KeyFileError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(_found(verified)))
    else:
        _say(verified, own_key=key is None and trusted is None)
    sys.exit(1 if verified.problems else 0)


def _trusted(folder: Path) -> Head:
    """The head of the release that the reader trusts; whatever key signed it is trusted with it."""
    try:
        return check_release(folder, None).accepted()
    except RefusedReleaseError as error:
        raise click.ClickException(f"the release {folder} cannot be trusted itself:\n{error}") from error


def _found(verified: Verified) -> dict[str, object]:
    head = verified.head
    return {
        "problems": [{"file": problem.file, "what": problem.what} for problem in verified.problems],
        "sequence": head.stamp.sequence if head else None,
        "edition": head.stamp.edition if head else None,
        "expires": str(head.stamp.expires) if head else None,
        "previous": head.stamp.previous if head else None,
        "manifest": head.manifest if head else None,
        "key": head.key.line if head else None,
        "earlier_releases": len(head.chain) if head else None,
    }


def _say(verified: Verified, *, own_key: bool) -> None:
    for problem in verified.problems:
        click.echo(str(problem), err=True)
    if own_key:
        click.echo(OWN_KEY_WARNING, err=True)
    if verified.head is not None:
        stamp = verified.head.stamp
        click.echo(f"Release {stamp.sequence}, edition {stamp.edition}, valid until {stamp.expires} (UTC)")
        earlier = len(verified.head.chain)
        known = "1 earlier release" if earlier == 1 else f"{earlier} earlier releases"
        click.echo(f"Signed with the key {verified.head.key.number}; names {known}")
    click.echo("Something is wrong with this release." if verified.problems else "All files are as they were signed.")
