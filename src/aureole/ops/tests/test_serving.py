from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from aureole.kernel.errors import Refused
from aureole.ops import serving


def test_a_taken_port_is_refused_when_it_was_asked_for_and_passed_over_when_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused) as refusal:
            serving.choose_port("127.0.0.1", port)
        assert refusal.value.code == "up.port_taken" and str(port) in refusal.value.sentence
        monkeypatch.setattr(serving, "FIRST_PORT", port)
        assert port < serving.choose_port("127.0.0.1", None) <= port + serving.PORTS_TRIED


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Refused, match="not an address"):
        serving.choose_port("no such host.invalid", 8000)


def test_one_process_serves_a_home_and_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert serving.served(tmp_path) is None
    with serving.only_one(tmp_path):
        monkeypatch.setenv("AUREOLE_WORKSPACE", "Nordlys")
        serving.write_note(tmp_path, "http://localhost:8000", told=("AUREOLE_WORKSPACE", "AUREOLE_MAILBOX_"))
        found = serving.served(tmp_path)
        assert found is not None and (found.pid, found.url) == (os.getpid(), "http://localhost:8000")
        assert found.told == {"AUREOLE_WORKSPACE": "Nordlys"}
        with pytest.raises(Refused, match="http://localhost:8000"), serving.only_one(tmp_path):
            pass
    assert serving.served(tmp_path) is None


def test_a_note_left_by_a_killed_process_is_not_believed(tmp_path: Path) -> None:
    with serving.only_one(tmp_path):
        pass
    serving.write_note(tmp_path, "http://localhost:8000")
    assert serving.served(tmp_path) is None


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://localhost:1"), ("::1", "http://localhost:1"), ("10.0.0.7", "http://10.0.0.7:1")],
)
def test_the_address_told_can_be_typed_into_a_browser(host: str, url: str) -> None:
    assert serving.url_of(host, 1) == url
