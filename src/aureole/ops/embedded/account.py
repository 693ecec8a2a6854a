"""Under which account the server runs. PostgreSQL refuses to run as root.

As an ordinary user it runs as that user. As root it runs in a user namespace in which root's files look
like nobody's: no account is made and no folder opened. Where namespaces are forbidden (many containers)
it runs as nobody, from a copy of the programs below /var/lib, since nobody may not enter a closed home.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aureole.kernel.errors import Refused
from aureole.ops.embedded.binaries import Binaries
from aureole.ops.home import make_private_folder

NOBODY = 65534
SHARED_STATE = Path("/var/lib/aureole-embedded")


@dataclass(frozen=True, kw_only=True)
class Account:
    """`prefix` goes before a command; `user` is the account to change to, None to stay."""

    binaries: Binaries
    state: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.prefix, self.binaries.program(program), *arguments]

    def own(self, path: Path) -> None:
        """Hands a file or folder made by us to the account the server runs under."""
        if self.user is not None:
            os.chown(path, self.user, self.user)

    def spawn(self, command: list[str], *, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
        """Starts a program as this account, out of reach of the terminal's Ctrl-C, in a bare environment."""
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
        )


def choose_account(home: Path, binaries: Binaries) -> Account:
    """Raises Refused when root has no way to run the server."""
    state = home / "postgres"
    if os.geteuid() != 0:
        # A number without a name, as some containers give, is refused by PostgreSQL too.
        return Account(binaries=binaries, state=state, prefix=() if _has_name() else _namespace())
    if namespaces_allowed() and not place_of(home).exists():
        return Account(binaries=binaries, state=state, prefix=_namespace())
    return nobody_account(home, binaries)


def nobody_account(home: Path, binaries: Binaries) -> Account:
    """Data that once lived here stays here: its files belong to nobody, a namespace could not read them."""
    nobody = _nobody()
    place = place_of(home)
    for folder in (place.parent, place):
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    runtime = _copy_runtime(binaries, place / f"runtime-{binaries.version}")
    account = Account(binaries=runtime, state=place / "postgres", user=nobody)
    make_private_folder(account.state)
    account.own(account.state)
    return account


def place_of(home: Path) -> Path:
    """One place per home folder, below a root that nobody may enter."""
    return SHARED_STATE / hashlib.sha256(os.fsencode(home)).hexdigest()[:16]


@functools.cache
def namespaces_allowed() -> bool:
    if shutil.which("unshare") is None:
        return False
    trial = subprocess.run([*_namespace(), "true"], capture_output=True, check=False)
    return trial.returncode == 0


def _namespace() -> tuple[str, ...]:
    return ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")


def _has_name() -> bool:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


def _nobody() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError as trouble:
        raise Refused(
            "embedded.no_account",
            "PostgreSQL refuses to run as root, and this system has neither user namespaces nor an account "
            "called nobody. Run this command as an ordinary user, or set DATABASE_URL.",
        ) from trouble


def _copy_runtime(binaries: Binaries, target: Path) -> Binaries:
    copy = Binaries(root=target, version=binaries.version)
    if not copy.folder.exists():
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        for part in binaries.parts:
            if part.exists():
                shutil.copytree(part, fresh / part.name)
        fresh.chmod(0o755)  # programs, no data: the other account must be able to start them
        fresh.replace(target)
    return copy
