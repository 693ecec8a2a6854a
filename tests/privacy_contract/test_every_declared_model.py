"""What the map promises, held for every declared model: erased, exported or withheld, kept with a reason."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import connections

from aureole.kernel.actor import Actor
from aureole.ops.embedded.binaries import find_binaries
from aureole.people.models import Person
from aureole.privacy.certificate.verify import verify
from aureole.privacy.declare import Declaration, declarations
from aureole.privacy.erasure.places import rows_of
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.export.package import export_person
from aureole.privacy.residue.scan import scan
from aureole.testing.canary import Canary, bystanders_mention_her
from aureole.testing.canary_words import IN_MAILS, PASSWORD, mark
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
ONLY_WHILE_ERASING = {"privacy_erasure"}
# Kept nowhere (a header nobody needs, a password), or inside an archive that no search opens.
NOT_KEPT = {PASSWORD, *IN_MAILS} - {mark("set apart")}
# Not part of an export: a reason somebody gave in the log, and mail that waits in quarantine.
NOT_HERS_TO_GET = {mark("ledger_entry_detail.sealed"), mark("set apart")}


def _found(canary: Canary) -> list[tuple[str, str, str]]:
    """Everywhere, the places included that an erasure would leave to a namesake or to a plain word."""
    report = scan(canary.terms, deep=True)
    every = (*report.places, *report.namesakes, *report.same_words)
    return [(p.place, p.encoding, canary.terms[p.text]) for p in every]


def _held() -> tuple[Declaration, ...]:
    return tuple(d for d in declarations() if d.table not in ONLY_WHILE_ERASING)


def test_the_canary_is_in_every_declared_model_and_nowhere_after_her_erasure(canary: Canary) -> None:
    person_id = canary.person.id
    empty = [d.table for d in _held() if not rows_of(d, person_id).exists()]
    assert empty == [], "give the canary a row in these, or the contract does not test them"
    plan = make_plan(person_id)
    outcome = erase_person(person_id, by=OPERATOR, reason="contract", expected_hash=plan.hash)
    left = [d.table for d in _held() if d.keep is None and rows_of(d, person_id).exists()]
    assert left == []
    assert outcome.residue["places"] == []
    assert _found(canary) == []
    assert verify(outcome.certificate).valid
    planned = {c.place: c.count for c in plan.erase if c.place != "key store"}
    assert planned == {item["place"]: item["count"] for item in outcome.erased}


def test_the_scan_that_finds_nothing_afterwards_finds_every_canary_before(canary: Canary) -> None:
    found = {term for _, _, term in _found(canary)}
    missing = [t for t in canary.terms if t not in found and t not in NOT_KEPT]
    assert missing == [], "a term that cannot be found before proves nothing afterwards"


def test_export_and_withheld_are_what_erasure_takes_and_keeps(canary: Canary, tmp_path: Path) -> None:
    out = tmp_path / "export.zip"
    export_person(canary.person.id, out, by=OPERATOR)
    with zipfile.ZipFile(out) as package:
        manifest = json.loads(package.read("manifest.json"))
        words = b"".join(package.read(name) for name in package.namelist())
    tables = {entry["table"]: entry for entry in manifest["tables"]}
    declared = {d.table for d in declarations()}
    assert declared <= set(tables), "each declared table is in the package or withheld with its reason"
    for table in declared:
        assert tables[table].get("files") or tables[table].get("withheld"), table
    for term in set(canary.terms) - NOT_KEPT - NOT_HERS_TO_GET:
        assert term.encode() in words, f"{term}: what she gave us is handed to her"


def test_others_keep_everything_but_the_listed_redactions(canary: Canary) -> None:
    bo = bystanders_mention_her(Personas())
    before = _rows_of_others(canary)
    erase_person(canary.person.id, by=OPERATOR, reason="contract")
    after = _rows_of_others(canary)
    assert Person.objects.filter(pk=bo.id).exists()
    gone = {key for key in before if key not in after}
    changed = {key for key in before if key in after and before[key] != after[key]}
    tables = {table for table, _ in gone | changed}
    assert tables <= {
        "desk_message", "desk_ticket", "desk_attachment", "vault_sealed_file", "search_entry",
        "email_inbound_mail", "email_message_identity", "desk_participant", "people_twin",
    }  # fmt: skip
    assert _found(canary) == []
    assert ("people_person", str(bo.id)) not in gone | changed


def _rows_of_others(canary: Canary) -> dict[tuple[str, str], str]:
    """Every row of a declared table that is not hers, as the database holds it."""
    rows = {}
    for declaration in _held():
        mine = set(rows_of(declaration, canary.person.id).values_list("pk", flat=True))
        with connections["default"].cursor() as cursor:
            pk = declaration.model._meta.pk.column
            cursor.execute(f'SELECT "{pk}"::text, t::text FROM "{declaration.table}" t')
            rows |= {
                (declaration.table, k): v for k, v in cursor.fetchall() if k not in {str(m) for m in mine}
            }
    return rows


def test_a_dump_of_the_data_database_names_nobody(canary: Canary) -> None:
    database = settings.DATABASES["default"]
    command = [
        str(find_binaries().program("pg_dump")), "--host", database["HOST"], "--username", database["USER"],
        connections["default"].settings_dict["NAME"],
    ]  # fmt: skip
    dump = subprocess.run(
        command, env={"PGPASSWORD": database["PASSWORD"]}, capture_output=True, check=True
    ).stdout
    assert b"desk_message" in dump
    for term in canary.terms:
        assert term.encode() not in dump
        assert term.lower().encode() not in dump.lower()
