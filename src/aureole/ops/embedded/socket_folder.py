"""Where the socket lies. A unix socket's path must stay short, and a home folder's may be long."""

from __future__ import annotations

import hashlib
import os
import re
import socket
from pathlib import Path

from aureole.kernel.errors import Refused

SOCKET = ".s.PGSQL.5432"
LONGEST = 103  # bytes: macOS allows 103, Linux 107
ENCRYPTION_REQUEST = bytes.fromhex("0000000804d2162f")  # "may we encrypt?"; a server says yes or no
# A comma separates hosts for the client and folders for the server; quotes would need escapes.
PLAIN = re.compile(r"[\w /.@+=~-]+", re.ASCII)


def choose_socket_folder(state: Path) -> Path:
    """`state` holds the data. The answer depends on nothing else, so every process finds the same one."""
    near = state / "socket"
    if len(os.fsencode(near / SOCKET)) <= LONGEST and PLAIN.fullmatch(str(near)):
        return near
    name = hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
    return _short_root() / f"aureole-{os.geteuid()}-{name}"


def make_socket_folder(folder: Path, *, owner: int | None) -> None:
    """Raises Refused when another user has put something in its place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
        if owner is not None:
            os.chown(folder, owner, owner)
    except FileExistsError:
        _refuse_foreign(folder, owner)


def is_answering(folder: Path) -> bool:
    """Whether a server answers the protocol's first request: a killed one looks alive a moment longer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        knock.settimeout(10)
        try:
            knock.connect(str(folder / SOCKET))
            knock.sendall(ENCRYPTION_REQUEST)
            return knock.recv(1) in (b"N", b"S")
        except OSError:
            return False


def _refuse_foreign(folder: Path, owner: int | None) -> None:
    found = folder.lstat()
    ours = found.st_uid in {os.geteuid(), owner}
    if folder.is_symlink() or not folder.is_dir() or not ours:
        raise Refused(
            "embedded.foreign_socket",
            f"{folder} belongs to somebody else, so the database's socket is not put there. "
            "Remove it, or choose a shorter AUREOLE_HOME.",
        )
    folder.chmod(0o700)


def _short_root() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and Path(runtime).is_dir() and len(os.fsencode(runtime)) < 48 and PLAIN.fullmatch(runtime):
        return Path(runtime)
    return Path("/tmp")  # noqa: S108  short, and the folder in it is made closed and checked
