"""Tickets run out as a whole: with every message, file, mail and index entry in them; figures stay for reports."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from aureole.desk.erasing import statistic_of
from aureole.desk.models import Brand, Channel, Message, Participant, Tag, Ticket, TicketStatistic, TicketType
from aureole.desk.ticket_parts import delete_tickets, listed, parts_of
from aureole.desk.verdicts import CLASSES, RunOut, Verdict, verdicts
from aureole.people.models import Organisation, Person
from aureole.people.relationships import lock_persons, note_last_contact
from aureole.people.retention import CLASS as CUSTOMER
from aureole.privacy.holds.guard import delete_together_with_others
from aureole.privacy.law.calendar import add_months
from aureole.privacy.retention import ports
from aureole.privacy.retention.ports import Batch, Going, Line, Note, Scope, Sign, When
from aureole.search.index import hold_still

_LOOKED_AT_ONCE = 2000
_TICKET = Ticket._meta.db_table


class Tickets:
    """The unit of what we write with people."""

    name = "desk.tickets"
    classes: Sequence[str] = CLASSES

    def look(self, when: When, going: Going) -> list[Line]:
        found: dict[tuple[str, Verdict], list[uuid.UUID]] = defaultdict(list)
        for ids in _batches(when):
            for ticket in verdicts(ids, when):
                found[ticket.class_key, ticket.verdict].append(ticket.ticket_id)
        going.rows[_TICKET] = [t for (_, verdict), ids in found.items() if verdict == "erase" for t in ids]
        return list(_lines(found))

    def batch(self, when: When, *, after: uuid.UUID | None, room: int, note: Note) -> Batch:
        looked_at = list(_old(when, after)[:room])
        if not looked_at:
            return Batch(after=None, taken=0)
        with transaction.atomic():
            delete_together_with_others()
            hold_still()
            _lock(looked_at)
            over = verdicts(looked_at, when)
            erase = [t.ticket_id for t in over if t.verdict == "erase"]
            gone = _erase(erase) if erase else Counter[str]()
            gone["restricted"] = _restrict(over)
            note(gone)
        return Batch(after=looked_at[-1], taken=len(erase) + gone["restricted"])


def _old(when: When, after: uuid.UUID | None) -> QuerySet[Ticket, uuid.UUID]:
    """Ids of tickets old enough to have run out at all, in their order; ids grow with time, so those come first."""
    shortest = when.schedule.shortest(CLASSES)
    latest = add_months(when.as_of, -shortest) + timedelta(days=4)  # months are of unequal length
    rows = Ticket.objects.filter(created_at__lt=datetime.combine(latest, time(0), UTC))
    rows = rows.exclude(requester__in=Person.objects.pseudonyms().values("pk"))  # nobody's
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return rows.order_by("pk").values_list("pk", flat=True)


def _batches(when: When) -> Iterator[list[uuid.UUID]]:
    after: uuid.UUID | None = None
    while ids := list(_old(when, after)[:_LOOKED_AT_ONCE]):
        yield ids
        after = ids[-1]


def _lines(found: dict[tuple[str, Verdict], list[uuid.UUID]]) -> Iterator[Line]:
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (class_key, verdict), ids in found.items():
        for rows in parts_of(ids):
            counts[class_key, rows.model._meta.db_table][verdict] += rows.count()
    for (class_key, table), by_verdict in counts.items():
        yield Line(class_key=class_key, table=table, **by_verdict)


def _lock(ticket_ids: Sequence[uuid.UUID]) -> None:
    """Persons before tickets, as whoever answers them does; then nobody can add a message to these tickets."""
    lock_persons(_people_in(ticket_ids))
    list(Ticket.objects.select_for_update().filter(pk__in=ticket_ids).order_by("pk").values_list("pk"))


def _people_in(ticket_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, date]:
    """Everybody whose words or name they hold, with the day of their last message there."""
    ids, found = listed(ticket_ids), dict[uuid.UUID, date]()
    said = Message.objects.filter(ticket_id__in=ids).values_list("person_id").annotate(last=Max("sent_at"))
    asked = Ticket.objects.filter(pk__in=ids, requester__isnull=False).values_list("requester_id")
    copied = Participant.objects.filter(ticket_id__in=ids).values_list("person_id")
    for rows in (
        said,
        asked.annotate(last=Max("last_message_at")),
        copied.annotate(last=Max("ticket__last_message_at")),
    ):
        for person_id, last in rows.order_by():
            assert person_id is not None, "tickets without a requester were left out"
            found[person_id] = max(last.date(), found.get(person_id, date.min))
    return found


def _erase(ticket_ids: Sequence[uuid.UUID]) -> Counter[str]:
    TicketStatistic.objects.bulk_create(
        [statistic_of(t) for t in Ticket.objects.filter(pk__in=ticket_ids).defer("subject")]
    )
    note_last_contact(_people_in(ticket_ids))
    return delete_tickets(ticket_ids)


def _restrict(over: Sequence[RunOut]) -> int:
    """Out of every list, page and search of staff, until the law lets them go."""
    by_day: dict[date, list[uuid.UUID]] = defaultdict(list)
    for ticket in over:
        if ticket.verdict == "restrict" and ticket.floor_until is not None:
            by_day[ticket.floor_until].append(ticket.ticket_id)
    return sum(Ticket.objects.filter(pk__in=ids).update(restricted_until=day) for day, ids in by_day.items())


def _staying(going: Going) -> QuerySet[Ticket]:
    return Ticket.objects.exclude(pk__in=listed(going.of(_TICKET)))


def _inside_staying(
    rows: QuerySet[Message] | QuerySet[Participant], going: Going
) -> QuerySet[Message] | QuerySet[Participant]:
    return rows.exclude(ticket_id__in=listed(going.of(_TICKET)))


def _of_codes(name: str, words: str, codes: type[TicketType] | type[Channel]) -> Scope:
    known = {str(value): str(called) for value, called in codes.choices}
    return Scope(
        name=name, words=words, classes=CLASSES, choices=lambda: known,
        names=lambda values: {value: known[value] for value in values if value in known},
    )  # fmt: skip


def _of_rows(
    name: str, model: type[Tag] | type[Organisation] | type[Brand], classes: Sequence[str], **offering: Any
) -> Scope:
    """`offering`: of which rows a new period can be; what earlier ones were of has its name in any case."""
    every = model._default_manager.order_by("name").values_list("pk", "name")
    offered = every.filter(**offering)

    def choices() -> dict[str, str]:
        return {str(row_id): called for row_id, called in offered[: ports.MOST_CHOICES]}

    def names(values: Collection[str]) -> dict[str, str]:
        wanted = every.filter(pk__in=[value for value in values if _is_id(value)])
        return {str(row_id): called for row_id, called in wanted}

    return Scope(name=name, words=name, classes=classes, choices=choices, names=names)


def _is_id(value: str) -> bool:
    try:
        return bool(uuid.UUID(value))
    except ValueError:
        return False


_SCOPES = (
    _of_codes("type", "type of ticket", TicketType),
    _of_codes("channel", "channel", Channel),
    _of_rows("label", Tag, CLASSES),
    _of_rows("organisation", Organisation, (*CLASSES, CUSTOMER)),
    _of_rows("brand", Brand, CLASSES, removed_at=None),
)


def register() -> None:
    ports.add_unit(Tickets())
    for scope in _SCOPES:
        ports.add_scope(scope)
    ports.add_sign(Sign(rows=_staying, person="requester_id"))
    for person, of_work in (("person_id", False), ("author_id", True)):
        messages = partial(_inside_staying, Message.objects.all())
        ports.add_sign(Sign(rows=messages, person=person, of_work=of_work))
    ports.add_sign(
        Sign(rows=lambda going: _inside_staying(Participant.objects.all(), going), person="person_id")
    )
