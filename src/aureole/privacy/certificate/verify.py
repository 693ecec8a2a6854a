"""Check a certificate without the instance, the network or anything but this file and `cryptography`.

A certificate is a JSON file in canonical form (keys sorted, two blanks of indentation, UTF-8, one
final newline):

    {"payload": {"kind", "version", "issuer": {"public_key", "fingerprint"}, …}, "signature": "…"}

The Ed25519 signature (RFC 8032) is over the canonical form of the payload. A file that differs from
its canonical form in a single byte is refused before anything else is looked at, so no byte can be
changed without being noticed: neither in words, nor in white space, nor in how a letter is escaped.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KIND = "erasure certificate"
VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether a certificate holds, and why not.

    problem      one sentence, empty when it holds
    fingerprint  of the key that signed it: hold it against the one the instance publishes
    payload      what it says; None unless it holds
    """

    valid: bool
    problem: str
    fingerprint: str | None = None
    payload: dict[str, Any] | None = None


class _Flaw(Exception):
    """A sentence that says why a certificate does not hold."""


def canonical(content: dict[str, Any]) -> str:
    """The one way to write this content."""
    return json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def fingerprint(public_key: bytes) -> str:
    """SHA-256 of the public key, in groups of four that a person can read out."""
    digest = hashlib.sha256(public_key).hexdigest()
    return ":".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def verify(text: str | bytes, *, expected_key: str | None = None) -> Verdict:
    """Judge the text of a certificate file. Never raises for what the file holds.

    expected_key  fingerprint, with or without its colons, that must be the signer's; without it the
                  verdict says only that whoever holds that key signed exactly this
    """
    try:
        content = _read(text)
        payload = _payload(content)
        key = _public_key(payload)
        _check_signature(content, payload, key)
        _check_expected(fingerprint(key), expected_key)
    except _Flaw as flaw:
        return Verdict(valid=False, problem=str(flaw))
    return Verdict(valid=True, problem="", fingerprint=fingerprint(key), payload=payload)


def _read(text: str | bytes) -> dict[str, Any]:
    try:
        written = text if isinstance(text, str) else text.decode("utf-8")
        content = json.loads(written)
        same = isinstance(content, dict) and canonical(content) == written
    except (UnicodeError, ValueError, RecursionError):
        raise _Flaw("This is not a certificate: it cannot be read as JSON in UTF-8.") from None
    if not same:
        raise _Flaw("The file was changed: it is not written the way certificates are written.")
    found: dict[str, Any] = content
    return found


def _payload(content: dict[str, Any]) -> dict[str, Any]:
    payload = content.get("payload")
    if set(content) != {"payload", "signature"} or not isinstance(payload, dict):
        raise _Flaw("This is not a certificate: it has no payload and signature, or more than these.")
    if payload.get("kind") != KIND:
        raise _Flaw("This is not an erasure certificate.")
    if payload.get("version") != VERSION:
        raise _Flaw("This certificate is of a version this program does not know; use a newer program.")
    return payload


def _public_key(payload: dict[str, Any]) -> bytes:
    issuer = payload.get("issuer")
    if not isinstance(issuer, dict):
        raise _Flaw("The certificate does not say who issued it.")
    key = _decoded(issuer.get("public_key"), 32, "public key")
    if issuer.get("fingerprint") != fingerprint(key):
        raise _Flaw("The fingerprint in the certificate is not that of the key in it.")
    return key


def _check_signature(content: dict[str, Any], payload: dict[str, Any], key: bytes) -> None:
    signature = _decoded(content.get("signature"), 64, "signature")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, canonical(payload).encode())
    except (InvalidSignature, ValueError, UnicodeError):
        raise _Flaw("The signature does not fit: something in the certificate was changed.") from None


def _decoded(value: object, size: int, what: str) -> bytes:
    """Base64 in its one proper spelling: the unused bits at the end must be zero."""
    try:
        data = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        data = b""
    if len(data) != size or base64.b64encode(data).decode() != value:
        raise _Flaw(f"The {what} in the certificate is damaged.")
    return data


def _check_expected(found: str, expected: str | None) -> None:
    if expected is not None and _bare(expected) != _bare(found):
        raise _Flaw(f"The certificate was signed by another key ({found}) than the one you expect.")


def _bare(value: str) -> str:
    return value.strip().lower().replace(":", "").replace(" ", "")
