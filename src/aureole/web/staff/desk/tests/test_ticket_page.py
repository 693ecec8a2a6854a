from __future__ import annotations

import html
import re

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.assign_ticket import assign_ticket
from aureole.desk.actions.open_ticket import open_ticket
from aureole.desk.actions.receive_message import receive_message
from aureole.desk.actions.reply import reply
from aureole.desk.actions.set_priority import set_priority
from aureole.desk.models import Message, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.testing.personas import Personas
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import keyring
from aureole.vault.keys import erase_keys
from aureole.web.tests.browsers import SignIn

HTMX = {"HX-Request": "true"}


def page(client: Client, ticket: Ticket, query: str = "", **headers: str) -> str:
    answer = client.get(f"/tickets/{ticket.number}/{query}", headers=headers)
    assert answer.status_code == 200, answer.content
    return html.unescape(answer.content.decode())


def test_a_ticket_shows_what_was_said_and_changed(personas: Personas, sign_in: SignIn) -> None:
    client = sign_in()
    signe = client.agent
    ticket = personas.ticket(
        personas.person("Ada Lindqvist"), subject="Pole snapped", text="It broke at night."
    )
    add_note(ticket=ticket, text="Third one this month.", by=signe.actor)
    reply(ticket=ticket, text="A new pole is on us.", by=signe.actor)
    assign_ticket(ticket=ticket, assignee=signe, by=signe.actor)
    set_priority(ticket=ticket, priority="high", by=signe.actor)
    shown = page(client, ticket)
    for words in (
        "Pole snapped",
        "It broke at night.",
        "Third one this month.",
        "note, staff only",
        "A new pole is on us.",
    ):
        assert words in shown
    assert "to Ada, kept here: no outgoing mail server is set" in shown
    assert "2 changes" in shown
    assert "Taken by you." in shown
    assert "waiting for them” by" not in shown, "an answer says so itself"
    assert "Send to Ada" in shown


def test_a_page_of_twenty_messages_takes_at_most_twenty_queries(personas: Personas, sign_in: SignIn) -> None:
    client, ada = sign_in(), personas.person()
    ticket = personas.ticket(ada)
    for number in range(19):
        file = NewFile(name="a.txt", content_type="text/plain", content=b"x")
        personas.message(ticket, ada if number % 2 else personas.person(), files=(file,))
    keyring.evict()
    with (
        CaptureQueriesContext(connections["default"]) as data,
        CaptureQueriesContext(connections["keys"]) as keys,
    ):
        client.get(f"/tickets/{ticket.number}/")
    assert len(data) <= 20, [query["sql"][:110] for query in data]
    assert len(keys) <= 6, [query["sql"][:110] for query in keys]


def test_a_longer_conversation_takes_no_more_queries(personas: Personas, sign_in: SignIn) -> None:
    client, ada = sign_in(), personas.person()
    ticket = personas.ticket(ada)
    personas.message(ticket, ada, files=(NewFile(name="a.txt", content_type="text/plain", content=b"x"),))

    def queries() -> int:
        with CaptureQueriesContext(connections["default"]) as data:
            assert client.get(f"/tickets/{ticket.number}/").status_code == 200
        return len(data)

    queries()
    few = queries()
    for _ in range(60):
        personas.message(ticket, ada)
    assert queries() == few


