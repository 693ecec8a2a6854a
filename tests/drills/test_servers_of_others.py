"""An operator's own server, where Aureole's user may make no databases: restored into empty ones made for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.drills.instance import DrillInstance
from tests.drills.test_restore import here

__all__ = ["here"]

pytestmark = pytest.mark.drill

BO = "bo.ek@bystander.example"
DATABASES = ("first_data", "first_keys", "second_data", "second_keys")


def _settings(here: DrillInstance, name: str) -> dict[str, str]:
    query = f"host={here.server.socket_folder}&user=plain&password=plain"
    return {
        "DATABASE_URL": f"postgresql:///{name}_data?{query}",
        "KEYS_DATABASE_URL": f"postgresql:///{name}_keys?{query}",
    }


def test_a_backup_moves_to_a_server_where_no_database_may_be_made(
    here: DrillInstance, tmp_path: Path
) -> None:
    here.receive(tmp_path, sender=f"Bo Ek <{BO}>", subject="Mine", body="Hello.", attach="x" * 60_000)
    backup = str(tmp_path / "backup")
    here.do("backup", "create", backup)
    with here.server.connect() as session:
        session.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
        session.execute("GRANT aureole_app TO plain")
        for name in DATABASES:
            session.execute(f"CREATE DATABASE {name} OWNER plain")
    there = DrillInstance(tmp_path / "there", here.server, _settings(here, "first"))
    (there.home / "secrets").mkdir(parents=True)
    shutil.copy(here.home / "secrets" / "root_key", there.home / "secrets" / "root_key")
    there.do("init")
    words = ("backup", "restore", backup, "--keys", backup, "--fences", str(here.home / "fences"))

    code, said = there.run(*words)
    assert (code, said["error"]["code"]) == (1, "restore.no_database")
    assert "CREATEDB" in said["error"]["sentence"]

    there.settings = _settings(here, "second")
    assert there.do(*words)["lost"]["compared"] is False
    assert there.person(BO)
    assert there.do("doctor")["ok"], "rights, triggers and the restricted role are in place"
    assert there.do("backup", "readable")["lost"] == 0
