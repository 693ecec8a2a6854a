"""A search that shows what people wrote is a reading of it, and stands in the log like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.models import Entry
from aureole.ledger.ports import confidant
from aureole.ledger.record import gathered, record
from aureole.search.sources import Hit

_TYPE = "search.read"
_AGAIN = timedelta(minutes=1)
_RECENT = 200


def note_shown(hits: Iterable[Hit], *, by: Actor) -> None:
    """One entry for each person some of whose words are shown. Whoever types in the box asks with every letter: the
    same person is noted again after a minute only. Two statements, however many hits."""
    persons = Counter(hit.person for hit in hits if hit.kind == "message" and hit.person is not None)
    if not persons:
        return
    just_now = _just_noted(by)
    with transaction.atomic(), gathered():
        for person_id, count in persons.items():
            if confidant().pseudonym(person_id) not in just_now:
                record(_TYPE, by=by, person=person_id, hits=count)


def _just_noted(by: Actor) -> set[bytes]:
    if by.person_id is None:
        return set()
    mine = Entry.objects.filter(type=_TYPE, actor=confidant().pseudonym(by.person_id))
    recent = mine.order_by("-number").values_list("person", "at")[:_RECENT]
    return {bytes(person) for person, at in recent if person is not None and now() - at < _AGAIN}
