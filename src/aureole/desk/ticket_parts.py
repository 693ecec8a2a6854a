"""What goes with a ticket, by table: one list for counting and for deleting; modules above add theirs."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence

from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from aureole.desk.models import Attachment, Change, Draft, Message, Participant, Ticket
from aureole.privacy.erasure.together import Keys, delete_together
from aureole.search.models import SearchEntry
from aureole.vault.models import SealedFile

Part = Callable[[RawSQL], QuerySet[Model]]
"""Given ticket ids as a subquery, rows that go with those tickets."""

_parts: list[Part] = []


def add_part(*parts: Part) -> None:
    _parts.extend(parts)


def parts_of(ticket_ids: Sequence[uuid.UUID]) -> list[QuerySet[Model]]:
    """The tickets themselves first. A table may come twice, with different rows."""
    ids = listed(ticket_ids)
    return [part(ids) for part in _parts]


def listed(row_ids: Sequence[uuid.UUID]) -> RawSQL:
    """For use with `__in`, however many there are."""
    return RawSQL("SELECT unnest(%s::uuid[])", [list(row_ids)])


def delete_tickets(ticket_ids: Sequence[uuid.UUID]) -> Counter[str]:
    """Tickets with everything in them, whoever's it is, in one statement; how many rows, by table."""
    keys: dict[type[Model], Keys] = {}
    for rows in parts_of(ticket_ids):
        found, before = Keys.of(rows), keys.get(rows.model)
        keys[rows.model] = (
            found
            if before is None
            else Keys(f"({before.sql}) UNION ({found.sql})", before.values + found.values)
        )
    return delete_together(keys)


add_part(
    lambda ids: Ticket._base_manager.filter(pk__in=ids),
    lambda ids: Message._base_manager.filter(ticket_id__in=ids),
    lambda ids: Attachment._base_manager.filter(message__ticket_id__in=ids),
    lambda ids: SealedFile._base_manager.filter(
        pk__in=Attachment.objects.filter(message__ticket_id__in=ids).values("file_id")
    ),
    lambda ids: Participant._base_manager.filter(ticket_id__in=ids),
    lambda ids: Draft._base_manager.filter(ticket_id__in=ids),
    lambda ids: Change._base_manager.filter(ticket_id__in=ids),
    lambda ids: SearchEntry._base_manager.filter(kind="ticket", row_id__in=ids),
    lambda ids: SearchEntry._base_manager.filter(
        kind="message", row_id__in=Message.objects.filter(ticket_id__in=ids).values("pk")
    ),
    lambda ids: SearchEntry._base_manager.filter(
        kind="file", row_id__in=Attachment.objects.filter(message__ticket_id__in=ids).values("pk")
    ),
)
