"""One real person on the map: how many rows of theirs rest where. Counts only, nothing is opened."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound
from aureole.ledger.record import record
from aureole.privacy.declare import declarations
from aureole.privacy.erasure.places import PersonCounts, rows_of
from aureole.privacy.models import Disclosure, SentState, SentTransfer
from aureole.privacy.ports import directory


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """Where one person is held, and who outside got something.

    rows   how many of each table are theirs, none left out
    peers  other controllers that got their package, by name
    noted  kinds of others who got data of theirs outside of this program (`DisclosedTo`); their names are sealed
    """

    person_id: uuid.UUID
    rows: Mapping[str, int]
    peers: tuple[str, ...]
    noted: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    @property
    def tables(self) -> frozenset[str]:
        """Where there is something."""
        return frozenset(table for table, count in self.rows.items() if count)


_counts = PersonCounts(lambda person_id: [rows_of(d, person_id) for d in declarations()])
_GOT = (SentState.DELIVERED, SentState.TAKEN_IN, SentState.REFUSED)


def trace(person_id: uuid.UUID, *, by: Actor) -> Trace:
    """Where the person is held. Three statements, and an entry of the log: looking is a reading.

    The caller has checked that `by` may ("privacy.explain") and sees the person. Raises NotFound.
    """
    if not directory().exists(person_id):
        raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
    tables = [d.table for d in declarations()]
    counts = dict(zip(tables, _counts.of(person_id), strict=True))
    sent = SentTransfer.objects.filter(person_id=person_id, state__in=_GOT)
    names = tuple(sorted(set(sent.values_list("peer__name", flat=True))))
    kinds = (
        Disclosure.objects.filter(person_id=person_id).order_by("to").values_list("to", flat=True).distinct()
    )
    found = Trace(person_id=person_id, rows=counts, peers=names, noted=tuple(kinds))
    with transaction.atomic():
        record("privacy.traced", by=by, person=person_id, places=len(found.tables), records=found.total)
    return found
