"""Write a certificate that `verify` accepts."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aureole.kernel.errors import Broken
from aureole.privacy.certificate.verify import KIND, VERSION, canonical, fingerprint, verify


def sign(payload: dict[str, Any], key: Ed25519PrivateKey) -> str:
    """The text of a certificate file that says `payload` and who issued it.

    `payload["ledger"]` holds the entry that commits to the statement: "uid", "type", "proof" (a tlog-proof), "key".
    Raises Broken when what was written does not hold: a certificate is checked before it leaves.
    """
    public = key.public_key().public_bytes_raw()
    issuer = {"public_key": base64.b64encode(public).decode(), "fingerprint": fingerprint(public)}
    full = payload | {"kind": KIND, "version": VERSION, "issuer": issuer}
    signature = base64.b64encode(key.sign(canonical(full).encode())).decode()
    text = canonical({"payload": full, "signature": signature})
    verdict = verify(text)
    if not verdict.valid:
        raise Broken(
            "certificate_unsound", f"A certificate was written that does not hold: {verdict.problem}"
        )
    return text
