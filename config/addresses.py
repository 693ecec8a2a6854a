"""Reads the URL-shaped settings: databases, mail servers and the file store."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

Tls = Literal["off", "starttls", "on"]

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# Query keys a database URL may carry, and the libpq option each becomes.
LIBPQ_OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name")


class BadAddress(ValueError):
    """The text says what is wrong, without repeating the address: it may hold a password."""


@dataclass(frozen=True, kw_only=True)
class DatabaseAddress:
    """Where a PostgreSQL database is. `host` is a name, a folder (unix socket), or '' for libpq's default."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: tuple[tuple[str, str], ...]

    def as_django(self) -> dict[str, object]:
        """The entry for Django's DATABASES; the caller adds pool and role options."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": self.port,
            "OPTIONS": dict(self.options),
        }

    def as_url(self) -> str:
        """What `parse_database` reads as this address; holds the password."""
        known = {"user": self.user, "password": self.password, "host": self.host, "port": self.port}
        query = {**{key: value for key, value in known.items() if value}, **dict(self.options)}
        return f"postgresql:///{quote(self.name, safe='')}?{urlencode(query)}"


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """A mail server to send through or fetch from. `folder` is '' for sending."""

    host: str
    port: int
    user: str
    password: str
    tls: Tls
    folder: str = ""


@dataclass(frozen=True, kw_only=True)
class FileStoreAddress:
    """Where sealed files lie: a folder, or else a bucket. `endpoint` is '' for AWS itself."""

    folder: Path | None = None
    bucket: str = ""
    prefix: str = ""
    region: str = ""
    endpoint: str = ""


def parse_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks with blanks between. Raises BadAddress."""
    try:
        return tuple(ip_network(word) for word in text.split())
    except ValueError:
        raise BadAddress(
            "each must be an address or a network like 10.0.0.0/8, with blanks between"
        ) from None


_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")


def parse_file_store(url: str) -> FileStoreAddress:
    """Raises BadAddress. file:///folder, or s3://bucket/prefix?region=eu-central-1&endpoint=https://host."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return _bucket(
            parts.netloc, unquote(parts.path), read_query(parts.query, allowed=("region", "endpoint"))
        )
    if parts.scheme != "file" or parts.netloc or not parts.path.startswith("/"):
        raise BadAddress(
            "it must be file:///folder (three slashes and an absolute folder) or s3://bucket/prefix"
        )
    return FileStoreAddress(folder=Path(unquote(parts.path)))


def _bucket(name: str, path: str, query: dict[str, str]) -> FileStoreAddress:
    if not _BUCKET.match(name):
        raise BadAddress(
            "after s3:// the name of the bucket must stand; credentials come from the environment"
        )
    endpoint = query.get("endpoint", "")
    if endpoint and (urlsplit(endpoint).scheme not in ("http", "https") or not urlsplit(endpoint).hostname):
        raise BadAddress("?endpoint= must be an address such as https://s3.example.org")
    return FileStoreAddress(
        bucket=name, prefix=path.strip("/"), region=query.get("region", ""), endpoint=endpoint.rstrip("/")
    )


def parse_database(url: str) -> DatabaseAddress:
    """Raises BadAddress. Sockets: postgresql:///name?host=/folder or postgresql://%2Ffolder/name."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadAddress("it must start with postgresql://")
    query = read_query(parts.query, allowed=("host", "port", "user", "password", *LIBPQ_OPTIONS))
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise BadAddress("the name of the database is missing after the last /")
    if query.get("sslmode", "prefer") not in SSL_MODES:
        raise BadAddress(f"sslmode must be one of {', '.join(SSL_MODES)}")
    return DatabaseAddress(
        name=name,
        user=unquote(parts.username or query.get("user", "")),
        password=unquote(parts.password or query.get("password", "")),
        host=query.get("host") or unquote(parts.hostname or ""),
        port=query.get("port") or str(_port(parts.netloc) or ""),
        options=tuple((key, query[key]) for key in LIBPQ_OPTIONS if key in query),
    )


def parse_mail_out(url: str) -> MailServer:
    """Raises BadAddress. smtp:// means STARTTLS unless ?tls= says otherwise, smtps:// TLS from the start."""
    return _mail_server(url, schemes={"smtp": ("starttls", 587), "smtps": ("on", 465)})


def parse_mail_in(url: str) -> MailServer:
    """Raises BadAddress. imaps:// means TLS from the start, imap:// STARTTLS unless ?tls= says otherwise."""
    return _mail_server(url, schemes={"imaps": ("on", 993), "imap": ("starttls", 143)}, folder="INBOX")


def _mail_server(url: str, *, schemes: dict[str, tuple[Tls, int]], folder: str = "") -> MailServer:
    parts = urlsplit(url)
    if parts.scheme not in schemes:
        raise BadAddress(f"it must start with {' or '.join(f'{name}://' for name in schemes)}")
    if not parts.hostname:
        raise BadAddress("the name of the server is missing")
    tls, port = schemes[parts.scheme]
    return MailServer(
        host=parts.hostname,
        port=_port(parts.netloc) or port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=_tls(read_query(parts.query, allowed=("tls",)).get("tls", tls)),
        folder=unquote(parts.path.removeprefix("/")) or folder,
    )


def _tls(word: str) -> Tls:
    match word:
        case "off" | "starttls" | "on":
            return word
    raise BadAddress("tls must be on, starttls or off")


def _port(netloc: str) -> int | None:
    try:
        return urlsplit(f"//{netloc}").port
    except ValueError as trouble:
        raise BadAddress("the port must be a number up to 65535") from trouble


def read_query(query: str, *, allowed: tuple[str, ...]) -> dict[str, str]:
    given = {key: values[-1] for key, values in parse_qs(query, keep_blank_values=True).items()}
    for key in given:
        if key not in allowed:
            raise BadAddress(f"it does not take ?{key}=; it takes {', '.join(allowed)}")
    return given
