"""The hunt itself, on small folders and on the data folder of the databases these tests run on."""

from __future__ import annotations

import gzip
import os
import secrets
import time
import zipfile
from pathlib import Path

import pytest
from django.db import connections

from aureole.desk.writing import NewFile
from aureole.privacy.residue.encodings import ENCODINGS
from aureole.testing.hunt import hunt, written_in_every_way
from aureole.testing.personas import Personas

TEXT = "Kontroll Ödlåsson.ödla@kanarie.example"
WAYS = written_in_every_way(TEXT)


@pytest.mark.parametrize("way", list(WAYS))
def test_a_text_is_found_in_every_way_it_may_be_written(tmp_path: Path, way: str) -> None:
    (tmp_path / "some.file").write_bytes(os.urandom(5000) + WAYS[way] + os.urandom(5000))
    found = hunt(tmp_path, ["nobody at all", TEXT])
    assert {(find.place, find.term) for find in found.finds} == {("some.file", 1)}
    assert way.split(",")[0] in {find.encoding for find in found.finds}


def test_encodings_can_be_chosen_and_must_exist(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(WAYS["hex"])
    assert hunt(tmp_path, [TEXT], ["plain"]).finds == []
    assert [find.encoding for find in hunt(tmp_path, [TEXT], ["hex"]).finds] == ["hex"]
    with pytest.raises(AssertionError, match="no such encoding"):
        hunt(tmp_path, [TEXT], ["rot13"])
    assert {way.split(",")[0] for way in WAYS} == set(ENCODINGS) - {"decomposed"}


def test_a_text_across_two_pieces_of_a_large_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"." * ((1 << 20) - 10) + TEXT.encode() + b"." * 100)
    assert [find.count for find in hunt(tmp_path, [TEXT]).finds if find.encoding == "plain"] == [1]


def test_names_packed_files_and_folders_of_a_cluster_are_searched(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "base"
    folder.mkdir(parents=True)
    (tmp_path / "data" / "PG_VERSION").write_text("18")
    (folder / "1").write_bytes(TEXT.encode())
    (folder / f"{TEXT}.txt").touch()
    with gzip.open(folder / "old.gz", "wb") as packed:
        packed.write(TEXT.encode())
    with zipfile.ZipFile(folder / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", TEXT * 3)
    places = hunt(tmp_path, [TEXT]).places
    assert places == ["data/base/1", "data/base/old.gz", "data/base/packed.zip", "name of data/base/…"]


def test_a_record_that_goes_on_behind_a_page_head_is_found(tmp_path: Path) -> None:
    head, long_head = b"\x18\xd1\x00\x00" + bytes(20), b"\x18\xd1\x02\x00" + bytes(36)
    first = long_head + b"." * (8192 - 40 - 7) + TEXT.encode()[:7]
    second = head + TEXT.encode()[7:] + b"." * 9000
    (tmp_path / ("0" * 23 + "1")).write_bytes(first + second[:8192])
    (tmp_path / "no-log").write_bytes(first + second[:8192])
    assert hunt(tmp_path, [TEXT]).places == ["0" * 23 + "1"]


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    found = hunt(tmp_path, [TEXT])
    assert sorted(found.passed) == ["link", "pipe"]
    assert found.files == 0


def test_what_a_person_writes_is_nowhere_in_the_servers_own_files(transactional_db: None) -> None:
    """Pages and write-ahead log written meanwhile; the drill does it with everything there is."""
    folder = _data_folder()
    _checkpoint()
    begun = time.time()
    word, control = (f"zq{secrets.token_hex(8)}" for _ in range(2))
    personas = Personas()
    person = personas.person(f"{word} Exa", f"{word}@x.example")
    file = NewFile(name=f"{word}.txt", content_type="text/plain", content=word.encode() * 400)
    personas.message(
        personas.ticket(person, subject=word, text=word), person, text=f"I am {word}", files=(file,)
    )
    with connections["default"].cursor() as cursor:
        cursor.execute("INSERT INTO desk_tag (id, name) VALUES (gen_random_uuid(), %s)", [control])
    _checkpoint()
    found = hunt(folder, [word, control], changed_since=begun)
    assert [find for find in found.finds if find.term == 0] == []
    kinds = {place.split("/")[0] for place in found.places}
    assert kinds == {"base", "pg_wal"}, "the control must be found in a page and in the log"


def _checkpoint() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("CHECKPOINT")


def _data_folder() -> Path:
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    if not os.access(folder, os.R_OK):
        pytest.skip("the server runs elsewhere, or as somebody else: its files cannot be read from here")
    return folder
