"""Entries of the log for the log's own page: filtered by what, whom and who, a page at a time."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import capfirst

from aureole.kernel.cursor import read_number
from aureole.kernel.errors import Refused
from aureole.kernel.ids import id_in
from aureole.ledger.models import Entry
from aureole.ledger.types import entry_types
from aureole.staff.models import Agent
from aureole.web.staff.people.log_lines import LogLine, line_of
from aureole.web.staff.people.names import agents_by_pseudonym, pseudonym_of
from aureole.web.staff.privacy.frame import short_mark

PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is looked for; all of it ids and codes, so it may stand in an address.

    below  number of the entry to go on under
    """

    type: str = ""
    person_id: uuid.UUID | None = None
    agent_id: uuid.UUID | None = None
    below: int | None = None

    @property
    def as_query(self) -> str:
        """The filter without the place, for links to other pages of it."""
        query = QueryDict(mutable=True)
        for key, value in (("type", self.type), ("person", self.person_id), ("agent", self.agent_id)):
            if value:
                query[key] = str(value)
        return query.urlencode()


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryLine:
    """A line with whom it concerns: a beginning of the pseudonym, which names nobody. `uid` leads to its proof."""

    line: LogLine
    uid: uuid.UUID
    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryPage:
    lines: tuple[EntryLine, ...]
    next: int | None


def read_asked(query: Mapping[str, str]) -> Asked:
    """From the address of the page. Raises Refused for what is no id."""
    kind = query.get("type", "")
    return Asked(
        type=kind if kind in entry_types() else "",
        person_id=_id(query.get("person", "")),
        agent_id=_id(query.get("agent", "")),
        below=read_number(query.get("below", "")),
    )


def type_choices() -> list[tuple[str, str]]:
    return sorted(((name, capfirst(kind.words)) for name, kind in entry_types().items()), key=lambda c: c[1])


def entry_page(asked: Asked) -> EntryPage:
    """Newest first. One query for entries, four for the names of agents."""
    found = list(_fitting(asked).order_by("-number")[: PAGE + 1])
    names = agents_by_pseudonym()
    shown = found[:PAGE]
    return EntryPage(
        lines=tuple(_line(entry, names) for entry in shown),
        next=shown[-1].number if len(found) > PAGE else None,
    )


def _line(entry: Entry, names: Mapping[bytes, str]) -> EntryLine:
    mark = bytes(entry.person) if entry.person else b""
    shown = names.get(mark) or (short_mark(mark) if mark else "")
    return EntryLine(line=line_of(entry, names), uid=entry.uid, mark=shown)


def _fitting(asked: Asked) -> QuerySet[Entry]:
    entries = Entry.objects.all()
    if asked.type:
        entries = entries.filter(type=asked.type)
    if asked.person_id:
        entries = entries.filter(person=pseudonym_of(asked.person_id))
    if asked.agent_id:
        agent = Agent.objects.filter(pk=asked.agent_id).only("person_id").first()
        entries = entries.filter(actor=pseudonym_of(agent.person_id)) if agent else entries.none()
    return entries.filter(number__lt=asked.below) if asked.below is not None else entries


def _id(text: str) -> uuid.UUID | None:
    found = id_in(text)
    if text and found is None:
        raise Refused("log_filter", "This is no id of a person or an agent; start again at the whole log.")
    return found
