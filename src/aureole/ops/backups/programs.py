"""PostgreSQL's own programs on a database of ours, and what they say when something fails."""

from __future__ import annotations

import os
import subprocess

from django.db import connections

from aureole.kernel.errors import Broken
from aureole.ops.embedded.binaries import find_binaries
from config.addresses import DatabaseAddress

# What libpq reads from the environment, so that no password stands in a list of processes.
_OPTIONS = {
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT", "application_name": "PGAPPNAME",
}  # fmt: skip


def run_on(address: DatabaseAddress, program: str, *arguments: str) -> None:
    """Raises Broken with the last line the program said, without the values it may quote."""
    done = subprocess.run(
        [find_binaries().program(program), *arguments],
        env={**os.environ, **_environment(address)},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Broken(
            "backup_program_failed",
            f"{program} ended with code {done.returncode} on the database {address.name}: {_reason(done.stderr)}",
        )


def address_of(alias: str) -> DatabaseAddress:
    """Where Django's connection of that name leads."""
    settings = connections[alias].settings_dict
    return DatabaseAddress(
        name=str(settings["NAME"]),
        user=str(settings["USER"] or ""),
        password=str(settings["PASSWORD"] or ""),
        host=str(settings["HOST"] or ""),
        port=str(settings["PORT"] or ""),
        options=tuple((k, str(v)) for k, v in settings["OPTIONS"].items() if k in _OPTIONS),
    )


def _environment(address: DatabaseAddress) -> dict[str, str]:
    known = {
        "PGHOST": address.host, "PGPORT": address.port, "PGUSER": address.user, "PGPASSWORD": address.password,
        "PGDATABASE": address.name,
    }  # fmt: skip
    given = {_OPTIONS[name]: value for name, value in address.options}
    return {name: value for name, value in {**known, **given}.items() if value}


def _reason(said: bytes) -> str:
    """The kind of error only: a DETAIL line may hold a row."""
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if "error:" in line.lower()]
    text = lines[0].rpartition("ERROR:")[2] if lines else "it did not say why"
    return text.partition(":")[2].strip() if "error:" in text and "ERROR:" not in text else text.strip()
