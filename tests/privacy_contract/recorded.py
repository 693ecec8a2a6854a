"""One erasure, recorded: every table of both databases, what she got as export, what a neighbour sees, the residue.

Made once for all, so that a contract can be asked of each declared model by itself without a world for each.
"""

from __future__ import annotations

import json
import subprocess
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.models import EntryDetail
from aureole.ledger.ports import confidant
from aureole.ops.embedded.binaries import find_binaries
from aureole.privacy.declare import Declaration, declarations
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.places import rows_of
from aureole.privacy.erasure.plan import Plan, make_plan
from aureole.privacy.erasure.run import Outcome, carry_out
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.export.package import export_person
from aureole.privacy.ports import directory, erasure_steps
from aureole.privacy.residue.opened import sealed_models
from aureole.privacy.residue.scan import scan
from aureole.search.find import find
from aureole.testing.canary import Canary
from aureole.testing.neighbour import WORDS
from aureole.vault.fields import SealedField
from aureole.vault.files import read_file
from aureole.vault.models import SealedFile
from aureole.vault.unlock import unlock
from tests.privacy_contract.beginning import Beginning
from tests.privacy_contract.running_out import run_out_all

OPERATOR = Actor.operator()
Row = dict[str, Any]
Dump = dict[str, dict[str, Row]]
"""Rows as they rest, by table and primary key."""
Find = tuple[str, str, str]
"""Place, encoding and term."""


