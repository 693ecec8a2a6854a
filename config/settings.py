"""One settings file; every value that differs between instances comes through config/env.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config import env as environment
from config.addresses import DatabaseAddress

env = environment.read()
HOME: Path = env.home
WEB = Path(__file__).parent.parent / "src" / "aureole" / "web"

# ------------------------------------------------------------------ what the product needs to know
AUREOLE_HOME = str(env.home)
AUREOLE_ROOT_KEYS = env.root_keys
AUREOLE_FILES_URL = env.files_url
AUREOLE_FILES = env.files
AUREOLE_AWS_KEY = env.aws_key
AUREOLE_FENCES = tuple(str(folder) for folder in env.fences_folders)
AUREOLE_BASE_URL = env.base_url
AUREOLE_REGION = env.region
AUREOLE_POSTAL_ADDRESS = env.postal_address
AUREOLE_COUNTRY = env.country
AUREOLE_TIME_ZONE = env.time_zone
AUREOLE_SECOND_PERSON = env.second_person
AUREOLE_STEP_UP = env.step_up
AUREOLE_COOLING_OFF_DAYS = env.cooling_off_days
AUREOLE_PROXIES = env.proxies
AUREOLE_RECEIVER_COUNTRIES = env.receiver_countries
AUREOLE_UNPROVEN_DAYS = env.unproven_days
AUREOLE_ANONYMITY = env.anonymity
AUREOLE_RETENTION = env.retention
AUREOLE_WORKSPACE = env.workspace
AUREOLE_MAILBOX = env.mailbox
AUREOLE_MAIL_DOMAIN = env.mail_domain
AUREOLE_EMAIL = env.email
AUREOLE_LEDGER_WITNESSES = env.ledger_witnesses
AUREOLE_METRICS_TOKEN = env.metrics_token
AUREOLE_UI_PAGE = env.debug

DEBUG = env.debug
# A settings module is also read where nothing is served (type checker, --help): no secret is made here.
SECRET_KEY = env.secret_key or "unset: no home has been prepared yet"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "config.urls"
APPEND_SLASH = True

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django.contrib.messages",
    "procrastinate.contrib.django",
    "aureole.kernel",
    "aureole.ledger",
    "aureole.vault",
    "aureole.vault.keystore",
    "aureole.vault.fences",
    "aureole.search",
    "aureole.privacy",
    "aureole.people",
    "aureole.staff",
    "aureole.desk",
    "aureole.channels.email",
    "aureole.web",
    "aureole.web.ui",
    "aureole.ops.demo",
    "aureole.ops",
]

MIDDLEWARE = [
    "aureole.web.roomy.RoomyStackMiddleware",
    "aureole.web.behind_proxy.BehindProxyMiddleware",
    "aureole.web.security_headers.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "aureole.web.request_id.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "aureole.web.actor.ActorMiddleware",
    "aureole.web.refusals.RefusalMiddleware",
]

# ------------------------------------------------------------------ databases
_ROLE = "aureole_app"


def _database(address: DatabaseAddress | None, fallback: str) -> dict[str, Any]:
    """The Django entry; the application works under its restricted role, migrations as the owner."""
    found = address or DatabaseAddress(name=fallback, user="", password="", host="", port="", options=())
    entry = found.as_django()
    options: dict[str, Any] = dict(found.options)
    if not env.as_owner:
        options["options"] = f"-c role={_ROLE}"
        options["pool"] = {"min_size": 0, "max_size": 12, "timeout": 10}
    return {**entry, "OPTIONS": options, "CONN_MAX_AGE": 0, "ATOMIC_REQUESTS": False}


DATABASES = {
    "default": _database(env.database, "aureole"),
    "keys": _database(env.keys_database, "aureole_keys"),
}
DATABASE_ROUTERS = ["aureole.vault.keystore.router.KeyStoreRouter"]

# ------------------------------------------------------------------ accounts and sessions
AUTH_USER_MODEL = "staff.Agent"
AUTHENTICATION_BACKENDS: list[str] = []
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/sign-in/"
SESSION_ENGINE = "aureole.staff.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
_HTTPS = env.base_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "__Host-session" if _HTTPS else "aureole_session"
CSRF_COOKIE_NAME = "__Host-csrf" if _HTTPS else "aureole_csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [env.base_url] if env.base_url else []
CSRF_FAILURE_VIEW = "aureole.web.errors.csrf_failure"

# ------------------------------------------------------------------ pages
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "DIRS": [
            WEB,
            WEB / "ui" / "templates",
            WEB / "templates",
            WEB / "staff" / "templates",
            WEB / "portal" / "templates",
        ],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "aureole.web.page.page_context",
            ]
        },
    }
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
STATIC_URL = "/static/"
STATICFILES_DIRS = [("ui", WEB / "ui" / "dist")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = env.debug
WHITENOISE_MAX_AGE = 0 if env.debug else 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["aureole.web.uploads.SealedSoonUploadHandler"]

# ------------------------------------------------------------------ logs: ids and codes, never personal data
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "logging.Formatter" if env.debug else "aureole.kernel.discreet.DiscreetFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO" if env.debug else "WARNING"},
    "loggers": {"procrastinate": {"level": "WARNING"}, "django.server": {"level": "WARNING"}},
}
