"""Django's settings for the newsletter's sender: the subscribers' database and nothing else.

The newsroom's process does not have this database at all (``config.settings``), and this one does not have the
newsroom's, nor its secrets.
"""

from __future__ import annotations

import secrets

from barograph.base.catalogues import catalogue_folders
from barograph.config.database import database_from_url
from barograph.config.locales import all_languages
from barograph.config.site_folder import load_site
from barograph.newsletter import DATABASE

BAROGRAPH = load_site()

SECRET_KEY = secrets.token_urlsafe(48)  # Django wants one; the sender signs with a key of its own
DATABASES = {
    "default": {},
    DATABASE: database_from_url(BAROGRAPH.newsletter.database_url, BAROGRAPH.sender_folder / "subscribers.sqlite3"),
}
DATABASE_ROUTERS = ["barograph.config.database.SubscribersRouter"]
INSTALLED_APPS = ["barograph.newsletter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGES = all_languages(BAROGRAPH)
LANGUAGE_CODE = "en" if "en" in BAROGRAPH.language_codes else BAROGRAPH.source_language
LOCALE_PATHS = catalogue_folders(BAROGRAPH)
USE_I18N = True
USE_TZ = True
TIME_ZONE = BAROGRAPH.time_zone

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
