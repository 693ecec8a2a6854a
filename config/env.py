"""Reads the environment: a bad or misspelt variable stops the start with a sentence that names it.

Imports nothing of Django, so that the command line can read it before Django is there.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import platformdirs

from aureole.kernel.errors import Refused
from config.addresses import (
    BadAddress,
    DatabaseAddress,
    FileStoreAddress,
    MailServer,
    parse_database,
    parse_file_store,
    parse_mail_in,
    parse_mail_out,
    parse_networks,
)
from config.places import parse_receiver_countries
from config.root_keys import FileKey, RootKeySettings, parse_root_key, parse_root_keys, read_root_keys
from config.variables import VARIABLES, Kind, Variable

ON = ("1", "on", "true", "yes")
OFF = ("0", "off", "false", "no", "")


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the operator asked for, checked. None for a database means: the embedded server."""

    home: Path
    database: DatabaseAddress | None
    keys_database: DatabaseAddress | None
    root_keys: RootKeySettings
    secret_key: str | None
    files_url: str
    files: FileStoreAddress
    aws_key: tuple[str, str] | None
    fences_folder: Path | None
    base_url: str
    region: str
    postal_address: str
    country: str
    time_zone: str
    second_person: bool
    step_up: bool
    cooling_off_days: int
    unproven_days: int
    receiver_countries: dict[str, str]
    proxies: tuple[IPv4Network | IPv6Network, ...]
    anonymity: int
    retention: bool
    workspace: str
    mailbox: str
    mail_domain: str
    email: MailServer | None
    imap: MailServer | None
    ledger_witnesses: tuple[str, ...]
    metrics_token: str
    debug: bool
    as_owner: bool

    @property
    def root_key_file(self) -> Path | None:
        """None when the root key does not lie in a file."""
        present = self.root_keys.present
        return present.path if isinstance(present, FileKey) else None

    @property
    def secrets_folder(self) -> Path:
        return self.home / "secrets"

    @property
    def fences_folders(self) -> tuple[Path, ...]:
        """Where copies of the fence list are kept; the home folder's comes first."""
        return (self.home / "fences", *([self.fences_folder] if self.fences_folder else []))

    @property
    def needs_embedded_server(self) -> bool:
        return self.database is None or self.keys_database is None


def read(environ: Mapping[str, str] = os.environ) -> Environment:
    """Raises Refused with a sentence that names the variable, and never its value when it is a secret."""
    _refuse_unknown(environ)
    given = {variable.name: _value(variable, environ) for variable in VARIABLES}
    home = _home(given["AUREOLE_HOME"])
    base_url = (given["AUREOLE_BASE_URL"] or "").rstrip("/")
    mail_domain = _mail_domain(given["AUREOLE_MAIL_DOMAIN"], given["AUREOLE_MAILBOX"], base_url)
    files_url = given["AUREOLE_FILES_URL"] or (home / "files").as_uri()
    return Environment(
        home=home,
        database=_database(given["DATABASE_URL"]),
        keys_database=_database(given["KEYS_DATABASE_URL"]),
        root_keys=read_root_keys(given, home),
        secret_key=given["AUREOLE_SECRET_KEY"] or _kept_secret_key(home),
        files_url=files_url,
        files=parse_file_store(files_url),
        aws_key=_aws_key(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], environ),
        fences_folder=_path(given["AUREOLE_FENCES_FOLDER"]),
        base_url=base_url,
        region=given["AUREOLE_REGION"] or "",
        postal_address=given["AUREOLE_POSTAL_ADDRESS"] or "",
        country=(given["AUREOLE_COUNTRY"] or "").upper(),
        time_zone=given["AUREOLE_TIME_ZONE"] or "",
        second_person=given["AUREOLE_SECOND_PERSON"] in ON,
        step_up=given["AUREOLE_STEP_UP"] in ON,
        cooling_off_days=int(given["AUREOLE_COOLING_OFF_DAYS"] or 0),
        receiver_countries=parse_receiver_countries(given["AUREOLE_RECEIVER_COUNTRIES"] or ""),
        unproven_days=int(given["AUREOLE_UNPROVEN_DAYS"] or 0),
        proxies=parse_networks(given["AUREOLE_PROXIES"] or ""),
        anonymity=int(given["AUREOLE_ANONYMITY"] or 0),
        retention=given["AUREOLE_RETENTION"] in ON,
        workspace=given["AUREOLE_WORKSPACE"] or "",
        mailbox=given["AUREOLE_MAILBOX"] or f"support@{mail_domain}",
        mail_domain=mail_domain,
        email=parse_mail_out(given["EMAIL_URL"]) if given["EMAIL_URL"] else None,
        imap=parse_mail_in(given["IMAP_URL"]) if given["IMAP_URL"] else None,
        ledger_witnesses=tuple((given["AUREOLE_LEDGER_WITNESSES"] or "").split()),
        metrics_token=given["AUREOLE_METRICS_TOKEN"] or "",
        debug=given["AUREOLE_DEBUG"] in ON,
        as_owner=given["AUREOLE_AS_OWNER"] in ON,
    )


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = _known_names()
    for name in sorted(environ):
        if name.startswith("AUREOLE_") and name not in known:
            raise Refused("settings.unknown", f"{name} is not a setting of Aureole. {_suggest(name, known)}")


