"""A package goes straight to another controller, and the receipts of both come back.

Here the instance is its own peer: all that is said goes over its own door. Two real ones meet in tests/drills.
"""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from aureole.kernel import clock, wire
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.ledger.verifier import OFFER, RECEIPT, Flaw, main, verify_bundle, verify_receipt
from aureole.people.models import Person, PersonStatus
from aureole.privacy.certificate.sign import sign_document
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.models import (
    ArrivedPiece,
    ArrivedState,
    ArrivedTransfer,
    Peer,
    RequestLetter,
    RequestStep,
    SentState,
    SentTransfer,
)
from aureole.privacy.rights.actions.direct_request import direct_request
from aureole.privacy.rights.actions.disown_request import disown_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.evidence import evidence_of
from aureole.privacy.rights.place import today
from aureole.privacy.suppression.actions.lift_suppression import entry_of, lift_suppression
from aureole.privacy.transfer import documents, sealing
from aureole.privacy.transfer.actions.add_peer import add_peer
from aureole.privacy.transfer.actions.refuse_arrival import refuse_arrival
from aureole.privacy.transfer.actions.remove_peer import remove_peer
from aureole.privacy.transfer.actions.send_package import send_package
from aureole.privacy.transfer.actions.take_in_arrival import take_in_arrival
from aureole.privacy.transfer.actions.withdraw_transfer import withdraw_transfer
from aureole.privacy.transfer.arrivals import said_of
from aureole.privacy.transfer.peers import own_line, peer_named
from aureole.privacy.transfer.receipts import sweep_transfers
from aureole.privacy.transfer.sending import deliver
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.naming import named_in
from aureole.testing.personas import Personas
from aureole.vault import suppression
from aureole.vault.intake import arrival_subject
from aureole.vault.keys import is_fenced
from aureole.vault.models import BlindIndexEntry, SealedFile
from aureole.web.transfers.tests.conftest import Arrived, Wire, answered, as_it_is, officer, sent_to

OPERATOR = Actor.operator()
Change = Callable[[str, bytes | None], bytes | None]


def test_what_is_delivered_waits_sealed_and_its_receipt_holds_offline(arrived: Arrived) -> None:
    sent, arrival = arrived
    said = verify_receipt(sent.receipt, sent.offer, expected_key=sent.peer.fingerprint)
    assert said["event"] == "delivered" and said["transfer"] == str(sent.id)
    assert not named_in(sent.offer + sent.receipt, "Ada", "brevduva")
    assert arrival.state == ArrivedState.ARRIVED and not ArrivedPiece.objects.exists()
    assert arrival.file is not None and arrival.file.person_id == arrival_subject(arrival.id)
    told = said_of(arrival)
    assert told is not None and told.name == "Ada Lindqvist"
    assert told.identifiers == (("email", "ada@brevduva.example"),)
    assert sent.key is None, "nothing is left to be sent"
    types = list(Entry.objects.order_by("number").values_list("type", flat=True))
    assert [t for t in types if t.startswith("transfer.")][1:] == [
        "transfer.begun", "transfer.arrived", "transfer.delivered",
    ]  # fmt: skip


def test_somebody_known_here_is_put_together_by_a_person_only(arrived: Arrived, ada: Person) -> None:
    _, arrival = arrived
    with pytest.raises(Refused, match="same person"):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR)
    with pytest.raises(Refused, match="same person"):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=uuid.uuid4())
    assert as_it_is(arrival).state == ArrivedState.ARRIVED
    take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=ada.id)
    assert as_it_is(arrival).person_id == ada.id


def test_after_it_is_taken_in_both_have_the_others_receipt_and_the_person_knows(
    arrived: Arrived, ada: Person, django_capture_on_commit_callbacks: Any
) -> None:
    sent, arrival = arrived
    with django_capture_on_commit_callbacks(execute=True):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=ada.id)
    again = take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=ada.id)
    assert again.state == ArrivedState.TAKEN_IN
    run_waiting_jobs("privacy.tell_sender")
    sent, arrival = as_it_is(sent), as_it_is(arrival)
    assert sent.state == SentState.TAKEN_IN and arrival.told_at is not None
    assert verify_receipt(sent.closing, sent.offer)["event"] == "taken_in"
    letters = RequestLetter.objects.filter(kind__startswith="moved")
    assert sorted(letters.values_list("kind", flat=True)) == ["moved_here", "moved_taken_in"]
    here = next(str(letter.text) for letter in letters if letter.kind == "moved_here")
    assert "Fjell Outdoor" in here and "Art. 6(1)(b)" in here and "/portal/privacy/" in here
    assert arrival.file is None and is_fenced(arrival_subject(arrival.id)), "what lay apart is destroyed"
    whats = list(RequestStep.objects.order_by("at", "id").values_list("what", flat=True))
    assert whats[-3:] == ["sent_on", "delivered_there", "taken_in_there"]


