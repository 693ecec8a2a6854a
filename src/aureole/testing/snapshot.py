"""Everything an instance of the tests holds, kept aside and put back: both databases, files, the fence list."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connections
from psycopg import sql

_ALIASES = ("default", "keys")
Rows = list[tuple[sql.Composed, bytes]]
"""By the table with its columns, as COPY names it."""


@dataclass(frozen=True)
class Snapshot:
    """Rows as COPY writes them, by database and table; where the sequences stood; the folders' copies."""

    rows: dict[str, Rows]
    sequences: dict[str, dict[str, int | None]]
    folders: tuple[tuple[Path, Path], ...]

    def put_back(self) -> None:
        """What is there now goes. Milliseconds where a restore takes seconds; needs databases that commit."""
        for alias in _ALIASES:
            _load(alias, self.rows[alias], self.sequences[alias])
        for folder, copy in self.folders:
            shutil.rmtree(folder, ignore_errors=True)
            if copy.exists():
                shutil.copytree(copy, folder)


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """Keep what there is now, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="aureole-snapshot-") as kept:
        folders = []
        for number, folder in enumerate(_folders()):
            copy = Path(kept) / str(number)
            if folder.exists():
                shutil.copytree(folder, copy)
            folders.append((folder, copy))
        yield Snapshot(
            rows={alias: _rows(alias) for alias in _ALIASES},
            sequences={alias: _sequences(alias) for alias in _ALIASES},
            folders=tuple(folders),
        )  # fmt: skip


def empty_databases() -> None:
    """Few rows in few of many tables: deleting them costs a hundredth of what TRUNCATE of all tables does.

    The log refuses to be emptied, so all triggers rest meanwhile.
    """
    for alias in _ALIASES:
        empty_database(alias)


def empty_database(alias: str) -> None:
    """In one trip."""
    emptying = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in filled_tables(alias)]
    with connections[alias].cursor() as cursor:
        cursor.execute(
            sql.SQL("; ").join([
                sql.SQL("SET session_replication_role = replica"),
                *emptying,
                sql.SQL("SET session_replication_role = origin"),
            ])
        )  # fmt: skip


def filled_tables(alias: str) -> list[str]:
    """Every table with a row, those of third parties included."""
    connection = connections[alias]
    tables = [t for t in connection.introspection.table_names() if t != "django_migrations"]
    names = [connection.ops.quote_name(table) for table in tables]
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name})"
        for table, name in zip(tables, names, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [row[0] for row in cursor.fetchall()]


def _folders() -> list[Path]:
    """Of files and of the fence list; neither is there before something is put into it."""
    files = settings.AUREOLE_FILES.folder
    assert files is not None, "a bucket cannot be put back"
    return [files, *map(Path, settings.AUREOLE_FENCES)]


def _rows(alias: str) -> Rows:
    found = []
    with connections[alias].cursor() as cursor:
        for table in map(partial(_with_columns, alias), filled_tables(alias)):
            with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(table)) as content:
                found.append((table, b"".join(bytes(part) for part in content)))
    return found


def _load(alias: str, rows: Rows, sequences: dict[str, int | None]) -> None:
    """Without triggers: the log refuses to be changed, and foreign keys hold again once all of it is there."""
    empty_database(alias)
    with connections[alias].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table, content in rows:
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(table)) as into:
                into.write(content)
        stood = [
            sql.SQL("setval({}, {}, {})").format(name, last or 1, last is not None)
            for name, last in sequences.items()
        ]
        cursor.execute(
            sql.SQL("SELECT {}; SET session_replication_role = origin").format(sql.SQL(", ").join(stood))
        )


def _with_columns(alias: str, table: str) -> sql.Composed:
    """With the columns named: generated ones are not loaded."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [f'"{table}"'],
        )
        columns = [sql.Identifier(row[0]) for row in cursor.fetchall()]
    return sql.SQL("{} ({})").format(sql.Identifier(table), sql.SQL(", ").join(columns))


def _sequences(alias: str) -> dict[str, int | None]:
    """By name; None for one that was never asked."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value FROM pg_sequences"
        )
        return dict(cursor.fetchall())
