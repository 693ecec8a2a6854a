"""Runs programs beside each other: watched, started again after a crash, stopped together."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_LIMIT = 25.0  # seconds a program has to finish what it is doing
LONGEST_PAUSE = 30.0  # seconds between two starts of a program that keeps crashing
STEADY = 60.0  # seconds after which a program counts as healthy again
LARGEST_LOG = 5 * 1024 * 1024
PR_SET_PDEATHSIG = 1
NAMES_AN_ERROR = re.compile(r"[\w.]+(Error|Exception|Broken|Refused|Configured)\b")


@dataclass(frozen=True, kw_only=True)
class Program:
    """`log` takes what the program says on both streams."""

    name: str
    command: Sequence[str]
    log: Path


@dataclass(kw_only=True)
class _Run:
    program: Program
    process: subprocess.Popen[bytes]
    started_at: float = field(default_factory=time.monotonic)
    pause: float = 1.0
    due_at: float | None = None


class Supervisor:
    """`notice` is called with a sentence when a program had to be started again."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        environment: Mapping[str, str],
        descriptors: Sequence[int] = (),
        notice: Callable[[str], None],
    ) -> None:
        self._environment = dict(environment)
        self._descriptors = tuple(descriptors)
        self._notice = notice
        self._runs: list[_Run] = []
        for program in programs:
            self.start(program)

    def start(self, program: Program) -> None:
        """One more program to look after."""
        self._runs.append(_Run(program=program, process=self._spawn(program)))

    def ended(self) -> list[str]:
        """Names of the programs that do not run now."""
        return [run.program.name for run in self._runs if run.process.poll() is not None]

    def pids(self) -> dict[str, int]:
        return {run.program.name: run.process.pid for run in self._runs}

    def watch(self, stop: threading.Event) -> None:
        """Returns when `stop` is set."""
        while not stop.wait(0.2):
            for run in self._runs:
                self._look_after(run)

    def stop(self) -> None:
        """Asks all, waits for all, then insists. Safe to call again."""
        for run in self._runs:
            _signal(run.process, signal.SIGTERM)
        limit = time.monotonic() + STOP_LIMIT
        for run in self._runs:
            try:
                run.process.wait(timeout=max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(run.process, signal.SIGKILL)
                run.process.wait()

    def _look_after(self, run: _Run) -> None:
        if run.process.poll() is None:
            return
        moment = time.monotonic()
        if run.due_at is None:
            steady = moment - run.started_at > STEADY
            run.pause = 1.0 if steady else min(run.pause * 2, LONGEST_PAUSE)
            run.due_at = moment + run.pause
            self._notice(
                f"{run.program.name} ended (code {run.process.returncode}) and is started again in "
                f"{run.pause:.0f} s. Its log: {run.program.log}"
            )
        elif moment >= run.due_at:
            run.process, run.started_at, run.due_at = self._spawn(run.program), moment, None

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        rotate(program.log)
        with os.fdopen(os.open(program.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            return subprocess.Popen(
                list(program.command),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=self._descriptors,
                start_new_session=True,  # the terminal's Ctrl-C reaches only us; we stop them in order
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )


def rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".old"))


def last_words(log: Path) -> str:
    """The last line that names an error, else the last one: for a sentence about what did not come up."""
    lines = log.read_text("utf-8", "replace").strip().splitlines() if log.exists() else []
    errors = [line for line in lines if NAMES_AN_ERROR.match(line)]
    return (errors or lines or ["nothing"])[-1]


def _signal(process: subprocess.Popen[bytes], request: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(request)


_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """Asks the kernel to stop this child when its supervisor is killed and cannot."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
