"""``barograph upload``: the current release to where releases go."""

from __future__ import annotations

import json

import click

from barograph.config.django_start import with_site
from barograph.config.progress import shown


@click.command()
@click.argument("names", nargs=-1, metavar="[TARGET]...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each target, in a list.")
@with_site
def upload(names: tuple[str, ...], as_json: bool) -> None:
    """Copy the current release to its targets, or to those named. Only what changed is sent; safe to repeat.

    The targets are in barograph.toml. One that fails keeps no other from its copy; the command then ends with 1.

    \b
    Example:
      barograph --site mysite upload
      barograph --site mysite upload mirror bucket
    """
    from barograph.base.site import site
    from barograph.release.services import upload_now
    from barograph.release.targets.outcome import TargetError

    targets = {target.name: target for target in site().release.targets}
    unknown = [name for name in names if name not in targets]
    if unknown:
        raise click.UsageError(f"barograph.toml has no target “{unknown[0]}”; it has: {', '.join(targets) or 'none'}")
    if not targets:
        raise click.ClickException("barograph.toml names no target: add [[release.targets]]")
    rows = []
    for name in names or targets:
        row: dict[str, object] = {"target": name, "files": 0, "bytes": 0, "error": ""}
        try:
            sent = upload_now(target=targets[name], progress=shown(f"Copying to {name}", quiet=as_json))
            row |= {"files": sent.files, "bytes": sent.bytes}
        except (TargetError, OSError) as error:
            row["error"] = str(error)
        rows.append(row)
        if not as_json:
            _tell(row)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    if any(row["error"] for row in rows):
        raise click.exceptions.Exit(1)


def _tell(row: dict[str, object]) -> None:
    if row["error"]:
        click.echo(f"{row['target']}: {row['error']}", err=True)
    elif row["files"]:
        click.echo(f"{row['target']}: {row['files']:,} files with {row['bytes']:,} bytes were sent.")
    else:
        click.echo(f"{row['target']}: nothing had to be sent.")
