from __future__ import annotations

import threading
from pathlib import Path

import pytest

from aureole.kernel.errors import Refused
from aureole.ops.home import keep_secret, prepare_home


def test_the_home_and_its_secrets_are_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"
    prepare_home(home)
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "secrets").stat().st_mode & 0o777 == 0o700
    assert (home / "secrets" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_preparing_again_replaces_nothing(tmp_path: Path) -> None:
    prepare_home(tmp_path)
    before = (tmp_path / "secrets" / "secret_key").read_text()
    prepare_home(tmp_path)
    assert (tmp_path / "secrets" / "secret_key").read_text() == before


def test_all_who_ask_for_a_new_secret_at_once_get_the_same(tmp_path: Path) -> None:
    gate, made, got = threading.Barrier(8), iter("abcdefgh"), []

    def ask() -> None:
        gate.wait()
        got.append(keep_secret(tmp_path / "secret", lambda: next(made)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8 and len(set(got)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_home_that_cannot_be_made_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused) as refusal:
        prepare_home(tmp_path / "file" / "home")
    assert refusal.value.code == "home.unusable" and "AUREOLE_HOME" in refusal.value.sentence
