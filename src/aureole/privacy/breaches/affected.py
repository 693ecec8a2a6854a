"""Who is affected by a breach, and of what, from the log and the map. The worker looks; it may begin anew anywhere.

An account that was in wrong hands looked at persons whom the log knows by marks only. A mark leads back to nobody
without the key store, which finds it by a keyed digest (`vault/marks.py`), so that costs what those affected cost; only
"everybody" grows with the number of persons on file (measured: docs/performance.md, "breach").
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.ledger.types import entry_types
from aureole.privacy.breaches.noting import note
from aureole.privacy.breaches.ports import population
from aureole.privacy.declare import Declaration, declarations
from aureole.privacy.models import Breach, BreachPerson, BreachScope
from aureole.vault.marks import whose

BATCH = 1000
READING = (
    "desk.read", "people.read", "people.shown", "privacy.explained", "privacy.export_fetched", "privacy.exported",
    "privacy.traced", "rights.answer_read", "rights.hits_shown", "search.read", "transfer.read",
)  # fmt: skip
"""Entries which say that somebody's data was seen."""


def find(breach_id: uuid.UUID) -> None:
    """Note everybody affected and count what there is of them. Safe to run twice; a breach bounded anew is left to its
    own job."""
    breach = Breach.objects.filter(pk=breach_id, finding="waiting", closed_at=None).first()
    if breach is None:
        return
    gone = 0
    if breach.scope == BreachScope.READS:
        gone = _find_looked_at(breach)
    elif breach.scope == BreachScope.EVERYBODY:
        for batch in _everybody():
            _note(breach, batch)
    _count(breach, gone)


def _everybody() -> Iterator[list[uuid.UUID]]:
    last: uuid.UUID | None = None
    while batch := population().after(last, BATCH):
        yield batch
        last = batch[-1]


def _find_looked_at(breach: Breach) -> int:
    """How many marks are nobody's any more: persons erased since, whom nobody can tell, nor has to."""
    seen = looked_at(breach)
    records = whose(seen)
    owners = population().owners(list(records.values()))  # who was looked at may be merged since
    _note(breach, owners.values())
    return len(seen) - len(owners)


def looked_at(breach: Breach) -> set[bytes]:
    """Marks of everybody whom the account looked at in the window, by the index of its own entries."""
    rows = Entry.objects.filter(
        actor=breach.scope_mark, type__in=[name for name in READING if name in entry_types()],
        at__gte=breach.scope_since, at__lte=breach.scope_until, person__isnull=False,
    )  # fmt: skip
    return {bytes(mark) for mark in rows.values_list("person", flat=True).distinct() if mark is not None}


def _note(breach: Breach, person_ids: Iterable[uuid.UUID]) -> None:
    """Whoever is not noted yet; the breach is locked, so that a job that is run twice at once notes nobody twice."""
    wanted = set(person_ids)
    if not wanted:
        return
    with transaction.atomic():
        Breach.objects.select_for_update().get(pk=breach.pk)
        rows = BreachPerson.objects.filter(breach=breach)
        known = set(rows.filter(person_id__in=wanted).values_list("person_id", flat=True))
        rows.bulk_create(BreachPerson(breach=breach, person_id=one) for one in sorted(wanted - known))


def _count(breach: Breach, gone: int) -> None:
    counted = [(d, count) for d in _counted() if (count := _rows(d, breach))]
    persons = BreachPerson.objects.filter(breach=breach).values("person_id").distinct().count()
    with transaction.atomic():
        fresh = Breach.objects.select_for_update().get(pk=breach.pk)
        if (
            fresh.finding != "waiting"
            or fresh.scope != breach.scope
            or fresh.scope_since != breach.scope_since
        ):
            return
        fresh.finding, fresh.persons_found, fresh.persons_gone = "found", persons + gone, gone
        fresh.records = {d.label: count for d, count in counted}
        fresh.categories = sorted(
            {field.category for d, _ in counted for field in d.fields.values()} - {_OWN}
        )
        fresh.save(update_fields=["finding", "persons_found", "persons_gone", "records", "categories"])
        said = {"persons": fresh.persons_found, "records": fresh.records}
        note(fresh, "found", by=Actor.system(), said=said, persons=fresh.persons_found)


_OWN = "system.operations"


def _counted() -> list[Declaration]:
    """What the instance holds of people; not what the engine keeps about its own work."""
    return [d for d in declarations() if d.module not in ("privacy", "ledger", "vault")]


def _rows(declaration: Declaration, breach: Breach) -> int:
    theirs = BreachPerson.objects.filter(breach=breach).values("person_id")
    return declaration.model._base_manager.filter(**{f"{declaration.person}__in": theirs}).count()


def unreached(breach: Breach) -> int:
    """How many have no address of their own: they are told otherwise, or in public."""
    return BreachPerson.objects.filter(breach=breach, letters=0).count()


def waiting_to_be_told(breach: Breach) -> int:
    return BreachPerson.objects.filter(breach=breach, letters=None).count()
