from __future__ import annotations

from pathlib import Path

import pytest

from aureole.ops.doctor import files, program
from aureole.ops.doctor.finding import Finding
from aureole.ops.doctor.machine import checks
from aureole.ops.home import prepare_home
from aureole.ops.pages import rebuild_pages
from aureole.vault.store.bucket import BucketStore
from aureole.vault.store.folder import FolderStore
from aureole.web.ui import build_assets
from config.env import read


def examine(home: Path, **variables: str) -> dict[str, Finding]:
    return {finding.check: finding for finding in checks(read({"AUREOLE_HOME": str(home), **variables}))}


def test_a_sound_home_is_green(tmp_path: Path) -> None:
    prepare_home(tmp_path / "home")
    found = examine(tmp_path / "home")
    assert found["home folder"].level == found["secret key"].level == found["python"].level == "green"


def test_an_open_secret_is_red_and_the_fix_can_be_pasted(tmp_path: Path) -> None:
    prepare_home(tmp_path / "a home")
    (tmp_path / "a home" / "secrets" / "secret_key").chmod(0o644)
    finding = examine(tmp_path / "a home")["secret key"]
    assert finding.level == "red" and finding.fix.startswith("chmod 600 '")


def test_an_open_home_is_amber_and_a_missing_one_red(tmp_path: Path) -> None:
    prepare_home(tmp_path / "home")
    (tmp_path / "home").chmod(0o755)
    assert examine(tmp_path / "home")["home folder"].level == "amber"
    assert examine(tmp_path / "absent")["home folder"].level == "red"


def test_the_file_store_is_tried_and_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path / "files")
    monkeypatch.setattr("aureole.vault.store.file_store", lambda: store)
    (finding,) = files.checks()
    assert finding.level == "green" and list(store.names()) == []


def test_pages_built_from_older_sources_are_amber_and_a_start_builds_them_or_says_why_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails() -> bool:
        raise build_assets.CannotBuild("There is no node on this machine.")

    monkeypatch.setattr(build_assets, "is_fresh", lambda: False)
    assert program.examine_bundle().level == "amber"
    monkeypatch.setattr(build_assets, "build", fails)
    monkeypatch.delenv("SKIP_FRONTEND", raising=False)
    assert rebuild_pages() == "There is no node on this machine."
    monkeypatch.setattr(build_assets, "is_fresh", lambda: True)
    assert program.examine_bundle().level == "green"


def test_a_file_store_that_cannot_be_written_or_reached_is_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "files").write_text("no folder")
    away = BucketStore("sealed", prefix="", region="eu-1", endpoint="http://127.0.0.1:9", key=("id", "key"))
    for store in (FolderStore(tmp_path / "files"), away):
        monkeypatch.setattr("aureole.vault.store.file_store", lambda store=store: store)
        (finding,) = files.checks()
        assert finding.level == "red" and finding.fix


def test_mail_in_the_clear_is_amber_and_names_no_password(tmp_path: Path) -> None:
    finding = examine(tmp_path, EMAIL_URL="smtp://user:hunter2@mx.example?tls=off")["mail out"]
    assert finding.level == "amber" and "hunter2" not in finding.sentence + finding.fix
