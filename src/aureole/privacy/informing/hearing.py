"""Who outside has heard of what became of the data they got, and who has not (GDPR Art. 19)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _l

from aureole.privacy.export import ports
from aureole.privacy.export.ports import Receiver, Screen, as_it_is
from aureole.privacy.informing.notifying import EVENT_OF
from aureole.privacy.informing.recipients import disclosures_of
from aureole.privacy.models import (
    SAID,
    DisclosedTo,
    Disclosure,
    Hearing,
    NoticeEvent,
    RecipientNotice,
    RightsRequest,
)
from aureole.privacy.ports import add_caution
from aureole.privacy.rights.matters import Matter, add_matters
from aureole.privacy.rights.place import start_of
from aureole.privacy.rights.ports import add_hearers
from aureole.privacy.transfer.noticing import holders
from aureole.privacy.transfer.recipients import WORDS

_UNTOLD = "somebody who got their data has to be told of a correction or restriction (GDPR Art. 19)"
_DONE = {
    NoticeEvent.CORRECT: _l("corrected on %(day)s"),
    NoticeEvent.RESTRICT: _l("restricted on %(day)s"),
    NoticeEvent.LIFT: _l("restriction lifted on %(day)s"),
}
_LETTERS = (NoticeEvent.CORRECT, NoticeEvent.RESTRICT, NoticeEvent.LIFT)


@dataclass(frozen=True, slots=True)
class Notifiable:
    """Somebody outside who has to hear of what a request does to the data they got.

    words      name, kind and the day it went there
    settled    a `Hearing`; "" while it is to be done
    on         the day on which that was noted
    """

    id: uuid.UUID
    name: str
    words: str
    settled: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Untold:
    """Somebody outside who has to hear of what was done without a request.

    changes  what, and on which day; the oldest first
    """

    id: uuid.UUID
    words: str
    changes: tuple[tuple[NoticeEvent, date], ...]


def notifiable(request: RightsRequest) -> list[Notifiable]:
    """Whom nobody but the officers can tell of this request; another instance hears of it by itself, and whoever
    cannot be named cannot be told. Empty for rights that change nothing of the data. Two statements at most."""
    if request.kind not in EVENT_OF or request.person_id is None:
        return []
    found = {row.disclosure_id: row for row in RecipientNotice.objects.filter(request_id=request.id)}
    return [
        Notifiable(
            one.id, str(one.name), words_of(one), row.hearing if row else "", row.settled_on if row else None
        )
        for one in disclosures_of(request.person_id)
        if one.name
        for row in (found.get(one.id),)
    ]


def untold(person_id: uuid.UUID) -> list[Untold]:
    """Who has yet to hear of what was done without a request. Two statements."""
    waiting: dict[uuid.UUID, list[tuple[NoticeEvent, date]]] = {}
    rows = RecipientNotice.objects.filter(person_id=person_id, request_id=None, hearing="")
    for disclosure_id, event, day in rows.order_by("changed_on", "event").values_list(
        "disclosure_id", "event", "changed_on"
    ):
        waiting.setdefault(disclosure_id, []).append((NoticeEvent(event), day))
    return [
        Untold(one.id, words_of(one), tuple(waiting[one.id]))
        for one in disclosures_of(person_id)
        if one.id in waiting
    ]


def say_changes(
    changes: Sequence[tuple[NoticeEvent, date]], say_day: Callable[[date], str] = date.isoformat
) -> str:
    """ "corrected on 2026-03-05, restricted on 2026-04-01"; the days as `say_day` writes them."""
    return ", ".join(str(_DONE[event]) % {"day": say_day(day)} for event, day in changes)


def words_of(one: Disclosure) -> str:
    return f"{one.name} ({DisclosedTo(one.to).label}), {one.disclosed_on.isoformat()}"


def told(person_id: uuid.UUID) -> list[Receiver]:
    """Whom we told of a change, each time: the person hears of it when they ask (Art. 19, sentence 2)."""
    rows = RecipientNotice.objects.filter(person_id=person_id, hearing=Hearing.TOLD, event__in=_LETTERS)
    heard = list(rows.order_by("settled_on", "id").values_list("disclosure_id", "event", "settled_on"))
    if not heard:
        return []
    named = {one.id: one for one in disclosures_of(person_id)}
    return [
        Receiver(
            kind=f"told_{event}:{named[one].to}", name=str(named[one].name), gets=WORDS[f"told_{event}"][0],
            why=WORDS[f"told_{event}"][1], at=start_of(day),
        )
        for one, event, day in heard
        if one in named and day is not None
    ]  # fmt: skip


def _others_hear(request: RightsRequest) -> bool:
    """Outside of this program, or another instance that got a package."""
    if request.kind not in EVENT_OF or request.person_id is None:
        return False
    named = Disclosure.objects.filter(person_id=request.person_id, name__isnull=False)
    return named.exists() or bool(holders(request.person_id))


def _cautions(person_id: uuid.UUID) -> list[str]:
    """Who has not heard of their erasure yet."""
    heard = RecipientNotice.objects.filter(person_id=person_id, event=NoticeEvent.ERASE, hearing__in=SAID)
    settled = set(heard.values_list("disclosure_id", flat=True))
    found = [words_of(one) for one in disclosures_of(person_id) if one.name and one.id not in settled]
    if not found:
        return []
    return [
        f"Their data went to {'; '.join(found)}. They have to be told of an erasure (GDPR Art. 19): do it before, "
        "because the names go with the person."
    ]


def _untold() -> Iterable[Matter]:
    """A line for each person and each request whose recipients have yet to hear; one for all that was done without."""
    waiting = RecipientNotice.objects.filter(hearing="")
    oldest: dict[tuple[uuid.UUID, uuid.UUID | None], date] = {}
    for person_id, request_id, day in waiting.order_by("changed_on", "id").values_list(
        "person_id", "request_id", "changed_on"
    ):
        oldest.setdefault((person_id, request_id), day)
    return [
        Matter(kind="recipients", person_id=person_id, since=day, words=_UNTOLD)
        for (person_id, _), day in oldest.items()
    ]


def register() -> None:
    ports.add_receivers_of(told)
    add_caution(_cautions)
    add_matters(_untold)
    add_hearers(_others_hear)
    ports.add_screen(Screen(model=RecipientNotice, apply=as_it_is))
