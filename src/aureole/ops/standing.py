"""Whether data and keys stand together: asked before an instance opens, and by the doctor.

A database that was put back by hand, or half restored, must not be served: erased persons would be in it.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from aureole.kernel.errors import Refused
from aureole.ops.schema import connect
from aureole.vault.fences.folder import FenceFolder
from config.env import Environment

MARK = "aureole_restoring"  # a table that is there while a restore is unfinished

Session = psycopg.Connection[tuple[object, ...]]


def refuse_unsound(env: Environment) -> None:
    """Raises Refused with the first thing that is wrong. Asks a handful of questions, however large the data."""
    for trouble in troubles(env):
        raise trouble


def troubles(env: Environment) -> Iterator[Refused]:
    """Everything that keeps the instance closed, as sentences with what to do."""
    if env.database is None or env.keys_database is None:
        return
    with connect(env.database) as data, connect(env.keys_database) as keys:
        if _has(data, MARK) or _has(keys, MARK):
            yield Refused("restore.unfinished", _UNFINISHED)
            return
        if not all(_has(data, table) for table in ("people_person", "ledger_entry")):
            return
        if not _has(keys, "keystore_person_key") or not _any(keys, "keystore_person_key"):
            if _any(data, "people_person"):
                yield Refused("keys.lost", _LOST)
            return
        yield from _old_data(data, keys)
        yield from _old_keys(env, keys)


def _old_data(data: Session, keys: Session) -> Iterator[Refused]:
    """Every line of the fence list says how far the log of the data went when it was written."""
    if not _has(keys, "fences_line"):
        return
    written = _number(keys, "SELECT ledger FROM fences_line ORDER BY number DESC LIMIT 1")
    if written > _number(data, "SELECT max(number) FROM ledger_entry"):
        yield Refused("data.older_than_fences", _OLD_DATA)


def _old_keys(env: Environment, keys: Session) -> Iterator[Refused]:
    if not _has(keys, "fences_line"):
        return
    for path in env.fences_folders:
        last = FenceFolder(path).last()
        if last is None:
            continue
        found = keys.execute("SELECT 1 FROM fences_line WHERE uid = %s", [last.uid]).fetchone()
        if found is None:
            yield Refused("keys.older_than_fences", _OLD_KEYS.format(folder=path))


def _has(session: Session, table: str) -> bool:
    return session.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,)


def _any(session: Session, table: str) -> bool:
    return session.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone() == (True,)


def _number(session: Session, query: str) -> int:
    row = session.execute(query).fetchone()
    return int(str(row[0])) if row and row[0] is not None else 0


_UNFINISHED = (
    "A restore of this instance is not finished, so it stays closed: erased persons may still be in it. "
    "Give the same `aureole backup restore` (or `aureole backup reconcile`) again; it starts over or goes on."
)
_LOST = (
    "The key store is empty while the database holds persons: without their keys nothing about them can be read. "
    "The instance stays closed, so that nothing new is mixed in. Bring the keys back with "
    "`aureole backup restore --keys FOLDER`; `aureole backup readable` says what is lost without them."
)
_OLD_DATA = (
    "The data is older than the last erasures: a database was put back without Aureole knowing. The instance "
    "stays closed. Run `aureole backup reconcile`: it erases again what was erased since and builds the indexes."
)
_OLD_KEYS = (
    "The key store is older than the fence list in {folder}: keys of erased persons may be back. The instance "
    "stays closed. Run `aureole backup reconcile`: it destroys them again."
)