def _known_names() -> list[str]:
    names = [variable.name for variable in VARIABLES]
    return names + [variable.file_form for variable in VARIABLES if variable.file_form]


def _suggest(name: str, known: list[str]) -> str:
    by_stem = {candidate.removeprefix("AUREOLE_"): candidate for candidate in known}
    near = difflib.get_close_matches(name.removeprefix("AUREOLE_"), by_stem, n=1, cutoff=0.6)
    if near:
        return (
            f"Did you mean {by_stem[near[0]]}? Rename it or unset it, then start again; nothing was changed."
        )
    public = ", ".join(variable.name for variable in VARIABLES if not variable.internal)
    return f"Unset it and start again; nothing was changed. The settings are: {public}."


def _value(variable: Variable, environ: Mapping[str, str]) -> str | None:
    text = _from_file(variable, environ) or environ.get(variable.name, "").strip() or variable.default
    if text is None:
        return None
    trouble = _trouble(variable.kind, text)
    if trouble:
        shown = "" if variable.secret else f" (now: {text})"
        raise Refused("settings.bad", f"{variable.name} cannot be used{shown}: {trouble}. {variable.help}")
    return text.lower() if variable.kind == "flag" else text


def _from_file(variable: Variable, environ: Mapping[str, str]) -> str | None:
    path = environ.get(variable.file_form or "", "").strip()
    if not variable.file_form or not path:
        return None
    if environ.get(variable.name):
        raise Refused(
            "settings.bad", f"{variable.name} and {variable.file_form} are both set. Keep one of them."
        )
    try:
        return Path(path).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as trouble:
        raise Refused(
            "settings.bad",
            f"{variable.file_form} names a file that cannot be read ({type(trouble).__name__}). "
            "Check that it exists and that this user may read it.",
        ) from trouble


def _trouble(kind: Kind, text: str) -> str | None:
    """Why `text` cannot be a value of this kind; None when it can."""
    try:
        return _JUDGES[kind](text)
    except BadAddress as trouble:
        return str(trouble)
    except ValueError:
        return "it is not a well-formed address"


def _parses(parse: Callable[[str], object]) -> Callable[[str], str | None]:
    def judge(text: str) -> str | None:
        parse(text)
        return None

    return judge


def _must(hold: Callable[[str], bool], sentence: str) -> Callable[[str], str | None]:
    return lambda text: None if hold(text) else sentence


