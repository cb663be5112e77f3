"""Settings of the test process, which alone has both databases: the newsroom's and the subscribers'."""

from __future__ import annotations

from barograph.config import sender_settings, settings
from barograph.config.settings import *  # noqa: F403 (this is how Django's settings are extended)
from barograph.newsletter import DATABASE

INSTALLED_APPS = [*settings.INSTALLED_APPS, *sender_settings.INSTALLED_APPS]
DATABASE_ROUTERS = sender_settings.DATABASE_ROUTERS
# A name of its own, also on PostgreSQL, where both addresses lead to one server; on SQLite a file, as in real life,
# because the ledger has a connection of its own.
_site = sender_settings.BAROGRAPH
_name_of_its_own = "test_subscribers" if _site.newsletter.database_url else str(_site.folder / "subscribers.sqlite3")
DATABASES = settings.DATABASES | {
    DATABASE: sender_settings.DATABASES[DATABASE] | {"TEST": {"NAME": _name_of_its_own, "DEPENDENCIES": []}},
}
