"""One real server for the module; the tests that break it mend it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from aureole.kernel.errors import Refused
from aureole.ops.embedded import EmbeddedServer
from aureole.ops.embedded.account import choose_account, nobody_account
from aureole.ops.embedded.binaries import find_binaries
from aureole.ops.embedded.cluster import FLEETING
from aureole.ops.embedded.socket_folder import LONGEST, SOCKET, choose_socket_folder

JOIN_AND_LEAVE = """
import sys
from pathlib import Path
from aureole.ops.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.ensure_running()
print(server.status().pid, flush=True)
sys.stdin.readline()
print(server.leave(), flush=True)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A path with spaces, so long that no socket fits into it."""
    return tmp_path_factory.mktemp("a home") / ("long " * 30).strip() / "home"


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(home, settings=FLEETING)
    yield server
    server.stop()


def pid_of(server: EmbeddedServer) -> int:
    pid = server.status().pid
    assert pid is not None
    return pid


def join_from_another_process(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", JOIN_AND_LEAVE, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_three_processes_starting_at_once_share_one_server_and_the_last_one_stops_it(
    server: EmbeddedServer, home: Path
) -> None:
    processes = [join_from_another_process(home) for _ in range(3)]
    pids = {process.stdout.readline().strip() for process in processes if process.stdout}
    assert pids == {str(pid_of(server))}
    answers = [process.communicate("\n", timeout=30)[0].strip() for process in processes]
    assert answers == ["False", "False", "True"]
    assert server.status().pid is None


def test_both_databases_and_the_application_role_are_there(server: EmbeddedServer) -> None:
    connection = server.ensure_running()
    for name in ("aureole", "aureole_keys"):
        with connection.connect(name) as session:
            session.execute("SET ROLE aureole_app")
            assert session.execute("SELECT current_database(), lower('ÀÉ')").fetchone() == (name, "àé")


def test_the_url_reaches_the_database(server: EmbeddedServer) -> None:
    with psycopg.connect(server.ensure_running().database_url) as session:
        assert session.execute("SELECT current_user").fetchone() == ("aureole",)


def test_nobody_gets_in_without_the_password_nor_over_the_network(server: EmbeddedServer) -> None:
    connection = server.ensure_running()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(
            host=str(connection.socket_folder), user="aureole", password="guess", dbname="aureole"
        )
    with connection.connect() as session:
        assert session.execute("SHOW listen_addresses").fetchone() == ("",)
    assert connection.socket_folder.stat().st_mode & 0o777 == 0o700
    assert "password" not in repr(connection)


def test_what_was_written_survives_kill_9_with_a_busy_session(server: EmbeddedServer) -> None:
    connection = server.ensure_running()
    with connection.connect("aureole") as session:
        session.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        session.execute("INSERT INTO kept VALUES ('here')")
        session.execute("CHECKPOINT")
    busy = threading.Thread(target=loop_for_ever, args=[connection.connect("aureole")], daemon=True)
    busy.start()
    os.kill(pid_of(server), signal.SIGKILL)
    with server.ensure_running().connect("aureole") as session:
        assert session.execute("SELECT word FROM kept").fetchone() == ("here",)
        session.execute("DROP TABLE kept")
    busy.join(timeout=20)
    assert not busy.is_alive()


def loop_for_ever(session: psycopg.Connection[tuple[object, ...]]) -> None:
    with pytest.raises(psycopg.OperationalError):
        session.execute("DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$")


def test_a_stale_note_naming_a_foreign_process_does_not_stop_the_start(
    server: EmbeddedServer, home: Path
) -> None:
    server.ensure_running()
    folder = choose_account(home, find_binaries()).state / "data"
    note = (folder / "postmaster.pid").read_text()
    server.stop()
    (folder / "postmaster.pid").write_text(note.replace(note.splitlines()[0], str(os.getpid()), 1))
    assert server.status().pid is None
    server.ensure_running()
    assert pid_of(server) != os.getpid()


def test_a_child_that_was_handed_the_membership_keeps_the_server(server: EmbeddedServer) -> None:
    server.ensure_running()
    assert server.descriptor is not None
    child = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[server.descriptor]
    )
    assert server.leave() is False
    assert server.status().shared
    child.communicate(b"\n")
    assert not server.status().shared


def test_a_lost_password_is_told_and_the_data_left_alone(server: EmbeddedServer, home: Path) -> None:
    server.ensure_running()
    secret = home / "secrets" / "db_password"
    right = secret.read_text()
    secret.write_text("wrong")
    try:
        with pytest.raises(Refused) as refusal:
            EmbeddedServer(home).ensure_running()
        assert refusal.value.code == "embedded.other_password"
    finally:
        secret.write_text(right)


def test_data_of_another_major_version_is_refused(server: EmbeddedServer, home: Path) -> None:
    server.ensure_running()
    server.stop()
    note = choose_account(home, find_binaries()).state / "data" / "PG_VERSION"
    right = note.read_text()
    note.write_text("12\n")
    try:
        with pytest.raises(Refused) as refusal:
            server.ensure_running()
        assert refusal.value.code == "embedded.other_version"
    finally:
        note.write_text(right)


def test_the_server_log_repeats_no_statement_and_no_value(server: EmbeddedServer, home: Path) -> None:
    with server.ensure_running().connect("aureole") as session:
        session.execute("CREATE TEMPORARY TABLE one (word text UNIQUE)")
        session.execute("INSERT INTO one VALUES ('canary-value')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            session.execute("INSERT INTO one VALUES ('canary-value')")
        for unreadable in (
            "SELECT 'canary-value'::int",
            "SELECT 'canary-value'::uuid",
            "SELECT '{canary'::jsonb",
        ):
            with pytest.raises(psycopg.errors.DataError):
                session.execute(unreadable)
    assert "canary" not in (home / "logs" / "postgres.log").read_text()


@pytest.mark.parametrize("name", ["plain", "with space", "x" * 200, "a,b", 'quo"te', "it's", "ü" * 60])
def test_a_socket_path_is_always_short_and_free_of_separators(name: str) -> None:
    folder = choose_socket_folder(Path("/srv") / name)
    assert len(os.fsencode(folder / SOCKET)) <= LONGEST
    assert not set(",'\"\\") & set(str(folder))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can change to another account")
def test_root_without_user_namespaces_runs_the_server_as_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reachable = Path("/var/tmp") / f"aureole-test-{os.getpid()}"
    monkeypatch.setattr("aureole.ops.embedded.account.SHARED_STATE", reachable)
    server = EmbeddedServer(
        tmp_path / "home", settings=FLEETING, account=nobody_account(tmp_path / "home", find_binaries())
    )
    try:
        with server.shared() as connection, connection.connect("aureole") as session:
            assert session.execute("SELECT 1").fetchone() == (1,)
            assert psutil.Process(pid_of(server)).uids().real != 0
    finally:
        server.stop()
        subprocess.run(["rm", "-rf", str(reachable)], check=True)