def test_each_reading_leaves_one_entry_in_the_log(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    personas.message(ticket, ticket.requester)  # type: ignore[arg-type]
    page(client, ticket)
    page(client, ticket, "?part=thread", **HTMX)
    entries = Entry.objects.filter(type="desk.read")
    assert [entry.facts for entry in entries] == [{"messages": 2}, {"messages": 2}]


def test_quotes_and_signature_are_folded_under_the_new_words(personas: Personas, sign_in: SignIn) -> None:
    ada = personas.person()
    ticket = personas.ticket(ada)
    text = "The blue one is fine.\n\n-- \nAda\n\n> Which colour?\n> Signe"
    receive_message(ticket=ticket, author=ada, text=text, new_text="The blue one is fine.", by=Actor.system())
    shown = page(sign_in(), ticket)
    opened, folded = shown.split("Signature and earlier text, 5 lines")
    assert "The blue one is fine." in opened
    assert "> Which colour?" not in opened
    assert "> Which colour?" in folded


def test_a_stranger_is_marked_with_the_way_to_the_ticket_they_point_at(
    personas: Personas, sign_in: SignIn
) -> None:
    known = personas.ticket()
    eve = personas.person("Eve Stranger")
    strange = open_ticket(
        requester=eve, subject="Re: Pole", channel="email", by=Actor.system(), linked_to=known, stranger=True
    )
    shown = page(sign_in(), strange)
    assert "From somebody outside that conversation." in shown
    assert f'href="/tickets/{known.number}/"' in shown


def test_an_erased_requester_is_called_an_erased_person_and_cannot_be_written_to(
    personas: Personas, sign_in: SignIn
) -> None:
    ticket, other = personas.ticket(subject="Pole snapped"), personas.person("Bo Berg")
    Message.objects.all().delete()
    personas.message(ticket, other, text="I was there too.")
    Ticket.objects.filter(pk=ticket.pk).update(requester=None, subject=None)
    shown = page(sign_in(), ticket)
    assert "Erased person" in shown
    assert "Subject erased" in shown
    assert "I was there too." in shown
    assert "nothing more can be written" in shown
    assert "<textarea" not in shown


def test_an_erased_message_shows_its_marker_and_no_file(personas: Personas, sign_in: SignIn) -> None:
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Berg")
    ticket = personas.ticket(ada)
    file = NewFile(name="bo.txt", content_type="text/plain", content=b"x")
    personas.message(ticket, bo, text="Words of Bo", files=(file,))
    erase_keys(bo.id, list(KeyGroup))
    shown = page(sign_in(), ticket)
    assert "This message was erased." in shown
    assert "Erased person" in shown
    assert "bo.txt" not in shown


def test_a_ticket_that_does_not_exist_is_not_found(sign_in: SignIn) -> None:
    assert sign_in().get("/tickets/999999/").status_code == 404


def test_a_reader_sees_the_conversation_and_no_way_to_change_it(personas: Personas, sign_in: SignIn) -> None:
    shown = page(sign_in(role="read_only"), personas.ticket(text="It broke at night."))
    assert "It broke at night." in shown
    assert "Your role reads only." in shown
    conversation = shown[shown.index('id="subject"') : shown.index('id="side"')]
    assert "<form" not in conversation


def test_a_live_refresh_brings_conversation_and_header_and_leaves_the_answer_alone(
    personas: Personas, sign_in: SignIn
) -> None:
    ticket = personas.ticket()
    fragment = page(sign_in(), ticket, "?part=thread", **HTMX)
    assert f'data-live-topic="ticket:{ticket.id}"' in fragment
    assert re.search(r'id="subject" hx-swap-oob="true"', fragment)
    assert "<textarea" not in fragment
    assert "<html" not in fragment


def test_what_is_shown_while_nothing_is_typed_counts_as_seen(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    assert 'id="seen" hx-swap-oob' in page(client, ticket, "?part=thread", **HTMX)
    client.post(f"/tickets/{ticket.number}/draft/", {"kind": "reply", "body": "Dear"})
    assert 'id="seen" hx-swap-oob' not in page(client, ticket, "?part=thread", **HTMX)


def test_older_messages_of_a_long_conversation_are_asked_for(personas: Personas, sign_in: SignIn) -> None:
    import aureole.desk.queries as queries

    ada = personas.person()
    ticket = personas.ticket(ada, text="The very first words.")
    for number in range(3):
        personas.message(ticket, ada, text=f"Later {number}")
    before, queries.MOST_MESSAGES = queries.MOST_MESSAGES, 2
    try:
        shown = page(sign_in(), ticket)
        assert "Show 2 earlier messages" in shown
        assert "The very first words." not in shown
        assert "The very first words." in page(sign_in(), ticket, "?all=1")
    finally:
        queries.MOST_MESSAGES = before
