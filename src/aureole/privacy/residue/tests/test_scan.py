from __future__ import annotations

import base64
import gzip
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import typst
from django.conf import settings
from django.db import connections

from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.people.models import Person
from aureole.privacy.residue.columns import tables
from aureole.privacy.residue.matcher import Matcher
from aureole.privacy.residue.report import Gathering, ResidueReport
from aureole.privacy.residue.scan import scan, scan_folder
from aureole.privacy.residue.tables import search_table
from aureole.testing.personas import Personas
from aureole.vault.chunks import sealed_size
from aureole.vault.files import seal_file
from aureole.vault.models import SealedFile
from aureole.vault.store import file_store

CANARY = "Zebrafinch-4711-Öland"
MAIL = "odd.canary@lonely-island.example"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: object) -> None:
    """A home folder of the test's own, so that nothing another test wrote is found."""
    home = tmp_path / "home"
    for folder in ("logs", "files", "secrets"):
        (home / folder).mkdir(parents=True)
    settings.AUREOLE_HOME = str(home)  # type: ignore[attr-defined]


def _home() -> Path:
    return Path(settings.AUREOLE_HOME)


def _found(report: ResidueReport) -> set[tuple[str, str]]:
    return {(place.place, place.encoding) for place in report.places}


@pytest.fixture(params=["default", "keys"])
def scratch(request: pytest.FixtureRequest, db: None) -> tuple[str, str]:
    """A table no model knows, in each of the two databases: (alias, place of its text column)."""
    alias: str = request.param
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "CREATE TABLE scratch_notes (id int, words text, doc jsonb, old json, bytes bytea, list text[], "
            "short varchar(80), net inet, amount numeric)"
        )
    return alias, "key store: scratch_notes." if alias == "keys" else "scratch_notes."


def _write(alias: str, column: str, value: object) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"INSERT INTO scratch_notes (id, {column}) VALUES (1, %s)", [value])


@pytest.mark.parametrize(
    ("column", "value", "encoding"),
    [
        ("words", f"seen {CANARY} here", "plain"),
        ("words", CANARY.upper(), "plain"),
        ("short", base64.b64encode(f"x{CANARY}y".encode()).decode(), "base64"),
        ("words", CANARY.encode().hex(), "hex"),
        ("words", "Zebrafinch-4711-=C3=96land", "quoted-printable"),
        ("words", "Zebrafinch-4711-%C3%96land", "percent-encoding"),
        ("words", "Zebrafinch-4711-&Ouml;land", "HTML entities"),
        ("old", '{"a": "Zebrafinch-4711-\\u00d6land"}', "JSON escapes"),
        ("doc", f'{{"deep": [{{"{CANARY}": 1}}]}}', "plain"),
        ("list", ["one", CANARY], "plain"),
        ("bytes", CANARY.encode(), "plain"),
        ("bytes", CANARY.encode("utf-16-le"), "UTF-16"),
        ("bytes", CANARY.encode("latin-1"), "latin-1"),
    ],
)
def test_a_text_in_a_table_nobody_declared_is_found(
    scratch: tuple[str, str], column: str, value: object, encoding: str
) -> None:
    alias, place = scratch
    _write(alias, column, value)
    assert (place + column, encoding) in _found(scan([CANARY], deep=False))


def test_a_table_is_read_only_when_it_holds_a_row(scratch: tuple[str, str]) -> None:
    """Whichever moment it got its row: one that was emptied and filled again is read again."""
    alias, place = scratch
    for emptied in (False, True):
        assert "scratch_notes" not in _read()
        _write(alias, "words", CANARY)
        assert "scratch_notes" in _read()
        assert _found(scan([CANARY], deep=False)) == {(f"{place}words", "plain")}
        if not emptied:
            with connections[alias].cursor() as cursor:
                cursor.execute("DELETE FROM scratch_notes")


def _read() -> list[str]:
    """The places that are read, table by table."""
    places: list[str] = []
    scan([CANARY], deep=False, progress=lambda done, of, name: places.append(name))
    return places


def test_nothing_is_found_when_nothing_was_left(scratch: tuple[str, str]) -> None:
    _write(scratch[0], "words", "somebody else entirely")
    report = scan([CANARY, MAIL], deep=True)
    assert report.places == [] and report.namesakes == []
    assert any("data database" in line for line in report.searched)
    assert any("key store" in line for line in report.searched)
    assert any("backups" in line for line in report.not_searched)


def test_a_value_longer_than_any_buffer_is_searched_to_its_end(scratch: tuple[str, str]) -> None:
    alias, place = scratch
    _write(alias, "words", "x" * 3_000_000 + CANARY)
    assert (f"{place}words", "plain") in _found(scan([CANARY], deep=False))


