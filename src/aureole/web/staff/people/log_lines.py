"""Entries of the log about one person, as plain sentences."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aureole.kernel.errors import Broken
from aureole.ledger.models import Entry
from aureole.ledger.saying import say_facts
from aureole.ledger.types import entry_type
from aureole.privacy.breaches.affected import READING
from aureole.web.staff.people.names import agents_by_pseudonym, marks_in_log, say_actor
from aureole.web.ui.protection import Reading

PAGE = 50
_LOOKED_THROUGH = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLine:
    """One entry. `rest` are its counts and codes in words."""

    number: int
    when: datetime
    who: str
    did: str
    rest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LogPage:
    """Newest first; `next` is the number to go on below, None at the end."""

    lines: tuple[LogLine, ...]
    next: int | None


def log_page(person_id: uuid.UUID, name: str, *, below: int | None) -> LogPage:
    """What was done about the person and by them. Four queries."""
    marks = marks_in_log(person_id)
    entries = Entry.objects.filter(person__in=marks)
    if below is not None:
        entries = entries.filter(number__lt=below)
    found = list(entries.order_by("-number")[: PAGE + 1])
    names = agents_by_pseudonym() | dict.fromkeys(marks, name)
    shown = found[:PAGE]
    return LogPage(
        lines=tuple(line_of(entry, names) for entry in shown),
        next=shown[-1].number if len(found) > PAGE else None,
    )


def line_of(entry: Entry, names: Mapping[bytes, str]) -> LogLine:
    """One entry in words; `names` are by pseudonym."""
    return LogLine(
        number=entry.number, when=entry.at, who=say_actor(entry, names), did=say_type(entry.type),
        rest=say_facts(entry.facts),
    )  # fmt: skip


def say_type(name: str) -> str:
    """The type's words; the bare name for a type that only an older or newer version knows."""
    try:
        return entry_type(name).words
    except Broken:
        return name


def readings_of(person_id: uuid.UUID, *, most: int) -> tuple[list[Reading], int]:
    """Who looked last, each with how often of late, and how often anybody looked in all."""
    entries = Entry.objects.filter(person__in=marks_in_log(person_id), type__in=READING)
    names = agents_by_pseudonym()
    latest: dict[str, list[Entry]] = {}
    for entry in entries.order_by("-number")[:_LOOKED_THROUGH]:
        latest.setdefault(f"{say_actor(entry, names)} {say_type(entry.type)}", []).append(entry)
    readings = [Reading(when=same[0].at, who=_say_often(who, len(same))) for who, same in latest.items()]
    return readings[:most], entries.count()


def _say_often(who: str, times: int) -> str:
    return who if times == 1 else _("%(who)s, %(times)d times") % {"who": who, "times": times}


def say_more(total: int) -> str:
    if not total:
        return _("Nobody yet.")
    words = ngettext("%(count)s reading in all;", "%(count)s readings in all;", total)
    return words % {"count": f"{total:,}"} + " " + _("the access log has each.")
