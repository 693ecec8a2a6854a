"""Everything said with a person, over all their tickets, newest first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aureole.desk.models import Direction, Message, MessageKind, Ticket
from aureole.desk.queries import name_people
from aureole.desk.ticket_rows import subject_of
from aureole.kernel.actor import Actor
from aureole.kernel.compiled import Compiled
from aureole.kernel.cursor import read_cursor, write_cursor
from aureole.people.models import Person
from aureole.people.queries import shown_name
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock
from aureole.web.ui.ages import say_date, say_date_in_words

PAGE = 40
_ICONS = {Direction.IN: "mail", Direction.OUT: "reply", Direction.INTERNAL: "sticky-note"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One message. `excerpt` is empty once its words were erased."""

    when: datetime
    icon: str
    who: str
    did: str
    number: int
    href: str
    subject: str
    excerpt: str
    language: str
    is_note: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    label: str
    words: str
    messages: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelinePage:
    """Days with their messages; `next` is the cursor of the following page, None at the end."""

    days: tuple[Day, ...]
    count: int
    next: str | None


def timeline_page(person: Person, actor: Actor, *, after: str | None) -> TimelinePage:
    """A page of what the person wrote, what was written to them, and notes about it. Six queries."""
    found = _latest(person, actor, after)
    shown = found[:PAGE]
    unlock(shown, (m.ticket for m in shown))
    name_people(m.author for m in shown)
    more = write_cursor(shown[-1].sent_at, shown[-1].pk) if len(found) > PAGE else None
    return TimelinePage(days=_by_day(shown), count=len(shown), next=more)


def _latest(person: Person, actor: Actor, after: str | None) -> list[Message]:
    """About them and by them are two walks through two indexes, a page of each: one condition for both would
    sort all that an agent ever answered."""
    moment, last = read_cursor(after) if after else (None, None)
    ids: set[Any] = set()
    for role in ("person_id", "author_id"):
        ids.update(_ids.rows(role, actor=actor, one=person.id, moment=moment, last=last))
    chosen = sorted(ids, reverse=True)[: PAGE + 1]
    rows = Message.objects.visible_to(actor).filter(pk__in=[row_id for _, row_id in chosen])
    rows = rows.select_related("ticket", "author").defer("text", "new_text", "html", "parties")
    return list(rows.order_by("-sent_at", "-id"))


def _build_ids(
    role: str, *, actor: Actor, one: uuid.UUID, moment: datetime | None, last: uuid.UUID | None
) -> Any:
    rows = Message.objects.visible_to(actor).filter(**{role: one})
    if moment is not None:
        rows = rows.filter(sent_at__lte=moment).filter(Q(sent_at__lt=moment) | Q(sent_at=moment, id__lt=last))
    return rows.order_by("-sent_at", "-id").values_list("sent_at", "id")[: PAGE + 1]


_ids: Compiled[Message] = Compiled(_build_ids)


def _by_day(messages: Sequence[Message]) -> tuple[Day, ...]:
    days: dict[Any, list[Message]] = {}
    for message in messages:
        days.setdefault(localtime(message.sent_at).date(), []).append(message)
    return tuple(
        Day(
            label=say_date(group[0].sent_at),
            words=say_date_in_words(group[0].sent_at),
            messages=tuple(_said(m) for m in group),
        )
        for group in days.values()
    )


def _said(message: Message) -> Said:
    return Said(
        when=message.sent_at, icon=_ICONS[Direction(message.direction)], who=_who(message), did=_did(message),
        number=message.ticket.number, href=reverse("desk:ticket", args=[message.ticket.number]),
        subject=_subject(message.ticket), excerpt=_excerpt(message), language=message.language,
        is_note=message.kind == MessageKind.NOTE,
    )  # fmt: skip


def _who(message: Message) -> str:
    if message.is_by_a_program:
        return _("Aureole")
    if message.is_by_a_former_agent:
        return _("An agent")
    return shown_name(message.author)


def _did(message: Message) -> str:
    if message.kind == MessageKind.NOTE:
        return _("noted")
    return _("wrote") if message.direction == Direction.IN else _("answered")


def _subject(ticket: Ticket) -> str:
    subject = subject_of(ticket)
    return subject if subject is not None else _("Subject erased")


def _excerpt(message: Message) -> str:
    return "" if isinstance(message.excerpt, Erased) else str(message.excerpt or "")
