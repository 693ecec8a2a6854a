from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.mark_child import mark_child
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import IdentifierOrigin, Person, PersonSource, PersonStatus
from aureole.people.normalise import normalise
from aureole.people.time_zones import is_time_zone
from aureole.privacy.informing.owing import owe
from aureole.privacy.models import ObtainedFrom
from aureole.privacy.rights.birth_dates import stated_day
from aureole.vault import blind_index
from aureole.vault.unlock import unlock

_FILLED = ("name", "pronouns", "postal_address", "language", "time_zone")


def take_in_person(
    *, identifiers: Sequence[tuple[str, str]], values: dict[str, Any], by: Actor
) -> tuple[Person, bool]:
    """The person with these identifiers (kind, value) from another instance's package, and whether they are new here.

    Nobody is moved by a package: what is known here already is never overwritten, and an address that came with it
    proves nothing (its origin is "import"). A child is one here, too, by the law of this country, until a guardian
    answers here.
    Raises Refused when there is no identifier, when they belong to several persons here, or when the person is
    restricted or being erased.
    """
    if not identifiers:
        raise Refused(
            "package_nobody",
            "This package has no address or number by which its person could be known. Nothing was taken in.",
        )
    with transaction.atomic():
        owners = _owners(identifiers)
        kind, value = identifiers[0]
        if not owners:
            person = recognise_person(kind=kind, value=value, source=PersonSource.IMPORT, by=by)
        else:
            person = _active(owners[0])
            owe(person.id, ObtainedFrom.IMPORT)
        for kind, value in identifiers:
            add_identifier(person=person, kind=kind, value=value, by=by, origin=IdentifierOrigin.IMPORT)
        missing = {
            name: str(values[name]) for name in _FILLED if values.get(name) and not getattr(person, name)
        }
        if not is_time_zone(
            missing.get("time_zone", "")
        ):  # named by another version of the zones, or by nobody
            missing.pop("time_zone", None)
        if missing:
            correct_person(person=person, by=by, organisation=None, **missing)
        _take_in_age(person, values, by)
    return person, not owners


def _take_in_age(person: Person, values: dict[str, Any], by: Actor) -> None:
    born = "" if person.birth_date else str(values.get("birth_date") or "")
    if born and _is_a_day(born):
        mark_child(person=person, born=born, by=by)
        return
    if values.get("childhood") and not person.birth_date:
        mark_child(person=person, known=True, by=by)


def _is_a_day(born: str) -> bool:
    """Else what was said beside it remains."""
    with suppress(Refused):
        return bool(stated_day(born))
    return False


def owners_of_identifiers(identifiers: Sequence[tuple[str, str]]) -> list[uuid.UUID]:
    """Who here has one of these (kind, value). Raises Refused for what can be no such identifier."""
    compared: dict[str, set[str]] = {}
    for kind, value in identifiers:
        compared.setdefault(kind, set()).add(normalise(kind, value))
    found = [blind_index.find_many(kind, sorted(values)) for kind, values in compared.items()]
    return sorted({owner for owners in found for owner in owners.values()})


def _owners(identifiers: Sequence[tuple[str, str]]) -> list[uuid.UUID]:
    owners = owners_of_identifiers(identifiers)
    if len(owners) > 1:
        raise Refused(
            "package_of_several",
            "The addresses in this package belong to several persons here. Nothing was taken in; "
            "find out first whether they are one.",
        )
    return owners


def _active(person_id: uuid.UUID) -> Person:
    row = Person.objects.select_for_update(no_key=True, of=("self",)).filter(pk=person_id).first()
    if row is None or row.status != PersonStatus.ACTIVE:
        raise Refused(
            "person_frozen",
            "This person is restricted or being erased here, so nothing can be added. Nothing was taken in.",
        )
    return unlock([row])[0]
