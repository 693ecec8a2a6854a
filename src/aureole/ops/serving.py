"""Which process serves this home, and where: one at a time, told by a lock that dies with it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from aureole.kernel.errors import Refused
from aureole.ops.home import make_private_folder

FIRST_PORT = 8000
PORTS_TRIED = 100
# Listening on every network includes this machine: how to reach it from here.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  compared with, not listened on


@dataclass(frozen=True, kw_only=True)
class Served:
    """What `up` wrote down about itself. `started_at` is in seconds since 1970; `told` are settings it filled in, so
    that a command beside it says the same address and name in what it writes to people."""

    pid: int
    url: str
    started_at: float
    told: dict[str, str] = field(default_factory=dict)


def served(home: Path) -> Served | None:
    """The running `up` of this home; None when there is none."""
    lock = home / "run" / "up.lock"
    if not lock.exists():
        return None
    with lock.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read_note(home)
    return None


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Raises Refused when another process serves this home."""
    make_private_folder(home / "run")
    descriptor = os.open(home / "run" / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as trouble:
        os.close(descriptor)
        other = _read_note(home)
        where = f" at {other.url} (process {other.pid})" if other else ""
        raise Refused(
            "up.running",
            f"This instance is served already{where}. Nothing was changed. `aureole down` stops it.",
        ) from trouble
    try:
        yield
    finally:
        (home / "run" / "up.json").unlink(missing_ok=True)
        os.close(descriptor)


def write_note(home: Path, url: str, told: Iterable[str] = ()) -> None:
    settings = {name: os.environ[name] for name in told if name in os.environ}
    note = Served(pid=os.getpid(), url=url, started_at=time.time(), told=settings)
    fresh = home / "run" / "up.json.fresh"
    fresh.write_text(json.dumps(asdict(note)), "utf-8")
    fresh.replace(home / "run" / "up.json")


def _read_note(home: Path) -> Served | None:
    try:
        return Served(**json.loads((home / "run" / "up.json").read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):  # it is only just starting
        return None


def choose_port(host: str, wanted: int | None) -> int:
    """The wanted port, else the first free one from 8000 on. Raises Refused when it is taken."""
    if wanted is not None:
        if not _is_free(host, wanted):
            raise Refused(
                "up.port_taken",
                f"Port {wanted} on {host} is used by another program. Nothing was started. "
                "Choose another with --port, or leave --port out to get a free one.",
            )
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if _is_free(host, port):
            return port
    raise Refused("up.no_port", f"No port from {FIRST_PORT} on is free on {host}. Choose one with --port.")


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except PermissionError as trouble:
            raise Refused(
                "up.port_closed", f"This user may not open port {port}. Choose one above 1023."
            ) from trouble
        except socket.gaierror as trouble:
            raise Refused("up.no_host", f"{host} is not an address of this machine.") from trouble
        except OSError:
            return False
    return True


def url_of(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    if host in (*EVERYWHERE, "127.0.0.1", "::1", "localhost"):
        return f"http://localhost:{port}"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def answers(host: str, port: int, path: str) -> bool:
    """Whether the page says 200. Asks the address itself: a proxy of the environment knows nothing of it."""
    near = EVERYWHERE.get(host, host)
    url = f"http://{f'[{near}]' if ':' in near else near}:{port}{path}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False