def test_a_refusal_destroys_what_came_and_is_told_with_a_receipt(
    arrived: Arrived, django_capture_on_commit_callbacks: Any
) -> None:
    sent, arrival = arrived
    with django_capture_on_commit_callbacks(execute=True):
        refuse_arrival(arrival_id=arrival.id, by=OPERATOR)
    run_waiting_jobs("privacy.tell_sender")
    sent = as_it_is(sent)
    said = verify_receipt(sent.closing, sent.offer)
    assert (said["event"], said["ground"], sent.state) == ("refused", "unwanted", SentState.REFUSED)
    assert not SealedFile.objects.filter(person_id=arrival_subject(arrival.id)).exists()
    assert is_fenced(arrival_subject(arrival.id))
    assert RequestLetter.objects.filter(kind="moved_refused").exists()
    with pytest.raises(Refused, match="refused already"):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR)


def test_the_sender_learns_how_it_ended_even_where_the_receiver_cannot_reach_it(
    arrived: Arrived, line: Wire
) -> None:
    sent, arrival = arrived
    refuse_arrival(arrival_id=arrival.id, by=OPERATOR)
    assert deliver(sent.id) == SentState.REFUSED, "it asks with the same offer"
    assert line.said[-1] == "/transfers/offers"


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
    forged = _signed(other, OFFER, _own_key())
    assert _offered(forged) == (409, "other_offer")


def _own_key() -> Ed25519PrivateKey:
    from aureole.privacy.certificate import issue

    return issue._private_key()


def _signed(payload: dict[str, Any], kind: str, key: Ed25519PrivateKey) -> str:
    return sign_document(payload, key, kind=kind, version=1)


def _offered(text: str) -> tuple[int, str]:
    answer = Client().post("/transfers/offers", data=text, content_type="application/json")
    return answer.status_code, answer.json().get("code", "")


def _an_offer(peer: Peer, **changes: Any) -> dict[str, Any]:
    way = sealing.Way(transfer=uuid.uuid4(), sender=peer.fingerprint, receiver=peer.fingerprint)
    sealed = sealing.seal_key(b"k" * 32, sealing.public_key(), way)
    text = documents.make_offer(way=way, sealed_key=sealed, size=10, sha256="0" * 64, counts={})
    payload: dict[str, Any] = json.loads(text)["payload"]
    return payload | changes


def test_an_offer_of_nobody_we_know_is_declined(peer: Peer) -> None:
    assert _offered(_signed(_an_offer(peer), OFFER, Ed25519PrivateKey.generate())) == (403, "unknown_peer")
    remove_peer(peer_id=peer.id, by=OPERATOR)
    assert _offered(_signed(_an_offer(peer), OFFER, _own_key())) == (403, "unknown_peer")
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
    assert _offered(_signed(_an_offer(peer, **changes), OFFER, _own_key())) == (status, code)
    assert not ArrivedTransfer.objects.exists()


def test_a_forged_signature_is_declined(peer: Peer) -> None:
    text = _signed(_an_offer(peer), OFFER, _own_key()).replace('"size": 10', '"size": 11')
    assert _offered(text) == (403, "forged")
    assert _offered("x" * 20_000) == (413, "too_large")


def test_a_piece_that_was_changed_on_its_way_is_not_taken_and_sent_again(
    ada: Person, peer: Peer, line: Wire, personas: Personas
) -> None:
    sent = sent_to(ada, peer, officer(personas))
    line.change = lambda path, body: body[:-1] + b"!" if body and "/pieces/" in path else body
    assert deliver(sent.id) == SentState.WAITING
    waiting = as_it_is(sent)
    assert waiting.trouble == "tampered" and waiting.next_at > now()
    assert not ArrivedPiece.objects.exists()
    line.change = lambda path, body: body
    assert deliver(sent.id) == SentState.DELIVERED


def test_many_pieces_resume_where_the_line_broke(
    ada: Person, peer: Peer, line: Wire, personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "PIECE_BYTES", 16 * 1024)
    sent = sent_to(ada, peer, officer(personas))

    def breaking(path: str, body: bytes | None) -> bytes | None:
        if path.endswith("/pieces/2"):
            raise OSError("away")
        return body

    line.change = breaking
    assert deliver(sent.id) == SentState.WAITING
    assert (as_it_is(sent).trouble, as_it_is(sent).sent_pieces) == ("away", 2)
    pieces = documents.read_offer(as_it_is(sent).offer).pieces
    assert pieces > 3 and ArrivedPiece.objects.count() == 2
    line.said.clear()
    line.change = lambda path, body: body
    assert deliver(sent.id) == SentState.DELIVERED
    assert [path for path in line.said if path.endswith(("/pieces/0", "/pieces/1"))] == []
    assert not ArrivedPiece.objects.exists()


