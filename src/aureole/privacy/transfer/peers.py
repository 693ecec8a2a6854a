"""Peers: the other instances persons may move to or come from. An operator names them; nobody else can."""

from __future__ import annotations

import base64
import binascii
import uuid
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.verifier import fingerprint
from aureole.privacy.certificate.issue import instance_public_key
from aureole.privacy.models import Peer

_LOCAL = ("localhost", "127.0.0.1", "::1")


def own_line() -> str:
    """What the operator of another instance gives `peer add`: our address, and the key we sign with."""
    return f"{settings.AUREOLE_BASE_URL}#{_spelled(instance_public_key())}"


def read_line(line: str) -> tuple[str, str, str]:
    """Address, public key (base64) and its fingerprint of a line that `peer show` printed. Raises Refused."""
    address, _, key = line.strip().partition("#")
    address = address.rstrip("/")
    parts = urlsplit(address)
    try:
        raw = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
        Ed25519PublicKey.from_public_bytes(raw)
    except (binascii.Error, ValueError):
        raise Refused(
            "peer_key_unfit",
            "A peer is written as https://its.address#its-key, as 'aureole peer show' prints it there. "
            "Nothing was changed.",
        ) from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    if not safe or not parts.hostname or parts.username or parts.query or len(address) > 300:
        raise Refused(
            "peer_address_unfit",
            "The address has to begin with https:// (http:// only on this machine) and hold no user name. "
            "Nothing was changed.",
        )
    return address, base64.b64encode(raw).decode(), fingerprint(raw)


def _spelled(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def peers() -> list[Peer]:
    """Those we speak with, by name."""
    return list(Peer.objects.filter(removed_at=None).order_by("name", "id"))


def peer_named(text: str) -> Peer:
    """By name, id, address or fingerprint. Raises NotFound, also for a name that several have."""
    wanted = text.strip().casefold()
    found = [
        p for p in peers() if wanted in (p.name.casefold(), str(p.id), p.address.casefold(), p.fingerprint)
    ]
    if len(found) != 1:
        raise NotFound("peer_not_found", "No peer, or more than one, is called that. See: aureole peer list.")
    return found[0]


def peer_of(peer_id: uuid.UUID) -> Peer:
    """One we speak with. Raises NotFound."""
    peer = Peer.objects.filter(pk=peer_id, removed_at=None).first()
    if peer is None:
        raise NotFound("peer_not_found", "This peer was removed. Nothing was sent.")
    return peer


def peer_with_key(found: str) -> Peer | None:
    """The peer that signs with the key of this fingerprint."""
    return Peer.objects.filter(fingerprint=found, removed_at=None).first()
