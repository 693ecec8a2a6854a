from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import date

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.children import growing_children, is_below_age, keep_childhood
from aureole.people.models import Childhood, Person
from aureole.people.restriction import refuse_unless_active
from aureole.privacy.consent.actions.end_childs_consents import end_childs_consents
from aureole.vault.unlock import unlock


def note_come_of_age() -> int:
    """Children that are old enough by now, by their birth date, consent alone from today on; how many. Safe to run
    twice.

    What a guardian consented to goes on until it is withdrawn, and the guardian stays on record (EDPB Guidelines
    05/2020, 150). What a child nobody answered for had agreed to alone was no consent, and ends.
    """
    grown = 0
    for person in unlock(growing_children()):
        if _is_grown(person):
            with suppress(Refused):  # restricted or being erased since it was looked at
                grown += _let_go(person.pk)
    if grown:
        live.touch("children")
    return grown


def _is_grown(person: Person) -> bool:
    born = str(person.birth_date or "")
    return bool(born) and not person.is_erased and not is_below_age(date.fromisoformat(born))


def _let_go(person_id: uuid.UUID) -> bool:
    """Looked at once more, now that nobody else can correct it."""
    with transaction.atomic():
        refuse_unless_active(person_id)
        person = unlock(Person.objects.filter(pk=person_id))[0]
        if person.childhood == Childhood.NONE or not _is_grown(person):
            return False
        if person.childhood == Childhood.WAITING:
            end_childs_consents(person_id=person.id, by=Actor.system())
        person.childhood, person.child_since = Childhood.NONE, None
        person.save(update_fields=["childhood", "child_since"])
        keep_childhood(person)
        record("people.came_of_age", by=Actor.system(), person=person.id)
    return True