def _fill(alias: str, rows: int) -> None:
    """So many that the server joins them before they are searched."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "INSERT INTO scratch_notes (id, words, bytes) "
            "SELECT n, repeat('x', 300), decode(repeat('ab', 300), 'hex') FROM generate_series(2, %s) n", [rows]
        )  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value"),
    [("words", f"so {CANARY}"), ("bytes", CANARY.encode()), ("doc", f'{{"a": "{CANARY}"}}')],
)
def test_one_value_in_a_table_of_many_pages_is_found_in_its_column(
    scratch: tuple[str, str], column: str, value: object
) -> None:
    alias, place = scratch
    _fill(alias, 4000)
    _write(alias, column, value)
    _fill(alias, 4000)
    found = scan([CANARY], deep=False).places
    assert [(p.place, p.encoding, p.count) for p in found] == [(place + column, "plain", 1)]


def test_nothing_is_found_across_two_values(scratch: tuple[str, str]) -> None:
    alias, _ = scratch
    _fill(alias, 4000)
    with connections[alias].cursor() as cursor:
        halves = [(CANARY[:8],), (CANARY[8:],)]
        cursor.executemany("INSERT INTO scratch_notes (id, words) VALUES (1, %s)", halves)
    assert scan([CANARY], deep=False).places == []


def test_values_too_large_to_be_joined_are_searched_by_themselves(scratch: tuple[str, str]) -> None:
    alias, place = scratch
    _fill(alias, 4000)
    with connections[alias].cursor() as cursor:
        cursor.execute("ALTER TABLE scratch_notes ALTER words SET STORAGE EXTERNAL")
    _write(alias, "words", "x" * 3_000_000 + CANARY)
    found = scan([CANARY], deep=False).places
    assert [(p.place, p.count) for p in found] == [(f"{place}words", 1)]


def test_rights_to_some_columns_only_are_enough(scratch: tuple[str, str]) -> None:
    alias, place = scratch
    _fill(alias, 4000)
    _write(alias, "words", CANARY)
    with connections[alias].cursor() as cursor:
        cursor.execute("CREATE ROLE looker; GRANT SELECT (words) ON scratch_notes TO looker; SET ROLE looker")
        table = next(t for t in tables(alias) if t.name == "scratch_notes")
        words = tuple(column for column in table.columns if column.name == "words")
        gathering = Gathering()
        search_table(replace(table, columns=words), alias, Matcher([CANARY]), gathering)
        cursor.execute("RESET ROLE")
    assert gathering.places == {(f"{place}words", 0, "plain"): 1}


@pytest.fixture
def stored(personas: Personas) -> Iterator[SealedFile]:
    """A sealed file that is large enough for the store."""
    person = personas.person("Bob Nilsson")
    file = seal_file(f"call {MAIL}".encode() * 9000, person_id=person.id)
    yield file
    file_store().delete(str(file.stored_as))


@pytest.mark.parametrize("length_of", [int, sealed_size], ids=["as it was", "as long as a ciphertext"])
def test_a_stored_file_that_is_not_a_ciphertext_is_searched(
    stored: SealedFile, length_of: Callable[[int], int]
) -> None:
    assert scan([MAIL], deep=False).places == []
    file_store().delete(str(stored.stored_as))
    file_store().write(str(stored.stored_as), [f"call {MAIL}".encode().ljust(length_of(stored.size))])
    assert _found(scan([MAIL], deep=False)) == {("file store", "plain")}


def test_a_stored_file_that_no_row_knows_is_searched(stored: SealedFile) -> None:
    SealedFile.objects.filter(pk=stored.pk).delete()
    file_store().delete(str(stored.stored_as))
    file_store().write(str(stored.stored_as), [f"\x01{MAIL}".encode()])
    assert _found(scan([MAIL], deep=False)) == {("file store", "plain")}


def test_a_log_line_a_packed_log_and_a_file_name_are_found(db: None) -> None:
    (_home() / "logs" / "aureole.log").write_text(f"oops: {MAIL}\n")
    (_home() / "logs" / "old.log.gz").write_bytes(gzip.compress(f"oops: {MAIL}\n".encode()))
    (_home() / f"{MAIL}.txt").write_text("nothing")
    found = _found(scan([MAIL], deep=False))
    assert ("home folder: logs/aureole.log", "plain") in found
    assert ("home folder: logs/old.log.gz", "plain") in found
    assert ("home folder: name of a file", "plain") in found
    assert not any(MAIL in place for place, _ in found)


def test_secrets_and_a_database_cluster_in_the_home_are_passed_over(db: None) -> None:
    for folder in ("secrets", "postgres"):
        (_home() / folder).mkdir(exist_ok=True)
        (_home() / folder / "x").write_text(MAIL)
    (_home() / "postgres" / "PG_VERSION").write_text("18")
    assert scan([MAIL], deep=False).places == []


def test_ciphertext_alone_is_not_found_and_opening_it_does(personas: Personas) -> None:
    bob = personas.person("Bob Nilsson")
    file = NewFile(name="note.txt", content_type="text/plain", content=f"call {MAIL}".encode() * 9000)
    ticket = personas.ticket(bob, subject=f"About {CANARY}")
    personas.message(ticket, bob, f"I met {CANARY} and wrote to {MAIL}.", files=(file,))
    assert scan([CANARY, MAIL], deep=False).places == []
    found = _found(scan([CANARY, MAIL], deep=True))
    assert {
        ("desk_message.text", "sealed"),
        ("desk_ticket.subject", "sealed"),
        ("sealed files", "sealed"),
    } <= found


def test_each_place_says_which_text_it_holds(personas: Personas) -> None:
    personas.ticket(text=f"only the second: {MAIL}")
    places = scan([CANARY, MAIL], deep=True).places
    assert places and {place.text for place in places} == {1}


def test_a_reason_in_the_log_is_opened_too(personas: Personas) -> None:
    person = personas.person()
    record(
        "privacy.erasure_begun", by=Actor.operator(), person=person.id, items=1,
        details={"reason": f"{CANARY} asked for it"},
    )  # fmt: skip
    assert ("ledger_entry_detail.sealed", "sealed") in _found(scan([CANARY], deep=True))


def test_a_living_namesake_is_listed_apart(personas: Personas) -> None:
    namesake = personas.person("Ada Lindqvist", address="other.ada@brevduva.example")
    personas.ticket(namesake, text="Greetings, Ada Lindqvist")
    report = scan(["Ada Lindqvist", "ada@gone.example"], deep=True)
    assert report.places == []
    assert {"people_person.name", "desk_message.text"} <= {place.place for place in report.namesakes}


def test_the_owner_of_an_address_among_the_texts_is_no_namesake(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", address="ada@brevduva.example")
    personas.ticket(ada, text="Greetings, Ada Lindqvist")
    report = scan(["Ada Lindqvist", "ada@brevduva.example"], deep=True)
    assert {"people_person.name", "people_identifier.value", "desk_message.text"} <= {
        p.place for p in report.places
    }
    assert report.namesakes == []


def test_a_plain_leak_of_a_namesakes_name_is_a_place_all_the_same(personas: Personas) -> None:
    personas.person("Ada Lindqvist")
    (_home() / "logs" / "web.log").write_text("Ada Lindqvist")
    assert ("home folder: logs/web.log", "plain") in _found(scan(["Ada Lindqvist"], deep=True))


def test_a_code_that_is_spelled_like_a_name_is_not_the_name(personas: Personas) -> None:
    personas.ticket()
    assert scan(["Open"], deep=False).places == []


def test_an_erased_persons_values_are_not_opened(personas: Personas) -> None:
    from aureole.vault.groups import KeyGroup
    from aureole.vault.keys import erase_keys

    person = personas.person(CANARY)
    erase_keys(person.id, list(KeyGroup))
    assert Person.objects.filter(pk=person.id).exists()
    assert scan([CANARY], deep=True).places == []


def test_progress_is_told_place_by_place(db: None) -> None:
    told: list[tuple[int, int, str]] = []
    scan([CANARY], deep=True, progress=lambda done, of, name: told.append((done, of, name)))
    assert [done for done, _, _ in told] == list(range(len(told)))
    assert {of for _, of, _ in told} == {len(told)}
    assert "file store" in {name for _, _, name in told}


def test_the_files_of_a_backup_are_searched(tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    (backup / "data.sql.gz").write_bytes(gzip.compress(b"x" * 100 + MAIL.encode()))
    report = scan_folder([MAIL], backup, place="backup")
    assert _found(report) == {("backup: data.sql.gz", "plain")}


def test_what_lies_before_the_damage_of_a_packed_file_is_searched_and_the_rest_is_named(
    tmp_path: Path,
) -> None:
    whole = gzip.compress(MAIL.encode() + b"\n" + os.urandom(9000))
    (tmp_path / "cut.gz").write_bytes(whole[:5000])
    (tmp_path / "spoilt.gz").write_bytes(whole[:10] + b"\xff" * 90)
    (tmp_path / "by chance").write_bytes(b"\x1f\x8b" + MAIL.encode())
    report = scan_folder([MAIL], tmp_path, place="backup")
    assert _found(report) == {("backup: cut.gz", "plain"), ("backup: by chance", "plain")}
    damaged = [one for one in report.not_searched if "damaged further on" in one]
    assert damaged == [f"backup: {name} (packed, and damaged further on)" for name in ("cut.gz", "spoilt.gz")]


def test_a_deep_scan_reads_documents_and_says_which_files_it_could_not(personas: Personas) -> None:
    person = personas.person("Odd", "odd@lonely-island.example")
    seal_file(bytes(typst.compile(f"Found: {CANARY}".encode(), format="pdf")), person_id=person.id)
    seal_file(b"\x89PNG\r\n\x1a\n" + bytes(30), person_id=person.id)
    report = scan([CANARY], deep=True)
    assert ("sealed files", "sealed") in _found(report)
    assert "what is in 1 sealed files no program could read to their end" in report.not_searched
