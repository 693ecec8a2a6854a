"""The desk's part when two records turn out to be one person, and when they are taken apart again.

What came since a merge stays with the record that stayed, but for what came from an address that goes back: incoming
words follow their address, a ticket follows whoever opened it, answers and notes follow their ticket.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet

from aureole.desk.models import Attachment, Direction, Draft, Message, Participant, Ticket
from aureole.desk.parties import parties_in
from aureole.kernel.errors import Refused
from aureole.people.normalise import normalise
from aureole.privacy.merging.ports import Pair, Parting, add_merge_step
from aureole.search.models import SearchEntry
from aureole.vault.unlock import unlock


class Conversations:
    """A person takes part in a ticket once, and not besides being its requester."""

    name = "conversations"

    def join(self, pair: Pair) -> dict[str, Any]:
        theirs = Participant.objects.filter(person_id=pair.goes)
        ours = Participant.objects.filter(person_id=pair.stays)
        twice = theirs.filter(ticket__in=ours.values("ticket")) | theirs.filter(ticket__requester=pair.stays)
        own = ours.filter(ticket__requester=pair.goes)
        rows = [*twice.distinct(), *own]
        kept = [[str(r.pk), str(r.ticket_id), str(r.person_id), r.copied] for r in rows]
        Participant.objects.filter(pk__in=[r.pk for r in rows]).delete()
        return {"participants": kept}

    def sort(self, parting: Parting) -> None:
        pair, back = parting.pair, parting.back
        came = _came_from(parting)
        opened = _opened_by(pair.stays, parting, came)
        tickets = {*parting.moved.get("desk_ticket.requester_id", ()), *map(str, opened)}
        since = Message.objects.filter(person_id=pair.stays, created_at__gt=parting.since)
        answers = since.filter(ticket__in=tickets).exclude(author_id=pair.stays)
        messages = [*came, *answers.values_list("pk", flat=True)]
        files = Attachment.objects.filter(message__in=messages)
        for name, keys in (
            ("desk_ticket.requester_id", opened),
            ("desk_message.person_id", messages),
            ("desk_message.author_id", came),
            ("desk_attachment.person_id", files.values_list("pk", flat=True)),
            ("vault_sealed_file.person_id", files.values_list("file_id", flat=True)),
            ("desk_draft.person_id", _drafts_in(tickets, parting)),
            (
                "search_entry.person_id",
                _indexed(
                    [("message", messages), ("ticket", opened), ("file", files.values_list("pk", flat=True))]
                ),
            ),
        ):
            back.setdefault(name, []).extend(keys)

    def split(self, parting: Parting, kept: dict[str, Any]) -> None:
        """Whoever was dropped takes part again, in tickets that are still there and where nobody noted them since."""
        there = set(
            Ticket.objects.filter(pk__in=[t for _, t, _, _ in kept["participants"]]).values_list("pk")
        )
        rows = [
            Participant(id=uuid.UUID(key), ticket_id=uuid.UUID(ticket), person_id=uuid.UUID(person), copied=copied)
            for key, ticket, person, copied in kept["participants"]
            if (uuid.UUID(ticket),) in there
        ]  # fmt: skip
        Participant.objects.bulk_create(rows, ignore_conflicts=True)


def _came_from(parting: Parting) -> list[uuid.UUID]:
    """Messages since the merge that were written from an address which goes back."""
    written = Message.objects.filter(
        person_id=parting.pair.stays, author_id=parting.pair.stays, direction=Direction.IN,
        created_at__gt=parting.since,
    )  # fmt: skip
    return [m.pk for m in unlock(written) if _addresses(m) & set(parting.addresses)]


def _addresses(message: Message) -> set[tuple[str, str]]:
    """Who is named as sender, as compared."""
    senders = parties_in({"from": (message.parties or {}).get("from")})
    found = set()
    for party in senders:
        try:
            found.add(("email", normalise("email", party["address"])))
        except Refused:
            continue
    return found


def _opened_by(stays: uuid.UUID, parting: Parting, came: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Tickets since the merge whose first message is one of these."""
    new = Ticket.objects.filter(requester_id=stays, created_at__gt=parting.since)
    rows: QuerySet[Message, Any] = Message.objects.filter(ticket__in=new).order_by(
        "ticket", "created_at", "pk"
    )
    firsts = rows.distinct("ticket").values_list("pk", "ticket_id")
    known = set(came)
    return [ticket for message, ticket in firsts if message in known]


def _drafts_in(tickets: Iterable[str], parting: Parting) -> list[uuid.UUID]:
    drafts = Draft.objects.filter(ticket__in=list(tickets), ticket__requester_id=F("person_id"))
    return list(drafts.filter(person_id=parting.pair.stays).values_list("pk", flat=True))


def _indexed(rows: Iterable[tuple[str, Iterable[uuid.UUID]]]) -> list[int]:
    found: list[int] = []
    for kind, ids in rows:
        entries = SearchEntry.objects.filter(kind=kind, row_id__in=list(ids))
        found += entries.values_list("pk", flat=True)
    return found


def register() -> None:
    add_merge_step(Conversations())
