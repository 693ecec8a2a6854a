"""Whoever took a package in is told of what was done with its person's data since (GDPR Art. 19)."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from aureole.kernel.clock import now
from aureole.ledger.models import Entry
from aureole.ledger.verifier import verify_bundle
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Person
from aureole.privacy.certificate.sign import sign_document
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.models import ArrivedNotice, ArrivedTransfer, SentNotice, SentTransfer
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.evidence import write_evidence
from aureole.privacy.transfer import documents
from aureole.privacy.transfer.actions.hurry_notice import hurry_notice
from aureole.privacy.transfer.actions.refuse_arrival import refuse_arrival
from aureole.privacy.transfer.actions.remove_peer import remove_peer
from aureole.privacy.transfer.actions.take_in_arrival import take_in_arrival
from aureole.privacy.transfer.arrivals import documents_named
from aureole.privacy.transfer.noticing import give_waiting_notice
from aureole.privacy.transfer.recipients import controllers
from aureole.privacy.transfer.sending import deliver
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.naming import named_in
from aureole.web.portal.privacy.progress import progress_context
from aureole.web.transfers.tests.conftest import OPERATOR, Arrived, Wire, as_it_is


@pytest.fixture
def taken_in(arrived: Arrived, ada: Person) -> Arrived:
    sent, arrival = arrived
    take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=ada.id)
    deliver(sent.id)
    return as_it_is(sent), as_it_is(arrival)


def _told(sent: SentTransfer, event: str) -> ArrivedNotice:
    """The one notice that left came, and its acknowledgement is kept."""
    run_waiting_jobs("privacy.give_notice")
    notice, came = SentNotice.objects.get(), ArrivedNotice.objects.get()
    assert (notice.sent_id, notice.event, notice.trouble) == (sent.id, event, "")
    assert notice.answered_at is not None and came.document == notice.document
    said = documents.read_acknowledgement(notice.answer, notice.document, signer=sent.peer.fingerprint)
    assert said["notice"] == str(notice.id)
    types = list(
        Entry.objects.filter(type__startswith="transfer.notice")
        .exclude(type="transfer.notice_decided")
        .order_by("number")
        .values_list("type", flat=True)
    )
    assert types == ["transfer.notice_begun", "transfer.notice_arrived", "transfer.notice_answered"]
    return came


def test_a_restriction_is_told_once(taken_in: Arrived, ada: Person) -> None:
    sent, arrival = taken_in
    restrict_person(person_id=ada.id, reason="contested", by=OPERATOR)
    restrict_person(person_id=ada.id, reason="contested", by=OPERATOR)
    assert _told(sent, "restrict").arrival_id == arrival.id
    assert {"notice-1.json", "acknowledged-1.json"} <= documents_named(sent.id).keys()


def test_an_erasure_is_told_and_names_nobody(taken_in: Arrived, ada: Person) -> None:
    sent, _ = taken_in
    erase_person(ada.id, by=OPERATOR, reason="she asked")
    came = _told(sent, "erase")
    assert as_it_is(sent).person_id is None and not named_in(came.document, "Ada", str(ada.id))


def test_a_correction_that_was_asked_for_is_told_by_its_fields_without_values(
    taken_in: Arrived, ada: Person
) -> None:
    request = open_request(
        kind="rectification", person_id=ada.id, channel="cli", by=OPERATOR, correction={"name": "Ada Lind"}
    )
    vouch_identity(request_id=request.id, how="counter", by=OPERATOR)
    complete_request(request_id=request.id, by=OPERATOR)
    came = _told(taken_in[0], "correct")
    assert came.fields == ["name"] and "Lind" not in came.document
    told = progress_context(as_it_is(request), "en")["told"]
    assert len(told) == 1 and "Fjell Outdoor" in told[0] and "confirmed it on" in told[0]
    assert [r.kind for r in controllers(ada.id)] == ["transfer", "told_correct"]
    bundle = io.BytesIO()
    write_evidence(request.id, bundle, by=OPERATOR)
    checked = verify_bundle(bundle).checked
    assert "the notice of a change (correct): acknowledged" in checked


def test_who_did_not_take_it_in_is_not_told(arrived: Arrived, ada: Person) -> None:
    sent, arrival = arrived
    refuse_arrival(arrival_id=arrival.id, by=OPERATOR)
    deliver(sent.id)
    restrict_person(person_id=ada.id, reason="contested", by=OPERATOR)
    assert not SentNotice.objects.exists()


def test_a_peer_that_is_away_is_told_later(taken_in: Arrived, ada: Person, line: Wire) -> None:
    restrict_person(person_id=ada.id, reason="contested", by=OPERATOR)
    notice = SentNotice.objects.get()

    def away(path: str, body: bytes | None) -> bytes | None:
        raise OSError("no route")

    line.change = away
    assert not give_waiting_notice(notice.id)
    waiting = as_it_is(notice)
    assert (waiting.trouble, waiting.stage) == ("away", "waits") and waiting.next_at > now()
    line.change = lambda path, body: body
    assert not give_waiting_notice(notice.id), "it is not due yet"
    hurry_notice(notice_id=notice.id, by=OPERATOR)
    assert give_waiting_notice(notice.id) and not give_waiting_notice(notice.id)
    assert as_it_is(notice).trouble == "" and ArrivedNotice.objects.count() == 1


def test_a_peer_that_was_removed_is_spoken_with_no_more(taken_in: Arrived, ada: Person, line: Wire) -> None:
    sent, _ = taken_in
    restrict_person(person_id=ada.id, reason="contested", by=OPERATOR)
    remove_peer(peer_id=sent.peer_id, by=OPERATOR)
    assert not give_waiting_notice(SentNotice.objects.get().id)
    assert SentNotice.objects.get().trouble == "peer_removed" and "/transfers/notices" not in line.said


def _given(text: str) -> tuple[int, str]:
    answer = Client().post("/transfers/notices", data=text, content_type="application/json")
    return answer.status_code, answer.content.decode()


def _key() -> Ed25519PrivateKey:
    from aureole.privacy.certificate import issue

    return issue._private_key()


@pytest.mark.parametrize(
    ("changes", "code", "expected"),
    [
        ({"offer_sha256": "0" * 64}, "forged", 403),
        ({"event": "sell"}, "forged", 403),
        ({"transfer": "0193b5f0-0000-7000-8000-000000000000"}, "unknown_transfer", 404),
    ],
)
def test_a_notice_that_is_signed_and_wrong_is_declined(
    taken_in: Arrived, ada: Person, changes: dict[str, Any], code: str, expected: int
) -> None:
    payload = _notice(ada) | changes
    status, answer = _given(sign_document(payload, _key(), kind=documents.NOTICE, version=1))
    assert (status, json.loads(answer)["code"]) == (expected, code)
    assert not ArrivedNotice.objects.exists()


def _notice(ada: Person) -> dict[str, Any]:
    """What a notice says that has left and is known nowhere yet."""
    restrict_person(person_id=ada.id, reason="contested", by=OPERATOR)
    give_waiting_notice(SentNotice.objects.get().id)
    ArrivedNotice.objects.all().delete()
    found: dict[str, Any] = json.loads(SentNotice.objects.get().document)["payload"]
    return found


def test_a_notice_of_somebody_else_is_declined_and_one_that_is_repeated_is_kept_once(
    taken_in: Arrived, ada: Person
) -> None:
    payload = _notice(ada)
    text = SentNotice.objects.get().document
    forged = sign_document(payload, Ed25519PrivateKey.generate(), kind=documents.NOTICE, version=1)
    assert _given(forged)[0] == 403 and _given(text.replace("restrict", "erase"))[0] == 403
    first = _given(text)
    assert first[0] == 200 and _given(text) == first and ArrivedNotice.objects.count() == 1
    other = sign_document(payload | {"event": "erase"}, _key(), kind=documents.NOTICE, version=1)
    assert _given(other)[0] == 403 and ArrivedTransfer.objects.count() == 1
