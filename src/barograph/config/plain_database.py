"""A site's database without Django, which takes longer to start than a release takes to build."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from barograph.base.site import SiteSettings
from barograph.config.database import database_from_url
from barograph.config.site_folder import SiteError

_WAITING = "name = 'build' AND status IN ('waiting', 'failed')"


class PlainDatabase:
    """Answers queries out of SQLite or PostgreSQL, as the site's settings say."""

    def __init__(self, site: SiteSettings) -> None:
        """Open it. Raises SiteError when that cannot be done."""
        self.settings = database_from_url(site.database_url, site.private / "db.sqlite3")
        self.open()

    def open(self) -> None:
        """Open it anew; a process that was forked must not use the connection of the other one, nor close it."""
        self._of_parent = getattr(self, "connection", None)
        self._is_sqlite = "sqlite3" in self.settings["ENGINE"]
        self.connection: Any = self._sqlite() if self._is_sqlite else self._postgresql()

    def close(self) -> None:
        """Nothing more is asked of it. SQLite then brings what it keeps beside the file of the database into it."""
        self.connection.close()

    def waiting(self) -> list[int]:
        """The steps that wait for a build, by their numbers. Raises SiteError."""
        return [number for (number,) in self.rows(f"SELECT id FROM release_step WHERE {_WAITING}")]  # noqa: S608 (ours)

    def has_built(self) -> bool:
        """Whether there has been a release. Raises SiteError."""
        return bool(self.rows("SELECT id FROM release_step WHERE name = 'build' AND status = 'done' LIMIT 1"))

    def built(self, steps: list[int]) -> None:
        """Write down that these steps wait for a build no more. Raises SiteError."""
        now = datetime.now(UTC)
        # Django keeps times in SQLite as text without their zone.
        ended = now.replace(tzinfo=None).isoformat(" ") if self._is_sqlite else now.isoformat()
        for step in steps:
            self._run(
                f"UPDATE release_step SET status = 'done', error = '', ended_at = '{ended}' "  # noqa: S608 (all ours)
                f"WHERE id = {step:d} AND {_WAITING}"
            )

    def rows(self, sql: str) -> Iterable[tuple[Any, ...]]:
        """The rows of a query. Raises SiteError when the database does not answer as it should."""
        found: list[tuple[Any, ...]] = self._run(sql).fetchall()
        return found

    def _run(self, sql: str) -> Any:
        try:
            return self.connection.execute(sql)
        except self._errors as error:
            if "locked" in str(error):
                raise SiteError("another program is writing to the database and does not end: try again") from error
            raise SiteError(
                f"the database does not answer as it should ({error}): run “barograph migrate”; “barograph doctor” "
                "says what else may be wrong with it."
            ) from error

    def _sqlite(self) -> sqlite3.Connection:
        self._errors: tuple[type[Exception], ...] = (sqlite3.Error,)
        file = self.settings["NAME"]
        if not file.is_file():
            raise SiteError(f"there is no database {file}: make it with “barograph migrate”")
        return sqlite3.connect(file, timeout=20, isolation_level=None)

    def _postgresql(self) -> Any:
        import psycopg

        self._errors = (psycopg.Error,)
        known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
        given = {name: self.settings[key] for name, key in known.items() if self.settings[key]}
        try:
            return psycopg.connect(autocommit=True, **given, **self.settings["OPTIONS"])
        except psycopg.Error as error:
            raise SiteError(f"the database cannot be reached ({error}): check database_url") from error
