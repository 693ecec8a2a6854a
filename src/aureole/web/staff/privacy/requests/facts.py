"""The columns beside a request: its way so far with proofs, and the facts of the law."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from aureole.privacy.models import (
    LetterState,
    RequestLetter,
    RequestPause,
    RequestState,
    RequestStep,
    RightsRequest,
)
from aureole.privacy.rights.kinds import RIGHTS, days_to_take_back
from aureole.privacy.rights.pausing import PROMPT_DAYS, asked_after
from aureole.privacy.rights.place import clock_of, day_of, today
from aureole.privacy.rights.queue import Line
from aureole.privacy.rights.unproven import closes_on
from aureole.web.staff.people.languages import say_language
from aureole.web.staff.privacy.frame import short_hash
from aureole.web.staff.privacy.requests import sayings
from aureole.web.staff.privacy.requests.queue_rows import strip_of
from aureole.web.ui.protection import Fact, Step

S = RequestState
_LETTERS = {
    "receipt": _l("Receipt"),
    "code": _l("Code"),
    "extension": _l("Extension"),
    "refusal": _l("Refusal"),
    "waiting": _l("Announcement"),
    "done": _l("Done"),
    "ready": _l("Answer ready"),
    "unproven": _l("Closed unproven"),
    "taken_back": _l("Taken back"),
    "stopped": _l("Stopped"),
    "farewell": _l("Last letter"),
    "moved_taken_in": _l("Taken in elsewhere"),
    "moved_refused": _l("Refused elsewhere"),
}
_LETTER_STATES = {
    LetterState.WAITING: ("wait", _l("waiting")),
    LetterState.SENT: ("done", _l("sent")),
    LetterState.FAILED: ("late", _l("not delivered")),
}


def rail_steps(
    request: RightsRequest, steps: Sequence[RequestStep], names: Mapping[uuid.UUID, str]
) -> list[Step]:
    """What happened, each with its proof, then what comes; while it is open the next stands as now."""
    done = [
        Step(
            label=sayings.say_step(step.what),
            state="done",
            words=f"{localtime(step.at):%-d %b %H:%M}, {sayings.say_who(step, names)}",
            proof=_("proof"),
            proof_url=reverse("privacy:log_proof", args=[step.entry_uid]),
        )
        for step in steps
    ]
    ahead = _ahead(request)
    coming = [
        Step(label=label, state="now" if n == 0 else "next", words=words)
        for n, (label, words) in enumerate(ahead)
    ]
    return done + coming


def _ahead(request: RightsRequest) -> list[tuple[str, str]]:
    """The rest of the way from here, for this right. Nothing of a closed request."""
    right = RIGHTS[request.kind]
    way = [] if request.is_own_decision else [(S.IDENTITY, _("Identity"), _("who asks"))]
    way.append((S.WORKING, _("Work"), _("frozen for a release") if right.releases else _("by us")))
    if right.releases:
        way.append((S.APPROVAL, _("Release"), sayings.say_review()))
    wait = days_to_take_back(request)
    if wait:
        days = ngettext("%(count)d day", "%(count)d days", wait)
        way.append((S.COOLING, _("Change of mind"), days % {"count": wait}))
    if request.is_own_decision:
        way.append((S.EXECUTING, _("Erasure"), _("carried out exactly, with its proof")))
    else:
        way.append((S.EXECUTING, _("Answer"), _("carried out, person told")))
    order = [state for state, _label, _words in way]
    state = S.IDENTITY if request.state == S.RECEIVED else RequestState(request.state)
    if not request.is_open:
        return []
    start = order.index(state) if state in order else len(order) - 1
    return [(label, words) for _state, label, words in way[start:]]


def identity_level(request: RightsRequest, steps: Sequence[RequestStep]) -> str:
    """How far it is established who asks."""
    if request.is_own_decision:
        return _("nobody asked")
    done = {step.what for step in _since_put_together(steps)}
    if done == {"put_together"}:
        return _("established before the record was merged or taken apart; your word is needed again")
    if "identity_proven" in done:
        return _("controls an address on file")
    if "identity_vouched" in done:
        return _("an officer vouched, in words")
    if "channel_proven" in done:
        return _("controls an address on file; your word is needed, too")
    return _("code sent, not back yet") if "identity_asked" in done else _("not established")


def _since_put_together(steps: Sequence[RequestStep]) -> Sequence[RequestStep]:
    """What was proven before proves nothing of the other record."""
    last = max((place for place, step in enumerate(steps) if step.what == "put_together"), default=0)
    levels = ("put_together", "identity_asked", "channel_proven", "identity_proven", "identity_vouched")
    return [step for step in steps[last:] if step.what in levels]


def law_facts(line: Line, steps: Sequence[RequestStep], owner: str) -> list[Fact]:
    request = line.request
    received = _("%(day)s, by %(channel)s") % {
        "day": sayings.say_day(request.received_on),
        "channel": sayings.CHANNELS.get(request.channel, request.channel),
    }
    facts = [
        Fact(label=_("Law"), value=RIGHTS[request.kind].article.replace("GDPR", request.law)),
        Fact(label=_("Decided") if request.is_own_decision else _("Received"), value=received),
        Fact(label=_("Identity"), value=identity_level(request, steps)),
        Fact(label=_("Language"), value=say_language(request.language)),
        Fact(label=_("Owner"), value=owner or _("nobody yet")),
    ]
    if request.is_open and not request.is_own_decision:
        facts.append(_told_by(request))
    closes = closes_on(request, steps)
    if closes is not None:
        facts.append(
            Fact(
                label=_("Closes by itself"),
                value=_("%(day)s, unless proven") % {"day": sayings.say_day(closes)},
            )
        )
    if request.plan_hash:
        label = _("Plan") if RIGHTS[request.kind].plans else _("Frozen answer")
        facts.append(Fact(label=label, value=short_hash(request.plan_hash)))
    return facts


def _told_by(request: RightsRequest) -> Fact:
    """The person hears of an extension, and of a refusal, inside the first month; pauses and an extension do not
    move that day (GDPR Art. 12(3), (4))."""
    until = clock_of(request).extend_until
    label = _("Refuse until") if request.extended_at else _("Extend or refuse until")
    day = sayings.say_day(until)
    return Fact(label=label, value=_("%(day)s, which is over") % {"day": day} if today() > until else day)


def clock_context(line: Line) -> dict[str, Any]:
    """Both dates, with and without the pauses, and why they differ."""
    request = line.request
    if request.is_own_decision:
        return {
            "due": _("Proposed %(day)s") % {"day": sayings.say_long_day(request.received_on)},
            "strip": None,
        }
    if request.closed_at is not None:
        return _closed_clock(line, request.closed_at)
    left = ngettext("%(count)d day left.", "%(count)d days left.", line.days_left) % {"count": line.days_left}
    late = ngettext("%(count)d day late.", "%(count)d days late.", -line.days_left) % {
        "count": -line.days_left
    }
    pauses = [_say_pause(pause) for pause in request.pauses.all() if pause.until != pause.since]
    return {
        "due": _("Due %(day)s") % {"day": sayings.say_long_day(line.due_on)},
        "strip": strip_of(line),
        "left": left if line.days_left >= 0 else late,
        "is_late": line.days_left < 0,
        "pauses": pauses,
        "strict": sayings.say_long_day(line.due_on_strict) if line.due_on_strict != line.due_on else "",
        "extended": sayings.say_day(localtime(request.extended_at).date()) if request.extended_at else "",
    }


def _closed_clock(line: Line, closed_at: datetime) -> dict[str, Any]:
    """When it was closed, and whether that was in time: nothing is due any more."""
    closed = day_of(closed_at)
    late = (closed - line.due_on).days
    behind = ngettext("%(count)d day late.", "%(count)d days late.", late) % {"count": late}
    in_time = _("In time: it was due %(day)s.") % {"day": sayings.say_day(line.due_on)}
    return {
        "due": _("Closed %(day)s") % {"day": sayings.say_long_day(closed)},
        "strip": strip_of(line),
        "left": behind if late > 0 else in_time,
        "is_late": late > 0,
        "pauses": [_say_pause(pause) for pause in line.request.pauses.all()],
        "extended": sayings.say_day(day_of(line.request.extended_at)) if line.request.extended_at else "",
    }


def _say_pause(pause: RequestPause) -> str:
    cause = (
        _("while we waited for proof of identity")
        if pause.cause == "identity"
        else _("while we asked what they mean")
    )
    since, until = sayings.say_day(pause.since), sayings.say_day(pause.until) if pause.until else ""
    words = (
        _("Paused %(since)s to %(until)s, %(cause)s.") if until else _("Paused since %(since)s, %(cause)s.")
    )
    said = words % {"since": since, "until": until, "cause": cause}
    days = asked_after(pause)
    if days <= PROMPT_DAYS:
        return said
    doubt = _(
        "Asked %(days)d days after it came in: only what is asked without undue delay stops the clock, so keep to the "
        "strict date."
    )
    return f"{said} {doubt % {'days': days}}"


def letter_lines(letters: Sequence[RequestLetter]) -> list[dict[str, Any]]:
    """Kinds, days and states; what they said is gone once they are sent."""
    lines = []
    for letter in letters:
        shape, words = _LETTER_STATES[LetterState(letter.state)]
        when = localtime(letter.sent_at or letter.created_at)
        lines.append(
            {
                "label": _LETTERS.get(letter.kind, letter.kind),
                "when": f"{when:%-d %b %H:%M}",
                "shape": shape,
                "words": words,
            }
        )
    return lines
