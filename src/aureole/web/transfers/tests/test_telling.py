"""What is told without a request, in which order it arrives, how long it is tried, and what comes back."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.release_person import release_person
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Person
from aureole.privacy.certificate.sign import sign_document
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.models import (
    ArrivedNotice,
    ArrivedTransfer,
    NoticeOutcome,
    Peer,
    SentNotice,
    SentState,
    SentTransfer,
)
from aureole.privacy.ports import KnownAs
from aureole.privacy.transfer import documents
from aureole.privacy.transfer.actions.answer_notice import answer_notice
from aureole.privacy.transfer.actions.hurry_notice import hurry_notice
from aureole.privacy.transfer.actions.take_in_arrival import take_in_arrival
from aureole.privacy.transfer.actions.withdraw_transfer import withdraw_transfer
from aureole.privacy.transfer.arrivals import documents_named
from aureole.privacy.transfer.erasing import Transfers
from aureole.privacy.transfer.errors import TROUBLES
from aureole.privacy.transfer.noticing import give_waiting_notice
from aureole.privacy.transfer.sending import deliver
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock
from aureole.web.transfers.tests.conftest import OPERATOR, Arrived, Wire, as_it_is, officer, sent_to

OTHER = uuid.UUID("0193b5f0-0000-7000-8000-000000000001")
"""Who she is there: sender and receiver are one instance in these tests."""


@pytest.fixture
def there(arrived: Arrived, ada: Person) -> Arrived:
    """Taken in, by somebody who is not the sender's record."""
    sent, arrival = arrived
    take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=ada.id)
    deliver(sent.id)
    ArrivedTransfer.objects.update(person_id=OTHER)
    return as_it_is(sent), as_it_is(arrival)


def _away(path: str, body: bytes | None) -> bytes | None:
    raise OSError("no route")


def _restrict(ada: Person) -> SentNotice:
    restrict_person(person_id=ada.id, reason="contested", by=OPERATOR)
    return SentNotice.objects.get()


def _came() -> ArrivedNotice:
    run_waiting_jobs("privacy.give_notice")
    return ArrivedNotice.objects.get()


def test_a_peer_that_stays_away_is_tried_every_six_hours_for_sixty_days_and_then_when_asked(
    there: Arrived, ada: Person, line: Wire
) -> None:
    notice, line.change = _restrict(ada), _away
    SentNotice.objects.update(attempts=30)
    give_waiting_notice(notice.id)
    assert timedelta(hours=5) < as_it_is(notice).next_at - now() <= timedelta(hours=6)
    SentNotice.objects.update(next_at=None, created_at=now() - timedelta(days=61))
    give_waiting_notice(notice.id)
    assert (as_it_is(notice).stage, as_it_is(notice).trouble) == ("given_up", "away")
    line.change = lambda path, body: body
    assert not give_waiting_notice(notice.id)
    hurry_notice(notice_id=notice.id, by=OPERATOR)
    assert give_waiting_notice(notice.id) and as_it_is(notice).stage == "told"


def test_a_peer_that_forgot_the_transfer_is_not_asked_again_and_that_is_said_in_its_own_words(
    there: Arrived, ada: Person
) -> None:
    ArrivedTransfer.objects.all().delete()
    notice = _restrict(ada)
    assert not give_waiting_notice(notice.id)
    assert (as_it_is(notice).stage, as_it_is(notice).trouble) == ("given_up", "unknown_transfer")
    assert "ask its operator" in TROUBLES["unknown_transfer"]


@pytest.mark.parametrize(
    ("change", "event", "fields"),
    [
        ("fields", "correct", ["name", "language"]),
        ("identifier", "correct", ["identifier"]),
        ("lifting", "lift", []),
    ],
)
def test_what_staff_change_without_a_request_is_told(
    there: Arrived, ada: Person, change: str, event: str, fields: list[str]
) -> None:
    if change == "lifting":
        Person.objects.filter(pk=ada.id).update(status="restricted", restricted_at=now())
        release_person(person_id=ada.id, reason="settled", told="on the telephone", by=OPERATOR)
    elif change == "identifier":
        add_identifier(person=ada, kind="phone", value="+46705551234", by=OPERATOR)
    else:
        person = unlock(Person.objects.filter(pk=ada.id))[0]
        correct_person(person=person, by=OPERATOR, name=str(person.name))
        assert not SentNotice.objects.exists(), "nothing changed"
        correct_person(person=person, by=OPERATOR, name="Ada Lind")
        correct_person(person=person, by=OPERATOR, language="sv")
    came = _came()
    assert (came.event, came.fields, came.outcome) == (event, fields, "")


