from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from aureole.desk.models import Tag
from aureole.desk.writing import NewFile
from aureole.kernel.clock import at, now
from aureole.kernel.errors import Refused
from aureole.ops.backups.create import LEFT_OUT, create_backup
from aureole.ops.backups.dumps import unpacked
from aureole.ops.backups.manifest import read_manifest
from aureole.ops.backups.shelf import backups_in, expire_keys
from aureole.ops.backups.sums import check_sums
from aureole.ops.embedded.binaries import find_binaries
from aureole.privacy.certificate.issue import instance_fingerprint
from aureole.privacy.residue.folders import scan_folder
from aureole.testing.personas import Personas
from aureole.vault.models import SealedFile
from aureole.vault.store import file_store


@pytest.fixture
def written(transactional_db: None, tmp_path: Path) -> Path:
    personas = Personas()
    ada = personas.person("Canary Quorvanth", "canary@brevduva.example")
    large = NewFile(name="large.bin", content_type="application/octet-stream", content=b"canary" * 20_000)
    personas.message(personas.ticket(ada, text="canary words"), ada, "file", (large,))
    create_backup(tmp_path / "shelf" / "backup")
    return tmp_path / "shelf" / "backup"


def _listed(dump: Path) -> str:
    command = [find_binaries().program("pg_restore"), "--file=-", "--data-only", str(dump)]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def test_data_and_keys_lie_apart_and_neither_dump_names_anybody(written: Path) -> None:
    data, keys = _listed(written / "data" / "data.dump"), _listed(written / "keys" / "keys.dump")
    assert "desk_message" in data
    assert "keystore_person_key" not in data
    assert "keystore_person_key" in keys
    assert "canary" not in (data + keys).lower()


def test_indexes_are_left_out_and_every_file_is_in(written: Path) -> None:
    data = _listed(written / "data" / "data.dump")
    for table in LEFT_OUT:
        assert f"COPY public.{table} " not in data
    (stored,) = SealedFile.objects.exclude(stored_as=None).values_list("stored_as", flat=True)
    assert (written / "data" / "files" / str(stored)[:2] / str(stored)).is_file()


def test_both_parts_are_signed_by_the_instance_and_whole(written: Path) -> None:
    for part in ("data", "keys"):
        manifest, fingerprint = read_manifest(written / part, part)
        assert fingerprint == instance_fingerprint()
        check_sums(written / part, manifest.sums)
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=written / "data", check=True)


@pytest.mark.parametrize("name", ["data.dump", "SHA256SUMS", "fences/list.jsonl"])
def test_a_part_that_was_changed_anywhere_is_refused(written: Path, name: str) -> None:
    manifest, _ = read_manifest(written / "data", "data")
    file = written / "data" / name
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(Refused, match="damaged"):
        check_sums(written / "data", manifest.sums)


def test_a_manifest_that_was_changed_is_refused(written: Path) -> None:
    path = written / "data" / "manifest.json"
    content = json.loads(path.read_text())
    content["payload"]["ledger"] += 1
    path.write_text(json.dumps(content))
    with pytest.raises(Refused, match="does not fit its signature"):
        read_manifest(written / "data", "data")
    with pytest.raises(Refused, match="holds no data"):
        read_manifest(written, "data")
    path.rename(written / "manifest.json")  # as before each part had its own
    with pytest.raises(Refused, match="before backups were signed"):
        read_manifest(written / "data", "data")


def test_a_file_that_is_gone_from_the_store_is_told(transactional_db: None, tmp_path: Path) -> None:
    personas = Personas()
    ada = personas.person()
    large = NewFile(name="large.bin", content_type="application/octet-stream", content=b"x" * 50_000)
    personas.message(personas.ticket(ada), ada, "file", (large,))
    file_store().delete(str(SealedFile.objects.exclude(stored_as=None).get().stored_as))
    assert create_backup(tmp_path / "backup").data.missing_files == 1


def test_a_folder_that_exists_is_left_alone(transactional_db: None, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="exists already"):
        create_backup(tmp_path)


def test_a_key_store_goes_when_its_days_are_over_and_not_before(written: Path) -> None:
    shelf = written.parent
    (shelf / "something else").mkdir()
    assert [(one.folder, one.is_due) for one in backups_in(shelf)] == [(written, False)]
    assert expire_keys(shelf) == []
    with at(now() + timedelta(days=8)):
        assert [one.keys_word for one in backups_in(shelf)] == ["DUE: run `aureole backup expire`"]
        assert expire_keys(shelf) == [written / "keys"]
    assert sorted(path.name for path in written.iterdir()) == ["data"]
    assert [one.keys_word for one in backups_in(shelf)] == ["not here"]


def test_a_key_store_kept_alone_goes_too(written: Path, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    (written / "keys").rename(vault / "monday")
    with at(now() + timedelta(days=8)):
        assert expire_keys(vault) == [vault / "monday"]
    assert list(vault.iterdir()) == []


def test_a_search_in_a_backup_reads_the_dump_and_not_only_its_packed_bytes(
    transactional_db: None, tmp_path: Path
) -> None:
    Tag.objects.create(name="for Canary Quorvanth")
    create_backup(tmp_path / "backup")
    found = scan_folder(["Canary Quorvanth"], tmp_path / "backup", place="backup", unpack=unpacked)
    assert [place.place for place in found.places] == ["backup: data/data.dump"]
    assert "backup: 2 dumps, unpacked" in found.searched
