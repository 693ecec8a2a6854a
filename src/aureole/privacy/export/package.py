"""Write one person's package: tables, letters, files, contact, covering letter, page, manifest, signature."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.db import connection, transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.ledger.ports import confidant
from aureole.ledger.record import record
from aureole.privacy.export.archive import Archive, sha256_of, whole_file
from aureole.privacy.export.errors import AnswerChanged, ErasedMeanwhile
from aureole.privacy.export.manifest import Contents
from aureole.privacy.export.writing import Writer
from aureole.privacy.models import AnswerReading
from aureole.privacy.ports import KnownAs, directory
from aureole.privacy.redaction.deciding import examination, hash_met
from aureole.vault.keys import is_fenced

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportOutcome:
    """A finished package.

    sha256      of the ZIP file, hexadecimal
    records     rows handed out, over all tables
    files       attachments and other files of the person in it
    redactions  list of {"path", "reason", "count"}: others' words covered, others' things left out
    """

    file: Path | None
    sha256: str
    records: int
    files: int
    redactions: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        return {
            "file": str(self.file) if self.file else None,
            "sha256": self.sha256,
            "records": self.records,
            "files": self.files,
            "redactions": self.redactions,
        }


def export_person(
    person_id: uuid.UUID, out: Path, *, by: Actor, progress: Progress | None = None
) -> ExportOutcome:
    """Write the person's package to `out` (a ZIP file, mode 0600), whole or not at all.

    The caller has checked that `by` may export (staff.permissions "privacy.export"): no role is known here.

    Raises NotFound for an unknown or erased person, Refused when the place cannot be written or when the
    person's erasure begins meanwhile.
    """
    with whole_file(out) as stream:
        outcome = write_package(person_id, stream, by=by, progress=progress)
    return ExportOutcome(
        file=out,
        sha256=outcome.sha256,
        records=outcome.records,
        files=outcome.files,
        redactions=outcome.redactions,
    )


def write_package(
    person_id: uuid.UUID,
    stream: BinaryIO,
    *,
    by: Actor,
    progress: Progress | None = None,
    reading: AnswerReading | None = None,
    expected_hash: str = "",
) -> ExportOutcome:
    """The same into an empty stream that can be read and sought in.

    reading        of the answer this is, where people decided what it shows of others
    expected_hash  of the decisions that were released; raises AnswerChanged when what was met is something else
    """
    with _snapshot():
        known = _known(person_id)
        contents = Contents(made_at=now(), pseudonym=confidant().pseudonym(person_id).hex())
        met = examination(reading, known) if reading is not None else None
        with Archive(stream) as archive:
            Writer(known, archive, contents, progress or _silent, met).write_all()
        _refuse_if_erased(person_id)
        if reading and met and expected_hash and hash_met(reading.request_id, met) != expected_hash:
            raise AnswerChanged(before=reading.told_texts, now=met.told_texts)
        covered = sum(contents.redacted.values())
        record(
            "privacy.exported", by=by, person=person_id,
            records=contents.records, files=contents.files, redactions=covered,
        )  # fmt: skip
    return ExportOutcome(
        file=None, sha256=sha256_of(stream), records=contents.records,
        files=contents.files, redactions=contents.redactions,
    )  # fmt: skip


@contextlib.contextmanager
def _snapshot() -> Iterator[None]:
    """All of it is true of one moment (REPEATABLE READ), unless a transaction runs already."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _known(person_id: uuid.UUID) -> KnownAs:
    known = directory().known_as(person_id)
    if known is None or is_fenced(person_id):
        raise NotFound("person_not_found", "There is no such person here; they may have been erased already.")
    return known


def _refuse_if_erased(person_id: uuid.UUID) -> None:
    """The key store is another database, so this sees what the snapshot cannot."""
    if is_fenced(person_id):
        raise ErasedMeanwhile


def _silent(step: str) -> None:
    """Nobody is watching."""