def test_what_is_corrected_while_the_package_is_on_its_way_is_told_once_it_is_there(
    ada: Person, peer: Peer, line: Wire, personas: Personas
) -> None:
    sent = sent_to(ada, peer, officer(personas))
    add_identifier(person=ada, kind="phone", value="+46705551234", by=OPERATOR)
    notice = SentNotice.objects.get()
    assert not give_waiting_notice(notice.id) and line.said == []
    assert (as_it_is(notice).trouble, as_it_is(notice).stage) == ("undelivered", "waits")
    deliver(sent.id)
    assert _came().outcome == "" and as_it_is(notice).stage == "told"


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("order", [("tell_withdrawn", "give_notice"), ("give_notice", "tell_withdrawn")])
def test_an_erasure_reaches_a_peer_whose_receipt_never_reached_us(
    ada: Person, peer: Peer, line: Wire, personas: Personas, order: tuple[str, str], taken: bool
) -> None:
    sent = sent_to(ada, peer, officer(personas))

    def lost(path: str, body: bytes | None) -> bytes | None:
        if path.endswith("/delivered"):
            Client().post(path, data=body, content_type="application/octet-stream")
            raise OSError("the answer is lost")
        return body

    line.change = lost
    assert deliver(sent.id) == SentState.WAITING
    line.change = lambda path, body: body
    if taken:
        take_in_arrival(arrival_id=ArrivedTransfer.objects.get().id, by=OPERATOR, same_as=ada.id)
        ArrivedTransfer.objects.update(person_id=OTHER)
    else:
        withdraw_transfer(
            transfer_id=sent.id, by=OPERATOR
        )  # or the erasure destroys here what it finds of hers
    erase_person(ada.id, by=OPERATOR, reason="she asked")
    for task in order:
        run_waiting_jobs(f"privacy.{task}")
    notice = SentNotice.objects.get()
    if (
        not taken and order[0] == "tell_withdrawn"
    ):  # they said that it is destroyed before there was more to say
        assert notice.stage == "not_needed" and not ArrivedNotice.objects.exists()
        return
    came = ArrivedNotice.objects.get()
    assert (notice.stage, came.event) == ("told", "erase")
    assert came.outcome == ("" if taken else "nothing_held")
    run_waiting_jobs("privacy.tell_outcome")
    assert as_it_is(notice).outcome == came.outcome


def test_nothing_is_told_where_nothing_had_left(
    ada: Person, peer: Peer, line: Wire, personas: Personas
) -> None:
    sent: SentTransfer = sent_to(ada, peer, officer(personas))
    notice = _restrict(ada)
    withdraw_transfer(transfer_id=sent.id, by=OPERATOR)
    run_waiting_jobs("privacy.give_notice")
    assert as_it_is(notice).stage == "not_needed" and line.said == []
    with pytest.raises(Refused, match="nothing to tell"):
        hurry_notice(notice_id=notice.id, by=OPERATOR)


def test_what_an_officer_decides_goes_back_signed(there: Arrived, ada: Person) -> None:
    notice, came = _restrict(ada), _came()
    answer_notice(notice_id=came.id, outcome=NoticeOutcome.ACTED, by=OPERATOR)
    answer_notice(notice_id=came.id, outcome=NoticeOutcome.ACTED, by=OPERATOR)
    with pytest.raises(Refused, match="decided already"):
        answer_notice(notice_id=came.id, outcome=NoticeOutcome.OWN_GROUND, by=OPERATOR)
    run_waiting_jobs("privacy.tell_outcome")
    known = as_it_is(notice)
    assert (known.stage, known.outcome, known.closing) == ("decided", "acted", as_it_is(came).closing)
    assert as_it_is(came).told_at is not None and "answered-1.json" in documents_named(there[0].id)
    payload: dict[str, Any] = json.loads(known.closing)["payload"]
    forged = sign_document(payload, Ed25519PrivateKey.generate(), kind=documents.OUTCOME, version=1)
    assert (
        Client().post("/transfers/outcomes", data=forged, content_type="application/json").status_code == 403
    )


def test_an_erasure_is_answered_by_erasing_and_by_nothing_less(there: Arrived, ada: Person) -> None:
    erase_person(ada.id, by=OPERATOR, reason="she asked")
    came = _came()
    with pytest.raises(Refused, match="still here"):
        answer_notice(notice_id=came.id, outcome=NoticeOutcome.ACTED, by=OPERATOR)
    Transfers().run(Subject(KnownAs(person_id=OTHER)))
    assert as_it_is(came).outcome == "acted" and as_it_is(there[1]).person_id is None
