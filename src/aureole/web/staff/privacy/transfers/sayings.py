"""Notices of what another controller did, or was told by us (GDPR Art. 19), in the page's words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from aureole.privacy.models import ArrivedNotice, ArrivedState, NoticeEvent, NoticeOutcome, SentNotice
from aureole.privacy.transfer.errors import say_trouble
from aureole.web.staff.privacy.who import say_who
from aureole.web.ui.ages import say_moment

_DONE_THERE = {
    NoticeEvent.CORRECT: _l("corrected it"),
    NoticeEvent.ERASE: _l("erased the person"),
    NoticeEvent.RESTRICT: _l("restricted it"),
    NoticeEvent.LIFT: _l("lifted the restriction"),
}
_TOLD = {
    NoticeEvent.CORRECT: _l("told that it was corrected"),
    NoticeEvent.ERASE: _l("told that the person was erased"),
    NoticeEvent.RESTRICT: _l("told that it was restricted"),
    NoticeEvent.LIFT: _l("told that the restriction was lifted"),
}
_FIELDS = {
    "name": _l("name"), "pronouns": _l("pronouns"), "postal_address": _l("postal address"),
    "language": _l("language"), "time_zone": _l("time zone"), "birth_date": _l("date of birth"),
    "identifier": _l("an address or number"), "statement": _l("a statement of theirs"),
}  # fmt: skip
# What to look at, and where it is done.
_PROPOSED = {
    NoticeEvent.CORRECT: (
        _l("Ask the person what is right, or for a new package, and correct it."),
        _l("Correct the record"),
        "people:correct",
    ),
    NoticeEvent.ERASE: (
        _l("Look whether we may still keep what came. Erasing answers this by itself."),
        _l("See what an erasure would do"),
        "privacy:erase",
    ),
    NoticeEvent.RESTRICT: (
        _l("Look whether it has to be restricted here too."),
        _l("Restrict the record"),
        "people:restrict",
    ),
    NoticeEvent.LIFT: (
        _l("Look whether our own restriction still has a ground."),
        _l("See the restriction"),
        "people:restrict",
    ),
}
OUTCOMES: Mapping[str, Any] = {
    NoticeOutcome.ACTED: _l("done here too"),
    NoticeOutcome.SO_ALREADY: _l("it was so here already"),
    NoticeOutcome.OWN_GROUND: _l("kept as it is, on a ground of our own"),
    NoticeOutcome.NOTHING_HELD: _l("nothing of it is held here"),
}
_OUTCOMES_THERE: Mapping[str, Any] = {
    NoticeOutcome.ACTED: _l("done there too"),
    NoticeOutcome.SO_ALREADY: _l("it was so there already"),
    NoticeOutcome.OWN_GROUND: _l("kept there, on a ground of their own"),
    NoticeOutcome.NOTHING_HELD: _l("nothing of it is held there"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A notice that came, for its line: what to do with it while nobody decided, and what was decided."""

    row: ArrivedNotice
    words: str
    proposal: str = ""
    action: str = ""
    href: str = ""
    choices: tuple[tuple[str, Any], ...] = ()
    outcome: Any = ""
    who: str = ""


def say_told(notice: ArrivedNotice, names: Mapping[uuid.UUID, str]) -> Told:
    arrival, event = notice.arrival, NoticeEvent(notice.event)
    words = str(_DONE_THERE[event])
    if notice.fields:
        words += f" ({', '.join(str(_FIELDS[name]) for name in notice.fields)})"
    if notice.outcome:
        who = say_who(notice.by_kind, notice.by_agent, names)
        return Told(row=notice, words=words, outcome=OUTCOMES[notice.outcome], who=who)
    if arrival.state != ArrivedState.TAKEN_IN:
        href = reverse("privacy:arrival", args=[arrival.id])
        proposal = _("Nobody decided about the package yet. What it holds is not up to date any more.")
        return Told(row=notice, words=words, proposal=proposal, action=_("See the package"), href=href)
    proposed, what, page = _PROPOSED[event]
    href = reverse(page, args=[arrival.person_id]) if arrival.person_id else ""
    return Told(
        row=notice, words=words, proposal=str(proposed), action=str(what), href=href,
        choices=tuple((code, OUTCOMES[code]) for code in _fitting(event, arrival.person_id)),
    )  # fmt: skip


def restricted_there(notices: Iterable[Told]) -> datetime | None:
    """Since when we know that the sender keeps this person's data and does not use it; None once that was lifted.

    notices  in the order in which they came
    """
    since = None
    for told in notices:
        if told.row.event == NoticeEvent.RESTRICT:
            since = told.row.created_at
        elif told.row.event == NoticeEvent.LIFT:
            since = None
    return since


def _fitting(event: NoticeEvent, person_id: uuid.UUID | None) -> tuple[NoticeOutcome, ...]:
    """Those that `answer_notice` takes."""
    if person_id is None:
        return (NoticeOutcome.NOTHING_HELD,)
    if event == NoticeEvent.ERASE:
        return (NoticeOutcome.OWN_GROUND,)
    return (NoticeOutcome.ACTED, NoticeOutcome.SO_ALREADY, NoticeOutcome.OWN_GROUND)


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """A notice of ours: what was told, how far it is, and why it is not further."""

    row: SentNotice
    words: str
    shape: str
    state: str
    why: str
    at: datetime
    may_hurry: bool


def say_telling(notice: SentNotice, *, may_act: bool) -> Telling:
    words = str(_TOLD[NoticeEvent(notice.event)])
    if notice.fields:
        words += f" ({', '.join(str(_FIELDS[name]) for name in notice.fields)})"
    shape, state = _stage(notice)
    hurried = (
        may_act
        and notice.stage in ("waits", "given_up")
        and notice.trouble not in ("undelivered", "peer_removed")
    )
    return Telling(
        row=notice, words=words, shape=shape, state=state, why=_why(notice), at=notice.created_at,
        may_hurry=hurried,
    )  # fmt: skip


def _stage(notice: SentNotice) -> tuple[str, str]:
    if notice.stage == "decided":
        return "done", str(_OUTCOMES_THERE[notice.outcome])
    words = {
        "told": ("soon", _("acknowledged, undecided there")),
        "waits": ("wait", _("not acknowledged yet")),
        "given_up": ("late", _("given up")),
        "not_needed": ("done", _("not needed")),
    }
    return words[notice.stage]


def _why(notice: SentNotice) -> str:
    why = say_trouble(notice.trouble, given_up=notice.stage == "given_up")
    if notice.stage == "waits" and notice.next_at:
        return f"{why} " + _("Tried again %(when)s.") % {"when": say_moment(notice.next_at)}
    return why


def say_tellings(notices: Iterable[SentNotice], *, may_act: bool) -> list[Telling]:
    return [say_telling(notice, may_act=may_act) for notice in notices]
