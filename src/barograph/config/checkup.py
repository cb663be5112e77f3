"""What ``barograph doctor`` looks at."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from barograph.accounts.models import User
from barograph.accounts.roles import Role
from barograph.base.release_folders import CURRENT, ReleaseFolderError, current_release
from barograph.base.site import SiteSettings, site
from barograph.config.finding import Finding
from barograph.config.newsletter_checkup import examine_newsletter
from barograph.config.targets_checkup import examine_targets
from barograph.editions.models import Section
from barograph.newsletter.signed_release import UntrustedReleaseError, trusted_release_key
from barograph.release.history import History
from barograph.release.models import Step
from barograph.release.published import read_record
from barograph.release.redirects import LIST, find_redirects
from barograph.trust.manifest import SUMS_FILE, read_sums
from barograph.trust.verify import check_release

_BY_HAND = {
    Step.Name.BUILD: "build",
    Step.Name.UPLOAD: "upload",
    Step.Name.COMPLETE: "complete",
    Step.Name.UPLOAD_COMPLETE: "upload",
}
"""The command that does what a step does."""


def examine() -> list[Finding]:
    """Everything that is wrong with the site, or worth a thought."""
    settings = site()
    found = [*_private_folder(settings), *_settings(settings), *examine_newsletter(settings)]
    database = list(_database())
    found += database
    if not any(finding.level == "wrong" for finding in database):
        found += [*_rows(settings), *_people(), *_old_addresses(settings)]
    return [*found, *_release(settings), *examine_targets(settings)]


def _private_folder(settings: SiteSettings) -> Iterator[Finding]:
    for path in (settings.private, settings.private / "secret_key", settings.signing_key):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding("wrong", f"Others on this machine can read {path}.", f"chmod go-rwx {path}")
    if not settings.signing_key.exists():
        yield Finding("wrong", "There is no signing key, so nothing can be published.", "barograph keys new")


def _settings(settings: SiteSettings) -> Iterator[Finding]:
    address = urlsplit(settings.address)
    if address.hostname in {"127.0.0.1", "localhost", None}:
        yield Finding(
            "note", f"The public address is {settings.address}.", "Set address in barograph.toml before you publish."
        )
    elif address.scheme != "https":
        yield Finding("wrong", f"The public address {settings.address} is not HTTPS.", "Set address in barograph.toml.")
    if settings.address.endswith("/"):
        yield Finding("wrong", "The public address ends with a slash.", "Take it off, in barograph.toml.")
    for section in settings.sections:
        lacking = [code for code in settings.language_codes if not section.name.get(code)]
        if lacking:
            yield Finding(
                "wrong",
                f"Section “{section.key}” has no name in {', '.join(lacking)}.",
                f"Add name.{lacking[0]} to it in barograph.toml.",
            )


def _database() -> Iterator[Finding]:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Finding("wrong", f"The database does not answer ({error}).", "Check database_url, and that it runs.")
        return
    if plan:
        yield Finding("wrong", f"The database lacks {len(plan)} migrations.", "barograph migrate")


def _rows(settings: SiteSettings) -> Iterator[Finding]:
    known = set(Section.objects.values_list("key", flat=True))
    wanted = {section.key for section in settings.sections}
    if wanted - known:
        yield Finding("wrong", f"New sections are not in the database yet: {', '.join(sorted(wanted - known))}.",
                      "barograph migrate")  # fmt: skip
    lost = sorted(key for key in known - wanted if Section.objects.filter(key=key, assessments__isnull=False).exists())
    if lost:
        yield Finding(
            "wrong",
            f"Assessments belong to sections that barograph.toml does not name: {', '.join(lost)}.",
            "Add them to barograph.toml, with “retired = true”.",
        )
    yield from _failed_steps()


def _failed_steps() -> Iterator[Finding]:
    steps = Step.objects.filter(status=Step.Status.FAILED).select_related("publication__edition")
    # The pages and the copies of a publication go to the same places, one after the other.
    for step in {(step.publication_id, step.target, step.error): step for step in steps}.values():
        where = f" (to {step.target})" if step.target else ""
        yield Finding(
            "wrong",
            f"A step after the publication of {step.publication.edition.slug} failed{where}: {step.error}",
            f"Mend the cause, then retry it on the edition board, or run “barograph {_BY_HAND[step.name]}”.",
        )


def _people() -> Iterator[Finding]:
    for role in (Role.PUBLISHER, Role.OPERATOR):
        if not User.objects.filter(groups__name=role.value, is_active=True).exists():
            yield Finding("wrong", f"Nobody is {role.value}.", f"barograph user add NAME --role {role.value}")
    for user in User.objects.filter(is_superuser=True):
        yield Finding(
            "wrong",
            f"“{user.username}” is a Django superuser, whom no rule of the newsroom binds.",
            "Give them roles instead, with “barograph user add”.",
        )


def _old_addresses(settings: SiteSettings) -> Iterator[Finding]:
    """Addresses of an imported archive that no file of a release can answer: a page stands there, or they ask."""
    try:
        lost = find_redirects(History(read_record(), settings), _pages_of(settings)).refused
    except ValueError:  # a damaged release, a section without settings: other findings name them
        return
    if lost:
        named = "; ".join(why for _old, why in lost[:5])
        yield Finding(
            "note",
            f"{len(lost)} old addresses do not lead to their texts: {named}",
            "Have your web server redirect them, if readers still come by them.",
        )


def _pages_of(settings: SiteSettings) -> list[str]:
    """The files of the current release that are no redirects."""
    sums = settings.releases / CURRENT / SUMS_FILE
    if not sums.is_file():
        return []
    redirects = settings.releases / CURRENT / LIST
    led = {line.split()[0].strip("/") for line in redirects.read_text().splitlines()} if redirects.is_file() else set()
    files = read_sums(sums.read_bytes())
    return [file for file in files if file != LIST and file.removesuffix("/index.html") not in led]


def _release(settings: SiteSettings) -> Iterator[Finding]:
    try:
        current = current_release(settings.releases)
    except ReleaseFolderError as error:
        yield Finding("wrong", str(error), "barograph build")
        return
    if current is None:
        yield Finding("note", "No release was built yet.", "Publish an edition, or run “barograph build”.")
        return
    try:
        key = trusted_release_key(settings)  # not that of a release from before the key was rotated
    except UntrustedReleaseError:
        key = None
    problems = check_release(current, key, today=datetime.now(UTC).date()).problems
    if problems:
        said = f"The release {current.name} is damaged or out of date: {problems[0]}"
        yield Finding("wrong", said, "barograph build --full")
    try:
        is_behind = Step.objects.filter(name=Step.Name.BUILD).exclude(status=Step.Status.DONE).exists()
    except DatabaseError:
        return
    if is_behind:
        yield Finding("wrong", "The release is older than the newest publication.", "barograph build")
