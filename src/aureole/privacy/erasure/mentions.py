"""The person in other people's texts: the index says where to look, opening says what is there."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.ports import MentionPlace, Redaction, mention_places

_BATCH = 200
M = TypeVar("M", bound=Model)


def still_there(rows: QuerySet[M]) -> QuerySet[M]:
    """Of rows that are going to be blacked out: nobody deletes or rewrites one between reading and saving it.

    Saving a row that is gone would make it anew. They are locked in one order, so two who want the same do not wait
    for each other.
    """
    return rows.select_for_update(of=("self",), no_key=True).order_by("pk")


def redact_mentions(subject: Subject, *, dry: bool) -> list[Redaction]:
    """Black the person out wherever the index points. With `dry` only say where that would be."""
    done: list[Redaction] = []
    for kind, row_ids in subject.candidates.items():
        for place in mention_places():
            if place.kind == kind:
                done.extend(_in_batches(place, row_ids, subject.redactor, dry))
    return list(
        {(r.place, r.row_id): r for r in done}.values()
    )  # a mail is met by its words and by files in it


def apart(redactions: Iterable[Redaction]) -> tuple[list[Redaction], list[Redaction]]:
    """What was blacked out, and what stays as it is under a hold."""
    done: list[Redaction] = []
    left: list[Redaction] = []
    for one in redactions:
        (done if one.hold is None else left).append(one)
    return done, left


def _in_batches(
    place: MentionPlace, row_ids: Sequence[uuid.UUID], redactor: Redactor, dry: bool
) -> Iterator[Redaction]:
    for start in range(0, len(row_ids), _BATCH):
        yield from place.redact(row_ids[start : start + _BATCH], redactor, dry=dry)
