"""Officers see what came and what was sent, and decide; nobody else gets anything."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Person
from aureole.privacy.models import (
    ArrivedNotice,
    ArrivedState,
    ArrivedTransfer,
    NoticeEvent,
    Peer,
    RightsRequest,
    SentNotice,
    SentState,
    SentTransfer,
)
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.transfer.actions.send_package import send_package
from aureole.privacy.transfer.noticing import give_waiting_notice, notify_holders
from aureole.privacy.transfer.sending import deliver
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn, sign_in
from aureole.web.transfers.tests.conftest import Wire, ada, answered, line, peer

__all__ = ["ada", "line", "peer", "sign_in"]


@pytest.fixture
def delivered(ada: Person, peer: Peer, line: Wire, sign_in: SignIn) -> tuple[SentTransfer, ArrivedTransfer]:
    """Sent from the request's page, delivered to ourselves."""
    request = answered(ada)
    client = sign_in("privacy_officer")
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "Send it straight to another controller" in page and "Fjell Outdoor" in page
    answer = client.post(f"/privacy/requests/{request.number}/send-on/", {"peer": str(peer.id)})
    assert answer.status_code == 302
    sent = SentTransfer.objects.get()
    assert deliver(sent.id) == SentState.DELIVERED
    return sent, ArrivedTransfer.objects.get()


Delivered = tuple[SentTransfer, ArrivedTransfer]


def test_what_came_is_decided_on_its_page(delivered: Delivered, ada: Person, sign_in: SignIn) -> None:
    sent, arrival = delivered
    client = sign_in("privacy_officer")
    listed = client.get("/privacy/transfers/").content.decode()
    assert "1 package from another controller waits" in listed and "waits for a decision" in listed
    before = Entry.objects.filter(type="transfer.read").count()
    page = client.get(f"/privacy/transfers/arrived/{arrival.id}/").content.decode()
    assert Entry.objects.filter(type="transfer.read").count() == before + 1
    assert "ada@brevduva.example" in page and "It is Ada Lindqvist: take it in" in page
    assert "does not use it" not in page
    refused = client.post(f"/privacy/transfers/arrived/{arrival.id}/take-in/")
    assert refused.status_code == 409 and "same person" in refused.content.decode()
    done = client.post(f"/privacy/transfers/arrived/{arrival.id}/take-in/", {"same_as": str(ada.id)})
    assert done.status_code == 302
    page = client.get(f"/privacy/transfers/arrived/{arrival.id}/").content.decode()
    assert "was taken in" in page and "ada@brevduva.example" not in page
    receipt = client.get(f"/privacy/transfers/{arrival.id}/decided.json")
    assert receipt.json()["payload"]["event"] == "taken_in"
    assert client.get(f"/privacy/transfers/{sent.id}/offer.json").status_code == 200
    assert client.get(f"/privacy/transfers/{sent.id}/words.json").status_code == 404


def test_what_was_done_since_is_told_proposed_and_answered(
    delivered: Delivered, ada: Person, sign_in: SignIn
) -> None:
    sent, arrival = delivered
    client = sign_in("privacy_officer")
    notify_holders(ada.id, NoticeEvent.CORRECT, by=Actor.operator(), fields=["postal_address"])
    notice = SentNotice.objects.get()
    page = client.get(f"/privacy/transfers/sent/{sent.id}/").content.decode()
    assert "not acknowledged yet" in page and "Tell them now" in page
    assert client.post(f"/privacy/transfers/notice/{notice.id}/now/").status_code == 302
    run_waiting_jobs("privacy.give_notice")
    page = client.get(f"/privacy/transfers/sent/{sent.id}/").content.decode()
    assert "told that it was corrected (postal address)" in page and "acknowledged, undecided there" in page
    page = client.get(f"/privacy/transfers/arrived/{arrival.id}/").content.decode()
    assert "the sender corrected it (postal address)" in page and "waits for a decision" in page
    told, came = "/privacy/transfers/told/", ArrivedNotice.objects.get()
    assert "See the package" in client.get(told).content.decode()
    early = client.post(f"/privacy/transfers/told/{came.id}/answer/", {"outcome": "acted"})
    assert early.status_code == 409 and "not decided yet" in early.content.decode()
    client.post(f"/privacy/transfers/arrived/{arrival.id}/take-in/", {"same_as": str(ada.id)})
    assert "1 change at another controller" in client.get("/privacy/").content.decode()
    page = client.get(told).content.decode()
    assert f"/people/{ada.id}/correct/" in page and "Ada Lindqvist" in page and "Done here too" in page
    assert client.post(f"/privacy/transfers/told/{came.id}/answer/", {"outcome": "sold"}).status_code == 422
    assert sign_in("agent").post(f"/privacy/transfers/told/{came.id}/answer/").status_code == 403
    client = sign_in("privacy_officer")
    done = client.post(f"/privacy/transfers/told/{came.id}/answer/", {"outcome": "own_ground"})
    assert done.status_code == 302
    run_waiting_jobs("privacy.tell_outcome")
    page = client.get(told).content.decode()
    assert "kept as it is, on a ground of our own" in page and "they have our word" in page
    page = client.get(f"/privacy/transfers/sent/{sent.id}/").content.decode()
    assert "kept there, on a ground of their own" in page and "Tell them now" not in page
    assert "change at another controller" not in client.get("/privacy/").content.decode()
    for name in ("acknowledged-1", "answered-1"):
        assert client.get(f"/privacy/transfers/{arrival.id}/{name}.json").status_code == 200


