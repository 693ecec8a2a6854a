"""Whoever got somebody's data has to hear what is done with it afterwards (GDPR Art. 19).

Every action that changes a person calls `notify_recipients` in its own transaction, with a request or without one, so a
page or a command cannot forget it. Other instances get a signed notice by themselves (`transfer/noticing.py`); whoever
got the data outside of this program hears of it from an officer, and this keeps what they have not heard yet.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable
from datetime import date

from django.db.models import QuerySet

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import (
    SAID,
    Disclosure,
    Hearing,
    NoticeEvent,
    RecipientNotice,
    RequestKind,
    RequestState,
    RightsRequest,
)
from aureole.privacy.ports import directory
from aureole.privacy.rights.place import day_of, start_of, today
from aureole.privacy.transfer.noticing import notify_holders

EVENT_OF = {
    RequestKind.RECTIFICATION: NoticeEvent.CORRECT,
    RequestKind.RESTRICTION: NoticeEvent.RESTRICT,
    RequestKind.ERASURE: NoticeEvent.ERASE,
}
"""The rights that recipients have to hear of, and as what."""
Change = tuple[NoticeEvent, date]
_sources: list[Callable[[uuid.UUID, date], Iterable[Change]]] = []


def add_changes(source: Callable[[uuid.UUID, date], Iterable[Change]]) -> None:
    """What `source` gives was done to a person from a day on without a request; called at start-up."""
    _sources.append(source)


def notify_recipients(
    person_id: uuid.UUID,
    event: NoticeEvent,
    *,
    by: Actor,
    fields: Collection[str] = (),
    request_id: uuid.UUID | None = None,
) -> None:
    """Queue the notices to other instances and owe it to everybody else who is known by name, in the caller's
    transaction. Once for a request; without one, what is corrected next joins what they have not heard of yet.

    fields  names from `transfer.noticing.FIELDS`, for a correction
    """
    notify_holders(person_id, event, by=by, fields=fields, request_id=request_id)
    named = list(_named(person_id).values_list("id", flat=True))
    if named:
        _owe(person_id, named, event, request_id)


def owe_what_was_changed(row: Disclosure) -> None:
    """The data went there on an earlier day, and that is known only now: they have to hear of what was done since, of
    a restriction only while it holds."""
    if not row.name or row.disclosed_on > today():
        return
    requests = RightsRequest.objects.filter(
        person_id=row.person_id, kind__in=EVENT_OF, state=RequestState.DONE,
        closed_at__gte=start_of(row.disclosed_on),
    )  # fmt: skip
    restricts = directory().is_restricted(row.person_id)
    asked = [
        (EVENT_OF[RequestKind(kind)], day_of(closed_at), request_id)
        for request_id, kind, closed_at in requests.values_list("id", "kind", "closed_at")
        if closed_at is not None and (restricts or kind != RequestKind.RESTRICTION)
    ]
    known = {event for event, _, _ in asked}
    others = sorted(
        {change for source in _sources for change in source(row.person_id, row.disclosed_on)},
        key=lambda change: change[1],
    )
    unasked = [
        (event, day, None)
        for event, day in others
        if not (event == NoticeEvent.RESTRICT and event in known)  # a request restricted them
    ]
    _keep(
        [
            _notice(row.person_id, row.pk, event, request_id, day)
            for event, day, request_id in (*asked, *unasked)
        ]
    )


def said_of(hearing: str, reason: str) -> str:
    """The reason as it is kept. Raises Refused for another hearing, and for one that needs a reason and has none."""
    said = reason.strip()
    if hearing not in SAID or (hearing != Hearing.TOLD and not said):
        raise Refused(
            "recipient_untold",
            f"Say whether they were told ({', '.join(SAID)}); if not, what shows that. Nothing was changed.",
        )
    return said


def _named(person_id: uuid.UUID) -> QuerySet[Disclosure]:
    return Disclosure.objects.filter(person_id=person_id, name__isnull=False, disclosed_on__lte=today())


def _owe(
    person_id: uuid.UUID, named: list[uuid.UUID], event: NoticeEvent, request_id: uuid.UUID | None
) -> None:
    """Who had not heard of a restriction need not hear that it was lifted, nor of what a new one took the place of."""
    if event == NoticeEvent.LIFT:
        named = _heard_of_restriction(person_id)
        _end(person_id, NoticeEvent.RESTRICT)
    elif event == NoticeEvent.RESTRICT:
        _end(person_id, NoticeEvent.LIFT)
    _keep([_notice(person_id, one, event, request_id, today()) for one in named])


def _heard_of_restriction(person_id: uuid.UUID) -> list[uuid.UUID]:
    rows = RecipientNotice.objects.filter(person_id=person_id, event=NoticeEvent.RESTRICT).order_by("id")
    last = dict(rows.values_list("disclosure_id", "hearing"))
    return [disclosure_id for disclosure_id, hearing in last.items() if hearing == Hearing.TOLD]


def _end(person_id: uuid.UUID, event: NoticeEvent) -> None:
    waiting = RecipientNotice.objects.filter(person_id=person_id, event=event, hearing="")
    waiting.update(hearing=Hearing.OVER, settled_on=today())


def _notice(
    person_id: uuid.UUID,
    disclosure_id: uuid.UUID,
    event: NoticeEvent,
    request_id: uuid.UUID | None,
    day: date,
) -> RecipientNotice:
    return RecipientNotice(
        person_id=person_id, disclosure_id=disclosure_id, event=event, request_id=request_id, changed_on=day
    )


def _keep(notices: list[RecipientNotice]) -> None:
    """What waits already, or was settled before a request was carried out, stays as it is; of several that are one,
    the first."""
    RecipientNotice.objects.bulk_create(notices, ignore_conflicts=True)
