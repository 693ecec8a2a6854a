from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from aureole.kernel import wire
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.models import ArrivedTransfer, Peer, RightsRequest, SentState, SentTransfer
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.direct_request import direct_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.transfer.actions.add_peer import add_peer
from aureole.privacy.transfer.actions.send_package import send_package
from aureole.privacy.transfer.peers import own_line
from aureole.privacy.transfer.sending import deliver
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
Change = Callable[[str, bytes | None], bytes | None]


class Wire:
    """Everything said, answered by our own door; `change` may alter what is on its way, or raise OSError."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.change: Change = lambda path, body: body

    def ask(self, address: str, *, body: bytes | None = None, **_: Any) -> tuple[int, bytes]:
        path = urlsplit(address).path
        self.said.append(path)
        body = self.change(path, body)
        client = Client(headers={"host": "testserver"})
        if body is None:
            answer = client.get(path)
        else:
            answer = client.post(path, data=body, content_type="application/octet-stream")
        return answer.status_code, answer.content


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Wire:
    found = Wire()
    monkeypatch.setattr(wire, "ask", found.ask)
    return found


@pytest.fixture
def ada(personas: Personas) -> Person:
    person = personas.person("Ada Lindqvist", "ada@brevduva.example")
    personas.ticket(person, text="The pole broke.")
    return person


@pytest.fixture
def peer(db: None, settings: Any) -> Peer:
    settings.AUREOLE_BASE_URL = "https://fjell.example"
    return add_peer(line=own_line(), name="Fjell Outdoor", by=OPERATOR)


def released(person: Person, kind: str = "portability", peer: Peer | None = None) -> RightsRequest:
    request = open_request(kind=kind, person_id=person.id, channel="cli", by=OPERATOR)
    if peer is not None:
        direct_request(request_id=request.id, peer_id=peer.id, by=OPERATOR)
    vouch_identity(request_id=request.id, how="counter", by=OPERATOR)
    prepare_request(request_id=request.id, by=OPERATOR)
    return approve_request(request_id=request.id, by=Actor(kind="agent", agent_id=uuid.uuid4()))


def answered(person: Person, kind: str = "portability", peer: Peer | None = None) -> RightsRequest:
    return complete_request(request_id=released(person, kind, peer).id, by=OPERATOR)


def officer(personas: Personas) -> Actor:
    return personas.agent("Mikkel Dam", role="privacy_officer").actor


def sent_to(ada: Person, peer: Peer, by: Actor) -> SentTransfer:
    return send_package(request_id=answered(ada).id, peer_id=peer.id, by=by)


def as_it_is(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def arrived(ada: Person, peer: Peer, line: Wire, personas: Personas) -> tuple[SentTransfer, ArrivedTransfer]:
    sent = sent_to(ada, peer, officer(personas))
    assert deliver(sent.id) == SentState.DELIVERED
    return as_it_is(sent), ArrivedTransfer.objects.get()


Arrived = tuple[SentTransfer, ArrivedTransfer]
