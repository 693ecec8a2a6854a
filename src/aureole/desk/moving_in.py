"""The desk's side of a transfer from another instance: whom a package is of here, and taking it in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

from aureole.desk.actions.take_in_package import take_in_package
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.actions.take_in_person import owners_of_identifiers
from aureole.people.models import Person
from aureole.privacy.transfer.ports import Identifier, Settled, fill_taker


class DeskTaker:
    def owners(self, identifiers: Sequence[Identifier]) -> list[uuid.UUID]:
        with suppress(Refused):  # an address that is none: taking it in says so
            return owners_of_identifiers(identifiers)
        return []

    def take_in(self, package: BinaryIO, *, expected_key: str, by: Actor) -> Settled:
        made = take_in_package(file=package, by=by, expected_key=expected_key)
        counts = {"tickets": made.tickets, "messages": made.messages, "files": made.files}
        language = Person.objects.values_list("language", flat=True).get(pk=made.person)
        return Settled(person_id=made.person, language=language or "en", created=made.created, counts=counts)


def register() -> None:
    fill_taker(DeskTaker())
