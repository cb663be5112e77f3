"""Doing at the terminal what follows a publication."""

from __future__ import annotations

import click

from barograph.base.progress import Progress
from barograph.config.progress import shown
from barograph.release import completing
from barograph.release.building import builder
from barograph.release.models import Publication, Step
from barograph.release.services import run_steps

_LABELS = {
    Step.Name.BUILD: "Building and signing",
    Step.Name.UPLOAD: "Copying to {target}",
    Step.Name.COMPLETE: "Making offline copies, data and cards",
    Step.Name.UPLOAD_COMPLETE: "Copying what was made to {target}",
}


def run_publication(publication: Publication, passphrase: str | None, *, quiet: bool = False) -> None:
    """Do the steps of a publication, showing each. Raises ClickException when one of them failed.

    The newsroom may be doing some of them at the same time; those are left to it.
    """

    def show(step: Step) -> Progress:
        return shown(_label(step), quiet=quiet)

    def fill(progress: Progress) -> list[str]:
        return completing.fill_shelf(builder(), progress)

    run_steps(publication, fill=fill, passphrase=passphrase, show=show)
    for step in publication.steps.filter(status=Step.Status.RUNNING):
        click.echo(f"{_label(step)}: another process is at it.", err=True)
    failed = publication.steps.filter(status=Step.Status.FAILED)
    for step in failed:
        click.echo(f"{_label(step)}: {step.error}", err=True)
    if failed:
        raise click.ClickException(
            "not every step that follows is done: mend the cause, then retry it on the edition’s board, or run "
            "“barograph build”, “barograph complete” or “barograph upload”"
        )


def _label(step: Step) -> str:
    return _LABELS[Step.Name(step.name)].format(target=step.target)
