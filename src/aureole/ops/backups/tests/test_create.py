from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest
from django.db import connections

from aureole.desk.writing import NewFile
from aureole.kernel.errors import Refused
from aureole.ops.backup import create_backup
from aureole.ops.embedded.binaries import find_binaries
from aureole.testing.personas import Personas


@pytest.fixture
def written(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    personas = Personas()
    ada = personas.person("Canary Quorvanth", "canary@brevduva.example")
    large = NewFile(name="large.bin", content_type="application/octet-stream", content=b"canary" * 20_000)
    personas.message(personas.ticket(ada, text="canary words"), ada, "file", (large,))
    for alias in ("default", "keys"):
        name = connections[alias].settings_dict["NAME"]
        monkeypatch.setitem(backup.settings.DATABASES[alias], "NAME", name)
    create_backup(tmp_path / "backup")
    return tmp_path / "backup"


def _listed(dump: Path) -> str:
    command = [find_binaries().program("pg_restore"), "--file=-", "--data-only", str(dump)]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def test_data_and_keys_lie_apart_and_neither_dump_names_anybody(written: Path) -> None:
    data, keys = _listed(written / "data" / "data.dump"), _listed(written / "keys" / "keys.dump")
    assert "desk_message" in data
    assert "keystore_person_key" not in data
    assert "keystore_person_key" in keys
    assert "canary" not in (data + keys).lower()


def test_indexes_are_left_out_and_every_file_fits_its_hash(written: Path) -> None:
    data = _listed(written / "data" / "data.dump")
    for table in backup.LEFT_OUT:
        assert f"COPY public.{table} " not in data
    manifest = json.loads((written / "manifest.json").read_text())
    assert any(path.startswith("data/files/") for path in manifest["sha256"]), "the large file is in it"
    for path, sha256 in manifest["sha256"].items():
        assert hashlib.sha256((written / path).read_bytes()).hexdigest() == sha256


def test_a_folder_that_exists_is_left_alone(transactional_db: None, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="exists already"):
        create_backup(tmp_path)
