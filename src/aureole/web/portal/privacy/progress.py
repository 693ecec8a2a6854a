"""How far a request is, like a parcel: only what really happened, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aureole.privacy.informing.hearing import Notifiable, notifiable
from aureole.privacy.models import Hearing, RequestKind, RequestState, RequestStep, RightsRequest, SentState
from aureole.privacy.rights.kinds import REFUSALS, RIGHTS
from aureole.privacy.rights.letters import words as letter_words
from aureole.privacy.rights.moving import MOVES
from aureole.privacy.rights.place import clock_of, day_of, today
from aureole.privacy.rights.queue import steps_of
from aureole.privacy.transfer.arrivals import transfers_of_request
from aureole.privacy.transfer.noticing import notices_of_request
from aureole.web.portal.language import say_day, texts

# Which steps of the timeline make each stage real; the last one of them gives its day.
_STAGES: dict[str, tuple[str, ...]] = {
    "received": ("received",),
    "identity": ("identity_proven", "identity_vouched"),
    "working": ("prepared",),
    "checked": ("approved", "approved_to_wait"),
    "cooling": ("begun",),
    "ready": ("completed",),
}
_ENDS: dict[str, str] = {
    RequestState.REFUSED: "refused", RequestState.WITHDRAWN: "withdrawn", RequestState.UNPROVEN: "unproven",
}  # fmt: skip
_CLOSED: dict[str, str] = {
    SentState.TAKEN_IN: "taken_in", SentState.REFUSED: "turned_down", SentState.WITHDRAWN: "withdrawn_there",
    SentState.FAILED: "failed",
}  # fmt: skip
# It is certain whose request it is, and it was not turned down.
_KNOWN = (
    RequestState.WORKING, RequestState.APPROVAL, RequestState.COOLING, RequestState.EXECUTING, RequestState.DONE
)  # fmt: skip
_UNDONE = ("sent_back", "plan_changed", "put_together")


@dataclass(frozen=True, slots=True)
class Stage:
    """state: done, now or next; when: its day in words, "" while it has not happened."""

    label: str
    state: str
    when: str


def progress_context(request: RightsRequest, language: str) -> dict[str, Any]:
    t, steps = texts(language), steps_of(request)
    return {
        "stages": stages(request, steps, language),
        "dates": _dates(request, t, language),
        "cooling": _cooling(request, t, language),
        "question": _question(request, steps),
        "refusal": _refusal(request, steps, language),
        "told": _told(request, t, language),
        "done_words": _last(steps, "completed").reason if request.state == RequestState.DONE else "",
        "may_take_back": request.state in MOVES["taken_back"][0],
    }


def stages(request: RightsRequest, steps: list[RequestStep], language: str) -> list[Stage]:
    """What happened with its day, then the one under way, then those that follow."""
    t = texts(language)["steps"]
    happened = {name: step for name in _wanted(request) if (step := _event(name, steps)) is not None}
    found = [Stage(t[_label(name, request)], "done", _day(step, language)) for name, step in happened.items()]
    if (back := _event_of(("channel_proven",), steps)) is not None:
        found.insert(1, Stage(t["code_back"], "done", _day(back, language)))
    if request.state in _ENDS:
        return [*found, Stage(t[_ENDS[request.state]], "done", _day(steps[-1], language))]
    is_done = request.state == RequestState.DONE  # also without a plan, where nobody has to release it
    waiting = [] if is_done else [name for name in _wanted(request) if name not in happened]
    found += [
        Stage(t[_label(name, request)], "next" if place else "now", "") for place, name in enumerate(waiting)
    ]  # fmt: skip
    fetched = _event_of(("fetched",), steps)
    found += [Stage(t["fetched"], "done", _day(fetched, language))] if fetched else []
    return [*found, *_elsewhere(request, language)]


def _elsewhere(request: RightsRequest, language: str) -> list[Stage]:
    """How far the copy is that goes straight to another controller; its receipts make these real."""
    if request.kind != RequestKind.PORTABILITY:
        return []
    t, found = texts(language)["steps"], []
    for sent in transfers_of_request(request.pk):
        when = [("sent", sent.created_at), ("delivered", sent.delivered_at)]
        when += [(_CLOSED[sent.state], sent.closed_at)] if sent.state in _CLOSED else []
        found += [
            Stage(t[name].format(peer=sent.peer.name), "done", say_day(day_of(at), language))
            for name, at in when if at is not None
        ]  # fmt: skip
    return found


def _wanted(request: RightsRequest) -> list[str]:
    right = RIGHTS[request.kind]
    skipped = set() if right.releases else {"checked"}
    if not right.cooling_off_days and request.execute_after is None:
        skipped.add("cooling")
    return [name for name in _STAGES if name not in skipped]


def _label(name: str, request: RightsRequest) -> str:
    return "done" if name == "ready" and request.kind not in ("access", "portability") else name


def _event(name: str, steps: list[RequestStep]) -> RequestStep | None:
    """None also for what was undone since: a release is worth nothing once things have changed."""
    event = _event_of(_STAGES[name], steps)
    if event is None or name in ("received", "ready"):
        return event
    undone = _event_of(_UNDONE if name != "identity" else ("put_together",), steps)
    return None if undone is not None and undone.pk > event.pk else event


def _event_of(names: tuple[str, ...], steps: list[RequestStep]) -> RequestStep | None:
    return next((step for step in reversed(steps) if step.what in names), None)


def _last(steps: list[RequestStep], what: str) -> RequestStep:
    return next(step for step in reversed(steps) if step.what == what)


def _day(step: RequestStep, language: str) -> str:
    return say_day(day_of(step.at), language)


def _dates(request: RightsRequest, t: dict[str, Any], language: str) -> list[str]:
    """The last day, with the days we waited for the person taken off and, where that differs, without."""
    if not request.is_open:
        return []
    clock, words = clock_of(request), t["request"]
    due, strict = clock.due_on(today()), clock.due_on_strict
    said = [words["answer_by"].format(due=say_day(due, language))]
    said += [words["strict"].format(due=say_day(strict, language))] if strict != due else []
    said += [words["extended"]] if request.extended_at else []
    return [*said, words["overdue"]] if clock.days_left(today()) < 0 else said


def _cooling(request: RightsRequest, t: dict[str, Any], language: str) -> str:
    if request.state != RequestState.COOLING or request.execute_after is None:
        return ""
    return str(t["request"]["cooling"].format(date=say_day(day_of(request.execute_after), language)))


def _question(request: RightsRequest, steps: list[RequestStep]) -> str:
    """What was asked, while the clock waits for the answer."""
    if not any(pause.until is None and pause.cause == "clarification" for pause in request.pauses.all()):
        return ""
    asked = _event_of(("paused",), steps)
    return str(asked.reason or "") if asked else ""


def _told(request: RightsRequest, t: dict[str, Any], language: str) -> list[str]:
    """Whoever else got the data, and whether they were told of what was done here (GDPR Art. 19, sentence 2)."""
    said, words = [], t["request"]
    for notice in notices_of_request(request.id):
        if notice.stage == "not_needed" or notice.request_id != request.id:
            continue
        at, name = say_day(day_of(notice.created_at), language), notice.sent.peer.name
        line = words["told_line"].format(name=name, date=at)
        if notice.answered_at is not None:
            so_far = words["told_confirmed"].format(date=say_day(day_of(notice.answered_at), language))
        else:
            so_far = words["told_open"]
        said.append(f"{line} {so_far}")
    if request.state not in _KNOWN:
        return said
    return said + [_heard(one, words, language) for one in notifiable(request)]


def _heard(one: Notifiable, words: dict[str, str], language: str) -> str:
    """Of somebody who got the data outside of this program: an officer tells them."""
    if one.settled == Hearing.TOLD and one.on is not None:
        return words["told_line"].format(name=one.name, date=say_day(one.on, language))
    return words["told_later" if not one.settled else f"told_{one.settled}"].format(name=one.name)


def _refusal(request: RightsRequest, steps: list[RequestStep], language: str) -> dict[str, str]:
    if request.state != RequestState.REFUSED or request.refusal not in REFUSALS:
        return {}
    step = _event_of(("refused",), steps)
    return {
        "ground": str(letter_words(language)["grounds"][request.refusal]),
        "reason": str(step.reason or "") if step else "",
    }