def test_both_pages_say_that_the_person_is_restricted_at_the_sender(
    ada: Person, peer: Peer, line: Wire, sign_in: SignIn
) -> None:
    request, client = answered(ada), sign_in("privacy_officer")
    restrict_person(person_id=ada.id, reason="contested", by=Actor.operator())
    sent = send_package(request_id=request.id, peer_id=peer.id, by=client.agent.actor)
    assert deliver(sent.id) == SentState.DELIVERED
    assert give_waiting_notice(SentNotice.objects.get().id), (
        "told with the package, not only with the next change"
    )
    arrival = ArrivedTransfer.objects.get()
    page = client.get(f"/privacy/transfers/sent/{sent.id}/").content.decode()
    assert "data is restricted here since" in page and "told that it was restricted" in page
    where = f"/privacy/transfers/arrived/{arrival.id}/"
    assert "keeps this person’s data and does not use it" in client.get(where).content.decode()
    notify_holders(ada.id, NoticeEvent.LIFT, by=Actor.operator())
    assert give_waiting_notice(SentNotice.objects.get(event="lift").id)
    assert "keeps this person’s data and does not use it" not in client.get(where).content.decode()


def test_what_came_is_refused_on_its_page(delivered: Delivered, sign_in: SignIn) -> None:
    _, arrival = delivered
    client = sign_in("privacy_officer")
    assert client.post(f"/privacy/transfers/arrived/{arrival.id}/refuse/").status_code == 302
    assert ArrivedTransfer.objects.get().state == ArrivedState.REFUSED
    assert "is destroyed" in client.get(f"/privacy/transfers/arrived/{arrival.id}/").content.decode()
    late = client.post(f"/privacy/transfers/arrived/{arrival.id}/take-in/")
    assert late.status_code == 409 and "refused already" in late.content.decode()


def test_what_was_sent_says_how_far_it_is_and_is_taken_back(delivered: Delivered, sign_in: SignIn) -> None:
    sent, _ = delivered
    client = sign_in("privacy_officer")
    page = client.get(f"/privacy/transfers/sent/{sent.id}/").content.decode()
    assert "has not decided yet" in page and "receipt of the delivery" in page
    request = RightsRequest.objects.get(pk=sent.request_id)
    assert "delivered, undecided there" in client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert client.post(f"/privacy/transfers/sent/{sent.id}/withdraw/").status_code == 302
    assert SentTransfer.objects.get().state == SentState.WITHDRAWN


def test_a_peer_that_is_away_is_told_with_the_time_of_the_next_try(
    ada: Person, peer: Peer, line: Wire, sign_in: SignIn
) -> None:
    def away(path: str, body: bytes | None) -> bytes | None:
        raise OSError("no route")

    line.change = away
    client, request = sign_in("privacy_officer"), answered(ada)
    client.post(f"/privacy/requests/{request.number}/send-on/", {"peer": str(peer.id)})
    sent = SentTransfer.objects.get()
    deliver(sent.id)
    page = client.get(f"/privacy/transfers/sent/{sent.id}/").content.decode()
    assert "does not answer" in page and "Tried again" in page and "at the latest until" in page
    assert client.post(f"/privacy/transfers/sent/{sent.id}/now/").status_code == 302


def test_a_request_under_way_notes_where_its_answer_goes(ada: Person, peer: Peer, sign_in: SignIn) -> None:
    request = open_request(kind="portability", person_id=ada.id, channel="portal", by=Actor(kind="customer"))
    vouch_identity(request_id=request.id, how="counter", by=Actor.operator())
    client = sign_in("privacy_officer")
    path = f"/privacy/requests/{request.number}/direct/"
    assert client.post(path, {"peer": ""}).status_code == 422
    assert client.post(path, {"peer": str(uuid.uuid4())}).status_code == 422
    assert client.post(path, {"peer": str(peer.id), "reason": "on the telephone"}).status_code == 302
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "goes straight to Fjell Outdoor" in page
    assert client.post(path.replace("direct", "undirect")).status_code == 302
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "goes straight to Fjell Outdoor" not in page
    assert "Send it to the person only" not in page, "there is nothing to undo"


def test_other_rights_and_other_roles_are_not_offered_it(
    ada: Person, peer: Peer, personas: Personas, sign_in: SignIn
) -> None:
    access = answered(ada, "access")
    page = sign_in("privacy_officer").get(f"/privacy/requests/{access.number}/").content.decode()
    assert "straight to another controller" not in page
    agent: Client = sign_in("agent")
    paths: tuple[Any, ...] = (
        "",
        "told/",
        f"arrived/{uuid.uuid4()}/",
        f"sent/{uuid.uuid4()}/",
        f"{uuid.uuid4()}/offer.json",
    )
    assert [agent.get(f"/privacy/transfers/{path}").status_code for path in paths] == [403] * 5
    officer = sign_in("privacy_officer")
    assert [officer.get(f"/privacy/transfers/{path}").status_code for path in paths] == [
        200,
        200,
        404,
        404,
        404,
    ]


def test_the_list_asks_the_same_however_much_there_is(
    delivered: Delivered, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("privacy_officer")
    client.get("/privacy/transfers/")
    with django_assert_max_num_queries(16):
        client.get("/privacy/transfers/")
