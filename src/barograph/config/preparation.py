"""Bringing a site's database to what the code and the settings expect. Safe to repeat."""

from __future__ import annotations

from django.core.management import call_command

from barograph.accounts.services import sync_roles
from barograph.editions.reviewing import sync_review
from barograph.editions.services import sync_settings


def prepare_database(*, verbosity: int = 0) -> None:
    """Migrate, make the cache table, and bring roles, languages, sections and the review in line."""
    call_command("migrate", interactive=False, verbosity=verbosity)
    call_command("createcachetable", verbosity=verbosity)
    sync_rows()


def sync_rows() -> None:
    """The rows that come from code and settings, in a database whose tables are there."""
    sync_settings()
    sync_roles()
    sync_review()
