"""Who got a package is named in the answer of whom it is of (GDPR Art. 15(1)(c))."""

from __future__ import annotations

import io
import json
import zipfile

from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.export.package import write_package
from aureole.privacy.models import Peer
from aureole.privacy.transfer.actions.refuse_arrival import refuse_arrival
from aureole.privacy.transfer.actions.withdraw_transfer import withdraw_transfer
from aureole.privacy.transfer.sending import deliver
from aureole.testing.personas import Personas
from aureole.web.transfers.tests.conftest import Arrived, officer, sent_to

OPERATOR = Actor.operator()


def _told(person: Person) -> tuple[list[dict[str, str]], str, str]:
    content = io.BytesIO()
    write_package(person.id, content, by=OPERATOR)
    with zipfile.ZipFile(content) as archive:
        recipients = json.loads(archive.read("manifest.json"))["recipients"]
        return recipients, archive.read("letter.html").decode(), archive.read("index.html").decode()


def test_who_got_a_package_is_named_to_whom_it_is_of_and_to_nobody_else(
    arrived: Arrived, ada: Person, personas: Personas
) -> None:
    sent, arrival = arrived
    recipients, letter, page = _told(ada)
    [told] = [found for found in recipients if found["name"] == "Fjell Outdoor"]
    assert told["gets"] == f"a package of your data, delivered on {sent.delivered_at:%Y-%m-%d}"
    assert told["at"].startswith(f"{sent.delivered_at:%Y-%m-%d}") and "Art. 20(2)" in told["why"]
    assert "Fjell Outdoor" in letter and "a package of your data, delivered on" in letter
    assert "Fjell Outdoor" in page
    assert "Fjell Outdoor" not in str(_told(personas.person("Bo Nyberg")))
    refuse_arrival(arrival_id=arrival.id, by=OPERATOR)
    deliver(sent.id)
    assert "it was not taken in there" in _told(ada)[1]


def test_who_will_get_a_package_is_named_and_who_never_was_sent_anything_is_not(
    ada: Person, peer: Peer, personas: Personas
) -> None:
    sent = sent_to(ada, peer, officer(personas))
    assert [found["gets"][:34] for found in _told(ada)[0]] == ["a package of your data, on its way"]
    withdraw_transfer(transfer_id=sent.id, by=OPERATOR)
    assert _told(ada)[0] == []
