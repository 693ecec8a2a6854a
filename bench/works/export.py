"""One person's package (200 messages, 20 files) against raw SELECTs and a ZIP of the same bytes."""

from __future__ import annotations

import json
import tempfile
import uuid
import zipfile
from typing import Any, BinaryIO, cast

from psycopg.rows import dict_row

from aureole.kernel.actor import Actor
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


def measure_export(company: Company) -> list[Measured]:
    persons = company.heavy
    run = race(
        TURNS,
        warm_up=2,
        floor=lambda turn: _zip(company, persons[turn % len(persons)]),
        ours=lambda turn: _package(persons[turn % len(persons)]),
    )
    explain("export one person", lambda: _package(persons[0]))
    return [
        Measured(
            work="export one person", size=company.size, floor=run.median("floor") * 1000,
            ours=run.median("ours") * 1000, goal=GOAL, note="ours also draws the page, the letter and the .eml files",
        )
    ]  # fmt: skip


def _package(person_id: uuid.UUID) -> None:
    with tempfile.TemporaryFile() as unnamed:
        write_package(person_id, cast(BinaryIO, unnamed), by=Actor.operator())


def _zip(company: Company, person_id: uuid.UUID) -> None:
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
