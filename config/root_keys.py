"""Reads the settings of the root key: a file, a key of AWS KMS, or a transit key of Vault or OpenBao."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from aureole.kernel.errors import Refused
from config.addresses import BadAddress, read_query

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d\Z")


@dataclass(frozen=True, kw_only=True)
class FileKey:
    """64 hexadecimal digits in a file of mode 0600."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class KmsKey:
    """`key` is a key id or an ARN. Credentials come the way AWS's own library finds them."""

    key: str
    region: str
    endpoint: str = ""


@dataclass(frozen=True, kw_only=True)
class TransitKey:
    """`server` is https://host:port. `ca` is a file of certificates to trust instead of the system's."""

    server: str
    mount: str
    key: str
    namespace: str = ""
    ca: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return f"<TransitKey {self.mount}/{self.key}>"


RootKeyAddress = FileKey | KmsKey | TransitKey


@dataclass(frozen=True, kw_only=True)
class RootKeySettings:
    """The key that wraps, and those that still open what they wrapped before."""

    present: RootKeyAddress
    former: tuple[RootKeyAddress, ...]


def parse_root_key(url: str) -> RootKeyAddress:
    """Raises BadAddress. The token of a transit key is a setting of its own."""
    parts = urlsplit(url)
    match parts.scheme:
        case "file":
            return _file(url)
        case "awskms":
            return _kms(url)
        case "transit+https" | "transit+http":
            return _transit(url)
    raise BadAddress("it must start with file:///, awskms:/// or transit+https://")


def parse_root_keys(urls: str) -> tuple[RootKeyAddress, ...]:
    """Several of them, separated by spaces. Raises BadAddress."""
    return tuple(parse_root_key(url) for url in urls.split())


def read_root_keys(given: Mapping[str, str | None], home: Path) -> RootKeySettings:
    """Raises Refused where the settings contradict each other, naming them."""
    url, file = given["AUREOLE_ROOT_KEY_URL"], given["AUREOLE_ROOT_KEY_FILE"]
    if url and file:
        _refuse("AUREOLE_ROOT_KEY_URL and AUREOLE_ROOT_KEY_FILE are both set. Keep one of them.")
    path = Path(file).expanduser().absolute() if file else home / "secrets" / "root_key"
    present = parse_root_key(url) if url else FileKey(path=path)
    former = parse_root_keys(given["AUREOLE_FORMER_ROOT_KEY_URLS"] or "")
    if present in former:
        _refuse("AUREOLE_FORMER_ROOT_KEY_URLS names the present root key. A former one is another key.")
    token, former_token = given["AUREOLE_ROOT_KEY_TOKEN"], given["AUREOLE_FORMER_ROOT_KEY_TOKEN"]
    if token and not _any_transit((present, *former)):
        _refuse("AUREOLE_ROOT_KEY_TOKEN is set, but no transit key is named. Unset it, or correct the URL.")
    if former_token and not _any_transit(former):
        _refuse("AUREOLE_FORMER_ROOT_KEY_TOKEN is set, but no former key is a transit key. Unset it.")
    if _any_transit((present,)) and not token:
        _refuse("AUREOLE_ROOT_KEY_URL names a transit key. Set AUREOLE_ROOT_KEY_TOKEN (or …_TOKEN_FILE).")
    if _any_transit(former) and not (former_token or token):
        _refuse(
            "AUREOLE_FORMER_ROOT_KEY_URLS names a transit key. Set AUREOLE_FORMER_ROOT_KEY_TOKEN "
            "(or …_TOKEN_FILE)."
        )
    return RootKeySettings(
        present=_with_token(present, token),
        former=tuple(_with_token(key, former_token or token) for key in former),
    )


def _any_transit(keys: tuple[RootKeyAddress, ...]) -> bool:
    return any(isinstance(key, TransitKey) for key in keys)


def _with_token(key: RootKeyAddress, token: str | None) -> RootKeyAddress:
    return replace(key, token=token or "") if isinstance(key, TransitKey) else key


def _refuse(sentence: str) -> None:
    raise Refused("settings.bad", f"{sentence} Nothing was changed.")


def _file(url: str) -> FileKey:
    parts = urlsplit(url)
    if parts.netloc or not parts.path.startswith("/") or parts.path.endswith("/") or parts.query:
        raise BadAddress("a key file is named by file:///, three slashes and an absolute path")
    return FileKey(path=Path(unquote(parts.path)))


def _kms(url: str) -> KmsKey:
    parts = urlsplit(url)
    query = read_query(parts.query, allowed=("region", "endpoint"))
    key = unquote(parts.path.removeprefix("/"))
    if parts.netloc or not key:
        raise BadAddress("a KMS key is named by awskms:///, three slashes, and its id or ARN")
    if key.startswith("alias/") or ":alias/" in key:
        raise BadAddress("an alias may point to another key tomorrow; give the key's id or ARN")
    region = query.get("region") or (key.split(":")[3] if key.startswith("arn:") else "")
    if not _REGION.match(region):
        raise BadAddress("the region is missing or misspelt; add ?region=eu-central-1")
    endpoint = query.get("endpoint", "")
    if endpoint:
        _refuse_plain_http(urlsplit(endpoint).scheme, urlsplit(endpoint).hostname)
    return KmsKey(key=key, region=region, endpoint=endpoint)


def _transit(url: str) -> TransitKey:
    parts = urlsplit(url)
    query = read_query(parts.query, allowed=("namespace", "ca"))
    if parts.username or parts.password:
        raise BadAddress("it must hold no token or password; AUREOLE_ROOT_KEY_TOKEN is for that")
    mount, _, key = unquote(parts.path).strip("/").rpartition("/")
    if not parts.hostname or not mount or not key:
        raise BadAddress("a transit key is named by transit+https://host:8200/mount/key")
    scheme = parts.scheme.removeprefix("transit+")
    _refuse_plain_http(scheme, parts.hostname)
    return TransitKey(
        server=f"{scheme}://{parts.netloc}", mount=mount, key=key,
        namespace=query.get("namespace", ""), ca=query.get("ca", ""),
    )  # fmt: skip


def _refuse_plain_http(scheme: str, host: str | None) -> None:
    """Keys in clear cross the wire to such a server; only this machine itself may be spoken to without TLS."""
    if not host or scheme not in ("http", "https"):
        raise BadAddress("the server must be named by http(s)://host")
    if scheme == "http" and not _is_this_machine(host):
        raise BadAddress("keys would cross the network unencrypted; use https")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
