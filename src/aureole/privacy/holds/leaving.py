"""Rows of others that stay under a hold although they name somebody erased, and go when the hold ends."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from aureole.privacy.models import Hold
from aureole.privacy.ports import Redaction
from aureole.privacy.standing import keep_standing


def note_left(left: Iterable[Redaction]) -> None:
    """In the transaction that leaves them: nobody can look for the name when the hold ends."""
    for hold in {one.hold.pk: one.hold for one in left if one.hold is not None}.values():
        _note(hold, is_left=True)


def left_behind(person_id: uuid.UUID, table: str) -> QuerySet[Hold]:
    """Holds that ended on rows which still name somebody erased."""
    return Hold.objects.filter(person_id=person_id, table=table, names_erased=True, released_at__isnull=False)


def note_gone(hold: Hold) -> None:
    """The row names nobody any more."""
    _note(hold, is_left=False)


def _note(hold: Hold, *, is_left: bool) -> None:
    hold.names_erased = is_left
    hold.save(update_fields=["names_erased"])
    keep_standing(hold, person_id=hold.person_id)
