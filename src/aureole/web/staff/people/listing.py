"""Rows of the list of people: newest first, or those whose name or address begins with what was typed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from aureole.desk.models import Ticket
from aureole.kernel.actor import Actor
from aureole.kernel.cursor import before, write_cursor
from aureole.people.models import Person, PersonStatus
from aureole.people.queries import shown_name
from aureole.search.find import suggest
from aureole.vault.unlock import unlock

PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRow:
    """One person of the list. `reach` is their first address, empty when the name column shows it already."""

    id: uuid.UUID
    name: str
    reach: str
    organisation: str
    since: datetime
    tickets: int
    last: datetime | None
    is_staff: bool
    is_leaving: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PeoplePage:
    rows: tuple[PersonRow, ...]
    next: str | None


def list_people(actor: Actor, *, after: str | None) -> PeoplePage:
    """Newest contacts first. Four queries, however many rows."""
    found = _fetch(Person.objects.visible_to(actor).filter(before(after, "created_at")), PAGE + 1)
    shown = found[:PAGE]
    more = write_cursor(shown[-1].created_at, shown[-1].id) if len(found) > PAGE else None
    return PeoplePage(rows=_rows(shown, actor), next=more)


def search_people(actor: Actor, words: str) -> PeoplePage:
    """People in whose name or address each of the words begins a word, best first; one page of them."""
    order = {hit.id: place for place, hit in enumerate(suggest(words, actor=actor, limit=PAGE))}
    found = _fetch(Person.objects.visible_to(actor).filter(pk__in=order), PAGE)
    return PeoplePage(rows=_rows(sorted(found, key=lambda p: order[p.id]), actor), next=None)


def _fetch(people: QuerySet[Person], most: int) -> list[Person]:
    rows = people.select_related("organisation", "agent").prefetch_related("identifiers")
    found = list(rows.defer("pronouns", "postal_address", "time_zone").order_by("-created_at", "-id")[:most])
    unlock(found, (i for p in found for i in p.identifiers.all()))
    return found


def _rows(people: Sequence[Person], actor: Actor) -> tuple[PersonRow, ...]:
    asked = Ticket.objects.visible_to(actor).filter(requester__in=[p.id for p in people])
    figures = asked.order_by().values("requester_id").annotate(n=Count("id"), last=Max("last_message_at"))
    by_person = {row["requester_id"]: (row["n"], row["last"]) for row in figures}
    return tuple(_row(person, *by_person.get(person.id, (0, None))) for person in people)


def _row(person: Person, tickets: int, last: datetime | None) -> PersonRow:
    reach = next((str(one.shown) for one in person.identifiers.all() if one.kind == "email"), "")
    name = shown_name(person)
    return PersonRow(
        id=person.id, name=name, reach="" if reach == name or person.is_erased else reach,
        organisation=person.organisation.name if person.organisation else "", since=person.created_at,
        tickets=tickets, last=last, is_staff=hasattr(person, "agent"),
        is_leaving=person.status == PersonStatus.ERASING,
    )  # fmt: skip
