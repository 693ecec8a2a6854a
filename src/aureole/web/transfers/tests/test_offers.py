"""What is said in another's name, is changed, or does not fit is declined, and nothing is kept of it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from aureole.kernel import wire
from aureole.ledger.verifier import OFFER, RECEIPT, Flaw, verify_receipt
from aureole.people.models import Person
from aureole.privacy.models import (
    ArrivedTransfer,
    Peer,
    SentState,
    SentTransfer,
)
from aureole.privacy.transfer import documents, sealing
from aureole.privacy.transfer.actions.refuse_arrival import refuse_arrival
from aureole.privacy.transfer.actions.remove_peer import remove_peer
from aureole.privacy.transfer.actions.send_package import send_package
from aureole.privacy.transfer.sending import deliver
from aureole.testing.personas import Personas
from aureole.web.transfers.tests.conftest import OPERATOR, Arrived, Wire, as_it_is, officer, sent_to
from aureole.web.transfers.tests.offers import an_offer, offered, own_key, signed


def test_repeated_sends_and_a_replayed_offer_are_once(arrived: Arrived, personas: Personas) -> None:
    sent, arrival = arrived
    assert sent.request_id is not None
    again = send_package(request_id=sent.request_id, peer_id=sent.peer_id, by=officer(personas))
    assert again.id == sent.id and SentTransfer.objects.count() == 1
    refuse_arrival(arrival_id=arrival.id, by=OPERATOR)
    answer = Client().post("/transfers/offers", data=sent.offer, content_type="application/json")
    assert answer.json()["state"] == "refused" and ArrivedTransfer.objects.count() == 1
    later = Client().post(f"/transfers/{sent.id}/pieces/0", data=b"x", content_type="text/plain")
    assert later.status_code == 409
    other = json.loads(sent.offer)["payload"] | {"sha256": "0" * 64}
    forged = signed(other, OFFER, own_key())
    assert offered(forged) == (409, "other_offer")


def test_an_offer_of_nobody_we_know_is_declined(peer: Peer) -> None:
    assert offered(signed(an_offer(peer), OFFER, Ed25519PrivateKey.generate())) == (403, "unknown_peer")
    remove_peer(peer_id=peer.id, by=OPERATOR)
    assert offered(signed(an_offer(peer), OFFER, own_key())) == (403, "unknown_peer")
    assert not ArrivedTransfer.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"to": "another"}, 403, "not_for_us"),
        ({"size": 3 << 30, "pieces": 3 << 10}, 413, "too_large"),
        ({"pieces": 7}, 403, "forged"),
        ({"counts": {"names": 1}}, 403, "forged"),
        ({"offered_at": "2020-01-01T00:00:00+00:00"}, 403, "too_old"),
        ({"sealed_key": "AAAA"}, 403, "forged"),
        ({"transfer": "Ada Lindqvist"}, 403, "forged"),
    ],
)
def test_an_offer_that_is_signed_and_wrong_is_declined(
    peer: Peer, changes: dict[str, Any], status: int, code: str
) -> None:
    assert offered(signed(an_offer(peer, **changes), OFFER, own_key())) == (status, code)
    assert not ArrivedTransfer.objects.exists()


def test_a_forged_signature_is_declined(peer: Peer) -> None:
    text = signed(an_offer(peer), OFFER, own_key()).replace('"size": 10', '"size": 11')
    assert offered(text) == (403, "forged")
    assert offered("x" * 20_000) == (413, "too_large")


def test_a_card_signed_by_somebody_else_stops_before_anything_is_sent(
    ada: Person, peer: Peer, personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_to(ada, peer, officer(personas))
    other = Ed25519PrivateKey.generate()
    card = signed({"sealing_key": "A" * 44, "most_bytes": 1}, documents.CARD, other).encode()
    monkeypatch.setattr(wire, "ask", lambda address, **_: (200, card))
    assert deliver(sent.id) == SentState.FAILED
    assert as_it_is(sent).trouble == "card_unsound" and not as_it_is(sent).offer


def test_a_receipt_that_is_not_the_peers_changes_nothing(arrived: Arrived) -> None:
    sent, _ = arrived
    payload = json.loads(sent.receipt)["payload"] | {"event": "taken_in"}
    forged = signed(payload, RECEIPT, Ed25519PrivateKey.generate())
    answer = Client().post("/transfers/receipts", data=forged, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forged")
    other = signed(payload | {"sha256": "0" * 64}, RECEIPT, own_key())
    assert Client().post("/transfers/receipts", data=other, content_type="text/plain").status_code == 403
    assert as_it_is(sent).state == SentState.DELIVERED
    with pytest.raises(Flaw, match="another offer"):
        verify_receipt(signed(payload | {"offer_sha256": "0"}, RECEIPT, own_key()), sent.offer)


def test_a_package_signed_by_somebody_else_than_who_offers_it_goes_at_once(
    ada: Person, peer: Peer, line: Wire, personas: Personas
) -> None:
    sent = sent_to(ada, peer, officer(personas))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("manifest.json", "{}")
    raw = content.getvalue()
    way = sealing.Way(transfer=sent.id, sender=peer.fingerprint, receiver=peer.fingerprint)
    offer = documents.make_offer(
        way=way, sealed_key=sealing.seal_key(b"k" * 32, sealing.public_key(), way), size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(), counts={},
    )  # fmt: skip
    assert offered(offer)[0] == 200
    sealed = sealing.seal_piece(raw, b"k" * 32, number=0, of=1, way=way)
    Client().post(f"/transfers/{sent.id}/pieces/0", data=sealed, content_type="application/octet-stream")
    answer = Client().post(f"/transfers/{sent.id}/delivered").json()
    assert answer["state"] == "refused"
    assert verify_receipt(answer["closing"], offer)["ground"] == "unsound"
