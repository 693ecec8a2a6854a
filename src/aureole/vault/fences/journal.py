"""Writing the fence list: into the key store, then into its folders, and only then may a key be destroyed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction
from django.db.models import QuerySet

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.vault.fences.folder import FenceFolder, ImageOf
from aureole.vault.fences.lines import Image, Line
from aureole.vault.fences.models import FenceLine, LineKind
from aureole.vault.groups import KeyGroup
from aureole.vault.keystore.router import KEYS

_ONE_AT_A_TIME = 0xFE9CE5  # advisory lock: numbers are given without gaps
_BATCH = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class RowNote:
    """What an erasure did to one row of somebody else.

    image  sealed columns as they rest now, by name, and ids of replaced files; None for a deleted row
    """

    table: str
    row_id: str
    person_id: uuid.UUID | None
    image: Image | None


def folders() -> tuple[FenceFolder, ...]:
    """Where copies are kept: in the home folder, and in AUREOLE_FENCES_FOLDER when it is set."""
    return tuple(FenceFolder(Path(path)) for path in settings.AUREOLE_FENCES)


def found() -> None:
    """The first line, for a list that has none: an instance without erasures has a list, too, which says so.

    A folder that has one beside an empty key store means that the store is lost: then nothing is begun anew.
    """
    if head() == 0 and all(folder.last() is None for folder in folders()):
        _append([FenceLine(kind=LineKind.FOUNDED)])
        mirror()


def note_begun(person_id: uuid.UUID) -> None:
    """An erasure was decided: a restore to before that carries it out again. Repeatable."""
    if not _has(LineKind.BEGUN, person_id).exists():
        _append([FenceLine(kind=LineKind.BEGUN, person_id=person_id)])
    mirror()


def note_fenced(person_id: uuid.UUID, groups: Iterable[KeyGroup]) -> None:
    """Before keys are fenced and destroyed. Repeatable.

    Raises Refused when a copy of the list cannot be written: then nothing may be destroyed.
    """
    noted = {code for line in _has(LineKind.FENCED, person_id) for code in line.detail.get("groups", ())}
    missing = sorted({int(group) for group in groups} - noted)
    if missing:
        _append([FenceLine(kind=LineKind.FENCED, person_id=person_id, detail={"groups": missing})])
    mirror()


def note_rows(notes: Sequence[RowNote], *, ledger: int) -> None:
    """Before the change is committed. A change that is rolled back is noted once too often, which harms nothing.

    ledger  how far the log went when the transaction of the change began
    """
    if not notes:
        return
    _append([_of_row(note) for note in notes], ledger)
    mirror()


def note_replayed(persons: int) -> None:
    """The data stands where it stands now: older lines say nothing about its age any more."""
    _append([FenceLine(kind=LineKind.REPLAYED, detail={"persons": persons})])
    mirror()


def forget_images(person_id: uuid.UUID) -> None:
    """The person is being erased: what the list holds of their rows goes too, here and in the folders."""
    held = FenceLine.objects.filter(person_id=person_id, image__isnull=False)
    uids = list(held.values_list("uid", flat=True))
    for folder in folders():
        folder.drop_images(uids)
    held.update(image=None)


def _of_row(note: RowNote) -> FenceLine:
    return FenceLine(
        kind=LineKind.DELETED if note.image is None else LineKind.CHANGED,
        person_id=note.person_id,
        detail={"table": note.table, "row": note.row_id},
        image=note.image,
    )


def _has(kind: LineKind, person_id: uuid.UUID) -> QuerySet[FenceLine]:
    return FenceLine.objects.filter(kind=kind, person_id=person_id)


def _append(lines: Sequence[FenceLine], ledger: int | None = None) -> None:
    ledger = ledger_head() if ledger is None else ledger
    with transaction.atomic(using=KEYS):
        with connections[KEYS].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        for number, line in enumerate(lines, start=head() + 1):
            line.number, line.uid, line.at, line.ledger = number, uuid.uuid4(), now(), ledger
        FenceLine.objects.bulk_create(lines, batch_size=_BATCH)


def head() -> int:
    """Number of the last line in the key store; 0 when there is none."""
    return FenceLine.objects.order_by("-number").values_list("number", flat=True).first() or 0


def ledger_head() -> int:
    """Number of the last entry of the data's log; 0 when there is none."""
    return Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0


