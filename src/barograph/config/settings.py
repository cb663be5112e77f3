"""Django's settings, made from the site that ``BAROGRAPH_SITE`` (or the folder one stands in) describes."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import barograph
from barograph.base.catalogues import catalogue_folders
from barograph.config.database import database_from_url
from barograph.config.locales import SCREEN_LANGUAGES, all_languages
from barograph.config.site_folder import load_site, read_secret_key

BAROGRAPH = load_site()
PACKAGE = Path(barograph.__file__).parent

DEBUG = False
SECRET_KEY = read_secret_key(BAROGRAPH)
ALLOWED_HOSTS = [*BAROGRAPH.hosts, *filter(None, [urlsplit(BAROGRAPH.address).hostname])]
ROOT_URLCONF = "barograph.config.urls"
WSGI_APPLICATION = "barograph.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database_from_url(BAROGRAPH.database_url, BAROGRAPH.private / "db.sqlite3")}

INSTALLED_APPS = [
    "barograph.newsroom",
    "barograph.release",
    "barograph.archive",
    "barograph.editions",
    "barograph.accounts",
    "wagtail.snippets",
    "wagtail.images",
    "barograph.config.apps.NewsroomUsersConfig",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "barograph.config.content_security.NewsroomPolicyMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Users. The newsroom's log-in is the only way in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
SESSION_COOKIE_NAME = "newsroom"
SESSION_COOKIE_PATH = "/newsroom/"
SESSION_COOKIE_SECURE = BAROGRAPH.https
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = "newsroom_form"
CSRF_COOKIE_PATH = "/newsroom/"
CSRF_COOKIE_SECURE = BAROGRAPH.https
CSRF_COOKIE_SAMESITE = "Strict"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BAROGRAPH.https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the editor shows the preview in a frame
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
# Failed log-ins are counted per name, in the cache, for a quarter of an hour: no address is ever written down.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # it wants addresses counted
AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_TEMPLATE = "newsroom/locked_out.html"
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True

# Languages: three for the newsroom's screens, the site's own for what is written in it.
NEWSROOM_LANGUAGES = SCREEN_LANGUAGES
WAGTAIL_CONTENT_LANGUAGES = [(language.code, language.name) for language in BAROGRAPH.languages]
LANGUAGES = all_languages(BAROGRAPH)
# Wagtail's first migration writes a row for it, so it has to be one of the site's.
LANGUAGE_CODE = "en" if "en" in BAROGRAPH.language_codes else BAROGRAPH.source_language
LOCALE_PATHS = catalogue_folders(BAROGRAPH)
FORMAT_MODULE_PATH = ["barograph.newsroom.formats"]
LANGUAGE_COOKIE_NAME = "newsroom_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = BAROGRAPH.time_zone

# Files. Uploaded pictures are shown to the newsroom only; the public gets copies in a release.
STATIC_URL = "/newsroom/static/"
STATICFILES_DIRS = [("barograph", PACKAGE / "static")]
WHITENOISE_USE_FINDERS = True
MEDIA_URL = "/newsroom/pictures/"
MEDIA_ROOT = BAROGRAPH.private / "pictures"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Wagtail
WAGTAIL_SITE_NAME = BAROGRAPH.words(BAROGRAPH.title, BAROGRAPH.source_language)
WAGTAILADMIN_BASE_URL = BAROGRAPH.address
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = NEWSROOM_LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # the newsroom has one clock, or a schedule would mean two things
WAGTAILIMAGES_IMAGE_MODEL = "editions.Picture"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAIL_FINISH_WORKFLOW_ACTION = "barograph.editions.reviews.finish_review"
WAGTAIL_AUTOSAVE_INTERVAL = 0  # a revision is what somebody meant to save, and may declare ready
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = True
WAGTAILADMIN_NOTIFICATION_USE_HTML = False
WAGTAILADMIN_USER_LOGIN_FORM = "barograph.newsroom.login.LoginForm"
# The newsroom's browser asks nobody else.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
