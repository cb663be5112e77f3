"""``barograph serve``: everything in one process, or one part of it alone."""

from __future__ import annotations

import os
import socket

import click

from barograph.config.django_start import start_django
from barograph.config.site_folder import SiteError, load_site


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--role", type=click.Choice(["all", "newsroom", "site", "edge"]), default="all", show_default=True,
              help="Serve everything, or one alone: newsroom, public site, the newsletter's forms.")  # fmt: skip
def serve(host: str, port: int, role: str) -> None:
    """Serve the public site at /, the newsroom at /newsroom/ and the newsletter's forms at /newsletter/, until Ctrl-C.

    Scheduled editions are published, and failed steps taken up again, while this runs.

    \b
    Example:
      barograph --site mysite serve --port 8080
    """
    try:
        load_site()
    except SiteError as error:
        raise click.ClickException(str(error)) from error
    if role not in {"site", "edge"}:  # a machine that has these alone has no secret keys and no database
        start_django()
    see_that_it_is_free(host, port)
    click.echo(f"Listening on http://{f'[{host}]' if ':' in host else host}:{port}/ until Ctrl-C.")
    run_server(host, port, role)


def run_server(host: str, port: int, role: str = "all") -> None:
    """Listen until a signal ends it. Nothing about a reader is logged."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ["BAROGRAPH_SERVE_ROLE"] = role
    try:
        Granian(
            "barograph.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=4,  # more than edge.application.FORMS_AT_ONCE
            log_access=False,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        click.echo("Stopped.")


def see_that_it_is_free(host: str, port: int) -> None:
    """Raise ClickException where something else is listening: the server itself would share the port with it."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that have just ended do not count
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on port {port} of {host} ({error.strerror}): name another with --port"
            ) from error
