"""Write signed documents that the verifier accepts: certificates, and the manifest of an evidence bundle."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aureole.kernel.errors import Broken
from aureole.ledger.verifier import Flaw, read_signed
from aureole.privacy.certificate.verify import KIND, VERSION, canonical, fingerprint, verify


def sign(payload: dict[str, Any], key: Ed25519PrivateKey) -> str:
    """The text of a certificate file that says `payload` and who issued it.

    `payload["ledger"]` holds the entry that commits to the statement: "uid", "type", "proof" (a tlog-proof), "key".
    Raises Broken when what was written does not hold: a certificate is checked before it leaves.
    """
    text = _signed(payload, key, KIND, VERSION)
    verdict = verify(text)
    if not verdict.valid:
        raise Broken(
            "certificate_unsound", f"A certificate was written that does not hold: {verdict.problem}"
        )
    return text


def sign_document(payload: dict[str, Any], key: Ed25519PrivateKey, *, kind: str, version: int) -> str:
    """The same form for another kind of document. Raises Broken when what was written does not hold."""
    text = _signed(payload, key, kind, version)
    try:
        read_signed(text, kind, version)
    except Flaw as flaw:
        raise Broken("document_unsound", f"A document was written that does not hold: {flaw}") from None
    return text


def _signed(payload: dict[str, Any], key: Ed25519PrivateKey, kind: str, version: int) -> str:
    public = key.public_key().public_bytes_raw()
    issuer = {"public_key": base64.b64encode(public).decode(), "fingerprint": fingerprint(public)}
    full = payload | {"kind": kind, "version": version, "issuer": issuer}
    signature = base64.b64encode(key.sign(canonical(full).encode())).decode()
    return canonical({"payload": full, "signature": signature})
