from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from aureole.desk.actions.open_ticket import open_ticket
from aureole.desk.actions.receive_message import receive_message
from aureole.desk.models import Message, Ticket
from aureole.desk.writing import NewFile, add_participants
from aureole.kernel.actor import Actor
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import Person
from aureole.staff.actions.add_agent import add_agent
from aureole.staff.models import Agent

_serial = count(1)


@dataclass
class Personas:
    """Makes people and their tickets. Every call makes somebody new unless an address is given."""

    def person(self, name: str = "Ada Lindqvist", address: str = "") -> Person:
        found = address or f"person{next(_serial)}@brevduva.example"
        return recognise_person(kind="email", value=found, name=name, source="email", by=Actor.system())

    def agent(self, name: str = "Signe Holm", role: str = "agent", password: str | None = None) -> Agent:
        address = f"agent{next(_serial)}@nordlys.example"
        return add_agent(address=address, name=name, role=role, by=Actor.operator(), password=password)

    def ticket(
        self, requester: Person | None = None, subject: str = "Pole snapped", text: str = "It broke."
    ) -> Ticket:
        """A ticket with the requester's first message."""
        person = requester or self.person()
        ticket = open_ticket(requester=person, subject=subject, channel="email", by=Actor.system())
        self.message(ticket, person, text)
        return ticket

    def message(
        self, ticket: Ticket, author: Person, text: str = "One more thing.", files: tuple[NewFile, ...] = ()
    ) -> Message:
        party = {"name": str(author.name or ""), "address": author.identifiers.all()[0].value}
        return receive_message(
            ticket=ticket, author=author, text=text, files=files, by=Actor.system(),
            parties={"from": party, "to": [{"name": "Support", "address": "support@nordlys.example"}]},
        )  # fmt: skip

    def copied(self, ticket: Ticket, person: Person) -> None:
        """Note the person as copied on somebody else's ticket."""
        add_participants(ticket, [person.id])
