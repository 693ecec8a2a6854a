"""The people's part in an erasure: questions about others that name the person."""

from __future__ import annotations

import uuid

from django.db import connection

from aureole.people.models import Twin
from aureole.people.twins import open_twins
from aureole.privacy import ports
from aureole.privacy.erasure.places import PersonCounts
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.ports import Blocker, Count


class TwinsOfOthers:
    """That another record may be the person's is said on that one, too. The row says nothing else, so a hold on that
    person's data does not cover it, and it is taken past the notes on what changes for others."""

    name = "people.twins"

    def count(self, subject: Subject) -> list[Count]:
        (rows,) = subject.count(_counts)
        return [Count(place="people_twin", count=rows, label="Records that may be theirs too", how="deleted")]

    def run(self, subject: Subject) -> list[Count]:
        rows = Twin.objects.filter(other_id=subject.person_id)
        return [Count(place="people_twin", count=rows._raw_delete(connection.alias))]


_counts = PersonCounts(lambda person_id: [Twin.objects.filter(other_id=person_id)], planned=True)


def unsettled_twins(person_id: uuid.UUID) -> list[Blocker]:
    """Whoever asks to be erased means all of what is held about them. Signs that are only hints are shown, and stop
    nothing: namesakes would never be erased."""
    count = sum(likely.is_strong for likely in open_twins(person_id))
    if not count:
        return []
    what = "Another record is" if count == 1 else f"{count} other records are"
    reason = (
        f"{what} likely this person's, too. Merge what is theirs, or say that it is somebody else's (the record's "
        "page, or `aureole person twins`, `merge` and `apart`); nobody is asked again."
    )
    return [Blocker(code="twins", reason=reason, is_question=True)]


def register() -> None:
    ports.add_blocker(unsettled_twins)
    ports.add_erasure_step(TwinsOfOthers())
