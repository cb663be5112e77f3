"""``barograph release``: the releases there were, and what changed between two of them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from barograph.base.release_folders import ReleaseFolderError
from barograph.config.site_folder import SiteError, load_site
from barograph.release.differences import Differences, compare
from barograph.release.manifest_log import ManifestLogError
from barograph.release.past import NoSuchReleaseError, past_releases, read_list
from barograph.trust.manifest import ManifestError, Problem, read_sums


@click.group()
def release() -> None:
    """The releases there were, and what changed between two of them."""


@release.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_(as_json: bool) -> None:
    """Name every release that is on the disk or in the log of manifests, oldest first.

    \b
    Example:
      barograph --site mysite release list
    """
    try:
        found = past_releases(load_site().releases)
    except (SiteError, ManifestLogError, ReleaseFolderError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(one) for one in found], default=str))
        return
    for one in found:
        built = f"built {one.built_on}" if one.built_on else ""
        expires = f"expires {one.expires}" if one.expires else ""
        place = "current" if one.is_current else one.folder or "list only"
        click.echo(
            f"{one.sequence:>6}  {one.manifest[:12]}  {one.edition or '-':<10}  {built:<16}  {expires:<18}  {place}"
        )


@release.command()
@click.argument("before")
@click.argument("after")
@click.option("--files", "with_files", is_flag=True, help="Name every file, too.")
@click.option("--json", "as_json", is_flag=True, help="Print counts and files as JSON.")
def diff(before: str, after: str, with_files: bool, as_json: bool) -> None:
    """Say what changed from the release BEFORE to the release AFTER: a number, “current”, or a folder anywhere.

    The two lists of files are compared; “barograph verify” checks whether a folder is what its list says.

    \b
    Example:
      barograph --site mysite release diff 41 current
    """
    try:
        lists = [_read(name) for name in (before, after)]
    except (SiteError, ManifestLogError, NoSuchReleaseError, ReleaseFolderError) as error:
        raise click.ClickException(str(error)) from error
    found = compare(*lists)
    if as_json:
        click.echo(json.dumps({
            "summary": [dataclasses.asdict(one) for one in found.summaries()],
            "added": found.added, "changed": found.changed, "removed": found.removed,
        }))  # fmt: skip
    elif not found:
        click.echo("Nothing changed.")
    else:
        _show(found, with_files=with_files)


def _read(name: str) -> dict[str, str]:
    """The hashes in the list of a release. Two folders can be compared anywhere, without a site."""
    is_folder = not name.isdecimal() and name != "current"
    content = read_list(Path() if is_folder else load_site().releases, name)
    try:
        return read_sums(content)
    except ManifestError as error:
        raise NoSuchReleaseError(f"the list of {name} is not one: {error}") from error


def _show(found: Differences, *, with_files: bool) -> None:
    click.echo(f"{'':24}{'added':>9}{'changed':>9}{'removed':>9}")
    for one in found.summaries():
        name = f"{one.kind} ({one.language})" if one.language else one.kind
        click.echo(f"{name:24}{one.added:9,}{one.changed:9,}{one.removed:9,}")
    if with_files:
        for how, paths in (("added", found.added), ("changed", found.changed), ("removed", found.removed)):
            for path in paths:
                click.echo(str(Problem(path, how)))
