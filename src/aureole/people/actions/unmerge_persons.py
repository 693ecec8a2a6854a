from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.inserting import insert_rows
from aureole.ledger.record import record
from aureole.people import joining, searching
from aureole.people.models import Identifier, IdentifierOrigin, MergedPerson, MergeUndo, Person, PersonStatus
from aureole.people.queries import identifiers_of
from aureole.privacy.holds import guard
from aureole.privacy.merging.moving import move_back
from aureole.privacy.merging.ports import Pair, Parting, merge_steps
from aureole.search.index import hold_still
from aureole.vault.fences.journal import note_merge
from aureole.vault.unlock import unlock


def unmerge_persons(*, merged: uuid.UUID, by: Actor) -> Person:
    """Take two merged records apart again, as they were; returns the one that had ended.

    merged  id of the record that ended

    What came since stays with the record that stayed, but for what came from an address that goes back (decision 30).
    Repeating it changes nothing. Raises NotFound when there was no such merge or the actor does not see the person,
    Refused after 30 days, while a later merge into the same record stands, and while the person is being erased.
    """
    with transaction.atomic():
        guard.delete_together_with_others()
        back = Person.objects.visible_to(by).filter(pk=merged).first()
        if back is not None:
            return back
        row = MergedPerson.objects.select_for_update().filter(pk=merged).first()
        ours = _survivor(row, by)
        assert row is not None, "without it there is no survivor"
        undo = _undo(row)
        pair = Pair(goes=row.pk, stays=ours.pk)
        hold_still()
        again = joining.made_again(undo.held["person"])
        joining.part_restriction(again, ours, undo.held["fields"])
        insert_rows([again])
        rows = _part(pair, row, undo.kept)
        _settle_fields(ours, undo.held["fields"])
        _finish(pair, row, ours, again, by, rows)
        note_merge(pair.goes, pair.stays, picks=None)
    return again


def latest_undo(person_id: uuid.UUID) -> MergeUndo | None:
    """The one merge into this record that can be undone now; None when there is none."""
    last = MergedPerson.objects.filter(person_id=person_id).order_by("-merged_at", "-pk").first()
    return MergeUndo.objects.filter(merged=last, until__gt=now()).first() if last else None


def _survivor(row: MergedPerson | None, by: Actor) -> Person:
    rows: QuerySet[Person] = Person.objects.visible_to(by).select_for_update(of=("self",))
    found = unlock(rows.filter(pk=row.person_id)) if row else []
    if not found:
        raise NotFound("merge_not_found", "There is no such merge here. Nothing was changed.")
    if found[0].status == PersonStatus.ERASING:
        raise Refused("person_frozen", "This person is being erased, so nothing can be taken apart now.")
    return found[0]


def _undo(row: MergedPerson) -> MergeUndo:
    undo = MergeUndo.objects.filter(merged=row, until__gt=now()).first()
    if undo is None:
        raise Refused(
            "merge_undo_over",
            "What is needed to take a merge apart is kept for 30 days, and those are over. Nothing was changed.",
        )
    later = MergedPerson.objects.filter(person_id=row.person_id, merged_at__gt=row.merged_at)
    if later.exists():
        raise Refused(
            "merge_undo_order",
            "Another record was merged into this person later. Undo that merge first. Nothing was changed.",
        )
    return unlock([undo])[0]


def _part(pair: Pair, row: MergedPerson, kept: dict[str, Any]) -> int:
    """Rows go back to whose they were; how many."""
    moved = kept["moved"]
    parting = Parting(pair=pair, since=row.merged_at, addresses=_addresses(pair, moved), moved=moved)
    for step in merge_steps():
        step.sort(parting)
    every = {
        place: [*moved.get(place, ()), *parting.back.get(place, ())] for place in {**moved, **parting.back}
    }
    count = move_back(every, pair)
    for identifier_id, origin in kept["origins"].items():
        back = Identifier.objects.filter(pk=identifier_id, person_id=pair.goes)
        back.filter(origin=IdentifierOrigin.MERGED).update(origin=origin)
    for step in merge_steps():
        step.split(parting, kept["steps"].get(step.name, {}))
    return count


def _addresses(pair: Pair, moved: dict[str, Any]) -> set[tuple[str, str]]:
    """Compared forms of what goes back."""
    ids = set(moved.get("people_identifier.person_id", ()))
    return {(i.kind, str(i.value)) for i in identifiers_of([pair.stays]) if str(i.pk) in ids}


def _settle_fields(ours: Person, changed: dict[str, list[Any]]) -> None:
    given = joining.put_back(ours, changed)
    ours.twins_sought = False
    ours.save(update_fields=[*given, "status", "restricted_at", "twins_sought"])


def _finish(pair: Pair, row: MergedPerson, ours: Person, again: Person, by: Actor, rows: int) -> None:
    row.delete()  # what was kept for the undo goes with it
    for person in (ours, again):
        searching.index_person(person)
    Person.objects.filter(pk=again.pk).update(twins_sought=False)
    for person_id in (pair.stays, pair.goes):
        record("people.unmerged", by=by, person=person_id, rows=rows)
    live.touch("desk")
