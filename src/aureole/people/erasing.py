"""The people's part in an erasure: questions about others that name the person."""

from __future__ import annotations

from django.db import connection

from aureole.people.models import Twin
from aureole.privacy import ports
from aureole.privacy.erasure.places import PersonCounts
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.ports import Count


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


def register() -> None:
    ports.add_erasure_step(TwinsOfOthers())
