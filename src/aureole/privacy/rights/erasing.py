"""A request outlives its person, because we must show that it was answered; what it says of them does not."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from aureole.privacy import ports
from aureole.privacy.erasure.places import PersonCounts
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.models import ChannelProof, RequestLetter, RequestStep, RightsRequest
from aureole.privacy.ports import Count
from aureole.privacy.rights.overtaking import NOT_ANSWERED, close_overtaken, overtake, say_farewells


class Requests:
    """Words, contact and reasons go; number, kind, dates and outcome stay and name nobody."""

    name = "privacy.requests"

    def count(self, subject: Subject) -> list[Count]:
        return _worded(subject.count(_counts))

    def run(self, subject: Subject) -> list[Count]:
        found = _worded(_counts.of(subject.person_id))
        if not any(count.count for count in found):
            return found
        rows = RightsRequest.objects.filter(person_id=subject.person_id)
        ids = list(rows.values_list("pk", flat=True))
        waiting = list(rows.filter(NOT_ANSWERED, closed_at=None).values_list("pk", flat=True))
        RequestLetter.objects.filter(request__in=ids).delete()
        ChannelProof.objects.filter(request__in=ids).delete()
        RequestStep.objects.filter(request__in=ids).update(subject_id=None, reason=None)
        RightsRequest.objects.filter(pk__in=ids).update(
            person_id=None, subject_id=None, words=None, contact=None, correction=None
        )
        overtake(waiting, subject.person_id)
        return found


def _places(person_id: uuid.UUID) -> list[QuerySet[Any]]:
    about = {"request__person_id": person_id}
    requests = RightsRequest.objects.filter(person_id=person_id)
    return [requests, *(m.objects.filter(**about) for m in (RequestStep, RequestLetter, ChannelProof))]


_counts = PersonCounts(_places, planned=True)


def _worded(counts: Sequence[int]) -> list[Count]:
    words = (
        ("privacy_request", "Requests", "emptied of words"),
        ("privacy_request_step", "Steps of requests", "emptied of words"),
        ("privacy_request_letter", "Letters about requests", "deleted"),
        ("privacy_channel_proof", "Proofs of an address", "deleted"),
    )
    return [
        Count(place=place, count=count, label=label, how=how, bookkeeping=True)
        for (place, label, how), count in zip(words, counts, strict=True)
    ]


def register() -> None:
    ports.add_erasure_step(Requests())
    ports.add_farewell(say_farewells)
    ports.add_ending(close_overtaken)
