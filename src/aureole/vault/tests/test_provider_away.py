"""The root key's server is really stopped: what then goes on, what is refused, and that nothing is lost."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.actions.settle_mail import settle_mail
from aureole.channels.email.ingestion import ingest_files
from aureole.channels.email.models import InboundMail, InboundState
from aureole.desk.models import Message, Ticket
from aureole.kernel.errors import Away
from aureole.testing.personas import Personas
from aureole.vault import keyring as keyrings
from aureole.vault import wrapping_keys
from aureole.vault.errors import KeyStoreAway, RootKeyAway
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import keyring
from aureole.vault.keystore.models import PersonKey
from aureole.vault.models import SealedFile
from aureole.vault.sealing import context, open_sealed, seal
from aureole.vault.system_keys import forget_system_keys
from aureole.vault.tests.conftest import UseRootKeys
from aureole.vault.tests.transit_server import TransitServer

PLACE = context("table", "column", "row")
GROUP = KeyGroup.CORRESPONDENCE
MAIL = b"From: Ada <ada@brevduva.example>\r\nSubject: Pole\r\nMessage-ID: <%d@x.example>\r\n\r\nIt broke.\r\n"


@pytest.fixture
def vault(
    transactional_db: None, use_root_keys: UseRootKeys, transit: TransitServer
) -> Iterator[TransitServer]:
    """The instance's root key lies in transit."""
    use_root_keys(AUREOLE_ROOT_KEY_URL=transit.url, AUREOLE_ROOT_KEY_TOKEN=transit.token)
    yield transit
    _forget()


def _forget() -> None:
    """As time does."""
    keyring.evict()
    wrapping_keys.forget_wrapping_keys()
    forget_system_keys()


def _stop(server: TransitServer) -> int:
    port = server.port
    server.stop()
    return port


def test_a_page_costs_the_provider_nothing_and_a_process_one_call(vault: TransitServer) -> None:
    tokens = [seal(b"x", person_id=uuid.uuid4(), group=GROUP, place=PLACE) for _ in range(50)]
    keyring.evict()
    before = vault.requests
    assert [open_sealed(token, place=PLACE) for token in tokens] == [b"x"] * 50
    assert vault.requests == before
    _forget()
    assert [open_sealed(token, place=PLACE) for token in tokens] == [b"x"] * 50
    assert vault.requests == before + 1


def test_what_is_at_hand_goes_on_until_its_age(vault: TransitServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapping_keys, "MAX_AGE_SECONDS", 0.6)
    monkeypatch.setattr(keyrings, "MAX_AGE_SECONDS", 0.2)
    _forget()
    person = uuid.uuid4()
    token = seal(b"words", person_id=person, group=GROUP, place=PLACE)
    port = _stop(vault)
    assert open_sealed(token, place=PLACE) == b"words"
    assert seal(b"more", person_id=person, group=GROUP, place=PLACE)
    time.sleep(0.7)
    with pytest.raises(RootKeyAway):
        open_sealed(token, place=PLACE)
    with pytest.raises(RootKeyAway):
        seal(b"more", person_id=person, group=GROUP, place=PLACE)
    vault.start(port)
    wrapping_keys.forget_wrapping_keys()
    assert open_sealed(token, place=PLACE) == b"words"


def test_while_it_is_away_it_is_asked_now_and_then_only(vault: TransitServer) -> None:
    tokens = [seal(b"x", person_id=uuid.uuid4(), group=GROUP, place=PLACE) for _ in range(20)]
    vault.sealed = True
    _forget()
    before = vault.requests
    for token in tokens:
        with pytest.raises(RootKeyAway):
            open_sealed(token, place=PLACE)
    assert vault.requests - before <= 2
    vault.sealed = False


def test_nobody_gets_a_key_and_nothing_is_stored_while_it_is_away(vault: TransitServer) -> None:
    Personas().person()
    rows = PersonKey.objects.count()
    _stop(vault)
    _forget()
    with pytest.raises(RootKeyAway):
        Personas().person("Bo Ek")
    assert PersonKey.objects.count() == rows
    vault.start()


def test_mail_is_refused_with_the_sentence_and_taken_in_later(vault: TransitServer, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.eml").write_bytes(MAIL % number)
    receive_mail(raw=MAIL % 0)
    port = _stop(vault)
    _forget()
    with pytest.raises(Away, match="try again in a minute"):
        ingest_files([str(tmp_path)])
    assert InboundMail.objects.count() == 1 and SealedFile.objects.count() == 0
    vault.start(port)
    wrapping_keys.forget_wrapping_keys()
    tally = ingest_files([str(tmp_path)])
    assert (tally.accepted, tally.duplicates, tally.quarantined) == (2, 1, 0)


def test_mail_that_was_sealed_before_it_went_away_stays_received_and_is_not_set_apart(
    vault: TransitServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aureole.channels.email.actions import settle_mail as settling

    parse, port = settling.parse, vault.port

    def parse_and_lose(raw: bytes) -> object:
        _stop(vault)
        _forget()
        return parse(raw)

    monkeypatch.setattr(settling, "parse", parse_and_lose)
    with pytest.raises(Away):
        receive_mail(raw=MAIL % 7)
    mail = InboundMail.objects.get()
    assert mail.state == InboundState.RECEIVED and not Message.objects.exists()
    monkeypatch.setattr(settling, "parse", parse)
    vault.start(port)
    wrapping_keys.forget_wrapping_keys()
    assert settle_mail(mail.id).state == InboundState.ACCEPTED
    assert Message.objects.get().text.strip() == "It broke."


def test_pages_say_so_with_503_and_come_back(vault: TransitServer) -> None:
    personas = Personas()
    ticket, agent = personas.ticket(subject="Pole snapped"), personas.agent()
    client = Client()
    client.force_login(agent, backend="aureole.staff.backend.AgentBackend")
    url = f"/tickets/{Ticket.objects.get(pk=ticket.pk).number}/"
    assert client.get(url).status_code == 200
    port = _stop(vault)
    _forget()
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get(url, headers=headers)
        assert answer.status_code == 503 and answer["Retry-After"]
        assert b"does not answer" in answer.content and b"Pole snapped" not in answer.content
    assert client.get("/readyz").status_code == 503 and client.get("/livez").status_code == 200
    answer = client.post(f"{url}answer/", {"text": "We send a new one.", "kind": "public"})
    assert answer.status_code == 503
    assert Message.objects.count() == 1
    vault.start(port)
    wrapping_keys.forget_wrapping_keys()
    assert b"Pole snapped" in client.get(url).content


def test_a_key_store_that_does_not_answer_is_told_from_a_missing_key(
    vault: TransitServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = seal(b"x", person_id=uuid.uuid4(), group=GROUP, place=PLACE)
    _forget()
    connections["keys"].close()
    monkeypatch.setitem(connections["keys"].settings_dict, "PORT", "1")
    with pytest.raises(KeyStoreAway):
        open_sealed(token, place=PLACE)
