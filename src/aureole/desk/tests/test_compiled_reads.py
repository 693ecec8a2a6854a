"""Statements that were put together for one reader and list answer for any other."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import QuerySet

from aureole.desk.models import Message, Ticket
from aureole.desk.queries import open_conversation
from aureole.desk.ticket_rows import list_tickets
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.compiled import Compiled
from aureole.testing.personas import Personas

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
STAFF = Actor(kind="agent", person_id=uuid.uuid4(), agent_id=uuid.uuid4(), role="agent")


def customer(person_id: uuid.UUID) -> Actor:
    return Actor(kind="customer", person_id=person_id)


def numbers(actor: Actor, queue: str = "open") -> set[int]:
    return {row.number for row in list_tickets(queue, actor).rows}


def test_each_customer_sees_their_own_tickets_whoever_asked_first(personas: Personas) -> None:
    first, second = personas.ticket(), personas.ticket()
    assert first.requester_id is not None
    assert second.requester_id is not None
    assert numbers(customer(first.requester_id)) == {first.number}
    assert numbers(customer(second.requester_id)) == {second.number}
    assert numbers(STAFF) == {first.number, second.number}
    assert numbers(customer(uuid.uuid4())) == set()


def test_an_actor_without_an_account_and_one_with_it_get_different_statements(personas: Personas) -> None:
    mine, agent = personas.ticket(), personas.agent()
    Ticket.objects.update(assignee=agent)
    other = personas.ticket()
    assert numbers(agent.actor, "mine") == {mine.number}
    assert numbers(Actor.operator(), "mine") == {other.number}, "nobody's: no account is no assignee"
    assert numbers(STAFF, "mine") == set()


def test_the_other_side_of_a_conversation_is_never_shown_a_note_after_staff_looked(
    personas: Personas,
) -> None:
    from aureole.desk.actions.add_note import add_note

    ticket, agent = personas.ticket(), personas.agent()
    assert ticket.requester_id is not None
    add_note(ticket=ticket, text="Third one this month.", by=agent.actor)
    assert open_conversation(ticket.number, agent.actor).message_count == 2
    assert open_conversation(ticket.number, customer(ticket.requester_id)).message_count == 1


def _newer(*, number: int, since: object) -> QuerySet[Ticket]:
    return Ticket.objects.filter(number__gte=number, created_at__gte=since).select_related("requester")


def test_instances_are_those_of_the_queryset(personas: Personas) -> None:
    first, second = personas.ticket(), personas.ticket()
    compiled: Compiled[Ticket] = Compiled(_newer)
    yesterday = now() - timedelta(days=1)
    for number in (first.number, second.number, second.number + 1):
        found = compiled.objects(number=number, since=yesterday)
        plain = list(_newer(number=number, since=yesterday))
        assert found == plain
        assert [t.requester for t in found] == [t.requester for t in plain]
        assert [str(t.subject) for t in found] == [str(t.subject) for t in plain]
    assert compiled.objects(number=1, since=now() + timedelta(days=1)) == []


def test_a_query_that_can_find_nothing_finds_nothing() -> None:
    compiled: Compiled[Message] = Compiled(lambda *, actor: Message.objects.visible_to(actor))
    nobody = Actor(kind="stranger", person_id=uuid.uuid4())  # type: ignore[arg-type]
    assert compiled.objects(actor=nobody) == []
    assert compiled.objects(actor=nobody) == []


def test_a_query_that_computes_with_a_value_is_refused() -> None:
    compiled: Compiled[Ticket] = Compiled(lambda *, number: Ticket.objects.filter(number__gt=number + 1))
    with pytest.raises(TypeError, match="computes with a value"):
        compiled.objects(number=7)


def test_a_query_that_decides_by_a_value_is_refused() -> None:
    def build(*, number: int) -> QuerySet[Ticket]:
        rows = Ticket.objects.filter(number=number)
        return rows.order_by("number") if number % 2 else rows

    with pytest.raises(TypeError, match="another one for other values"):
        Compiled(build).objects(number=7)


def test_bytes_and_text_are_values_too(personas: Personas) -> None:
    from aureole.ledger.models import Entry

    ticket = personas.ticket()
    compiled: Compiled[Entry] = Compiled(
        lambda *, person, name: Entry.objects.filter(person=person, type=name).order_by("number")
    )
    for person, name in Entry.objects.values_list("person", "type"):
        expected = list(Entry.objects.filter(person=person, type=name).order_by("number"))
        assert compiled.objects(person=bytes(person), name=name) == expected
    assert ticket.number


def test_a_list_of_values_is_refused() -> None:
    compiled: Compiled[Ticket] = Compiled(lambda *, numbers: Ticket.objects.filter(number__in=numbers))
    with pytest.raises(TypeError, match="no list"):
        compiled.objects(numbers=[1, 2])


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_threads_share_a_statement_and_no_connection(personas: Personas) -> None:
    ticket = personas.ticket()

    def look(_: int) -> set[int]:
        try:
            return numbers(STAFF)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(look, range(8))) == [{ticket.number}] * 8
