"""Sign what happened, with the key of this instance."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aureole.privacy.certificate.sign import sign, sign_document
from aureole.privacy.certificate.verify import fingerprint
from aureole.vault.system_keys import system_key

_KEY_NAME = "certificate signature"


def issue(payload: dict[str, Any]) -> str:
    """The text of a certificate file that says `payload`, signed by this instance."""
    return sign(payload, _private_key())


def issue_document(payload: dict[str, Any], *, kind: str, version: int) -> str:
    """The text of another signed document, such as the manifest of an evidence bundle."""
    return sign_document(payload, _private_key(), kind=kind, version=version)


def instance_fingerprint() -> str:
    """Fingerprint of the key this instance signs certificates with; publish it where people can see it."""
    return fingerprint(instance_public_key())


def instance_public_key() -> bytes:
    """32 bytes, Ed25519: what everything this instance issues is signed with."""
    return _private_key().public_key().public_bytes_raw()


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(system_key(_KEY_NAME))
