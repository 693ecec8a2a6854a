"""Drill (c): data on a server of its own goes back to a moment by that server's own means; keys stay today's."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from aureole.ops.embedded import ConnectionInfo, EmbeddedServer
from aureole.ops.embedded.binaries import find_binaries
from aureole.ops.embedded.cluster import FLEETING
from aureole.privacy.residue.matcher import Matcher
from tests.drills.instance import DrillInstance

pytestmark = pytest.mark.drill

ADA, ADDRESS = "Zyxela Quorvanth", "zyxela.quorvanth@canary-one.example"
BO, CY = "bo.ek@bystander.example", "cy.frost@latecomer.example"


@dataclass
class DataServer:
    """A PostgreSQL of its own that archives its log, as an operator with many machines runs one."""

    root: Path
    server: EmbeddedServer
    connection: ConnectionInfo

    def base_backup(self) -> None:
        program = find_binaries().program("pg_basebackup")
        socket = str(self.connection.socket_folder)
        subprocess.run(
            [program, "-D", str(self.root / "base"), "-Fp", "-c", "fast", "-h", socket, "-U", self.connection.user],
            env={"PGPASSWORD": self.connection.password}, check=True, capture_output=True,
        )  # fmt: skip

    def go_back_to(self, moment: str) -> None:
        with self.connection.connect() as session:
            session.execute("SELECT pg_switch_wal()")
        self.server.stop()
        data = self.root / "home" / "postgres" / "data"
        data.rename(self.root / "lost")
        (self.root / "base").rename(data)
        with (data / "postgresql.auto.conf").open("a") as file:
            file.write(f"restore_command = 'cp {self.root}/wal/%f %p'\n")
            file.write(f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n")
        (data / "recovery.signal").touch()
        self.server.ensure_running()


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[DataServer]:
    (tmp_path / "wal").mkdir()
    archiving = {"archive_mode": "on", "archive_command": f"cp %p {tmp_path}/wal/%f".replace("'", "")}
    server = EmbeddedServer(tmp_path / "home", settings={**FLEETING, "full_page_writes": "on", **archiving})
    with server.shared() as connection:
        yield DataServer(tmp_path, server, connection)


@pytest.fixture
def here(outside: DataServer, tmp_path: Path) -> Iterator[DrillInstance]:
    """Data outside, keys on the embedded server of the home."""
    home = tmp_path / "node"
    with ExitStack() as stack:
        server = stack.enter_context(EmbeddedServer(home, settings=FLEETING).shared())
        instance = DrillInstance(home, server, {"DATABASE_URL": outside.connection.database_url})
        instance.do("init")
        yield instance


def test_data_put_back_to_a_moment_stays_closed_until_it_is_brought_up_to_the_fence_list(
    here: DrillInstance, outside: DataServer, tmp_path: Path
) -> None:
    outside.base_backup()
    here.receive(tmp_path, sender=f"{ADA} <{ADDRESS}>", subject="A pole", body=f"I am {ADA}.")
    here.receive(tmp_path, sender=f"Bo Ek <{BO}>", subject="A parcel", body=f"{ADA} ({ADDRESS}) took it.")
    with outside.connection.connect() as session:
        moment = str((session.execute("SELECT now()::text").fetchone() or [""])[0])
    time.sleep(0.1)
    here.do("person", "erase", str(here.person(ADDRESS)), "--reason", "asked", "--yes")
    here.receive(tmp_path, sender=f"Cy Frost <{CY}>", subject="A new matter", body="Written later.")

    outside.go_back_to(moment)

    code, said = here.run("ticket", "list")
    assert (code, said["error"]["code"]) == (1, "data.older_than_fences")
    code, said = here.run("person", "find", ADDRESS)
    assert code == 1, "nothing opens"

    done = here.do("backup", "reconcile")

    assert (done["replayed"]["persons"], done["lost"]["keys_without_data"]) == (1, 1)
    assert done["lost"]["entries"] > 0
    assert here.person(ADDRESS) is None
    assert here.person(CY) is None
    assert here.person(BO)
    shown = [here.do("ticket", "show", str(t["number"])) for t in here.do("ticket", "list")["tickets"]]
    assert len(shown) == 1
    assert not Matcher([ADA, ADDRESS]).find(repr(shown).encode())
    assert here.do("residue", ADA, ADDRESS)["places"] == []
    assert here.do("backup", "reconcile")["replayed"]["persons"] == 0, "a repeat finds nothing"
