"""Words of the rights desk's pages: stages, steps, what a request waits for. One place for all of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.utils.dateformat import format as date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from aureole.privacy.models import OWN_DECISION, RequestState, RequestStep, RightsRequest
from aureole.privacy.rights.kinds import RIGHTS
from aureole.web.staff.privacy import who

S = RequestState
# Word and place on the way of five.
STAGES = {
    S.RECEIVED: (_l("Received"), "1/5"),
    S.IDENTITY: (_l("Identity"), "2/5"),
    S.WORKING: (_l("Work"), "3/5"),
    S.APPROVAL: (_l("Review"), "4/5"),
    S.COOLING: (_l("Cooling off"), "5/5"),
    S.EXECUTING: (_l("Carrying out"), "5/5"),
    S.DONE: (_l("Done"), ""),
    S.REFUSED: (_l("Refused"), ""),
    S.WITHDRAWN: (_l("Taken back"), ""),
    S.UNPROVEN: (_l("Closed unproven"), ""),
    S.JOINED: (_l("Asked before"), ""),
}
STEPS = {
    "received": _l("Received"),
    "decided": _l("Proposed by us"),
    "identity_asked": _l("Code sent"),
    "channel_proven": _l("Code came back"),
    "identity_proven": _l("It is them"),
    "identity_vouched": _l("Vouched for"),
    "put_together": _l("Record merged or parted"),
    "recipient_told": _l("Recipient told"),
    "recipient_not_told": _l("Recipient not told"),
    "person_matched": _l("Recognised"),
    "assigned": _l("Taken on"),
    "paused": _l("Clock stopped"),
    "resumed": _l("Clock goes on"),
    "extended": _l("Extended"),
    "reminded": _l("Reminded"),
    "prepared": _l("Prepared"),
    "sent_back": _l("Sent back"),
    "plan_changed": _l("Things had changed"),
    "approved": _l("Released"),
    "approved_to_wait": _l("Released, to wait"),
    "begun": _l("Begun"),
    "completed": _l("Done"),
    "overtaken": _l("Being erased already"),
    "emptied": _l("Nothing is held any more"),
    "refused": _l("Refused"),
    "taken_back": _l("Taken back"),
    "disowned": _l("“This was not me”"),
    "closed_unproven": _l("Closed unproven"),
    "joined": _l("Asked before"),
    "held": _l("A hold stands in the way"),
    "fetched": _l("Fetched"),
    "directed": _l("To another controller"),
    "undirected": _l("To the person only"),
    "sent_on": _l("Sent on"),
    "delivered_there": _l("Delivered there"),
    "taken_in_there": _l("Taken in there"),
    "refused_there": _l("Refused there"),
    "not_delivered": _l("Not delivered there"),
}
CHANNELS = {
    "portal": _l("privacy centre"),
    "email": _l("e-mail"),
    "agent": _l("an agent"),
    "cli": _l("the command line"),
    OWN_DECISION: _l("our own decision"),
}


def say_asks(kind: str) -> str:
    """ "See my data": the right as the person would say it."""
    return capfirst(RIGHTS[kind].words)


def say_asked(request: RightsRequest) -> str:
    """The same of a request; where nobody asked, what we decided."""
    return _("Erase, by our decision") if request.is_own_decision else say_asks(request.kind)


def say_number(request: RightsRequest) -> str:
    """As in our letters: no. 12."""
    return _("no. %(number)d") % {"number": request.number}


def say_day(day: date) -> str:
    """ "9 Mar"; with the year when it is more than half a year away."""
    return date_format(day, "j M" if abs((day - localtime().date()).days) < 183 else "j M Y")


def say_long_day(day: date) -> str:
    return date_format(day, "l j F")


def say_stage(request: RightsRequest) -> tuple[str, str]:
    word, place = STAGES[RequestState(request.state)]
    return str(word), place


def say_step(what: str) -> str:
    return str(STEPS.get(what, what.replace("_", " ")))


def say_who(step: RequestStep, names: Mapping[uuid.UUID, str]) -> str:
    """Whoever took the step, as a line of its own. A name stays as it is written."""
    words = who.say_who(step.by_kind, step.by_agent, names)
    return words if step.by_agent in names else capfirst(words)


def say_waits_for(request: RightsRequest, last: RequestStep | None) -> str:
    """Whose turn it is, and for what. Empty for a closed request."""
    if last is not None and last.what == "plan_changed" and request.state == S.WORKING:
        return str(OVERTAKEN)
    if last is not None and last.what == "held" and request.state == S.WORKING:
        return _("a hold to be released")
    if lacks_our_word(request, last):
        return _("us, to say how we know that it is them")
    if any(pause.until is None and pause.cause == "clarification" for pause in request.pauses.all()):
        return _("the person, to say what they mean")
    if request.state == S.COOLING and request.execute_after is not None:
        day = say_day(localtime(request.execute_after).date())
        return _("a change of mind, until %(day)s") % {"day": day}
    if request.state in (S.RECEIVED, S.IDENTITY) and request.person_id is None:
        return _("us, to find out whose it is")
    return str(_WAITS.get(RequestState(request.state), ""))


def lacks_our_word(request: RightsRequest, last: RequestStep | None) -> bool:
    """Whether an officer's word is all that is missing (AUREOLE_STEP_UP, or a record that was put together)."""
    return (
        request.state == S.IDENTITY and last is not None and last.what in ("channel_proven", "put_together")
    )


def is_ours(request: RightsRequest, last: RequestStep | None) -> bool:
    """Whether it waits for somebody here."""
    return request.state in (S.RECEIVED, S.WORKING, S.APPROVAL) or lacks_our_word(request, last)


OVERTAKEN = _l("a new look: things have changed")
_WAITS = {
    S.RECEIVED: _l("us, to check who asks"),
    S.IDENTITY: _l("the person, to give the code"),
    S.WORKING: _l("us, to do it"),
    S.APPROVAL: _l("a second person"),
    S.EXECUTING: _l("Aureole, which is at it"),
}


def say_review() -> str:
    return _("a second person") if settings.AUREOLE_SECOND_PERSON else _("a release")
