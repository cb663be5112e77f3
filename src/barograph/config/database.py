"""Databases out of addresses, and which tables belong in which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from barograph.newsletter import DATABASE

if TYPE_CHECKING:
    from django.db.models import Model


def database_from_url(url: str, sqlite_file: Path) -> dict[str, Any]:
    """Django's description of a database.

    ``url`` is ``postgres://user:password@host:port/name`` (options such as ``?host=/run/postgresql`` are
    passed on), or empty for SQLite in ``sqlite_file``. Raises ValueError for anything else.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sqlite_file,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    # What is deleted is written over, not only taken out of the table.
                    "PRAGMA secure_delete=ON;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ValueError("database_url must look like postgres://user:password@host:port/name, or be empty for SQLite")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }


class SubscribersRouter:
    """Keeps the newsletter's tables in the subscribers' database, and all others out of it."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """Where rows of a model are read."""
        return DATABASE if model._meta.app_label == "newsletter" else None  # noqa: SLF001 (public in all but name)

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Whether an app's tables belong in a database."""
        return (db == DATABASE) == (app_label == "newsletter")