def listed(after: int = 0) -> Iterator[Line]:
    """The lines of the key store, without their images."""
    rows = FenceLine.objects.filter(number__gt=after).order_by("number")
    found = rows.values_list("number", "uid", "at", "kind", "ledger", "person_id", "detail", "image__isnull")
    for number, uid, at, kind, ledger, person_id, detail, bare in found.iterator(chunk_size=2000):
        yield Line(
            number=number, uid=uid, at=at, kind=kind, ledger=ledger, person_id=person_id, detail=detail,
            has_image=not bare,
        )  # fmt: skip


def image_in_store(line: Line) -> Image | None:
    """As it rests in the key store."""
    return FenceLine.objects.filter(uid=line.uid).values_list("image", flat=True).first()


def mirror() -> None:
    """Bring every folder up to the list. Raises Refused for a folder that cannot be written or is ahead."""
    for folder in folders():
        last = folder.last()
        _refuse_ahead(folder, last)
        after = last.number if last else 0
        if head() > after:
            folder.append(listed(after), image_in_store)


def _refuse_ahead(folder: FenceFolder, last: Line | None) -> None:
    """A folder that knows more than the key store: somebody put back an older key store by hand."""
    if last is None or FenceLine.objects.filter(number=last.number, uid=last.uid).exists():
        return
    raise Refused(
        "fences.ahead",
        f"The fence list in {folder.root} has lines that the key store does not know: the key store is older than "
        "it, or another one. Nothing was erased. Run `aureole backup reconcile`.",
    )


def copy_to(root: Path) -> int:
    """A copy of the list for a backup; returns the number of its last line."""
    copy = FenceFolder(root)
    copy.rewrite(listed(), image_in_store)
    copy.mark_as_of_a_backup()
    last = copy.last()
    return last.number if last else 0


def take_over(lines: Sequence[Line], image_of: ImageOf) -> int:
    """Make the key store's list the given one, which holds every line of it; returns how many were new to it.

    image_of  where the images of new lines come from

    The folders are written anew. Raises Refused when one of them holds the list of another instance.
    """
    _refuse_foreign(lines)
    present = {line.uid: line.number for line in listed()}
    fresh = [line for line in lines if line.uid not in present]
    with transaction.atomic(using=KEYS), connections[KEYS].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        # Numbers are the key: those that moved go out of the way first, so that no two meet.
        moved = [line for line in lines if present.get(line.uid, line.number) != line.number]
        if moved:
            cursor.execute("SET LOCAL aureole.renumbering = 'on'")
            for line in moved:
                FenceLine.objects.filter(uid=line.uid).update(number=-line.number)
        FenceLine.objects.bulk_create((_row_of(line, image_of) for line in fresh), batch_size=_BATCH)
        for line in moved:
            FenceLine.objects.filter(uid=line.uid).update(number=line.number)
    for folder in folders():
        folder.rewrite(listed(), image_in_store)
    return len(fresh)


def _refuse_foreign(lines: Sequence[Line]) -> None:
    """A list that was only just founded may be replaced; one with erasures of another instance may not."""
    for folder in folders():
        theirs = list(folder.lines()) if folder.exists() else []
        if lines and len(theirs) > 1 and theirs[0].uid != lines[0].uid:
            raise Refused(
                "fences.foreign",
                f"{folder.root} holds the fence list of another instance. Nothing was changed. Move it to a safe "
                "place of its own, then give the command again.",
            )


def _row_of(line: Line, image_of: ImageOf) -> FenceLine:
    return FenceLine(
        number=line.number, uid=line.uid, at=line.at, kind=line.kind, ledger=line.ledger,
        person_id=line.person_id, detail=line.detail, image=image_of(line) if line.has_image else None,
    )  # fmt: skip
