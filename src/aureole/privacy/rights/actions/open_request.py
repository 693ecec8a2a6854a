from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.text import storable
from aureole.privacy.law.limits import Duty
from aureole.privacy.models import CORRECTABLE, OPEN_STATES, OWN_DECISION, RequestKind, RightsRequest
from aureole.privacy.ports import directory
from aureole.privacy.rights.birth_dates import stated_day
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.letters import notify_receipt
from aureole.privacy.rights.moving import move
from aureole.privacy.rights.place import day_of, limit_on
from aureole.privacy.vocabulary import purposes
from aureole.vault.intake import instance_subject

LONGEST_WORDS = 10_000


def open_request(
    *,
    kind: str,
    by: Actor,
    channel: str,
    person_id: uuid.UUID | None = None,
    contact: str = "",
    words: str = "",
    language: str = "en",
    scope: Sequence[str] = (),
    correction: dict[str, str] | None = None,
    received_at: datetime | None = None,
) -> RightsRequest:
    """Take a request in. The clock starts on the day it was received, whichever way it came.

    channel      portal, email, agent, cli
    person_id    when it is known whose it is; being known proves nothing yet
    contact      an address the person gave; it is kept to answer them and proves nothing
    scope        purposes (objection, withdrawal) or fields (rectification) it is about, as codes
    received_at  when it reached the controller, if earlier than now
    An open request of the same kind by the same person is given again instead of a second one.
    Raises Refused for an unknown kind, purpose or field, a date in the future, NotFound for an unknown person.
    """
    if kind not in RIGHTS:
        raise Refused("request_kind", f"There is no such right. Known: {', '.join(RequestKind.values)}.")
    _refuse_unknown(kind, scope, correction or {})
    at = received_at or now()
    if at > now():
        raise Refused(
            "request_in_future", "A request cannot have been received in the future. Nothing was stored."
        )
    if person_id is not None and not directory().exists(person_id):
        raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
    with transaction.atomic():
        running = running_request(kind, person_id)
        if running is not None:
            return running
        request = new_request(kind, channel, person_id, at=at, language=language, by=by)
        request.words = storable(words).strip()[:LONGEST_WORDS] or None
        request.contact = storable(contact).strip()[:320] or None
        request.scope = sorted(set(scope))
        request.correction = {k: v for k, v in (correction or {}).items() if v} or None
        request.save(force_insert=True)
        move(request, "received", by=by)
        notify_receipt(request)
    live.touch("rights")
    return request


_OF_PURPOSES = (RequestKind.OBJECTION, RequestKind.WITHDRAWAL)


def _refuse_unknown(kind: str, scope: Sequence[str], correction: Mapping[str, str]) -> None:
    """What nobody could carry out later is said at once."""
    known = [purpose.key for purpose in purposes()] if kind in _OF_PURPOSES else list(CORRECTABLE)
    strange = [word for word in scope if word not in known]
    if strange:
        what = "purpose" if kind in _OF_PURPOSES else "field"
        raise Refused(
            "request_scope",
            f"There is no such {what}: {', '.join(strange)}. Known: {', '.join(known)}. Nothing was stored.",
        )
    if unknown := [name for name in correction if name not in CORRECTABLE]:
        raise Refused(
            "request_correction",
            f"Nobody corrects that here: {', '.join(unknown)}. Known: {', '.join(CORRECTABLE)}. Nothing was stored.",
        )
    if correction.get("birth_date"):
        stated_day(correction["birth_date"])


def running_request(kind: str, person_id: uuid.UUID | None, *, own: bool = False) -> RightsRequest | None:
    """One of a kind at a time: the row of the person's open requests is held against a second click.

    own  what the controller decided itself: that is no request of the person's, who may ask beside it
    """
    if person_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [f"{person_id}{kind}"])
    found = RightsRequest.objects.filter(person_id=person_id, kind=kind, state__in=OPEN_STATES)
    return (found.filter(channel=OWN_DECISION) if own else found.exclude(channel=OWN_DECISION)).first()


def new_request(
    kind: str,
    channel: str,
    person_id: uuid.UUID | None,
    *,
    by: Actor,
    at: datetime | None = None,
    language: str = "en",
) -> RightsRequest:
    """Not saved, with the next number and the limit of its day."""
    at = at or now()
    day = day_of(at)
    limit = limit_on(Duty.ANSWER, day)
    return RightsRequest(
        number=_next_number(), kind=kind, channel=channel, language=language, person_id=person_id,
        subject_id=person_id or instance_subject(), received_at=at, received_on=day, law=limit.law,
        months=limit.within.months, extension_months=limit.extension.months, opened_by=by.agent_id,
    )  # fmt: skip


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('privacy_request_number')")
        return int(cursor.fetchone()[0])
