"""Two records of one person, with something of everything, for the tests of merging."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import router

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.models import Person
from aureole.privacy.consent.actions.record_consent import record_consent
from aureole.testing.personas import Personas
from aureole.vault.fields import Sealed
from aureole.vault.files import read_file
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()
CUSTOMER = Actor(kind="customer")

Two = tuple[Person, Person]


def mail(sender: str, text: str, subject: str = "Hi") -> bytes:
    return f"From: {sender}\r\nTo: support@nordlys.example\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()


@pytest.fixture
def two(personas: Personas) -> Two:
    """Ada, who wrote from home, and Ada, who wrote from work: each with a matter, a file, a note and a draft."""
    agent = personas.agent().actor
    found = []
    with clock.at(now() - timedelta(days=3)):
        for name, address, words in (
            ("Ada Lindqvist", "ada@hemma.example", "flysheet"),
            ("A. Lindqvist", "ada@arbete.example", "groundsheet"),
        ):
            ticket = receive_mail(raw=mail(f"{name} <{address}>", f"The {words} leaks.", words)).ticket
            assert ticket is not None
            person = ticket.requester
            assert person is not None
            file = NewFile(
                name=f"{words}.txt", content_type="text/plain", content=f"{words} attached".encode()
            )
            personas.message(ticket, person, f"See the {words} file.", files=(file,))
            add_note(ticket=ticket, text=f"about the {words}", by=agent)
            save_draft(ticket=ticket, text=f"draft on the {words}", kind="public", by=agent)
            found.append(Person.objects.get(pk=person.pk))
    return found[0], found[1]


def merge(two: Two, **picks: str) -> Person:
    return merge_persons(stays=two[0].id, goes=two[1].id, by=OPERATOR, picks=picks)


def everything() -> dict[tuple[str, str], dict[str, Any]]:
    """Every row of every table of the data database, opened; without what only says how far the program is."""
    found = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if router.db_for_write(model) != "default" or table.startswith(("ledger_", "procrastinate_")):
            continue
        for row in unlock(model._base_manager.all()):
            found[table, str(row.pk)] = {
                f.attname: _plain(row, f.attname)
                for f in row._meta.concrete_fields
                if f.attname != "twins_sought"
            }
    return found


def _plain(row: Any, name: str) -> Any:
    value = row.__dict__[name]
    if row._meta.db_table == "vault_sealed_file" and name == "envelope":
        return read_file(row)
    value = getattr(row, name) if isinstance(value, Sealed) else value
    return bytes(value) if isinstance(value, memoryview) else value


def agrees(person: Person) -> None:
    record_consent(
        person_id=person.id, purpose="news", wording="Yes", version="1", language="en", channel="portal",
        proof="confirmed", by=CUSTOMER,
    )  # fmt: skip
