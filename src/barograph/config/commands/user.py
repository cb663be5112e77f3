"""``barograph user``: who works in the newsroom."""

from __future__ import annotations

import json

import click

from barograph.accounts.roles import Role
from barograph.config.django_start import with_site


@click.group()
def user() -> None:
    """Who works in the newsroom."""


@user.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]),
              help="What they do; can be given more than once.")  # fmt: skip
@click.option("--language", "languages", multiple=True, help="A language a translator works in; can be repeated.")
@with_site
def add(name: str, roles: tuple[str, ...], languages: tuple[str, ...]) -> None:
    """Make a user, and print a fresh password for them, once.

    \b
    Example:
      barograph --site mysite user add anna --role editor --role publisher
      barograph --site mysite user add jan --role translator --language be
    """
    from barograph.accounts.services import add_user
    from barograph.base.site import site

    unknown = sorted(set(languages) - set(site().language_codes))
    if unknown:
        raise click.ClickException(
            f"the site has no language {', '.join(unknown)}; it has {', '.join(site().language_codes)}"
        )
    _user, password = add_user(username=name, roles=[Role(role) for role in roles], languages=languages)
    click.echo(f"{name}\n{password}")


@user.command()
@click.argument("name")
@with_site
def password(name: str) -> None:
    """Give a user a fresh password, print it once, and end their sessions.

    \b
    Example:
      barograph --site mysite user password anna
    """
    from barograph.accounts.services import renew_password

    click.echo(renew_password(username=name))


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@with_site
def list_(as_json: bool) -> None:
    """Name the users with their roles.

    \b
    Example:
      barograph --site mysite user list
    """
    from barograph.accounts.models import User

    rows = [
        {
            "name": found.username,
            "roles": sorted(found.role_names),
            "languages": found.languages,
            "active": found.is_active,
        }
        for found in User.objects.order_by("username")
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row['name']}: {', '.join(row['roles'])}{'' if row['active'] else ' (not active)'}")
