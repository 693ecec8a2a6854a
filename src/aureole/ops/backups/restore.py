"""Restore: check, load beside, erase again what was erased since, index, compare, swap in.

The living instance stays as it is until everything is done; an interrupted restore starts over, or, once the new
databases are ready, goes on with swapping them in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.db.migrations.loader import MigrationLoader

from aureole.kernel.errors import Refused
from aureole.ops.backups import databases, files
from aureole.ops.backups.databases import Mark
from aureole.ops.backups.fences import Reached, list_in, reach, refuse_unless_current
from aureole.ops.backups.lost import compare, last_entry_of
from aureole.ops.backups.manifest import Manifest, Part, read_manifest
from aureole.ops.backups.programs import run_on
from aureole.ops.backups.readable import examine_readable, without_key, write_off
from aureole.ops.backups.sums import check_sums
from aureole.ops.backups.targets import Target
from aureole.ops.backups.wanted import Wanted
from aureole.ops.schema import bring_up_to_date
from aureole.privacy.certificate.issue import instance_fingerprint
from aureole.privacy.replay.run import Replayed, replay
from aureole.vault.fences import journal
from config.addresses import DatabaseAddress
from config.env import Environment, read

Progress = Callable[[str, int, int | None], None]


@dataclass(kw_only=True)
class Checked:
    """Parts that fit together and are whole."""

    manifests: dict[Part, Manifest] = field(default_factory=dict)
    fingerprints: set[str] = field(default_factory=set)

    @property
    def source(self) -> str:
        return " ".join(f"{part}:{manifest.backup}" for part, manifest in sorted(self.manifests.items()))


def check(wanted: Wanted, progress: Progress) -> Checked:
    """Every byte of what is to be restored. Raises Refused before anything is touched."""
    found = Checked()
    folders: tuple[tuple[Part, Path | None], ...] = (("data", wanted.data), ("keys", wanted.keys))
    for part, folder in folders:
        if folder is None:
            continue
        manifest, fingerprint = read_manifest(folder, part)
        _refuse_newer(manifest)
        check_sums(folder, manifest.sums, partial(_tell, progress, manifest.files))
        found.manifests[part] = manifest
        found.fingerprints.add(fingerprint)
    if len(found.fingerprints) > 1:
        raise Refused("restore.other_instance", _OTHER)
    return found


def _tell(progress: Progress, of: int, done: int) -> None:
    progress("Checking", done, of)


_OTHER = (
    "This backup was signed by another key than this instance's: it is the backup of another instance, or its key "
    "store (or root key) is not the one here. Nothing was changed. Name the key store that belongs to it with --keys."
)


def _refuse_newer(manifest: Manifest) -> None:
    known = MigrationLoader(None).disk_migrations or {}
    if any((app, name) not in known for app, name in manifest.migrations.items()):
        raise Refused(
            "backup_newer",
            f"The backup was made by Aureole {manifest.program}, whose tables this version does not know. "
            "Nothing was changed. Install that version or a later one, then restore.",
        )


def reach_fences(wanted: Wanted, env: Environment, keys: DatabaseAddress, progress: Progress) -> Reached:
    """Raises Refused when keys come back and no list is sure to be current."""
    progress("Fence list", 0, None)
    live = [*env.fences_folders, *([wanted.fences] if wanted.fences else [])]
    copies = [folder / "fences" for folder in (wanted.data, wanted.keys) if folder is not None]
    if wanted.fences and not (wanted.fences / "list.jsonl").is_file():
        raise Refused(
            "restore.no_fences", f"{wanted.fences} holds no fence list (list.jsonl). Nothing was changed."
        )
    reached = reach(live, copies, store=list_in(keys))
    if wanted.keys is not None:
        refuse_unless_current(reached, accept=wanted.accept, looked_at=live)
    return reached


def load(
    wanted: Wanted, checked: Checked, data: Target | None, keys: Target | None, progress: Progress
) -> None:
    """Into the prepared databases; the file store gets its files once the signature was judged. Runs inside Django."""
    if keys is not None and wanted.keys is not None:
        progress("Loading keys", 0, None)
        _load(keys.filled, wanted.keys / "keys.dump")
    if data is not None and wanted.data is not None:
        progress("Loading data", 0, None)
        _load(data.filled, wanted.data / "data.dump")
    progress("Preparing tables", 0, None)
    bring_up_to_date(read())
    if {instance_fingerprint()} != checked.fingerprints:
        raise Refused("restore.other_instance", _OTHER)
    if wanted.data is not None:
        files.bring_back(wanted.data / "files", progress)


def _load(address: DatabaseAddress, dump: Path) -> None:
    """Comments stay out: one of them would say that the tables are ready."""
    run_on(
        address, "pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments",
        f"--dbname={address.name}", "--schema=public", str(dump),
    )  # fmt: skip


def catch_up(
    reached: Reached, mark: Mark, *, wanted: Wanted, data: DatabaseAddress, living: DatabaseAddress | None,
    progress: Progress,
) -> dict[str, Any]:  # fmt: skip
    """The core that every restore shares: the fence list, then everything that follows from it. Runs inside Django.

    living  the database that is replaced, to compare with; None where there is none
    """
    progress("Fence list", 0, None)
    journal.take_over(reached.lines, reached.image_of)
    known = max((line.ledger for line in reached.lines), default=0)
    databases.carry_sequences(living, data, ledger_at_least=known)
    before = last_entry_of(data)
    written_off = write_off() if wanted.write_off else 0
    accept = None if reached.current else wanted.accept
    done = replay(mark.as_of, without_fences=accept, progress=lambda what, count: progress(what, count, None))
    progress("Comparing", 0, None)
    lost = compare(living, data, ledger_known=known, before=before)
    return {
        "replayed": as_json(done), "lost": lost.as_json(), "written_off": written_off,
        "readable": examine_readable().as_json(), "fences": {"lines": len(reached.lines), "current": reached.current},
    }  # fmt: skip


def refuse_missing_keys(wanted: Wanted) -> None:
    """Raises Refused when persons have data and no key, unless the operator has said what to do about it."""
    if wanted.write_off or not any(True for _ in without_key()):
        return
    lost = examine_readable()
    raise Refused(
        "restore.keys_missing",
        f"The key store lacks keys of persons in this data: {lost.lost_persons} of {lost.persons} persons, "
        f"{lost.lost} values and {lost.files_lost} files could not be read. Restore a later key store, or add "
        "--write-off-lost: they then read as erased for good. The living instance was not changed.",
    )


def as_json(done: Replayed) -> dict[str, Any]:
    tallies = {"rows": dict(done.rows), "standing": dict(done.standing)}
    return {**asdict(done), **tallies, "held": [asdict(count) for count in done.held]}
