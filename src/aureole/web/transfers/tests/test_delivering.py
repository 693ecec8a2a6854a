"""A package goes straight to another controller, however often the line breaks.

Here the instance is its own peer: all that is said goes over its own door. Two real ones meet in tests/drills.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from aureole.kernel import clock
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.ledger.verifier import verify_receipt
from aureole.people.models import Person
from aureole.privacy.informing.owing import owe
from aureole.privacy.models import (
    ArrivedPiece,
    ArrivedState,
    Informing,
    ObtainedFrom,
    Peer,
    RequestState,
    RequestStep,
    SentState,
    SentTransfer,
)
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.direct_request import direct_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.place import today
from aureole.privacy.rights.ports import executor
from aureole.privacy.transfer import documents, sealing
from aureole.privacy.transfer.actions.refuse_arrival import refuse_arrival
from aureole.privacy.transfer.actions.remove_peer import remove_peer
from aureole.privacy.transfer.actions.send_package import send_package
from aureole.privacy.transfer.arrivals import said_of
from aureole.privacy.transfer.sending import deliver
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.naming import named_in
from aureole.testing.personas import Personas
from aureole.vault.intake import arrival_subject
from aureole.vault.unlock import unlock
from aureole.web.transfers.tests.conftest import (
    OPERATOR,
    Arrived,
    Wire,
    answered,
    as_it_is,
    officer,
    released,
    sent_to,
)


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
    owe(ada.id, ObtainedFrom.IMPORT)
    answered(ada, peer=peer)
    owed = Informing.objects.get(person_id=ada.id)
    assert (owed.disclosed_on, owed.settled_at) == (today(), None), "told by then (GDPR Art. 14(3)(c))"
    run_waiting_jobs("privacy.deliver_transfer")
    assert SentTransfer.objects.get().state == SentState.DELIVERED


def test_a_peer_that_was_removed_after_the_release_is_said_at_the_request_once(
    ada: Person, peer: Peer, line: Wire
) -> None:
    request = released(ada, peer=peer)
    remove_peer(peer_id=peer.id, by=OPERATOR)
    doer = executor("portability")
    assert doer is not None
    doer.execute(request, by=OPERATOR, approved_by=None)  # a run that broke off before its end
    assert complete_request(request_id=request.id, by=OPERATOR).state == RequestState.DONE
    step = unlock([RequestStep.objects.get(request=request, what="not_delivered")])[0]
    assert "was removed from the peers here" in str(step.reason)
    assert not SentTransfer.objects.exists() and line.said == []


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


def test_the_sender_learns_how_it_ended_even_where_the_receiver_cannot_reach_it(
    arrived: Arrived, line: Wire
) -> None:
    sent, arrival = arrived
    refuse_arrival(arrival_id=arrival.id, by=OPERATOR)
    assert deliver(sent.id) == SentState.REFUSED, "it asks with the same offer"
    assert line.said[-1] == "/transfers/offers"
