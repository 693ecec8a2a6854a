"""One person's package (200 messages, 20 files) against raw SELECTs and a ZIP of the same bytes.

The floor with a goal reads the rows from plain tables and packs the very entries of our package, name by name
and with the same compression. The other one, for comparison, packs only what it read: a tenth of the entries.
"""

from __future__ import annotations

import io
import json
import tempfile
import uuid
import zipfile
from functools import cache
from typing import Any, BinaryIO, cast

from psycopg.rows import dict_row

from aureole.kernel.actor import Actor
from aureole.ledger.ports import confidant
from aureole.privacy.export.package import write_package
from bench.company import Company
from bench.explain import explain
from bench.table import Measured
from bench.timing import race

TURNS = 8
GOAL = 2.0
_TABLES = {
    "people_person": "id", "people_identifier": "person_id", "desk_ticket": "requester_id",
    "desk_message": "person_id", "desk_attachment": "person_id",
}  # fmt: skip
_BESIDES = ("desk_participant", "email_inbound_mail", "email_outbound_mail", "email_message_identity")


def measure_export(company: Company) -> list[Measured]:
    persons = company.heavy
    for person_id in persons:
        _entries(person_id)
    run = race(
        TURNS,
        warm_up=2,
        floor=lambda turn: _same_bytes(company, persons[turn % len(persons)]),
        bare=lambda turn: _bare(company, persons[turn % len(persons)]),
        ours=lambda turn: _package(persons[turn % len(persons)]),
    )
    explain("export one person", lambda: _package(persons[0]))
    ours = run.median("ours") * 1000
    return [
        Measured(
            work="export one person", size=company.size, floor=run.median("floor") * 1000, ours=ours, goal=GOAL,
            note=f"{len(_entries(persons[0]))} entries in both",
        ),
        Measured(
            work="export one person, against rows and files alone", size=company.size,
            floor=run.median("bare") * 1000, ours=ours, note="25 entries: no letters, page, CSV, manifest",
        ),
    ]  # fmt: skip


def _package(person_id: uuid.UUID) -> None:
    with tempfile.TemporaryFile() as unnamed:
        write_package(person_id, cast(BinaryIO, unnamed), by=Actor.operator())


@cache
def _entries(person_id: uuid.UUID) -> list[tuple[zipfile.ZipInfo, bytes]]:
    """What our package of the person holds."""
    with io.BytesIO() as memory:
        write_package(person_id, memory, by=Actor.operator())
        with zipfile.ZipFile(memory) as package:
            return [(info, package.read(info)) for info in package.infolist()]


def _same_bytes(company: Company, person_id: uuid.UUID) -> None:
    session = company.floor.session
    with tempfile.TemporaryFile() as out, zipfile.ZipFile(out, "w") as archive:
        for table, column in _TABLES.items():
            session.execute(f"SELECT * FROM floor.{table} WHERE {column} = %s", [person_id]).fetchall()
        for table in _BESIDES:
            session.execute(f"SELECT * FROM public.{table} WHERE person_id = %s", [person_id]).fetchall()
        log = "SELECT number, at, actor_kind, type, facts FROM public.ledger_entry WHERE person = %s"
        session.execute(log, [confidant().pseudonym(person_id)]).fetchall()
        _files(session, person_id)
        for info, content in _entries(person_id):
            entry = zipfile.ZipInfo(info.filename, info.date_time)
            archive.writestr(entry, content, compress_type=info.compress_type, compresslevel=1)


def _bare(company: Company, person_id: uuid.UUID) -> None:
    session = company.floor.session
    with tempfile.TemporaryFile() as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, column in _TABLES.items():
            with session.cursor(row_factory=dict_row) as cursor:
                rows = cursor.execute(
                    f"SELECT * FROM floor.{table} WHERE {column} = %s", [person_id]
                ).fetchall()
            archive.writestr(f"{table}.json", json.dumps(rows, default=str))
        for file_id, content in _files(session, person_id):
            archive.writestr(f"files/{file_id}", content)


def _files(session: Any, person_id: uuid.UUID) -> list[tuple[uuid.UUID, bytes]]:
    found: list[tuple[uuid.UUID, bytes]] = session.execute(
        "SELECT id, inline FROM floor.vault_sealed_file WHERE person_id = %s", [person_id]
    ).fetchall()
    return found
