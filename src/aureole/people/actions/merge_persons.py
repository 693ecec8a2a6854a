from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.people import joining, searching
from aureole.people.models import (
    Identifier,
    IdentifierOrigin,
    MergedPerson,
    MergeUndo,
    Person,
    PersonStatus,
    Twin,
)
from aureole.people.restriction import refuse_status
from aureole.privacy.holds import guard
from aureole.privacy.merging.moving import move_everything
from aureole.privacy.merging.ports import Moved, Pair, merge_steps
from aureole.search.index import hold_still, remove_documents
from aureole.vault.fences.journal import note_merge
from aureole.vault.unlock import unlock

UNDO_DAYS = 30


def merge_persons(
    *, stays: uuid.UUID, goes: uuid.UUID, by: Actor, picks: Mapping[str, str] | None = None
) -> Person:
    """Put two records of one person into one: everything of `goes` becomes of `stays`. The caller checked that `by`
    may, and a human looked at both: nothing here is ever called by a rule.

    picks  for a field of `joining.PICKED`: "stays" or "goes", whose value is right

    Rows are sealed anew under the keys that stay, found under the record that stays, and kept apart in what
    `unmerge_persons` needs for 30 days. A no beats a yes, a restriction and a hold of either count for both, and an
    address that came over proves nobody's identity. Repeating it changes nothing.
    Raises NotFound for somebody the actor does not see, Refused for one and the same, for somebody who is being
    erased, and for colleagues.
    """
    if stays == goes:
        raise Refused("merge_of_one", "That is one and the same record. Nothing was changed.")
    with transaction.atomic():
        guard.delete_together_with_others()
        both = lock_both(stays, goes, by)
        if both is None:
            return Person.objects.get(pk=stays)
        ours, theirs = both
        pair = Pair(goes=goes, stays=stays)
        hold_still()
        held: dict[str, Any] = {"person": joining.as_kept(theirs)}
        kept: dict[str, Any] = {"origins": _prove_nothing(goes)}
        kept["steps"] = {step.name: step.join(pair) for step in merge_steps()}
        _settle_twins(pair)
        kept["moved"] = moved = move_everything(pair)
        held["fields"] = _take_over(theirs, ours, picks or {})
        _end(pair, by, held, kept)
        _index(pair, ours)
        _note(pair, by, moved)
        note_merge(goes, stays, picks=picks or {})
    return ours


def lock_both(stays: uuid.UUID, goes: uuid.UUID, by: Actor) -> tuple[Person, Person] | None:
    """Both records as they are now, kept from everybody else; None when they were merged already."""
    rows = Person.objects.visible_to(by).filter(pk__in=(stays, goes)).order_by("pk")
    found = {person.pk: person for person in unlock(rows.select_for_update(of=("self",)))}
    if goes not in found and MergedPerson.objects.filter(pk=goes, person_id=stays).exists():
        return None
    if len(found) < 2:
        raise NotFound(
            "person_not_found", "One of the two is not here any more; they may have been erased or merged."
        )
    if {person.status for person in found.values()} - {PersonStatus.ACTIVE, PersonStatus.RESTRICTED}:
        raise Refused(
            "person_frozen", "One of the two is being erased or stands for nobody, so nothing was merged."
        )
    for person in found.values():
        if person.is_anonymous:  # nobody: joined to somebody, it would be theirs again
            refuse_status(person.status)
    return found[stays], found[goes]


def _prove_nothing(goes: uuid.UUID) -> dict[str, str]:
    """Whoever holds an address of the one record could else ask for all of the other: it proves nothing from now on. A
    code that came back from it once says whose it is, and not that the other record is theirs. Returns how each had
    come on file."""
    own = Identifier.objects.filter(person_id=goes)
    before = {str(key): origin for key, origin in own.values_list("pk", "origin")}
    own.update(origin=IdentifierOrigin.MERGED)
    return before


def _settle_twins(pair: Pair) -> None:
    """The question is answered; what was decided about others holds for both."""
    both = (pair.goes, pair.stays)
    apart = Twin.objects.filter(person=pair.goes).exclude(decided_at=None).exclude(other=pair.stays)
    rows = [
        Twin(
            person_id=one, other_id=other, sign=twin.sign, noted_at=twin.noted_at, decided_at=twin.decided_at
        )
        for twin in apart
        for one, other in ((pair.stays, twin.other_id), (twin.other_id, pair.stays))
    ]
    Twin.objects.filter(person__in=both, other__in=both).delete()
    Twin.objects.filter(person=pair.goes).delete()
    Twin.objects.filter(other=pair.goes).delete()
    Twin.objects.filter(person=pair.stays, other__in=[r.other_id for r in rows], decided_at=None).delete()
    Twin.objects.filter(other=pair.stays, person__in=[r.person_id for r in rows], decided_at=None).delete()
    Twin.objects.bulk_create(rows, ignore_conflicts=True)


def _take_over(theirs: Person, ours: Person, picks: Mapping[str, str]) -> dict[str, list[Any]]:
    """The fields of the one record; before and after of each."""
    before = {name: joining.as_json(getattr(ours, name)) for name in joining.FIELDS}
    values = joining.joined(theirs, ours, joining.picks_for(theirs, ours, picks))
    for name, value in values.items():
        setattr(ours, name, value)
    ours.twins_sought = False
    ours.save(update_fields=[*joining.FIELDS, "twins_sought"])
    return {name: [before[name], joining.as_json(getattr(ours, name))] for name in joining.FIELDS}


def _end(pair: Pair, by: Actor, held: dict[str, Any], kept: dict[str, Any]) -> None:
    Person.objects.filter(pk=pair.goes)._raw_delete(connection.alias)
    merged = MergedPerson(id=pair.goes, person_id=pair.stays, merged_at=now(), merged_by=by.agent_id)
    merged.save(force_insert=True)
    undo = MergeUndo(
        merged=merged, person_id=pair.stays, until=now() + timedelta(days=UNDO_DAYS), held=held, kept=kept
    )
    undo.save(force_insert=True)


def _index(pair: Pair, ours: Person) -> None:
    remove_documents("person", [pair.goes])
    searching.index_person(ours)


def _note(pair: Pair, by: Actor, moved: Moved) -> None:
    """In the log of both records, which is one person's from now on."""
    rename_in_jobs(pair.goes, pair.stays)
    record("people.absorbed", by=by, person=pair.goes)
    record("people.merged", by=by, person=pair.stays, rows=sum(map(len, moved.values())))
    live.touch("desk")


_RENAME = """
    UPDATE procrastinate_jobs SET args = replace(args::text, %s, %s)::jsonb
    WHERE status = 'todo' AND args::text LIKE %s
"""


def rename_in_jobs(one: uuid.UUID, other: uuid.UUID) -> None:
    """Waiting work that names the one names the other."""
    with connection.cursor() as cursor:
        cursor.execute(_RENAME, [str(one), str(other), f"%{one}%"])
