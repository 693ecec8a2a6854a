"""Offers as another instance would sign them, sound and otherwise."""

from __future__ import annotations

import json
import uuid
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from aureole.privacy.certificate.sign import sign_document
from aureole.privacy.models import (
    Peer,
)
from aureole.privacy.transfer import documents, sealing


def own_key() -> Ed25519PrivateKey:
    from aureole.privacy.certificate import issue

    return issue._private_key()


def signed(payload: dict[str, Any], kind: str, key: Ed25519PrivateKey) -> str:
    return sign_document(payload, key, kind=kind, version=1)


def offered(text: str) -> tuple[int, str]:
    answer = Client().post("/transfers/offers", data=text, content_type="application/json")
    return answer.status_code, answer.json().get("code", "")


def an_offer(peer: Peer, **changes: Any) -> dict[str, Any]:
    way = sealing.Way(transfer=uuid.uuid4(), sender=peer.fingerprint, receiver=peer.fingerprint)
    sealed = sealing.seal_key(b"k" * 32, sealing.public_key(), way)
    text = documents.make_offer(way=way, sealed_key=sealed, size=10, sha256="0" * 64, counts={})
    payload: dict[str, Any] = json.loads(text)["payload"]
    return payload | changes
