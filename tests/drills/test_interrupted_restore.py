"""A restore that is killed: before the swap the living instance is as it was; after it, a repeat ends the work."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drills.instance import ROOT, DrillInstance
from tests.drills.test_restore import here

__all__ = ["here"]

pytestmark = pytest.mark.drill

BO, CY = "bo.ek@bystander.example", "cy.frost@latecomer.example"

KILLED = """
import os, signal, sys
from aureole.ops.backups import databases, run
from aureole.ops.cli import main
def die(*words, **named): os.kill(os.getpid(), signal.SIGKILL)
{place} = die
sys.argv[1:] = {words!r}
main()
"""


def _kill_at(here: DrillInstance, place: str, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(place=place, words=list(words))],
        env=here.environment, cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_a_killed_restore_leaves_the_old_instance_or_is_finished_by_a_repeat(
    here: DrillInstance, tmp_path: Path
) -> None:
    here.receive(tmp_path, sender=f"Bo Ek <{BO}>", subject="Mine", body="Before.", attach="x" * 60_000)
    backup = str(tmp_path / "backup")
    here.do("backup", "create", backup)
    here.receive(tmp_path, sender=f"Cy Frost <{CY}>", subject="Later", body="After.", attach="y" * 60_000)
    words = ("backup", "restore", backup, "--yes", "--json")

    _kill_at(here, "databases.carry_sequences", *words)  # loaded beside, not caught up
    assert here.person(CY), "the living instance is as it was"

    _kill_at(here, "databases.drop_beside", *words)  # swapped in, the old one not dropped
    code, said = here.run("ticket", "list")
    assert (code, said["error"]["code"]) == (1, "restore.unfinished")

    said = here.do(*words[:-1])
    assert len(said["lost"]["tickets"]) == 1, "the report of the run that was killed"
    assert len(here.do("ticket", "list")["tickets"]) == 1
    kept = {path.name for path in (tmp_path / "backup" / "data" / "files").rglob("*") if path.is_file()}
    assert kept
    assert {path.name for path in (here.home / "files").rglob("*") if path.is_file()} == kept, "Cy's is swept"
    with here.server.connect() as session:
        names = [row[0] for row in session.execute("SELECT datname FROM pg_database").fetchall()]
    assert not [name for name in names if "restoring" in str(name) or "before" in str(name)]
    assert json.dumps(said)
