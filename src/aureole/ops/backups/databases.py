"""Restoring beside the living database: filled under another name, marked as unfinished, swapped in at the end.

The mark is a table in the database itself, so that every machine that uses it refuses to open it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, LiteralString

import psycopg
from psycopg import sql

from aureole.kernel.errors import Refused
from aureole.ops.schema import connect
from aureole.ops.standing import MARK
from config.addresses import DatabaseAddress

State = Literal["loading", "ready"]
Session = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Says that a restore is unfinished.

    state   loading: not to be opened nor swapped in; ready: complete, only the swap or the mark's end is missing
    source  which backup, or "reconcile"
    as_of   time of the data's last log entry when it came; None when it had none
    report  what the restore will say, kept for a run that goes on after a crash
    """

    state: State
    source: str
    as_of: datetime | None = None
    report: dict[str, Any] | None = None


def beside(address: DatabaseAddress, suffix: str = "restoring") -> DatabaseAddress:
    return replace(address, name=f"{address.name}_{suffix}")


def is_there(address: DatabaseAddress, name: str) -> bool:
    """Whether the server of this address has a database of that name."""
    with connect(address) as session:
        return session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def has_tables(address: DatabaseAddress) -> bool:
    with connect(address) as session:
        return _first(session, "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                               "'public'::regnamespace") > 0  # fmt: skip


def holds_rows(address: DatabaseAddress, table: str) -> bool:
    with connect(address) as session:
        if session.execute("SELECT to_regclass(%s)", [table]).fetchone() == (None,):
            return False
        query = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(table))
        return session.execute(query).fetchone() == (True,)


def make_beside(address: DatabaseAddress) -> DatabaseAddress:
    """An empty database beside this one; what an interrupted restore left under its name is dropped.

    Raises Refused, with the statements to run, when this user may not make databases.
    """
    side = beside(address)
    with connect(address) as session:
        try:
            _drop(session, side.name)
            session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(side.name)))
        except psycopg.errors.InsufficientPrivilege as trouble:
            raise Refused(
                "restore.no_database", _MAY_NOT.format(user=address.user, name=address.name)
            ) from trouble
    return side


_MAY_NOT = (
    "The restore fills a new database beside the living one, and the user {user} may not make databases. Nothing "
    "was changed. Let an administrator of the server run:\n\n  ALTER ROLE {user} CREATEDB;\n\nor make an empty "
    "database, name it in DATABASE_URL (or KEYS_DATABASE_URL) instead of {name}, and restore into that."
)


def clear(address: DatabaseAddress) -> None:
    """Everything out of a database that a restore had begun to fill."""
    with connect(address) as session, session.transaction():
        session.execute("DROP SCHEMA public CASCADE")
        session.execute("CREATE SCHEMA public")


def drop_beside(address: DatabaseAddress, suffix: str = "restoring") -> None:
    with connect(address) as session:
        _drop(session, beside(address, suffix).name)


def _drop(session: Session, name: str) -> None:
    session.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def swap_in(address: DatabaseAddress) -> None:
    """The database beside this one takes its name, in one transaction; this one waits as NAME_before.

    Raises Refused when somebody is connected to either.
    """
    side, before = beside(address).name, beside(address, "before").name
    with connect(replace(address, name="postgres")) as session:
        try:
            _drop(session, before)
            with session.transaction():
                _rename(session, address.name, before)
                _rename(session, side, address.name)
        except psycopg.errors.ObjectInUse as trouble:
            raise Refused("restore.in_use", _in_use(address)) from trouble


def _rename(session: Session, old: str, new: str) -> None:
    session.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
    )


def refuse_in_use(address: DatabaseAddress) -> None:
    """Raises Refused when anybody else works with the database: web and worker of this or another machine."""
    with connect(address) as session:
        others = _first(
            session,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'",
        )
    if others:
        raise Refused("restore.in_use", _in_use(address))


def _in_use(address: DatabaseAddress) -> str:
    return (
        f"The database {address.name} is being used. Nothing was changed. Stop Aureole on every machine "
        "(`aureole down`, and any command that is running), then restore again."
    )


def mark(address: DatabaseAddress, content: Mark) -> None:
    with connect(address) as session, session.transaction():
        session.execute(
            sql.SQL(
                "CREATE TABLE IF NOT EXISTS {} (state text, source text, as_of timestamptz, report text)"
            ).format(sql.Identifier(MARK))
        )
        session.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(MARK)))
        session.execute(
            sql.SQL("INSERT INTO {} VALUES (%s, %s, %s, %s)").format(sql.Identifier(MARK)),
            [content.state, content.source, content.as_of, json.dumps(content.report)],
        )


def marked(address: DatabaseAddress) -> Mark | None:
    """None for a database that is not being restored."""
    with connect(address) as session:
        if session.execute("SELECT to_regclass(%s)", [MARK]).fetchone() == (None,):
            return None
        found = session.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(MARK))).fetchone()
    if found is None:
        return Mark(state="loading", source="")
    state, source, as_of, report = found
    return Mark(state=state, source=str(source), as_of=as_of, report=json.loads(str(report)))


def last_entry_at(address: DatabaseAddress) -> datetime | None:
    """Time of the last entry of the log: how old the data is."""
    with connect(address) as session:
        row = session.execute("SELECT max(at) FROM ledger_entry").fetchone()
    return row[0] if row else None


def unmark(address: DatabaseAddress) -> None:
    with connect(address) as session:
        session.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(MARK)))


def carry_sequences(old: DatabaseAddress | None, new: DatabaseAddress, *, ledger_at_least: int) -> None:
    """Numbers that were given since the backup are not given again: tickets, log entries, rows.

    old  the living database, where it can be reached
    """
    positions: dict[str, int] = {"ledger_entry_number_seq": ledger_at_least}
    if old is not None:
        with connect(old) as session:
            for name, last in session.execute(_POSITIONS).fetchall():
                positions[str(name)] = max(positions.get(str(name), 0), int(str(last)))
    with connect(new) as session:
        for name, last in session.execute(_POSITIONS_OR_NONE).fetchall():
            wanted = positions.get(str(name), 0)
            if wanted > int(str(last)):
                session.execute("SELECT setval(%s::regclass, %s)", [f'"{name}"', wanted])


_POSITIONS: LiteralString = (
    "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
)
_POSITIONS_OR_NONE: LiteralString = (
    "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'"
)


def _first(session: Session, query: LiteralString) -> int:
    row = session.execute(query).fetchone()
    return int(str(row[0])) if row else 0
