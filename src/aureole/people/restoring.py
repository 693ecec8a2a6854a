"""After a restore: what was merged since is merged again, and what was parted is parted, as the fence list says.

Otherwise an erasure after the restore would reach one of two records of one person and leave the other (decision 47).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.unmerge_persons import unmerge_persons
from aureole.people.models import MergedPerson, Person
from aureole.privacy import ports
from aureole.privacy.ports import Count
from aureole.vault.fences.journal import listed
from aureole.vault.fences.lines import Line
from aureole.vault.fences.models import LineKind

_SYSTEM = Actor.system()


class MergesAfterRestore:
    """The last word about each record, in the order they were said; what cannot be done any more is counted."""

    name = "people.merges"

    def run(self) -> list[Count]:
        done, left = 0, 0
        for goes, line in _last_words():
            if not _is_due(goes, line):
                continue
            try:
                with transaction.atomic():
                    _again(goes, line)
                    done += 1
            except (NotFound, Refused):
                left += 1
        return [
            Count(place="people_merged_person", count=done, label="Records merged or parted again"),
            Count(
                place="people_person",
                count=left,
                label="Merges that could not be done again, to be looked at",
            ),
        ]


def _last_words() -> Iterator[tuple[uuid.UUID, Line]]:
    last: dict[uuid.UUID, Line] = {}
    for line in listed():
        if line.kind == LineKind.MERGED and line.person_id is not None:
            last.pop(line.person_id, None)  # so that it stands where it was said last
            last[line.person_id] = line
    yield from last.items()


def _is_due(goes: uuid.UUID, line: Line) -> bool:
    """Not for somebody who is gone, or was not known yet on that day; nor for what stands as it should."""
    if line.detail["picks"] is None:
        return MergedPerson.objects.filter(pk=goes, person_id=line.detail["stays"]).exists()
    both = [goes, uuid.UUID(line.detail["stays"])]
    return Person.objects.filter(pk__in=both).count() == len(both)


def _again(goes: uuid.UUID, line: Line) -> None:
    if line.detail["picks"] is None:
        unmerge_persons(merged=goes, by=_SYSTEM)
        return
    stays = uuid.UUID(line.detail["stays"])
    merge_persons(stays=stays, goes=goes, by=_SYSTEM, picks=line.detail["picks"])


def register() -> None:
    ports.add_restore_step(MergesAfterRestore())
