"""Records that are likely the same person: found by keyed numbers of the index, proposed, never put together by itself.

What it costs depends on the one record that is looked at, not on how many there are.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import STRONG, Identifier, Person, PersonStatus, Twin, TwinSign
from aureole.people.twin_keys import keys_of
from aureole.search.find import sharing
from aureole.search.re_index import rows_of_older
from aureole.vault.unlock import unlock

MOST = 20  # of one record; who has more is an address that many use
_BATCH = 200
_ORDER = list(TwinSign)


@dataclass(frozen=True, kw_only=True, slots=True)
class Likely:
    """Another record, and what speaks for it."""

    person_id: uuid.UUID
    sign: TwinSign

    @property
    def is_strong(self) -> bool:
        return self.sign in STRONG


def look(person: Person, identifiers: Sequence[Identifier]) -> list[Likely]:
    """Other records that share a key with this one, opened and compared; strong signs first."""
    if person.is_erased:
        return []
    keys = keys_of(person, identifiers)
    candidates = sharing([key.term for key in keys], kind="person", besides=person.id, most=MOST)
    if not candidates:
        return []
    living = Person.objects.exclude(status=PersonStatus.ERASING)
    others = list(living.filter(pk__in=candidates).prefetch_related("identifiers"))
    unlock(others, (i for other in others for i in other.identifiers.all()))
    found = []
    for other in others:
        shared = set(keys) & set(keys_of(other, list(other.identifiers.all())))
        if shared:
            found.append(Likely(person_id=other.id, sign=min((k.sign for k in shared), key=_ORDER.index)))
    return sorted(found, key=lambda likely: (_ORDER.index(likely.sign), likely.person_id))


def note_twins(person: Person, identifiers: Sequence[Identifier] | None = None) -> None:
    """Bring the open questions about this record up to date; what was decided stays decided."""
    known = list(person.identifiers.all()) if identifiers is None else list(identifiers)
    found = {likely.person_id: likely.sign for likely in look(person, known)}
    with transaction.atomic():
        stale = _open().exclude(other__in=list(found)).filter(person=person)
        others = list(stale.values_list("other_id", flat=True))
        if others:
            _open().filter(person=person, other__in=others).delete()
            _open().filter(person__in=others, other=person).delete()
        rows = [
            Twin(person_id=one, other_id=other, sign=sign, noted_at=now())
            for other_id, sign in found.items()
            for one, other in ((person.id, other_id), (other_id, person.id))
        ]
        Twin.objects.bulk_create(rows, ignore_conflicts=True)
        Person.objects.filter(pk=person.pk, twins_sought=False).update(twins_sought=True)


def seek_new(limit: int = 5_000) -> int:
    """Look for twins of records that nobody has looked at yet; how many there were. Safe to run twice.

    Nobody is looked at while rows of an older version are in the index: it would find nothing, once and for all.
    """
    if rows_of_older("person"):
        return 0
    done = 0
    while done < limit:
        rows = Person.objects.filter(twins_sought=False).order_by("pk")
        batch = list(rows.prefetch_related("identifiers")[:_BATCH])
        if not batch:
            break
        unlock(batch, (i for person in batch for i in person.identifiers.all()))
        for person in batch:
            _seek(person)
        done += len(batch)
    return done


def _seek(person: Person) -> None:
    """Somebody who is being erased is looked at no more."""
    if person.is_erased or person.status == PersonStatus.ERASING:
        Person.objects.filter(pk=person.pk).update(twins_sought=True)
    else:
        note_twins(person)


def open_twins(person_id: uuid.UUID) -> list[Likely]:
    """Who else may be this person and nobody has decided yet, as things stand now; strong signs first."""
    person = next(iter(unlock(Person.objects.filter(pk=person_id))), None)
    if person is None:
        return []
    identifiers = unlock(person.identifiers.all())
    likely = look(person, identifiers)
    if not likely:
        return []
    decided = set(
        Twin.objects.filter(person=person_id).exclude(decided_at=None).values_list("other_id", flat=True)
    )
    return [one for one in likely if one.person_id not in decided]


def noted_twins(person: Person, actor: Actor) -> QuerySet[Twin]:
    """Open questions about a record, of those the actor may see."""
    rows = _open().filter(person=person, other__in=_living_to(actor))
    return rows.select_related("other").order_by("noted_at", "pk")


def open_pairs(actor: Actor) -> QuerySet[Twin]:
    """Every open question once, latest first."""
    seen = _living_to(actor)
    rows = _open().filter(person_id__lt=F("other_id"))
    rows = rows.filter(
        Exists(seen.filter(pk=OuterRef("person_id"))), Exists(seen.filter(pk=OuterRef("other_id")))
    )
    return rows.order_by("-noted_at", "-pk")


def _open() -> QuerySet[Twin]:
    return Twin.objects.filter(decided_at=None)


def _living_to(actor: Actor) -> QuerySet[Person]:
    return Person.objects.visible_to(actor).exclude(status=PersonStatus.ERASING)
