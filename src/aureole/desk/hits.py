"""Tickets and messages as hits of a search: only what a hit shows, fetched as columns, fifty at a time."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from aureole.desk.models import Attachment, Message, Ticket
from aureole.desk.parties import addresses_in, parties_in
from aureole.kernel.actor import Actor
from aureole.kernel.compiled import read_rows
from aureole.people.models import Person
from aureole.people.queries import shown_name
from aureole.search.sources import Hit
from aureole.vault.erased import Erased
from aureole.vault.row_values import SealedColumn, fetch_keys
from aureole.vault.unlock import unlock

_TEXT, _PARTIES = SealedColumn(Message, "text"), SealedColumn(Message, "parties")
_SUBJECT, _NAME = SealedColumn(Ticket, "subject"), SealedColumn(Person, "name")
_FILE_NAME = SealedColumn(Attachment, "name")
_NOBODY = "Erased person"


class _MessageRow(NamedTuple):
    id: uuid.UUID
    person_id: uuid.UUID
    sent_at: Any
    text: Any
    parties: Any
    ticket_id: uuid.UUID
    number: int
    subject: Any
    author_id: uuid.UUID | None
    author: Any
    file_ids: list[uuid.UUID]
    file_names: list[bytes]


_MESSAGE_COLUMNS = (
    "id", "person_id", "sent_at", "text", "parties", "ticket_id", "ticket__number", "ticket__subject",
    "author_id", "author__name",
)  # fmt: skip
_FILES = {
    f"file_{column}s": f"ARRAY(SELECT f.{column} FROM desk_attachment f WHERE f.message_id = desk_message.id"
    f" ORDER BY f.position, f.id)"
    for column in ("id", "name")
}


def message_hits(row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
    """One query, and one more when an author has no name."""
    visible = Message.objects.visible_to(actor).extra(  # noqa: S610  constant wordings
        **_among("desk_message", row_ids), select=_FILES
    )
    rows = [
        _MessageRow(*row) for row in read_rows(visible.values_list(*_MESSAGE_COLUMNS, *_FILES), prepared=True)
    ]
    fetch_keys(value for row in rows for value in (*row, *row.file_names))
    names = _names_of((row.author_id, row.author) for row in rows)
    hits = (_message_hit(row, names) for row in rows)
    return {hit.id: hit for hit in hits if hit is not None}


def _among(table: str, row_ids: Sequence[uuid.UUID]) -> dict[str, Any]:
    """One wording however many rows are asked for, so that it is planned once."""
    return {"where": [f"{table}.id = ANY(%s::uuid[])"], "params": [list(row_ids)]}


def _message_hit(row: _MessageRow, names: dict[uuid.UUID | None, str]) -> Hit | None:
    text = _TEXT.open(row.id, row.text)
    if isinstance(text, Erased):
        return None
    parties = _PARTIES.open(row.id, row.parties)
    named = [party["name"] for party in parties_in(parties)]
    files = [str(_FILE_NAME.open(*file)) for file in zip(row.file_ids, row.file_names, strict=True)]
    return Hit(
        kind="message", id=row.id, ticket=row.number, person=row.person_id, person_name=names[row.author_id],
        title=_SUBJECT.open(row.ticket_id, row.subject) or "",
        text="\n".join([text or "", *named, *files, *addresses_in(parties)]), at=row.sent_at,
    )  # fmt: skip


_TICKET_COLUMNS = ("id", "number", "subject", "created_at", "requester_id", "requester__name")


def ticket_hits(row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
    """One query, one more when a requester has no name."""
    visible = Ticket.objects.visible_to(actor).filter(requester__isnull=False)
    rows = read_rows(
        visible.extra(**_among("desk_ticket", row_ids)).values_list(*_TICKET_COLUMNS), prepared=True
    )
    fetch_keys(value for row in rows for value in row)
    names = _names_of((row[4], row[5]) for row in rows)
    hits: dict[uuid.UUID, Hit] = {}
    for ticket_id, number, sealed, created_at, requester_id, _ in rows:
        subject = _SUBJECT.open(ticket_id, sealed)
        if not isinstance(subject, Erased):
            hits[ticket_id] = Hit(
                kind="ticket", id=ticket_id, ticket=number, person=requester_id,
                person_name=names[requester_id], title=subject or "", text=f"{number}\n{subject}", at=created_at,
            )  # fmt: skip
    return hits


def _names_of(persons: Iterable[tuple[uuid.UUID | None, Any]]) -> dict[uuid.UUID | None, str]:
    """What to call each person: their name, an address of those who have none, and nobody for nobody."""
    sealed = dict(persons)
    names: dict[uuid.UUID | None, str] = {None: _NOBODY}
    for person_id, value in sealed.items():
        name = _NAME.open(person_id, value)
        if person_id is not None and name:
            names[person_id] = _NOBODY if isinstance(name, Erased) else str(name)
    nameless = [person_id for person_id in sealed if person_id is not None and person_id not in names]
    if nameless:
        people = list(Person.objects.filter(pk__in=nameless).prefetch_related("identifiers"))
        unlock(people, (i for p in people for i in p.identifiers.all()))
        names.update({person.id: shown_name(person) for person in people})
    return names
