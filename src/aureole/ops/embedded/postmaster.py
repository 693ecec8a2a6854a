"""The server process: found by its own notes, started, stopped, and cleared up after when it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from aureole.kernel.errors import Broken
from aureole.ops.embedded.account import Account
from aureole.ops.embedded.socket_folder import SOCKET

START_LIMIT = 120.0  # seconds: recovery after a crash can take long
STOP_LIMIT = 60.0
LARGEST_LOG = 5 * 1024 * 1024

# Kept so that a server started by this process can be reaped when it ends before us.
_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, kw_only=True)
class Running:
    """What the server wrote down about itself. `started_at` is in seconds since 1970."""

    pid: int
    socket_folder: Path
    started_at: float
    ready: bool


class Postmaster:
    """The one server over a data folder. Callers hold the start lock while they start or stop."""

    def __init__(self, account: Account, *, log: Path) -> None:
        self._account = account
        self._data = account.state / "data"
        self._log = log

    def find(self) -> Running | None:
        """The living server, ready or not; None when there is none, whatever a stale note says."""
        note = self._read_note()
        return note if note and self._is_alive(note.pid) else None

    def start(self, socket_folder: Path) -> Running:
        """Raises Broken, naming the log, when the server does not come up."""
        self._clear_wreck(socket_folder)
        command = self._account.command("postgres", "-D", str(self._data))
        with self._open_log() as log:
            process = self._account.spawn(command, output=log)
        _children.append(process)
        for note in self._notes():
            # A note of an earlier server must not be mistaken for this one's.
            if note and note.ready and note.pid == process.pid:
                return note
            if process.poll() is not None:
                raise Broken(
                    "embedded.start_failed", f"The embedded database did not start: {self._last_words()}"
                )
        raise self._too_slow()

    def join(self) -> Running | None:
        """The living server once it is ready; None when there is none, or it ends while we wait."""
        for _ in self._notes():
            running = self.find()
            if running is None or running.ready:
                return running
        raise self._too_slow()

    def _notes(self) -> Iterator[Running | None]:
        limit = time.monotonic() + START_LIMIT
        while time.monotonic() < limit:
            yield self._read_note()
            time.sleep(0.01)

    def _too_slow(self) -> Broken:
        return Broken("embedded.start_slow", f"The embedded database is not ready yet. Its log: {self._log}")

    def stop(self) -> None:
        """Ends sessions and writes everything down (fast shutdown). Nothing to do when it is not running."""
        note = self.find()
        if note is None:
            return
        for request in (signal.SIGINT, signal.SIGQUIT):
            _send(note.pid, request)
            if self._wait_until_gone(note.pid):
                return
        raise Broken("embedded.stop_failed", f"The embedded database does not stop. Its log: {self._log}")

    def _wait_until_gone(self, pid: int) -> bool:
        limit = time.monotonic() + STOP_LIMIT
        while time.monotonic() < limit:
            if not self._is_alive(pid):
                return True
            time.sleep(0.01)
        return False

    def _clear_wreck(self, socket_folder: Path) -> None:
        """After kill -9: sessions live on without their server and would forbid a new one; its notes stay."""
        orphans = list(self._orphans())
        for process in orphans:
            _send(process.pid, signal.SIGQUIT)
        _, stubborn = psutil.wait_procs(orphans, timeout=10)
        for process in stubborn:
            _send(process.pid, signal.SIGKILL)
        psutil.wait_procs(stubborn, timeout=5)
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        (socket_folder / f"{SOCKET}.lock").unlink(missing_ok=True)

    def _orphans(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter(["name", "status"]):
            if process.info["name"] != "postgres":
                continue
            try:
                if self._works_here(process):
                    yield process
            except psutil.AccessDenied:  # somebody else's server
                continue

    def _is_alive(self, pid: int) -> bool:
        for child in _children:
            child.poll()
        try:
            process = psutil.Process(pid)
            return bool(process.status() != psutil.STATUS_ZOMBIE) and self._works_here(process)
        except psutil.AccessDenied:
            return bool(process.name() == "postgres")
        except psutil.NoSuchProcess:
            return False

    def _works_here(self, process: psutil.Process) -> bool:
        """A server's working folder is its data. A number alone may have gone to another program by now."""
        try:
            return os.path.realpath(process.cwd()) == os.path.realpath(self._data)
        except psutil.NoSuchProcess:
            return False

    def _read_note(self) -> Running | None:
        try:
            lines = (self._data / "postmaster.pid").read_text("utf-8").splitlines()
            return Running(
                pid=int(lines[0]),
                socket_folder=Path(lines[4]),
                started_at=float(lines[2]),
                ready=lines[7].strip() == "ready",
            )
        except (FileNotFoundError, IndexError, ValueError):  # being written
            return None

    def _open_log(self) -> BinaryIO:
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".old"))
        return os.fdopen(os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")

    def _last_words(self) -> str:
        lines = self._log.read_text("utf-8", "replace").strip().splitlines()
        return f"{lines[-1] if lines else 'it said nothing'} (log: {self._log})"


def _send(pid: int, request: signal.Signals) -> None:
    try:
        os.kill(pid, request)
    except ProcessLookupError:
        return