def _web_trouble(text: str) -> str | None:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "it must start with https:// (or http://) and name a host"
    return "it must end after the host and port" if parts.path.strip("/") or parts.query else None


def _witnesses_trouble(text: str) -> str | None:
    for address in text.split():
        parts = urlsplit(address)
        fits = {
            "file": parts.path.startswith("/") and not parts.netloc,
            "mailto": _is_address(parts.path),
            "https": bool(parts.hostname) and parts.fragment.count("+") >= 2,
            "http": bool(parts.hostname) and parts.fragment.count("+") >= 2,
        }
        if not fits.get(parts.scheme):
            return "each must be file:///folder, mailto:address or https://host#key, with blanks between"
    return None


def _is_address(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return (
        bool(local)
        and _is_domain(domain)
        and not any(letter.isspace() or letter in "<>," for letter in local)
    )


def _is_country(text: str) -> bool:
    country, _, part = text.partition("-")
    return len(country) == 2 and country.isalpha() and (not part or part.isalnum())


def _is_zone(text: str) -> bool:
    """Whether it is one of `available_timezones()`, without opening all six hundred of them at every start."""
    if text == "posixrules" or text.startswith(("posix/", "right/")):
        return False
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _is_domain(text: str) -> bool:
    return bool(text) and all(
        label and label.replace("-", "").isalnum() and not label.startswith("-") for label in text.split(".")
    )


_JUDGES: dict[Kind, Callable[[str], str | None]] = {
    "text": lambda text: None,
    "path": lambda text: None,
    "flag": _must(lambda text: text.lower() in ON + OFF, "it must be on or off"),
    "root_key_url": _parses(parse_root_key),
    "root_key_urls": _parses(parse_root_keys),
    "postgres_url": _parses(parse_database),
    "mail_out_url": _parses(parse_mail_out),
    "mail_in_url": _parses(parse_mail_in),
    "file_store_url": _parses(parse_file_store),
    "web_url": _web_trouble,
    "witnesses": _witnesses_trouble,
    "country": _must(_is_country, "it must be a country like DE, or a part of one like DE-BY"),
    "time_zone": _must(_is_zone, "it must be a zone like Europe/Berlin"),
    "persons": _must(
        lambda text: text.isdecimal() and 2 <= int(text) <= 1000, "it must be a number of people, 2 to 1000"
    ),
    "days": _must(
        lambda text: text.isdecimal() and int(text) <= 90, "it must be a number of days, at most 90"
    ),
    "networks": _parses(parse_networks),
    "receivers": _parses(parse_receiver_countries),
    "address": _must(_is_address, "it must be a mail address"),
    "domain": _must(_is_domain, "it must be a domain name"),
}


def _aws_key(key_id: str | None, secret: str | None, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """None leaves it to boto3, which also knows session tokens, profiles and the roles of machines."""
    if bool(key_id) != bool(secret):
        raise Refused(
            "settings.bad", "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together. Set both, or none."
        )
    return (key_id, secret) if key_id and secret and not environ.get("AWS_SESSION_TOKEN") else None


def _database(url: str | None) -> DatabaseAddress | None:
    return parse_database(url) if url else None


def _path(text: str | None) -> Path | None:
    return Path(text).expanduser().absolute() if text else None


def _home(text: str | None) -> Path:
    return _path(text) or default_home()


def default_home() -> Path:
    """Root's own folder is closed to every other user, so a server run by root lives below /var/lib."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return Path("/var/lib/aureole")
    return Path(platformdirs.user_data_dir("aureole", appauthor=False))


def _kept_secret_key(home: Path) -> str | None:
    path = home / "secrets" / "secret_key"
    return path.read_text("utf-8").strip() if path.is_file() else None


def _mail_domain(domain: str | None, mailbox: str | None, base_url: str) -> str:
    if domain:
        return domain
    if mailbox:
        return mailbox.rpartition("@")[2]
    return urlsplit(base_url).hostname or "localhost"
