"""What can be read with the keys at hand, what was erased, and what is lost because its key is missing."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Count

from aureole.ledger.models import Entry
from aureole.privacy.declare import Declaration, declarations
from aureole.vault.fields import SealedField
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import fence
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.models import SealedFile

_BATCH = 1000


@dataclass(kw_only=True)
class Place:
    """Sealed values of one table."""

    label: str
    table: str
    readable: int = 0
    erased: int = 0
    lost: int = 0


@dataclass(kw_only=True)
class Readable:
    """What became of the sealed values.

    lost_persons  persons without an identity key: nobody can tell who they are
    entries       of the log, which needs no person's key
    """

    places: list[Place] = field(default_factory=list)
    persons: int = 0
    lost_persons: int = 0
    files_lost: int = 0
    entries: int = 0

    @property
    def lost(self) -> int:
        return sum(place.lost for place in self.places)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "lost": self.lost}


def examine_readable() -> Readable:
    """Counts sealed values by what became of their key; opens none. Constant memory."""
    found = Readable(entries=Entry.objects.count())
    for declaration in declarations():
        place = _place(declaration)
        if place is not None:
            found.places.append(place)
    found.persons, found.lost_persons = _persons()
    found.files_lost = _files()
    return found


def _place(declaration: Declaration) -> Place | None:
    columns = [f for f in declaration.model._meta.concrete_fields if isinstance(f, SealedField)]
    if not columns:
        return None
    place = Place(label=declaration.label, table=declaration.table)
    for column in columns:
        filled = declaration.model._base_manager.filter(**{f"{column.attname}__isnull": False}).order_by()
        owner = declaration.person
        counted = filled.values_list(owner).annotate(Count("pk")).iterator(chunk_size=_BATCH)
        _sort(place, counted, column.group)
    return place


def without_key() -> Iterator[tuple[uuid.UUID, KeyGroup]]:
    """Persons with sealed values of a group for which the key store has no key, not even a destroyed one."""
    for declaration in declarations():
        for group in {f.group for f in declaration.model._meta.concrete_fields if isinstance(f, SealedField)}:
            rows = declaration.model._base_manager.filter(
                **{f"{declaration.person}__isnull": False}
            ).order_by()
            owners = rows.values_list(declaration.person, flat=True).distinct().iterator(chunk_size=_BATCH)
            while batch := list(islice(owners, _BATCH)):
                held = _states(batch, group)
                yield from ((person, group) for person in batch if person not in held)


def write_off() -> int:
    """Values without a key read as erased from now on, and nobody mints a new key over them; returns how many
    persons and groups. Not put on the fence list: a key store that turns up later brings them back."""
    return sum(1 for person, group in list(without_key()) if fence(person, [group]) == 0)


def _sort(place: Place, counted: Iterator[tuple[Any, ...]], group: KeyGroup) -> None:
    while batch := list(islice(counted, _BATCH)):
        held = _states([person for person, _ in batch], group)
        for person, count in batch:
            state = held.get(person)
            if state == KeyState.ACTIVE:
                place.readable += count
            elif state == KeyState.ERASED:
                place.erased += count
            else:
                place.lost += count


def _states(persons: Iterable[uuid.UUID], group: KeyGroup) -> dict[uuid.UUID, int]:
    """An active key wins: a person may have had others before."""
    rows = PersonKey.objects.filter(person_id__in=[p for p in persons if p is not None], group=int(group))
    found: dict[uuid.UUID, int] = {}
    for person_id, state in rows.values_list("person_id", "state"):
        if found.get(person_id) != KeyState.ACTIVE:
            found[person_id] = state
    return found


def _persons() -> tuple[int, int]:
    declaration = next(d for d in declarations() if d.table == "people_person")
    ids = declaration.model._base_manager.order_by().values_list("pk", flat=True).iterator(chunk_size=_BATCH)
    total = lost = 0
    while batch := list(islice(ids, _BATCH)):
        total += len(batch)
        lost += len(batch) - len(_states(batch, KeyGroup.IDENTITY))
    return total, lost


def _files() -> int:
    by_group: dict[int, Place] = defaultdict(lambda: Place(label="Files", table=SealedFile._meta.db_table))
    for group in KeyGroup:
        rows = (
            SealedFile.objects.filter(group=group).order_by().values_list("person_id").annotate(Count("pk"))
        )
        _sort(by_group[group], rows.iterator(chunk_size=_BATCH), group)
    return sum(place.lost for place in by_group.values())