def test_a_peer_that_is_away_is_waited_for_until_the_package_runs_out(
    ada: Person, peer: Peer, line: Wire, personas: Personas
) -> None:
    def away(path: str, body: bytes | None) -> bytes | None:
        raise OSError("no route")

    line.change = away
    sent = sent_to(ada, peer, officer(personas))
    for _ in range(3):
        assert deliver(sent.id) == SentState.WAITING
    waiting = as_it_is(sent)
    assert waiting.attempts == 3 and waiting.trouble == "away"
    assert timedelta(0) < waiting.next_at - now() < timedelta(minutes=3)
    with clock.at(waiting.until + timedelta(minutes=1)):
        assert deliver(sent.id) is None
    assert (as_it_is(sent).state, as_it_is(sent).trouble) == (SentState.FAILED, "run_out")
    assert RequestStep.objects.filter(what="not_delivered").exists()


def test_a_card_signed_by_somebody_else_stops_before_anything_is_sent(
    ada: Person, peer: Peer, personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_to(ada, peer, officer(personas))
    other = Ed25519PrivateKey.generate()
    card = _signed({"sealing_key": "A" * 44, "most_bytes": 1}, documents.CARD, other).encode()
    monkeypatch.setattr(wire, "ask", lambda address, **_: (200, card))
    assert deliver(sent.id) == SentState.FAILED
    assert as_it_is(sent).trouble == "card_unsound" and not as_it_is(sent).offer


def test_a_receipt_that_is_not_the_peers_changes_nothing(arrived: Arrived) -> None:
    sent, _ = arrived
    payload = json.loads(sent.receipt)["payload"] | {"event": "taken_in"}
    forged = _signed(payload, RECEIPT, Ed25519PrivateKey.generate())
    answer = Client().post("/transfers/receipts", data=forged, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forged")
    other = _signed(payload | {"sha256": "0" * 64}, RECEIPT, _own_key())
    assert Client().post("/transfers/receipts", data=other, content_type="text/plain").status_code == 403
    assert as_it_is(sent).state == SentState.DELIVERED
    with pytest.raises(Flaw, match="another offer"):
        verify_receipt(_signed(payload | {"offer_sha256": "0"}, RECEIPT, _own_key()), sent.offer)


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
    assert _offered(offer)[0] == 200
    sealed = sealing.seal_piece(raw, b"k" * 32, number=0, of=1, way=way)
    Client().post(f"/transfers/{sent.id}/pieces/0", data=sealed, content_type="application/octet-stream")
    answer = Client().post(f"/transfers/{sent.id}/delivered").json()
    assert answer["state"] == "refused"
    assert verify_receipt(answer["closing"], offer)["ground"] == "unsound"


def test_an_erasure_takes_back_what_is_on_its_way_and_destroys_what_waits(
    arrived: Arrived, ada: Person, line: Wire
) -> None:
    sent, arrival = arrived
    erase_person(ada.id, by=OPERATOR, reason="she asked")
    sent, arrival = as_it_is(sent), as_it_is(arrival)
    assert (sent.state, sent.person_id, sent.key) == (SentState.WITHDRAWN, None, None)
    assert (arrival.state, arrival.ground, arrival.file) == (ArrivedState.REFUSED, "erased", None)
    run_waiting_jobs("privacy.tell_withdrawn")
    assert line.said[-1] == "/transfers/withdrawals"
    assert verify_receipt(as_it_is(sent).closing, sent.offer)["event"] == "refused"


def test_what_is_taken_back_is_destroyed_there(arrived: Arrived) -> None:
    sent, arrival = arrived
    withdraw_transfer(transfer_id=sent.id, by=OPERATOR)
    run_waiting_jobs("privacy.tell_withdrawn")
    assert (as_it_is(arrival).state, as_it_is(arrival).ground) == (ArrivedState.REFUSED, "withdrawn")
    assert verify_receipt(as_it_is(sent).closing, sent.offer)["ground"] == "withdrawn"


def test_a_request_that_was_disowned_stops_what_it_had_begun(arrived: Arrived) -> None:
    sent, _ = arrived
    assert sent.request_id is not None
    disown_request(request_id=sent.request_id, by=Actor(kind="customer"))
    assert as_it_is(sent).state == SentState.WITHDRAWN


def test_nobody_decides_for_ever(arrived: Arrived) -> None:
    _, arrival = arrived
    assert sweep_transfers() == 0
    with clock.at(now() + timedelta(days=31)):
        assert sweep_transfers() == 1
        assert sweep_transfers() == 0
    assert (as_it_is(arrival).state, as_it_is(arrival).ground) == (ArrivedState.REFUSED, "run_out")


@pytest.mark.parametrize("status", [PersonStatus.RESTRICTED, PersonStatus.ERASING])
def test_nothing_is_taken_in_for_a_person_who_is_closed(
    arrived: Arrived, ada: Person, status: PersonStatus
) -> None:
    _, arrival = arrived
    Person.objects.filter(pk=ada.id).update(status=status)
    with pytest.raises(Refused, match="restricted or being erased"):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=ada.id)
    assert as_it_is(arrival).state == ArrivedState.ARRIVED


def test_only_a_released_answer_to_a_portability_request_is_sent(
    ada: Person, peer: Peer, personas: Personas
) -> None:
    by = officer(personas)
    access = answered(ada, "access")
    with pytest.raises(Refused, match=r"Art\. 20"):
        send_package(request_id=access.id, peer_id=peer.id, by=by)
    opened = open_request(kind="portability", person_id=ada.id, channel="cli", by=OPERATOR)
    with pytest.raises(Refused, match="not answered yet"):
        send_package(request_id=opened.id, peer_id=peer.id, by=by)
    with pytest.raises(NotFound, match="removed"):
        direct_request(request_id=opened.id, peer_id=uuid.uuid4(), by=by)
    assert not SentTransfer.objects.exists()


def test_who_prepared_it_does_not_send_it(ada: Person, peer: Peer) -> None:
    with pytest.raises(Refused, match="second person"):
        send_package(request_id=answered(ada).id, peer_id=peer.id, by=OPERATOR)


def test_a_request_that_says_where_it_goes_is_sent_once_it_is_released(
    ada: Person, peer: Peer, line: Wire
) -> None:
    answered(ada, peer=peer)
    run_waiting_jobs("privacy.deliver_transfer")
    assert SentTransfer.objects.get().state == SentState.DELIVERED


def test_the_evidence_of_the_request_has_the_receipts_and_holds(
    arrived: Arrived, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    sent, arrival = arrived
    refuse_arrival(arrival_id=arrival.id, by=OPERATOR)
    run_waiting_jobs("privacy.tell_sender")
    sent = as_it_is(sent)
    assert sent.request_id is not None
    evidence_of(sent.request_id, tmp_path / "evidence.zip", by=OPERATOR)
    found = verify_bundle(tmp_path / "evidence.zip").checked
    assert "the package sent to another controller: delivered, refused" in found
    for name in ("offer", "receipt", "closing"):
        (tmp_path / name).write_text(getattr(sent, name), "utf-8")
    files = [str(tmp_path / name) for name in ("offer", "receipt", "closing")]
    assert main([*files, "--key", sent.peer.fingerprint]) == 0
    assert "refused (unwanted)" in capsys.readouterr().out
    (tmp_path / "receipt").write_text(sent.receipt.replace("delivered", "taken_in"), "utf-8")
    assert main(files) == 1


def test_a_peer_whose_packages_are_taken_in_by_themselves_still_waits_where_somebody_is_known(
    ada: Person, peer: Peer, line: Wire, personas: Personas
) -> None:
    add_peer(line=own_line(), name="Fjell", automatic=True, by=OPERATOR)
    assert Peer.objects.get().automatic and peer_named("fjell").id == peer.id
    sent = sent_to(ada, peer, officer(personas))
    deliver(sent.id)
    run_waiting_jobs("privacy.take_in_arrived")
    assert ArrivedTransfer.objects.get().state == ArrivedState.ARRIVED


def test_somebody_who_is_kept_away_is_not_taken_in_before_the_entry_is_lifted(
    arrived: Arrived, ada: Person
) -> None:
    _, arrival = arrived
    BlindIndexEntry.objects.all().delete()  # nobody here has the address any more
    address = [("email", "ada@brevduva.example")]
    suppression.suppress(address, ground="erased", today=today(), until=today() + timedelta(days=30))
    with pytest.raises(Refused, match="on the suppression list until"):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR)
    assert as_it_is(arrival).state == ArrivedState.ARRIVED, "it waits for whoever decides"
    lift_suppression(entry_id=entry_of("ada@brevduva.example"), reason="asked to come", by=OPERATOR)
    with pytest.raises(Refused) as refused:
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR)
    assert refused.value.code == "package_ticket_taken", (
        "past the list: what is left is that this is its own peer"
    )
