from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from aureole.ops.processes import Program, Supervisor, last_words

SLEEPER = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('here', flush=True); time.sleep(600)",
]  # fmt: skip
SUPERVISE = """
import os, sys, time
from pathlib import Path
from aureole.ops.processes import Program, Supervisor
command = [sys.executable, "-c", "import time; time.sleep(600)"]
program = Program(name="sleeper", command=command, log=Path(sys.argv[1]))
supervisor = Supervisor([program], environment=os.environ, notice=print)
print(supervisor.pids()["sleeper"], flush=True)
time.sleep(600)
"""


def soon(condition: Callable[[], bool], within: float = 15.0) -> bool:
    limit = time.monotonic() + within
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.05)
    return False


def supervise(command: list[str], log: Path, notices: list[str]) -> Supervisor:
    program = Program(name="program", command=command, log=log)
    return Supervisor([program], environment=os.environ, notice=notices.append)


def test_a_killed_program_is_started_again_and_all_stop_together(tmp_path: Path) -> None:
    notices: list[str] = []
    supervisor = supervise(SLEEPER, tmp_path / "log", notices)
    stop = threading.Event()
    watcher = threading.Thread(target=supervisor.watch, args=[stop])
    watcher.start()
    first = supervisor.pids()["program"]
    os.kill(first, signal.SIGKILL)
    assert soon(lambda: supervisor.pids()["program"] != first)
    stop.set()
    watcher.join()
    supervisor.stop()
    assert supervisor.ended() == ["program"]
    assert len(notices) == 1 and "code -9" in notices[0]


def test_a_program_that_will_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aureole.ops.processes.STOP_LIMIT", 0.2)
    supervisor = supervise(STUBBORN, tmp_path / "log", [])
    assert soon(lambda: "here" in (tmp_path / "log").read_text())
    supervisor.stop()
    assert supervisor.ended() == ["program"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_programs_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert soon(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_the_last_words_name_the_error(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(
        "Traceback\n  File x\nmodule.SomeError: what happened\n[ERROR] worker gone\n"
    )
    assert last_words(tmp_path / "log") == "module.SomeError: what happened"
    assert last_words(tmp_path / "absent") == "nothing"
