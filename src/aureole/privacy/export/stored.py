"""Packages that wait to be fetched: sealed for the person, gone after some days or with the person."""

from __future__ import annotations

import json
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any, BinaryIO, cast

from django.db import transaction
from django.db.models import Q, QuerySet

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.ledger.models import Entry
from aureole.privacy.export.package import write_package
from aureole.privacy.holds import guard
from aureole.privacy.marks import marks_of
from aureole.privacy.models import AnswerReading, ExportPackage, RightsRequest
from aureole.privacy.redaction.deciding import reading_of
from aureole.vault.files import delete_files, open_file, seal_file
from aureole.vault.models import SealedFile

DAYS = 7


def make_export(person_id: uuid.UUID, by: Actor) -> ExportPackage:
    """Make a package and keep it for `DAYS` days. Plain bytes lie in an unnamed temporary file meanwhile.

    The caller has checked that `by` may export (staff.permissions "privacy.export").
    Raises what `export_person` raises.
    """
    return _make(person_id, by)


def make_answer(request: RightsRequest, by: Actor) -> ExportPackage:
    """The package that answers a request, made once; what people decided about others in it is carried out.

    Raises AnswerChanged when the answer is not any more what was released.
    """
    assert request.person_id is not None, "identity was established"
    made = ExportPackage.objects.filter(request_id=request.id).first()
    return made or _make(request.person_id, by, request=request, reading=reading_of(request.id))


def _make(
    person_id: uuid.UUID,
    by: Actor,
    *,
    request: RightsRequest | None = None,
    reading: AnswerReading | None = None,
) -> ExportPackage:
    released = request.plan_hash if request is not None else ""
    with tempfile.TemporaryFile() as unnamed, transaction.atomic():
        stream = cast(BinaryIO, unnamed)
        outcome = write_package(person_id, stream, by=by, reading=reading, expected_hash=released)
        stream.seek(0)
        file = seal_file(stream, person_id=person_id, group="evidence")
        return ExportPackage.objects.create(
            person_id=person_id, file=file, sha256=outcome.sha256, request_id=request.id if request else None,
            created_at=now(), expires_at=now() + timedelta(days=DAYS),
        )  # fmt: skip


def open_export(package_id: uuid.UUID) -> tuple[ExportPackage, Iterator[bytes]]:
    """The package and its bytes in pieces. The caller has checked who asks.

    Raises NotFound when there is none, when it has expired, or when the person was erased.
    """
    package = ExportPackage.objects.filter(pk=package_id, expires_at__gt=now()).select_related("file").first()
    if package is None:
        raise NotFound("export_not_found", "This package is no longer here. Nothing is lost: make a new one.")
    return package, open_file(package.file)


def manifest_of(package: ExportPackage) -> dict[str, Any]:
    """What a package that still waits says is in it. The caller has checked who asks."""
    with tempfile.TemporaryFile() as unnamed:
        for chunk in open_file(package.file):
            unnamed.write(chunk)
        with zipfile.ZipFile(cast(IO[bytes], unnamed)) as held:
            found: dict[str, Any] = json.loads(held.read("manifest.json"))
    return found


def export_of(request_id: uuid.UUID) -> ExportPackage | None:
    """The package that answers a request, while it can be fetched; its bytes are not loaded."""
    rows = ExportPackage.objects.filter(request_id=request_id, expires_at__gt=now()).select_related("file")
    return rows.defer("file__inline", "file__envelope").first()


def counts_of(package: ExportPackage) -> dict[str, int]:
    """What was put into it, as the log has it: records, files, redactions. Empty when the log is no longer there."""
    made = Entry.objects.filter(
        person__in=marks_of(package.person_id), type="privacy.exported", at__lte=package.created_at
    )
    entry = made.order_by("-number").first()
    return {name: count for name, count in entry.facts.items() if isinstance(count, int)} if entry else {}


def delete_export_of(request_id: uuid.UUID) -> bool:
    """Take back the package that answers a request; False when none waits. One that is held opens to nobody more."""
    with transaction.atomic():
        taken = ExportPackage.objects.filter(request_id=request_id).update(expires_at=now())
        _delete_expired(ExportPackage.objects.filter(request_id=request_id))
    return bool(taken)


def sweep_exports() -> int:
    """Delete packages whose time is over, unless one is held. Returns how many."""
    with transaction.atomic():
        return _delete_expired(ExportPackage.objects.all())


def _delete_expired(rows: QuerySet[ExportPackage]) -> int:
    guard.delete_together_with_others()
    kept = Q(pk__in=guard.held_rows("privacy_export_package")) | Q(
        file__in=guard.held_rows("vault_sealed_file")
    )
    over = list(rows.filter(expires_at__lte=now()).exclude(kept).values_list("file_id", flat=True))
    files = list(SealedFile.objects.filter(pk__in=over).defer("inline", "envelope"))
    ExportPackage.objects.filter(file__in=files).delete()
    return delete_files(files)
