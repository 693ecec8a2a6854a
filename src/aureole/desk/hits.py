"""Tickets and messages as hits of a search: only what a hit shows, fetched as columns, fifty at a time."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from aureole.desk.models import Attachment, Message, Ticket
from aureole.desk.parties import addresses_in, parties_in
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.people.queries import shown_name
from aureole.search.sources import Hit
from aureole.vault.erased import Erased
from aureole.vault.opening import SealedColumn, fetch_keys
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


_MESSAGE_COLUMNS = (
    "id", "person_id", "sent_at", "text", "parties", "ticket_id", "ticket__number", "ticket__subject",
    "author_id", "author__name",
)  # fmt: skip


def message_hits(row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
    """Two queries, one more when an author has no name."""
    found = Message.objects.visible_to(actor).filter(pk__in=row_ids).values_list(*_MESSAGE_COLUMNS)
    rows = [_MessageRow(*row) for row in found]
    files = list(
        Attachment.objects.filter(message_id__in=[r.id for r in rows]).values_list("id", "message_id", "name")
    )
    fetch_keys([v for r in rows for v in r] + [name for _, _, name in files])
    names = _names_of((r.author_id, r.author) for r in rows)
    attached: dict[uuid.UUID, list[str]] = defaultdict(list)
    for file_id, message_id, name in files:
        attached[message_id].append(str(_FILE_NAME.open(file_id, name)))
    hits = (_message_hit(row, names, attached[row.id]) for row in rows)
    return {hit.id: hit for hit in hits if hit is not None}


def _message_hit(row: _MessageRow, names: dict[uuid.UUID | None, str], files: Sequence[str]) -> Hit | None:
    text = _TEXT.open(row.id, row.text)
    if isinstance(text, Erased):
        return None
    parties = _PARTIES.open(row.id, row.parties)
    named = [party["name"] for party in parties_in(parties)]
    return Hit(
        kind="message", id=row.id, ticket=row.number, person=row.person_id, person_name=names[row.author_id],
        title=_SUBJECT.open(row.ticket_id, row.subject) or "",
        text="\n".join([text or "", *named, *files, *addresses_in(parties)]), at=row.sent_at,
    )  # fmt: skip


_TICKET_COLUMNS = ("id", "number", "subject", "created_at", "requester_id", "requester__name")


def ticket_hits(row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
    """One query, one more when a requester has no name."""
    visible = Ticket.objects.visible_to(actor).filter(pk__in=row_ids, requester__isnull=False)
    rows = list(visible.values_list(*_TICKET_COLUMNS))
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
    nameless = [person_id for person_id in sealed if person_id not in names]
    if nameless:
        people = list(Person.objects.filter(pk__in=nameless).prefetch_related("identifiers"))
        unlock(people, (i for p in people for i in p.identifiers.all()))
        names.update({person.id: shown_name(person) for person in people})
    return names