@dataclass(frozen=True, kw_only=True)
class Neighbourhood:
    """What somebody else sees of her own."""

    opened: dict[tuple[str, str], dict[str, str]]
    files: dict[str, bytes]
    hits: dict[str, list[str]]
    package: dict[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Before the erasure, unless said otherwise.

    records   ids of hers that are, and that were before a merge
    by_steps  places a step of some module counts by itself
    hers, theirs  primary keys of the canary's and the neighbour's rows, by table; `erasing` hers while it runs
    left      how many rows of hers there are afterwards, by table
    words     her rows opened while it runs, by table: what stands in each place ("table.column", in JSON with its key)
    waiting   jobs for her; `mails` those to her, by state
    dumped    the data database as `pg_dump` writes it
    outlived  how many would be there in twelve years, with everything closed and no erasure: while she is a customer
              still and works here, and once that is over, too
    """

    canary: Canary
    records: frozenset[str]
    plan: Plan
    by_steps: frozenset[str]
    outcome: Outcome
    hers: dict[str, set[str]]
    erasing: dict[str, set[str]]
    words: dict[str, list[dict[str, str]]]
    waiting: int
    mails: dict[str, int]
    dumped: bytes
    theirs: dict[str, set[str]]
    before: Dump
    after: Dump
    left: dict[str, int]
    outlived: tuple[dict[str, int], dict[str, int]]
    package: dict[str, bytes]
    found_before: list[Find]
    found_after: list[Find]
    neighbour_before: Neighbourhood
    neighbour_after: Neighbourhood

    @property
    def manifest(self) -> dict[str, dict[str, Any]]:
        """Entries by table."""
        return {entry["table"]: entry for entry in json.loads(self.package["manifest.json"])["tables"]}


def record(beginning: Beginning, canary: Canary) -> Recorded:
    """The canary of that beginning, which both databases hold."""
    folder, neighbour = beginning.folder, beginning.neighbour
    her = canary.person.id
    package = _package(her, folder / "hers.zip")
    hers, theirs, moment = keys_of_rows(her), keys_of_rows(neighbour), now()
    neighbour_before = _look(neighbour, folder, moment)
    records = [her, *directory().formerly(her)]
    found_before, before, plan = finds_of(canary), dump(), make_plan(her)
    dumped = _dump_data()
    outlived = run_out_all(canary, folder, lambda: counts_of_rows(her))
    subject = Subject.of(her)
    by_steps = frozenset(count.place for step in erasure_steps() for count in step.count(subject))
    erasure = begin_erasure(person_id=her, by=OPERATOR, reason="contract", expected_hash=plan.hash)
    erasing, words = keys_of_rows(her), words_of_rows(her)
    outcome = carry_out(erasure.id)
    return Recorded(
        canary=canary, records=frozenset(map(str, records)),
        plan=plan, by_steps=by_steps, outcome=outcome, hers=hers, erasing=erasing, theirs=theirs,
        words=words, waiting=beginning.waiting, mails=beginning.mails, dumped=dumped,
        before=before, after=dump(), package=package,
        left=counts_of_rows(her), outlived=outlived,
        found_before=found_before, found_after=finds_of(canary), neighbour_before=neighbour_before,
        neighbour_after=_look(neighbour, folder, moment),
    )  # fmt: skip


def dump() -> Dump:
    """Both databases, every table there is, declared or not."""
    rows: Dump = {}
    for alias in ("default", "keys"):
        connection = connections[alias]
        for table in connection.introspection.table_names():
            rows[table] = _rows(alias, table)
    return rows


def _dump_data() -> bytes:
    database = settings.DATABASES["default"]
    command = [
        str(find_binaries().program("pg_dump")), "--host", database["HOST"], "--username", database["USER"],
        connections["default"].settings_dict["NAME"],
    ]  # fmt: skip
    environment = {"PGPASSWORD": database["PASSWORD"]}
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout


def _rows(alias: str, table: str) -> dict[str, Row]:
    with connections[alias].cursor() as cursor:
        key = connections[alias].introspection.get_primary_key_column(cursor, table)
        cursor.execute(
            f'SELECT {f"{chr(34)}{key}{chr(34)}::text" if key else "t::text"}, to_jsonb(t) FROM "{table}" t'
        )
        return {str(pk): json.loads(row) if isinstance(row, str) else row for pk, row in cursor.fetchall()}


def keys_of_rows(person_id: uuid.UUID) -> dict[str, set[str]]:
    """Primary keys of the person's rows, by table."""
    return {
        d.table: {str(pk) for pk in rows_of(d, person_id).values_list("pk", flat=True)}
        for d in declarations()
    }


def counts_of_rows(person_id: uuid.UUID) -> dict[str, int]:
    return {table: len(keys) for table, keys in keys_of_rows(person_id).items()}


def words_of_rows(person_id: uuid.UUID) -> dict[str, list[dict[str, str]]]:
    """What stands in each place of the person's rows, opened, by table."""
    return {d.table: [dict(_words(row, d)) for row in rows_of(d, person_id)] for d in declarations()}


def _words(row: Any, declaration: Declaration) -> Iterator[tuple[str, str]]:
    """Place and opened value, as text."""
    if isinstance(row, SealedFile):
        yield f"{declaration.table}.inline", read_file(row).decode("utf-8", "replace")
    elif isinstance(row, EntryDetail):
        opened = confidant().open_detail(row.person_id, row.entry.uid, bytes(row.sealed))
        yield f"{declaration.table}.sealed", (opened or b"").decode("utf-8", "replace")
    for name, field in declaration.fields.items():
        value, column = getattr(row, name), f"{declaration.table}.{name}"
        if field.keys and isinstance(value, dict):
            yield from (
                (f"{column}.{key}", json.dumps(part, ensure_ascii=False)) for key, part in value.items()
            )
        elif not isinstance(value, bytes | memoryview):
            yield column, str(value)


def finds_of(canary: Canary) -> list[Find]:
    """Everywhere, the places included that an erasure would leave to a namesake or to a plain word."""
    report = scan(canary.terms, deep=True)
    every = (*report.places, *report.namesakes, *report.same_words)
    return [(p.place, p.encoding, canary.terms[p.text]) for p in every]


def _package(person_id: uuid.UUID, path: Path) -> dict[str, bytes]:
    """The files of an export that leaves no trace in the instance."""
    with transaction.atomic():
        export_person(person_id, path, by=OPERATOR)
        transaction.set_rollback(True)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _look(person_id: uuid.UUID, folder: Path, moment: datetime) -> Neighbourhood:
    """The package says when it was made, so both are made at one moment."""
    with clock.at(moment):
        package = _package(person_id, folder / f"{uuid.uuid4().hex}.zip")
    opened: dict[tuple[str, str], dict[str, str]] = {}
    held = {d.model: d for d in declarations()}
    for model in sealed_models():
        fields = [f.attname for f in model._meta.concrete_fields if isinstance(f, SealedField)]
        for row in unlock(rows_of(held[model], person_id)):
            opened[(model._meta.db_table, str(row.pk))] = {name: repr(getattr(row, name)) for name in fields}
    return Neighbourhood(
        opened=opened,
        files={str(file.pk): read_file(file) for file in SealedFile.objects.filter(person_id=person_id)},
        hits={
            word: [f"{h.kind} {h.id}" for h in find(word, actor=OPERATOR, limit=100).hits] for word in WORDS
        },
        package=package,
    )


def counted(items: list[dict[str, Any]]) -> Counter[str]:
    """Counts by place, as plans and certificates list them."""
    return Counter({str(item["place"]): int(item["count"]) for item in items})


__all__ = [
    "OPERATOR", "Dump", "Neighbourhood", "Recorded", "counted", "dump", "finds_of", "keys_of_rows", "record",
]  # fmt: skip
