"""What stood in a field of a person and does no longer."""

from __future__ import annotations

import uuid

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Correction, Person
from aureole.privacy.holds.guard import held_since
from aureole.vault.unlock import unlock


def note_former(
    *, person_id: uuid.UUID, field: str, before: str, by: Actor, request_id: uuid.UUID | None = None
) -> None:
    """Keep it beside the field, in the caller's transaction."""
    Correction.objects.create(
        person_id=person_id, field=field, before=before, at=now(), by_kind=by.noted_kind, by_agent=by.agent_id,
        request_id=request_id,
    )  # fmt: skip


def keep_what_is_held(person_id: uuid.UUID, field: str, new: str, *, by: Actor) -> None:
    """Of a field whose former words nobody needs: kept all the same while a legal hold covers the person, and
    forgotten by whoever corrects them once it is released. Before the new words are saved."""
    if held_since(person_id) is None:
        return
    before = str(getattr(unlock(Person.objects.filter(pk=person_id))[0], field) or "")
    if before and before != new:
        note_former(person_id=person_id, field=field, before=before, by=by)
