"""What a merge would do, before anybody decides: what moves, field by field what differs, and what to know."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _t

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.models import Person, PersonStatus
from aureole.people.queries import person_for
from aureole.privacy.declare import declarations
from aureole.privacy.merging.moving import places_of_persons
from aureole.vault.handing_over import columns_of

# Made again or settled by the merge itself; nothing a person would count.
_INNER = frozenset({"people_twin", "people_merge_undo", "vault_blind_index", "search_entry"})


@dataclass(frozen=True, kw_only=True)
class Preview:
    """moves  rows that become the other record's: table, what they are called, how many"""

    stays: Person
    goes: Person
    moves: tuple[tuple[str, str, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, _, count in self.moves)

    @cached_property
    def notes(self) -> list[str]:
        """What whoever decides should know, in sentences."""
        return list(_notes(self.stays, self.goes))

    def as_json(self) -> dict[str, Any]:
        return {
            "stays": str(self.stays.id),
            "goes": str(self.goes.id),
            "moves": [{"place": table, "label": label, "count": count} for table, label, count in self.moves],
            "notes": self.notes,
        }


def preview_of(*, stays: uuid.UUID, goes: uuid.UUID, by: Actor) -> Preview:
    """Raises NotFound for somebody the actor does not see, Refused for one and the same record."""
    if stays == goes:
        raise Refused("merge_of_one", "That is one and the same record. Nothing was changed.")
    ours, theirs = person_for(by, stays), person_for(by, goes)
    return Preview(stays=ours, goes=theirs, moves=_moves(goes))


def _moves(goes: uuid.UUID) -> tuple[tuple[str, str, int], ...]:
    """One statement for all tables; a row that names the person twice is counted once, by its declared column."""
    declared = {d.model: d for d in declarations()}
    places = [
        (declared[model], column)
        for model, column in places_of_persons().values()
        if model in declared and declared[model].person in (column, column.removesuffix("_id"))
        and model._meta.db_table not in _INNER
    ]  # fmt: skip
    counts = [
        f'(SELECT count(*) FROM "{d.table}" WHERE "{columns_of(d.model)[column]}" = %s)'
        for d, column in places
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", [goes] * len(counts))
        found = cursor.fetchone()
    totals: Counter[tuple[str, str]] = Counter()
    for (declaration, _), count in zip(places, found, strict=True):
        totals[declaration.table, declaration.label] += count
    return tuple((table, label, count) for (table, label), count in sorted(totals.items()) if count)


def _notes(stays: Person, goes: Person) -> Iterator[str]:
    if PersonStatus.RESTRICTED in (stays.status, goes.status):
        yield _t("One of the two is restricted: the person will be, with everything of both.")
    if goes.identifiers.all():
        yield _t(
            "Whoever holds an address of the second record will be answered in the same conversations; to exercise "
            "rights it proves nothing any more."
        )
    yield _t(
        "Whoever has an open request to see, take along or erase their data is believed again only on an officer's "
        "word, and an answer that waits to be fetched is taken back: it was asked of one of the two."
    )
    yield _t("An objection, a withdrawal or a hold of either record counts for both.")
