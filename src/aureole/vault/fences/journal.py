"""Writing the fence list: into the key store, then into its folders, and only then may a key be destroyed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction

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
    _append([FenceLine(kind=LineKind.BEGUN, person_id=person_id)], once=True)
    mirror()


def note_called_off(person_id: uuid.UUID, erasure_id: uuid.UUID) -> None:
    """An erasure ended before anything was gone: no restore carries it out again, nor one that stands in its data."""
    _append([FenceLine(kind=LineKind.CALLED_OFF, person_id=person_id, detail={"erasure": str(erasure_id)})])
    mirror()


def called_off() -> set[uuid.UUID]:
    """Those erasures."""
    lines = FenceLine.objects.filter(kind=LineKind.CALLED_OFF).values_list("detail__erasure", flat=True)
    return {uuid.UUID(found) for found in lines}


def still_begun() -> list[uuid.UUID]:
    """Persons whose erasure was decided and not called off since, in that order."""
    last: dict[uuid.UUID, str] = {}
    kinds = (LineKind.BEGUN, LineKind.CALLED_OFF)
    lines = FenceLine.objects.filter(kind__in=kinds, person_id__isnull=False).order_by("number")
    for person_id, kind in lines.values_list("person_id", "kind").iterator():
        assert person_id is not None, "the query leaves those out"
        last[person_id] = kind
    return [person_id for person_id, kind in last.items() if kind == LineKind.BEGUN]


def note_fenced(person_id: uuid.UUID, groups: Iterable[KeyGroup]) -> None:
    """Before keys are fenced and destroyed. Repeatable.

    Raises Refused when a copy of the list cannot be written: then nothing may be destroyed.
    """
    missing = sorted({int(group) for group in groups} - _noted_groups(person_id))
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


def note_standing(note: RowNote) -> None:
    """A hold, a restriction, an objection, a withdrawal: a restore to before it must not undo it. Before the change
    is committed; one that is rolled back is noted once too often, and a restore then keeps too much, not too little."""
    line = _of_row(note)
    line.kind = LineKind.STANDS
    _append([line])
    mirror()


def note_merge(goes: uuid.UUID, stays: uuid.UUID, *, picks: Mapping[str, str] | None) -> None:
    """Two records became one, or were parted again (`picks` None): a restore to before it does it again, so that an
    erasure after it misses neither. Before the change is committed; ids and names of fields only."""
    detail = {"stays": str(stays), "picks": None if picks is None else dict(picks)}
    append_lines([FenceLine(kind=LineKind.MERGED, person_id=goes, detail=detail)])


def note_replayed(persons: int) -> None:
    """The data stands where it stands now: older lines say nothing about its age any more."""
    _append([FenceLine(kind=LineKind.REPLAYED, detail={"persons": persons})])
    mirror()


def append_lines(lines: Sequence[FenceLine], *, mirrored: bool = True) -> None:
    """Lines of any kind, at once in the folders as well unless something that follows mirrors them.

    Raises Refused when a copy cannot be written.
    """
    _append(lines)
    if mirrored:
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


def _noted_groups(person_id: uuid.UUID) -> set[int]:
    with connections[KEYS].cursor() as cursor:
        cursor.execute(
            "SELECT jsonb_array_elements(detail->'groups')::int FROM fences_line WHERE kind = %s AND person_id = %s",
            [LineKind.FENCED, person_id],
        )
        return {code for (code,) in cursor.fetchall()}


# Numbers are given under the lock, in the statement that waits for it no longer: without gaps.
_INSERT = """
SELECT pg_advisory_xact_lock({lock});
INSERT INTO fences_line (number, uid, at, kind, ledger, person_id, detail, image)
SELECT (SELECT coalesce(max(number), 0) FROM fences_line) + place, uid::uuid, at::timestamptz, kind, ledger,
       person_id::uuid, detail::jsonb, image::jsonb
