"""Reads that other modules and surfaces share."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.people.models import Correction, Identifier, IdentifierKind, Person
from aureole.people.normalise import normalise
from aureole.vault import blind_index
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock


def shown_name(person: Person | None) -> str:
    """What to call a person on a page: their name, else an address, else what is left."""
    if person is None or person.is_erased:
        return said_name(None)
    if person.name:
        return said_name(person.name)
    first = next(iter(person.identifiers.all()), None)
    return said_name("", str(first.shown) if first else "")


def said_name(name: str | None, address: str = "") -> str:
    """The same for a person's opened name: None or erased when there is no such person any more."""
    if name is None or isinstance(name, Erased):
        return "Erased person"
    return str(name) or address or "Unnamed person"


def first_shown(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """An address or number of each of these persons, as they write it. One query, none for nobody."""
    wanted = list(person_ids)
    return {i.person_id: str(i.shown) for i in reversed(identifiers_of(wanted))} if wanted else {}


def first_name(person: Person | None) -> str:
    """The first word of the name, for buttons ("Send to Ada")."""
    return shown_name(person).split(" ", 1)[0]


def address_of(person: Person, kind: str = "email") -> str | None:
    """The first identifier of that kind, as compared."""
    return next((i.value for i in person.identifiers.all() if i.kind == kind), None)


def person_for(actor: Actor, person_id: uuid.UUID) -> Person:
    """The person with identifiers, keys at hand. Raises NotFound, also for persons the actor may not see."""
    persons = list(
        Person.objects.visible_to(actor)
        .filter(pk=person_id)
        .select_related("organisation", "site")
        .prefetch_related("identifiers")
    )
    if not persons:
        raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
    unlock(persons, persons[0].identifiers.all())
    return persons[0]


def owners_of(text: str) -> list[uuid.UUID]:
    """Whose identifier the text is exactly, of whatever kind, or the person with this very id."""
    owners: list[uuid.UUID] = []
    for kind in ("email", "phone", "external"):
        try:
            owner = blind_index.find(kind=kind, value=normalise(kind, text))
        except Refused:
            continue  # the text cannot be an identifier of that kind
        owners += [owner] if owner else []
    try:
        return [uuid.UUID(text), *owners]
    except ValueError:
        return owners


def the_owner_of(text: str) -> uuid.UUID:
    """Whose identifier or id the text is. Raises NotFound when it is nobody's."""
    owners = owners_of(text.strip())
    if not owners:
        raise NotFound(
            "person_not_found", "Nobody here has that address, number or id; nothing was searched."
        )
    return owners[0]


def identifiers_of(person_ids: Iterable[uuid.UUID]) -> list[Identifier]:
    rows = list(Identifier.objects.filter(person_id__in=list(person_ids)).order_by("created_at", "id"))
    return unlock(rows)


def corrections_of(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Correction]]:
    """What stood in their fields before it was corrected, newest first, opened on reading. One query."""
    kept: dict[uuid.UUID, list[Correction]] = {}
    for row in unlock(Correction.objects.filter(person_id__in=list(person_ids))):
        kept.setdefault(row.person_id, []).append(row)
    return kept


def former_identifiers(person_id: uuid.UUID, corrections: Sequence[Correction]) -> dict[str, list[str]]:
    """Addresses and numbers that were taken off their record, by kind, as compared and as written; but for those
    that are somebody else's now. No query where nothing was taken off."""
    found: dict[str, list[str]] = {}
    for kind in IdentifierKind.values:
        shown = former(corrections, kind)
        compared = {text: normalise(kind, text) for text in shown}
        owners = blind_index.find_many(kind, compared.values()) if shown else {}
        theirs = [text for text in shown if owners.get(compared[text], person_id) == person_id]
        if theirs:
            found[kind] = list(dict.fromkeys(value for text in theirs for value in (compared[text], text)))
    return found


def former(corrections: Iterable[Correction], field: str) -> list[str]:
    """Each text that stood in that field, once."""
    texts = (row.before for row in corrections if row.field == field)
    return list(dict.fromkeys(str(text) for text in texts if not isinstance(text, Erased)))
