"""A backup: the sealed data without indexes, the sealed files, and, apart, the key store with its short life.

Data and keys go to two folders, so that they can be kept in two places: whoever has one without the other
has nothing to read, and an erased person is gone from every data backup once the key backups have run out.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from aureole.kernel.clock import now
from aureole.kernel.errors import Broken, Refused
from aureole.ops.embedded.binaries import find_binaries
from aureole.privacy.erasure.proof import KEY_STORE_BACKUP_DAYS
from aureole.search.models import SearchEntry
from aureole.vault.models import BlindIndexEntry
from aureole.vault.store import file_store

# Rebuilt from the sealed rows; in a backup they would single out erased persons.
LEFT_OUT = (SearchEntry._meta.db_table, BlindIndexEntry._meta.db_table)
_PIECE = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """What was written. `sha256` by path below the folder; hexadecimal."""

    made_at: str
    left_out: tuple[str, ...]
    delete_keys_on: str
    sha256: dict[str, str]


def create_backup(folder: Path, *, progress: Callable[[str], None] = lambda _: None) -> Backup:
    """Write `folder/data`, `folder/keys` and `folder/manifest.json`; all or nothing.

    The root key is not in it. Raises Refused when the folder exists already, Broken when a database cannot be read.
    """
    if folder.exists():
        raise Refused(
            "backup_folder_taken", "That folder exists already; nothing was written. Name a new one."
        )
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for part in ("data/files", "keys"):
        (partial / part).mkdir(mode=0o700, parents=True)
    progress("data")
    _dump("default", partial / "data" / "data.dump", left_out=LEFT_OUT)
    progress("files")
    _copy_files(partial / "data" / "files")
    progress("keys")  # last: every row of the dump has its key in here
    _dump("keys", partial / "keys" / "keys.dump")
    backup = _manifest(partial)
    (partial / "manifest.json").write_text(json.dumps(asdict(backup), indent=2, sort_keys=True) + "\n")
    partial.chmod(0o700)
    partial.rename(folder)
    return backup


def _dump(alias: str, target: Path, left_out: tuple[str, ...] = ()) -> None:
    database = settings.DATABASES[alias]
    command = [find_binaries().program("pg_dump"), "--format=custom", "--no-owner", f"--file={target}"]
    command += [f"--exclude-table-data={table}" for table in left_out]
    known = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    address = {variable: str(database[key]) for variable, key in known.items() if database[key]}
    done = subprocess.run(command, env={**os.environ, **address}, capture_output=True, check=False)
    if done.returncode:
        raise Broken(
            "backup_dump_failed", "A database could not be read for the backup; nothing was kept of it."
        )


def _copy_files(target: Path) -> None:
    for name in file_store().names():
        with file_store().open(name) as source, (target / name).open("wb") as copy:
            shutil.copyfileobj(source, copy, _PIECE)


def _manifest(folder: Path) -> Backup:
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    return Backup(
        made_at=now().isoformat(),
        left_out=LEFT_OUT,
        delete_keys_on=(now() + timedelta(days=KEY_STORE_BACKUP_DAYS)).date().isoformat(),
        sha256={str(path.relative_to(folder)): _sha256(path) for path in written},
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(path):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
