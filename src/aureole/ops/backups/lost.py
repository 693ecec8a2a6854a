"""What restored data does not have: told row by row against the living database, or by what else is known."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from psycopg import sql

from aureole.ops.backups.create import LEFT_OUT
from aureole.ops.backups.databases import Session
from aureole.ops.schema import connect
from aureole.privacy.declare import Declaration, declarations
from aureole.vault.groups import KeyGroup
from aureole.vault.keystore.models import KeyState, PersonKey
from config.addresses import DatabaseAddress

MOST_NAMED = 1000  # ids and ticket numbers spelt out; counts are always whole
_AT_ONCE = 2000
_PERSONS, _TICKETS = "people_person", "desk_ticket"


@dataclass(frozen=True, kw_only=True, slots=True)
class LostRows:
    label: str
    table: str
    count: int


@dataclass(kw_only=True)
class Lost:
    """What was made after the backup. Changes to rows the backup has are not in these counts.

    compared  False when the living database could not be reached: then only `keyless_persons` is known
    entries   log entries after the backup's last one
    keys_without_data  persons who have keys and no row: made after the backup
    """

    compared: bool
    rows: list[LostRows] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    tickets: list[int] = field(default_factory=list)
    entries: int | None = None
    keys_without_data: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(
    living: DatabaseAddress | None, restored: DatabaseAddress, *, ledger_known: int, before: int
) -> Lost:
    """Constant memory: both databases are read in the order of their keys. After the replay: what it put back is there.

    ledger_known  number of the last log entry anybody noted (the fence list does)
    before        number of the last entry of the data that was restored, before the replay wrote its own
    """
    lost = Lost(compared=living is not None, keys_without_data=_keys_without_data(restored))
    with connect(restored) as new:
        if living is None:
            lost.entries = max(0, ledger_known - before) if ledger_known else None
            return lost
        with connect(living) as old:
            lost.entries = max(0, max(_last_entry(old), ledger_known) - before)
            for declaration in declarations():
                if declaration.table not in LEFT_OUT and _has_both(old, new, declaration.table):
                    _compare_table(lost, declaration, old, new)
    return lost


def _compare_table(lost: Lost, declaration: Declaration, old: Session, new: Session) -> None:
    count = 0
    named: list[str] = []
    for key in only_in_first(_keys(old, declaration), _keys(new, declaration)):
        count += 1
        if declaration.table in (_PERSONS, _TICKETS) and len(named) < MOST_NAMED:
            named.append(key)
    if not count:
        return
    lost.rows.append(LostRows(label=declaration.label, table=declaration.table, count=count))
    if declaration.table == _PERSONS:
        lost.persons = named
    if declaration.table == _TICKETS:
        lost.tickets = _numbers(old, named)


def _keys(session: Session, declaration: Declaration) -> Iterator[str]:
    primary = declaration.model._meta.pk
    query = sql.SQL('SELECT {key}::text COLLATE "C" FROM {table} ORDER BY 1').format(
        key=sql.Identifier(primary.column or primary.attname), table=sql.Identifier(declaration.table)
    )
    with session.transaction(), session.cursor(name="keys") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(query)
        for row in cursor:
            yield str(row[0])


def only_in_first(first: Iterator[str], second: Iterator[str]) -> Iterator[str]:
    """What the first of two ascending lists has and the second has not."""
    other = next(second, None)
    for key in first:
        while other is not None and other < key:
            other = next(second, None)
        if other != key:
            yield key


def _numbers(session: Session, ids: list[str]) -> list[int]:
    rows = session.execute("SELECT number FROM desk_ticket WHERE id = ANY(%s::uuid[]) ORDER BY 1", [ids])
    return [int(str(row[0])) for row in rows.fetchall()]


def last_entry_of(restored: DatabaseAddress) -> int:
    """Number of the last log entry of a database; 0 for an empty log."""
    with connect(restored) as session:
        return _last_entry(session)


def _last_entry(session: Session) -> int:
    row = session.execute("SELECT coalesce(max(number), 0) FROM ledger_entry").fetchone()
    return int(str(row[0])) if row else 0


def _has_both(old: Session, new: Session, table: str) -> bool:
    return all(s.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,) for s in (old, new))


def _keys_without_data(restored: DatabaseAddress) -> int:
    """Persons with a living identity key and no row; keys that are nobody's (intake, instance) have none."""
    count = 0
    batch: list[uuid.UUID] = []
    keys = PersonKey.objects.filter(group=KeyGroup.IDENTITY, state=KeyState.ACTIVE)
    with connect(restored) as session:
        for person_id in keys.values_list("person_id", flat=True).distinct().iterator(chunk_size=_AT_ONCE):
            batch.append(person_id)
            if len(batch) == _AT_ONCE:
                count, batch = count + _absent(session, batch), []
        return count + _absent(session, batch)


# A record that was merged into another one has keys of its own, which open older backups.
_PRESENT = """
    SELECT (SELECT count(*) FROM people_person WHERE id = ANY(%s))
        + (SELECT count(*) FROM people_merged_person WHERE id = ANY(%s))
"""


def _absent(session: Session, persons: list[uuid.UUID]) -> int:
    row = session.execute(_PRESENT, [persons, persons]).fetchone()
    return len(persons) - int(str(row[0])) if row else 0