FROM (VALUES {rows}) AS fresh (place, uid, at, kind, ledger, person_id, detail, image) {unless}
"""
_UNLESS_THERE = """
WHERE NOT EXISTS (
    SELECT FROM fences_line line WHERE line.kind = fresh.kind AND line.person_id = fresh.person_id::uuid
    AND NOT EXISTS (
        SELECT FROM fences_line ended
        WHERE ended.kind = 'called_off' AND ended.person_id = line.person_id AND ended.number > line.number
    )
)
"""
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s)"


def _append(lines: Sequence[FenceLine], ledger: int | None = None, *, once: bool = False) -> None:
    """One trip and one wait for the disk for each batch; all of them or none.

    once  leave out what the list says of the person already, and nothing has ended since
    """
    ledger = ledger_head() if ledger is None else ledger
    several = transaction.atomic(using=KEYS) if len(lines) > _BATCH else nullcontext()
    with several, connections[KEYS].cursor() as cursor:
        for start in range(0, len(lines), _BATCH):
            batch = lines[start : start + _BATCH]
            rows = ", ".join([_ROW] * len(batch))
            values = [value for place, line in enumerate(batch, 1) for value in _values(place, line, ledger)]
            unless = _UNLESS_THERE if once else ""
            cursor.execute(_INSERT.format(lock=_ONE_AT_A_TIME, rows=rows, unless=unless), values)


def _values(place: int, line: FenceLine, ledger: int) -> list[Any]:
    image = None if line.image is None else json.dumps(line.image)
    return [
        place, str(uuid.uuid4()), now().isoformat(), line.kind, ledger,
        str(line.person_id) if line.person_id else None, json.dumps(line.detail), image,
    ]  # fmt: skip


def head() -> int:
    """Number of the last line in the key store; 0 when there is none."""
    return FenceLine.objects.order_by("-number").values_list("number", flat=True).first() or 0


def ledger_head() -> int:
    """Number of the last entry of the data's log that no rollback of ours can take back; 0 when there is none.

    A line outlives the transaction in which it was written: one that counted that transaction's own entries would make
    the data look older than the list, and keep the instance closed, once it is rolled back. Entries of others that
    came after our first one are left out as well, which says too little and never too much.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COMMITTED)
        return int((cursor.fetchone() or (0,))[0])


_COMMITTED = f"SELECT number FROM {Entry._meta.db_table} WHERE age(xmin) > 0 ORDER BY number DESC LIMIT 1"


def listed(after: int = 0) -> Iterator[Line]:
    """The lines of the key store, without their images."""
    while True:
        with connections[KEYS].cursor() as cursor:
            cursor.execute(_LISTED, [after, _PAGE])
            found = cursor.fetchall()
        for number, uid, at, kind, ledger, person_id, detail, has_image in found:
            yield Line(
                number=number, uid=uid, at=at, kind=kind, ledger=ledger, person_id=person_id,
                detail=json.loads(detail), has_image=has_image,
            )  # fmt: skip
        if len(found) < _PAGE:
            return
        after = found[-1][0]


_PAGE = 2000
_LISTED = """
SELECT number, uid, at, kind, ledger, person_id, detail::text, image IS NOT NULL
FROM fences_line WHERE number > %s ORDER BY number LIMIT %s
"""


def last_standing(since: datetime | None) -> Iterator[Line]:
    """Of what stands, the last word about each row; of a row that is more than that, about each set of its columns:
    that somebody is a child says nothing about their restriction. In the order in which each was first noted.

    since  only what was noted after it; None: all
    """
    with connections[KEYS].cursor() as cursor:
        cursor.execute(_STANDING, [LineKind.STANDS, since, since])
        found = cursor.fetchall()
    for number, uid, at, ledger, person_id, detail in found:
        yield Line(
            number=number, uid=uid, at=at, kind=LineKind.STANDS, ledger=ledger, person_id=person_id,
            detail=json.loads(detail), has_image=True,
        )  # fmt: skip


_STANDING = """
SELECT number, uid, at, ledger, person_id, detail::text FROM (
    SELECT *, min(number) OVER same AS first, max(number) OVER same AS last FROM (
        SELECT *, CASE WHEN (image->>'whole')::boolean THEN '{}' ELSE ARRAY(
            SELECT jsonb_object_keys(image->'plain') UNION SELECT jsonb_object_keys(image->'columns') ORDER BY 1
        ) END AS columns
        FROM fences_line
        WHERE kind = %s AND image IS NOT NULL AND (%s::timestamptz IS NULL OR at > %s)
    ) noted
    WINDOW same AS (PARTITION BY detail->>'table', detail->>'row', columns)
) stands
WHERE number = last ORDER BY first
"""


def image_in_store(line: Line) -> Image | None:
    """As it rests in the key store."""
    return FenceLine.objects.filter(uid=line.uid).values_list("image", flat=True).first()


def mirror() -> None:
    """Bring every folder up to the list. Raises Refused for a folder that cannot be written or is ahead."""
    for folder in folders():
        last = folder.last()
        lines = listed(last.number - 1 if last else 0)
        if last is not None:
            _refuse_ahead(folder, last, next(lines, None))
        if (first := next(lines, None)) is not None:
            folder.append(chain([first], lines), image_in_store)


def _refuse_ahead(folder: FenceFolder, last: Line, known: Line | None) -> None:
    """A folder that knows more than the key store: somebody put back an older key store by hand.

    known  the line of the store with the number of the folder's last one
    """
    if known is not None and (known.number, known.uid) == (last.number, last.uid):
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
