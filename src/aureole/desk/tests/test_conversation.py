from __future__ import annotations

import pytest

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.assign_ticket import assign_ticket
from aureole.desk.actions.reply import reply
from aureole.desk.actions.set_tags import set_tags
from aureole.desk.models import Change, Message, Status, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel.errors import NotPermitted, Refused
from aureole.ledger.models import Entry
from aureole.search.find import find
from aureole.testing.personas import Personas
from aureole.vault.files import read_file


def test_a_reply_answers_and_waits_for_the_customer(personas: Personas) -> None:
    agent = personas.agent()
    ticket = personas.ticket(text="My pole broke.")
    message = reply(ticket=ticket, text="A new one is on its way.", by=agent.actor)
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert fresh.status == Status.WAITING
    assert fresh.message_count == 2
    assert fresh.first_answered_at is not None
    assert fresh.last_message_id == message.pk
    assert message.person_id == ticket.requester_id, "an agent's words rest under the requester's key"
    assert Entry.objects.filter(type="desk.replied").count() == 1


def test_what_a_customer_writes_opens_a_solved_ticket_again(personas: Personas) -> None:
    ticket = personas.ticket()
    Ticket.objects.update(status=Status.SOLVED)
    ticket.refresh_from_db()
    assert ticket.requester is not None
    personas.message(ticket, ticket.requester, "It broke again.")
    assert Ticket.objects.get(pk=ticket.pk).status == Status.OPEN
    assert Change.objects.get(ticket=ticket).after == Status.OPEN


def test_words_and_files_rest_sealed_and_come_back(personas: Personas) -> None:
    ticket = personas.ticket(text="Canary-7761 in the text")
    assert ticket.requester is not None
    files = (NewFile(name="canary-7762.txt", content_type="text/plain", content=b"canary-7763"),)
    message = personas.message(ticket, ticket.requester, "see file", files)
    row = Message.objects.get(pk=message.pk)
    attachment = row.attachments.get()
    assert row.text == "see file"
    assert attachment.name == "canary-7762.txt"
    assert read_file(attachment.file) == b"canary-7763"
    assert b"canary" not in bytes(attachment.file.inline or b"")


def test_a_read_only_agent_may_not_answer(personas: Personas) -> None:
    agent = personas.agent(role="read_only")
    with pytest.raises(NotPermitted):
        reply(ticket=personas.ticket(), text="Hello", by=agent.actor)


def test_an_empty_answer_is_refused_and_nothing_is_sent(personas: Personas) -> None:
    ticket = personas.ticket()
    with pytest.raises(Refused, match="nothing was sent"):
        reply(ticket=ticket, text="  ", by=personas.agent().actor)
    assert Ticket.objects.get(pk=ticket.pk).message_count == 1


def test_assigning_twice_is_one_change(personas: Personas) -> None:
    agent, ticket = personas.agent(), personas.ticket()
    for _ in range(2):
        assign_ticket(ticket=ticket, assignee=agent, by=agent.actor)
    assert Change.objects.filter(ticket=ticket).count() == 1


def test_a_label_with_an_address_is_refused(personas: Personas) -> None:
    with pytest.raises(Refused):
        set_tags(ticket=personas.ticket(), tags=["ada@brevduva.example"], by=personas.agent().actor)


def test_words_are_found_at_once_and_names_by_their_beginning(personas: Personas) -> None:
    agent = personas.agent()
    ticket = personas.ticket(text="The grommet is torn.")
    add_note(ticket=ticket, text="Same batch as the zippered ones.", by=agent.actor)
    assert [hit.ticket for hit in find("grommet", actor=agent.actor).hits] == [ticket.number]
    assert [hit.ticket for hit in find("zippered batch", actor=agent.actor).hits] == [ticket.number]
