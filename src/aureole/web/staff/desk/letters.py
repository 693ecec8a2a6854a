"""A conversation as the thread component draws it: days, letters, notes, changes as hairlines."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aureole.desk.models import DeliveryState, Direction, MessageKind
from aureole.desk.queries import OpenTicket, ThreadChange, ThreadFile, ThreadItem, ThreadMessage
from aureole.web.staff.desk.words import say_change, say_delivery
from aureole.web.ui.conversation import Attached, Changes, DayRule, Entry, Letter

PREVIEWED = ("image/png", "image/jpeg", "image/gif", "image/webp")
_PREVIEW_BYTES = 10 * 1024 * 1024
_LEFT_OPEN = 4


def thread_entries(
    opened: OpenTicket, *, me: uuid.UUID | None, agents: Mapping[uuid.UUID, str]
) -> list[Entry]:
    """Entries in order of time. `me` is the reader's person; `agents` are names by account."""
    folded = _folded(opened.items)
    entries: list[Entry] = []
    for _day, items in groupby(opened.items, key=lambda item: timezone.localtime(item.at).date()):
        of_day = list(items)
        entries.append(DayRule(when=of_day[0].at))
        entries.extend(_day_entries(of_day, opened, me, agents, folded))
    return entries


def _folded(items: Iterable[ThreadItem]) -> frozenset[uuid.UUID]:
    """Older messages are folded to a line; notes and the last four stay open."""
    messages = [item for item in items if isinstance(item, ThreadMessage)]
    return frozenset(m.id for m in messages[:-_LEFT_OPEN] if m.kind != MessageKind.NOTE and not m.is_erased)


def _day_entries(
    items: list[ThreadItem],
    opened: OpenTicket,
    me: uuid.UUID | None,
    agents: Mapping[uuid.UUID, str],
    folded: frozenset[uuid.UUID],
) -> Iterator[Entry]:
    for is_change, group in groupby(items, key=lambda item: isinstance(item, ThreadChange)):
        if is_change:
            changes = [item for item in group if isinstance(item, ThreadChange)]
            yield Changes(when=changes[-1].at, sentences=[say_change(c, agents) for c in changes])
            continue
        for item in group:
            if isinstance(item, ThreadMessage):
                yield letter_of(item, number=opened.ticket.number, me=me, is_folded=item.id in folded)


def letter_of(
    message: ThreadMessage, *, number: int, me: uuid.UUID | None, is_folded: bool = False
) -> Letter:
    """One message. Its own words stand open; quotes and signature are folded under them."""
    failed = message.delivery == DeliveryState.FAILED
    return Letter(
        when=message.at,
        who=_who(message, me),
        said=_said(message),
        text=message.own or ("" if message.rest or message.files else _("(no text)")),
        quoted=message.rest,
        lang=message.language,
        files=[_attached(file) for file in message.files],
        is_note=message.kind == MessageKind.NOTE,
        is_folded=is_folded,
        is_erased=message.is_erased,
        erased_words=_("This message was erased. Nobody can read it any more."),
        is_failed=failed,
        failure=_("Not delivered: they have not received this.") if failed else "",
        failure_rest=_("Your text is safe here. Check the address, or reach them another way.")
        if failed
        else "",
        formatted_url=reverse("desk:formatted", args=[number, message.id]) if message.has_html else "",
        anchor=f"m-{message.id}",
    )


def _who(message: ThreadMessage, me: uuid.UUID | None) -> str:
    if message.author_id is not None and message.author_id == me:
        return _("You")
    return message.who or _("Aureole")


def _said(message: ThreadMessage) -> str:
    if message.kind == MessageKind.NOTE:
        return _("note, staff only")
    if message.direction == Direction.OUT:
        to = ", ".join(name.split(" ", 1)[0] for name in message.to if name)
        parts = [_("to %(names)s") % {"names": to} if to else "", say_delivery(message.delivery)]
        return ", ".join(part for part in parts if part)
    return {
        MessageKind.AUTOMATIC: _("automatic reply"),
        MessageKind.BOUNCE: _("delivery report"),
    }.get(MessageKind(message.kind), _("by e-mail"))


def _attached(file: ThreadFile) -> Attached:
    shown = file.content_type.split(";")[0].strip().lower() in PREVIEWED and file.size <= _PREVIEW_BYTES
    return Attached(
        name=file.name,
        href=reverse("desk:attachment", args=[file.id]),
        size=file.size,
        preview=reverse("desk:preview", args=[file.id]) if shown else "",
    )


def say_ago(moment: datetime) -> str:
    """ "40 s", "6 min", "3 h": how long ago somebody wrote."""
    seconds = max(1, int((timezone.now() - moment).total_seconds()))
    if seconds < 60:
        return _("%(count)d s") % {"count": seconds}
    if seconds < 3600:
        return _("%(count)d min") % {"count": seconds // 60}
    return _("%(count)d h") % {"count": seconds // 3600}
