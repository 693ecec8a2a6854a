"""The last letter before an erasure takes the addresses: it says that it is done, and where the receipt is.

It rests in the outbox like any letter, sealed under the key of the person, so that it goes out once at each address and
a try that failed can be repeated for as long as key and address live. They live until the erasure takes their rows:
where nothing has left, because the mail server is away, an erasure that was asked for waits for it (`waits_until`), a
day at the most and never past the legal day. Then it goes on, and an officer hands the link over otherwise. Until then
nothing of the person is gone, so "this was not me" still calls it off.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.jobs import store_job
from aureole.privacy.erasure.calling_off import call_off
from aureole.privacy.export.sheet import written_day
from aureole.privacy.models import Erasure, LetterState, RequestLetter, RightsRequest
from aureole.privacy.rights.letters import ending_of, own_addresses, receipt_link, words
from aureole.privacy.rights.place import clock_of, start_of, today
from aureole.privacy.rights.ports import courier
from aureole.privacy.rights.sending import send_letter

log = logging.getLogger(__name__)

KIND = "farewell"
FOUND_RUNNING = "found_running"
"""In the outcome of a request that found its person being erased already: that erasure is not its own to call off."""
PATIENCE = timedelta(days=1)
_SOON, _LATER = timedelta(minutes=1), timedelta(hours=3)


def write_farewell(request: RightsRequest, *, kept_away_until: date | None = None) -> None:
    """Put it into the outbox for every address of their own that can be reached, in the caller's transaction. Once."""
    if request.person_id is None or request.is_own_decision or _letters(request):
        return
    heading, text = _composed(request, kept_away_until)
    reached = [a for a in own_addresses(request.person_id) if courier(a.kind) is not None]
    for address in reached:
        RequestLetter.objects.create(
            request=request, kind=KIND, identifier_id=address.identifier_id, channel=address.kind,
            subject_id=request.person_id, heading=heading, text=text, state=LetterState.WAITING, created_at=now(),
        )  # fmt: skip


def send_farewell(request: RightsRequest) -> int:
    """Try each that has not left, now; how many have not by now. Those that left are not sent again."""
    for letter in _letters(request):
        if letter.state == LetterState.WAITING:
            try:
                why = "no mail server is set" if send_letter(letter.pk) == LetterState.WAITING else ""
            except OSError as trouble:
                why = type(trouble).__name__
            if why:
                log.warning("Request no. %s: the last letter did not leave (%s).", request.number, why)
    return sum(letter.state != LetterState.SENT for letter in _letters(request))


def waits_until(request: RightsRequest, erasure: Erasure) -> datetime | None:
    """Until when the erasure waits for a letter that has not left; None where it need not, or may no longer.

    Not when one has left (they know), and not where nothing can be sent from here at all: waiting changes nothing then.
    """
    letters = _letters(request)
    waiting = [letter for letter in letters if letter.state == LetterState.WAITING and _can_send(letter)]
    if not waiting or any(letter.state == LetterState.SENT for letter in letters):
        return None
    legal_day_over = start_of(clock_of(request).due_on(today()) + timedelta(days=1))
    until = min(erasure.created_at + PATIENCE, legal_day_over)
    return until if now() < until else None


def gone_on_without(outcome: Mapping[str, object]) -> bool:
    """Whether the erasure of a request has tried its letter, and waits for it no more: once more helps nobody."""
    return "erasure" in outcome and "unsent" in outcome and "waits_until" not in outcome


def call_off_erasure(request: RightsRequest, *, by: Actor) -> None:
    """The erasure that began with this request ends, with the letter that was to tell of it; in the caller's
    transaction, after `wait_for_its_turn`. Nothing to do where none has begun.

    Raises Refused where something of the person is gone, or another decision than this request began it.
    """
    outcome = request.outcome or {}
    if "erasure" not in outcome:
        return
    if FOUND_RUNNING in outcome:
        raise Refused(
            "erasure_of_others",
            "The data is being deleted for another reason than this request, so stopping the request does not stop "
            "that. Write to us: we look at it.",
        )
    call_off(uuid.UUID(str(outcome["erasure"])), by=by)
    RequestLetter.objects.filter(request=request, kind=KIND).delete()
    request.outcome = None
    request.save(update_fields=["outcome"])


def try_again_later(request: RightsRequest) -> None:
    """Have the worker go on: soon at first, then every three hours. Ids only; one job, however often it is asked."""
    tries = max((letter.attempts for letter in _letters(request)), default=1)
    wait = min(_SOON * 4 ** min(max(tries - 1, 0), 6), _LATER)
    store_job(
        "privacy.carry_out_request", request_id=request.id, at=now() + wait,
        lock=f"request:{request.id}", once=f"farewell:{request.id}",
    )  # fmt: skip


def _can_send(letter: RequestLetter) -> bool:
    carrier = courier(letter.channel)
    return carrier is not None and carrier.can_send()


def _letters(request: RightsRequest) -> Sequence[RequestLetter]:
    return list(
        RequestLetter.objects.filter(request=request, kind=KIND).defer("heading", "text").order_by("id")
    )


def _composed(request: RightsRequest, kept_away_until: date | None) -> tuple[str, str]:
    texts = words(request.language)
    filled = {
        "number": str(request.number),
        "kind": texts["kinds"][request.kind],
        "link": receipt_link(request),
    }
    body = [texts["done"]["text"].format(**filled)]
    if kept_away_until is not None:
        body.append(texts["kept_away"].format(date=written_day(kept_away_until, request.language)))
    text = "\n\n".join([texts["greeting"], *body, ending_of(texts)])
    return texts["done"]["heading"].format(**filled), f"{text}\n\n{settings.AUREOLE_WORKSPACE}\n"
