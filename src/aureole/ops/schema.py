"""Tables and rights: run by the owner, in a process of its own, before anything is served.

The databases remember which version they were brought to (a comment on Django's own table), so that a
second start asks one question instead of walking every migration.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

import aureole
from aureole.kernel.errors import Broken, Refused
from config.addresses import DatabaseAddress
from config.env import Environment

DECIDING = (
    "**/migrations/*.py", "ledger/append_only.py", "vault/keystore/fences.py", "ops/rights.py",
    "**/personal_data.py", "privacy/vocabulary.py", "privacy/declare.py", "privacy/data_map/rows.py",
)  # fmt: skip
FRAMEWORKS = ("django", "procrastinate")


@cache
def fingerprint() -> str:
    """What decides about the schema and what is kept of the data map: every migration of ours, the rights, what is
    declared to be held, the frameworks' versions."""
    digest = hashlib.sha256()
    root = Path(aureole.__file__).parent
    for path in sorted(path for pattern in DECIDING for path in root.glob(pattern)):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    for name in FRAMEWORKS:
        digest.update(f"{name} {version(name)}\0".encode())
    return digest.hexdigest()[:32]


def is_current(env: Environment) -> bool:
    """Raises Refused when a database cannot be reached."""
    return all(
        remembered(address) == fingerprint() for address in (env.database, env.keys_database) if address
    )


def remembered(address: DatabaseAddress) -> str | None:
    with connect(address) as session:
        row = session.execute("SELECT obj_description(to_regclass('django_migrations'))").fetchone()
    return str(row[0]).removeprefix("aureole ") if row and row[0] else None


def connect(address: DatabaseAddress) -> psycopg.Connection[tuple[Any, ...]]:
    """The owner's session, outside Django. Raises Refused, without the server's words: they name accounts."""
    try:
        return psycopg.connect(
            dbname=address.name,
            user=address.user or None,
            password=address.password or None,
            host=address.host or None,
            port=address.port or None,
            autocommit=True,
            **{"connect_timeout": "10", **dict(address.options)},  # type: ignore[arg-type]  # names of libpq, given in the address
        )
    except psycopg.OperationalError as trouble:
        raise Refused(
            "database.unreachable",
            f"The database {address.name} on {address.host or 'this machine'} cannot be reached, or refuses "
            "the password. Nothing was changed. Check DATABASE_URL, KEYS_DATABASE_URL and the server.",
        ) from trouble


def bring_up_to_date(env: Environment) -> bool:
    """True when the schema was changed. Raises Refused with the SQL to run where the owner lacks rights."""
    if is_current(env):
        return False
    done = subprocess.run(
        [sys.executable, "-m", "aureole.ops.rights"],
        env={**os.environ, "AUREOLE_AS_OWNER": "1", "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        check=False,
    )
    answer = json.loads(done.stdout or "{}")
    if "refused" in answer:
        raise Refused(*answer["refused"])
    if done.returncode != 0:
        raise Broken("schema.failed", "The tables could not be brought up to date; the reason stands above.")
    return True
