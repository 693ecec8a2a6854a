"""A backup: the sealed data without indexes, the sealed files, and, apart, the key store with its short life.

Data and keys go to two folders, so that they can be kept in two places: whoever has one without the other
has nothing to read, and an erased person is gone from every data backup once the key backups have run out.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.ops.backups.manifest import Manifest, Part, write_manifest
from aureole.ops.backups.programs import address_of, run_on
from aureole.ops.backups.sums import pieces, write_sums
from aureole.privacy.certificate.issue import instance_fingerprint
from aureole.privacy.erasure.proof import KEY_STORE_BACKUP_DAYS
from aureole.search.models import SearchEntry
from aureole.vault.fences import journal
from aureole.vault.models import BlindIndexEntry, SealedFile
from aureole.vault.store import file_store

# Rebuilt from the sealed rows; in a backup they would single out erased persons.
LEFT_OUT = (SearchEntry._meta.db_table, BlindIndexEntry._meta.db_table)
ALIAS: dict[Part, str] = {"data": "default", "keys": "keys"}

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """Both parts as they were written."""

    data: Manifest
    keys: Manifest


def create_backup(folder: Path, *, progress: Progress = lambda *_: None) -> Backup:
    """Write `folder/data` and `folder/keys`, each with its manifest; all or nothing.

    The dump and the list of files come from one snapshot; keys are dumped after it, so every row has its key.
    The root key is not in it. Raises Refused when the folder exists already or cannot be made, Broken when a
    database cannot be read.
    """
    if folder.exists():
        raise Refused(
            "backup_folder_taken", "That folder exists already; nothing was written. Name a new one."
        )
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        for part in ("data/files", "keys"):
            (partial / part).mkdir(mode=0o700, parents=True)
    except OSError as trouble:
        raise Refused(
            "backup_folder_unusable", f"{folder} cannot be made ({trouble.strerror}). Nothing was written."
        ) from trouble
    backup = Backup(**_write(partial, progress))
    partial.chmod(0o700)
    partial.rename(folder)
    return backup


def _write(folder: Path, progress: Progress) -> dict[str, Manifest]:
    name = str(uuid.uuid4())
    instance_fingerprint()  # the signing key is made at its first use: it must be there before the keys are dumped
    journal.found()
    with _snapshot() as snapshot:
        progress("Data", 0, None)
        run_on(
            address_of("default"), "pg_dump", "--format=custom", "--compress=1", "--no-owner",
            f"--snapshot={snapshot}", f"--file={folder / 'data' / 'data.dump'}",
            *(f"--exclude-table-data={table}" for table in LEFT_OUT),
        )  # fmt: skip
        last = Entry.objects.order_by("-number").values_list("number", "at").first() or (0, None)
        absent = _copy_files(folder / "data" / "files", progress)
    progress("Keys", 0, None)
    run_on(
        address_of("keys"), "pg_dump", "--format=custom", "--compress=1", "--no-owner",
        f"--file={folder / 'keys' / 'keys.dump'}",
    )  # fmt: skip
    missing = SealedFile.objects.filter(stored_as__in=absent).count()
    progress("Checksums", 0, None)
    ledger_at = last[1].isoformat() if last[1] else None
    return {
        "data": _finish(folder / "data", "data", name, last[0], ledger_at, missing),
        "keys": _finish(folder / "keys", "keys", name, last[0], ledger_at, 0),
    }


@contextmanager
def _snapshot() -> Iterator[str]:
    """One view of the data for the dump and for the list of files."""
    with transaction.atomic():
        with connections["default"].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            found = cursor.fetchone()
        yield str(found[0])


def _copy_files(target: Path, progress: Progress) -> list[str]:
    """Returns names that were not there: their rows are being erased, or their files are lost."""
    rows = SealedFile.objects.filter(stored_as__isnull=False).order_by("stored_as")
    total, absent = rows.count(), []
    for done, name in enumerate(rows.values_list("stored_as", flat=True).iterator(), start=1):
        assert name is not None, "the query asks for stored files"
        try:
            with file_store().open(name) as source:
                (target / name[:2]).mkdir(mode=0o700, exist_ok=True)
                with (target / name[:2] / name).open("wb") as copy:
                    for piece in pieces(source):
                        copy.write(piece)
        except FileNotFoundError:
            absent.append(name)
        progress("Files", done, total)
    return absent


def _finish(
    folder: Path, part: Part, name: str, ledger: int, ledger_at: str | None, missing: int
) -> Manifest:
    fences = journal.copy_to(folder / "fences")
    (folder / "fences" / ".lock").unlink(missing_ok=True)
    sums, files, size = write_sums(folder)
    days = timedelta(days=KEY_STORE_BACKUP_DAYS)
    manifest = Manifest(
        part=part,
        backup=name,
        made_at=now().isoformat(),
        program=version("aureole"),
        server=_server(ALIAS[part]),
        migrations=_last_migrations(ALIAS[part]),
        ledger=ledger,
        ledger_at=ledger_at,
        fences=fences,
        left_out=LEFT_OUT if part == "data" else (),
        delete_on=(now() + days).date().isoformat() if part == "keys" else None,
        sums=sums,
        files=files,
        size=size,
        missing_files=missing,
    )
    write_manifest(folder, manifest)
    return manifest


def _last_migrations(alias: str) -> dict[str, str]:
    applied = sorted(MigrationRecorder(connections[alias]).applied_migrations())
    return dict(applied)


def _server(alias: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
