"""The instance's signature under a package: who made it, and that nothing in it was changed since."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aureole.ledger.verifier import fingerprint, signed_line
from aureole.vault.system_keys import system_key

KEY_NAME = "certificate signature"  # the key that signs erasure certificates too


def sign_manifest(manifest_sha256: str) -> dict[str, Any]:
    """What goes into signature.json. Signed is the line in `signed_text`, which holds the manifest's hash."""
    key = Ed25519PrivateKey.from_private_bytes(system_key(KEY_NAME))
    public = key.public_key().public_bytes_raw()
    text = signed_line(manifest_sha256)
    return {
        "algorithm": "Ed25519",
        "signs": "manifest.json",
        "manifest_sha256": manifest_sha256,
        "signed_text": text,
        "public_key": base64.b64encode(public).decode(),
        "fingerprint": fingerprint(public),
        "signature": base64.b64encode(key.sign(text.encode())).decode(),
    }


def is_signed(manifest: bytes, signature: dict[str, Any]) -> bool:
    """Whether `signature` (the content of signature.json) fits these bytes. Works offline; says nothing
    about whose key it is: compare the fingerprint with the one the instance publishes."""
    text = signed_line(hashlib.sha256(manifest).hexdigest())
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(signature["public_key"], validate=True))
        public.verify(base64.b64decode(signature["signature"], validate=True), text.encode())
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return True
