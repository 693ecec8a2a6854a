"""Behind a code: what is held, in counts, at once; and having the answer sent straight to another controller."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.informing.actions.settle_recipient import settle_recipient
from aureole.privacy.law.authorities import authority_of
from aureole.privacy.law.dated import table
from aureole.privacy.models import Disclosure, Peer, RightsRequest, SentTransfer
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.transfer.actions.add_peer import add_peer
from aureole.privacy.transfer.peers import own_line
from aureole.testing.naming import named_in
from aureole.testing.personas import Personas
from aureole.testing.postbox import Postbox
from aureole.testing.privacy_centre import ask, give_code, page, read

ADA = "ada@brevduva.example"


@pytest.fixture
def peer(db: None, settings: Any) -> Peer:
    here, settings.AUREOLE_BASE_URL = settings.AUREOLE_BASE_URL, "https://fjell.example"
    made = add_peer(line=own_line(), name="Fjell Outdoor", by=Actor.operator())
    settings.AUREOLE_BASE_URL = here
    return made


def _opened(client: Client, kind: str, postbox: Postbox) -> RightsRequest:
    made = ask(client, kind, ADA)
    assert give_code(client, made, postbox.code(ADA)).status_code == 200
    return made


def test_kinds_and_counts_are_shown_at_once_and_the_look_is_written_down(
    client: Client, ada: Person, postbox: Postbox, personas: Personas
) -> None:
    made = ask(client, "access", ADA)
    held = f"{page(made)}held/"
    assert client.get(held).status_code == 302, "nothing before the code"
    give_code(client, made, postbox.code(ADA))
    assert "See what we hold about you now" in read(client, page(made))
    before = Entry.objects.filter(type="privacy.traced").count()
    shown = read(client, held)
    assert "<dt>Messages</dt><dd>1 " in shown
    assert not named_in(shown, "My pole snapped", "Lindqvist", ADA), "counts, no values"
    assert "Nobody has looked yet." in shown
    assert Entry.objects.filter(type="privacy.traced", actor_kind="customer").count() == before + 1
    assert "You: saw what we hold, in counts" in read(client, held)
    assert Client().get(held).status_code == 302, "another browser knows nothing"
    de = client.get(held, headers={"Accept-Language": "de"}).content.decode()
    assert "<dt>Nachrichten</dt><dd>1 " in de
    assert "Your request is taken back" in client.post(f"{page(made)}take-back/").content.decode()


def test_the_receipt_says_how_to_cancel_and_to_whom_to_complain_in_every_language(
    client: Client, ada: Person, postbox: Postbox, settings: Any
) -> None:
    settings.AUREOLE_COUNTRY, settings.AUREOLE_POSTAL_ADDRESS = "ES", "Nordlys, Calle 1, Madrid"
    made = ask(client, "access", ADA)
    receipt = read(client, f"{page(made)}?asked=access")
    assert "Take it back" in receipt
    switch = f"{page(made)}?lang=de&amp;asked=access"
    assert f'href="{switch}"' in receipt, "the switch keeps the page"
    assert "Letzter gesetzlicher Tag" in read(client, switch.replace("&amp;", "&"))
    assert receipt.count("https://aepd.es") == 2, "in the receipt and the foot"
    letter = "\n".join(postbox.texts(ADA))
    assert "https://aepd.es" in letter
    assert "take it back" in letter
    assert "Calle 1" in read(client, "/portal/privacy/?lang=fr")


@pytest.mark.parametrize(
    ("place", "web"),
    [("DE-BY", "lda.bayern.de"), ("DE", "datenschutzkonferenz-online.de"), ("DE-XX", "datenschutzkonferenz-online.de"),
     ("FR", "cnil.fr"), ("GB", "ico.org.uk"), ("EU", None)],
)  # fmt: skip
def test_the_authority_is_that_of_the_place(place: str, web: str | None) -> None:
    found = authority_of(place, date(2026, 11, 26))
    assert (found.web if found else None) == web


def test_every_country_with_a_limit_has_an_authority() -> None:
    limits = {c for line in table("limits")["answer"] for c in line["countries"]} - {"EU"}
    assert {c for c in limits if authority_of(c, date(2026, 11, 26)) is None} == set()


def test_the_page_says_who_else_got_the_data_and_looking_again_and_again_has_to_wait(
    client: Client, ada: Person, postbox: Postbox
) -> None:
    note_disclosure(person_id=ada.id, to="carrier", name="Fjellfrakt AS", by=Actor.operator())
    made = _opened(client, "restriction", postbox)
    assert "Fjellfrakt AS got your data from us. We will tell them" in read(client, page(made))
    complete_request(request_id=made.pk, by=Actor.operator())
    frakt = Disclosure.objects.get()
    settle_recipient(disclosure_id=frakt.pk, request_id=made.pk, by=Actor.operator())
    done = read(client, page(made))
    assert "we told them what changed" in done and "We collect and prepare" not in done
    letter = postbox.texts(ADA)[-1]
    assert "Who else got your data" in letter and "Fjellfrakt" not in letter
    answers = [client.get(f"{page(made)}held/").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_the_answer_goes_straight_to_whom_the_person_chose_and_confirmed(
    client: Client, ada: Person, postbox: Postbox, personas: Personas, peer: Peer
) -> None:
    assert "Fjell Outdoor" in read(client, "/portal/privacy/ask/portability/")
    made = ask(client, "portability", ADA)
    way = f"{page(made)}straight/"
    assert client.post(way, {"to": peer.id, "confirmed": "1"}).status_code == 302, "nothing before the code"
    give_code(client, made, postbox.code(ADA))
    assert client.post(way, {}).content.decode().count("Choose where it should go.") == 2
    shown = client.post(way, {"to": peer.id}).content.decode()
    assert "straight to Fjell Outdoor (fjell.example)" in shown
    made.refresh_from_db()
    assert made.goes_to is None, "shown is not confirmed"
    assert (
        "it goes straight to Fjell Outdoor"
        in client.post(way, {"to": peer.id, "confirmed": "1"}).content.decode()
    )
    assert "straight to Fjell Outdoor" in "\n".join(postbox.texts(ADA)), "every address of theirs is told"
    assert "Only to me" in read(client, way)
    first, second = (personas.agent(role="privacy_officer").actor for _ in range(2))
    prepare_request(request_id=made.pk, by=first)
    assert "This cannot be done now" in client.post(way, {"to": "self", "confirmed": "1"}).content.decode()
    approve_request(request_id=made.pk, by=second)
    complete_request(request_id=made.pk, by=first, approved_by=second)
    assert "On its way to Fjell Outdoor" in read(client, page(made))
    SentTransfer.objects.update(state="taken_in", delivered_at=now(), closed_at=now())
    shown = read(client, page(made))
    assert "<b>Fjell Outdoor has it</b>" in shown
    assert "<b>Fjell Outdoor took it in</b>" in shown


def test_the_choice_takes_a_code_given_just_now_and_can_be_undone(
    client: Client, ada: Person, postbox: Postbox, peer: Peer
) -> None:
    made = _opened(client, "portability", postbox)
    way = f"{page(made)}straight/"
    with clock.at(now() + timedelta(minutes=11)):
        shown = client.post(way, {"to": peer.id, "confirmed": "1"}).content.decode()
        assert "fresh code" in shown
    made.refresh_from_db()
    assert made.goes_to is None
    client.post(way, {"to": peer.id, "confirmed": "1"})
    assert "The copy is only for you" in client.post(way, {"to": "self", "confirmed": "1"}).content.decode()
    made.refresh_from_db()
    assert made.goes_to is None
    Peer.objects.update(removed_at=now())
    assert "straight" not in read(client, page(made)), "without peers nothing is offered"
