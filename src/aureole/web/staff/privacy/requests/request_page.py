"""One request: its way on the left, the work in the middle, the law on the right, one main button."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Person
from aureole.people.queries import first_name, shown_name
from aureole.people.stated_age import age_stated_in
from aureole.privacy.export.stored import export_of
from aureole.privacy.informing.hearing import notifiable
from aureole.privacy.models import RequestKind, RequestLetter, RequestState, RequestStep, RightsRequest
from aureole.privacy.rights.kinds import REFUSALS, RIGHTS, days_to_take_back
from aureole.privacy.rights.letters import receipt_link
from aureole.privacy.rights.place import clock_of, today
from aureole.privacy.rights.plans import keeps_conversations
from aureole.privacy.rights.ports import KnownAddress, address_book
from aureole.privacy.rights.queue import Line, decides_turn, line_of, request_named, steps_of
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.people.record_page import note_reading
from aureole.web.staff.people.side_by_side import twins_context
from aureole.web.staff.privacy.requests import facts, sayings
from aureole.web.staff.privacy.requests.doings import DOINGS, form_of
from aureole.web.staff.privacy.requests.papers import papers_context
from aureole.web.staff.privacy.requests.redact_page import redact_context
from aureole.web.staff.privacy.requests.releasing import release_context
from aureole.web.staff.privacy.requests.sending_on import may_go_on, sending_on
from aureole.web.staff.privacy.who import agent_names

S = RequestState
Refusals = Mapping[str, forms.Form]
_CORRECTED = {
    "name": _l("Name"),
    "pronouns": _l("Pronouns"),
    "postal_address": _l("Postal address"),
    "birth_date": _l("Date of birth"),
    "language": _l("Language"),
    "statement": _l("In their words"),
}
_WHY_NOT = {
    "added_by_agent": _l("entered by an agent: proves nothing"),
    "came_by_merge": _l("of a merged record: proves nothing"),
    "only_copied": _l("only seen in copies: proves nothing"),
    "too_new": _l("on file for less than a day: proves nothing yet"),
    "no_delivery": _l("nothing can be delivered to it from here"),
}
_ENTRY = (S.RECEIVED, S.IDENTITY)
# What may be done besides the main thing, in which states, with its heading.
_BESIDES: tuple[tuple[str, tuple[RequestState, ...], Any], ...] = (
    ("ask", (S.IDENTITY,), _l("Send another code")),
    ("vouch", _ENTRY, _l("Establish identity another way")),
    ("assign", (*_ENTRY, S.WORKING, S.APPROVAL, S.COOLING), _l("Take it on")),
    ("pause", (S.IDENTITY, S.WORKING), _l("Stop the clock")),
    ("resume", (*_ENTRY, S.WORKING, S.APPROVAL), _l("Let the clock go on")),
    ("extend", (*_ENTRY, S.WORKING, S.APPROVAL, S.COOLING), _l("Take two months more")),
    ("prepare", (S.WORKING,), _l("Erase everything instead")),
    ("keep", (S.WORKING,), _l("Anonymise instead: keep the conversations without them")),
    ("send-back", (S.APPROVAL,), _l("Send it back")),
    ("refuse", (*_ENTRY, S.WORKING, S.APPROVAL), _l("Refuse")),
    ("take-back", (*_ENTRY, S.WORKING, S.APPROVAL, S.COOLING), _l("They took it back")),
    ("direct", (*_ENTRY, S.WORKING), _l("Send it straight to another controller")),
    ("undirect", (*_ENTRY, S.WORKING), _l("Send it to the person only")),
    ("send-on", (S.DONE,), _l("Send it straight to another controller")),
    ("complete", (S.EXECUTING,), _l("Carry it out from here")),
    (
        "settle",
        (S.WORKING, S.APPROVAL, S.COOLING, S.EXECUTING, S.DONE),
        _l("Note whom you told"),
    ),
)

_OF_OUR_OWN = ("prepare", "keep", "send-back", "take-back", "complete", "settle")
"""What makes sense where nobody asked: no identity, no clock, nobody to refuse anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A request with all its page shows, opened."""

    request: RightsRequest
    line: Line
    steps: Sequence[RequestStep]
    letters: Sequence[RequestLetter]
    person: Person | None
    names: Mapping[uuid.UUID, str]

    @property
    def is_paused(self) -> bool:
        return any(pause.until is None for pause in self.request.pauses.all())


@require_safe
def show_request(request: HttpRequest, number: int) -> HttpResponse:
    """Opening it is a reading of the person's data: one entry of the log."""
    require(actor_of(request), "rights.read")
    return show_page(request, request_named(str(number)))


def show_page(
    request: HttpRequest, found: RightsRequest, *, refused: Refusals | None = None, status: int = 200
) -> HttpResponse:
    """`refused` holds the form of what was not done, as it was typed."""
    actor, opened = actor_of(request), _open(found)
    if opened.person is not None and found.words is not None:
        note_reading(opened.person, actor, fields=1 + 2 * len(found.correction or {}))
    name = first_name(opened.person) if opened.person else _("the person")
    owner = opened.names.get(found.owner_id, "") if found.owner_id else ""
    work = _work(opened, actor, name, refused or {})
    context = {
        "nav_current": "privacy",
        "found": found,
        "seen": len(opened.steps),
        "asks": sayings.say_asked(found),
        "reference": sayings.say_number(found),
        "name": shown_name(opened.person) if opened.person else "",
        "person": opened.person,
        "sentence": _sentence(opened, is_overtaken=found.state == S.APPROVAL and bool(work.get("changed"))),
        "steps": facts.rail_steps(found, opened.steps, opened.names),
        "clock": facts.clock_context(opened.line),
        "facts": facts.law_facts(opened.line, opened.steps, owner),
        "letters": facts.letter_lines(opened.letters),
        "corrected": _corrected(opened),
        "childs_words": _childs_words(opened),
        "said": [_said(step, opened.names) for step in opened.steps if step.reason],
        "outcome": _outcome(found),
        "is_disowned": any(step.what == "disowned" for step in opened.steps),
        "error": bool(refused),
    }
    context |= papers_context(found, may_handle=may(actor, "rights.handle"))
    context |= redact_context(found)
    context |= sending_on(found)
    context |= work
    if opened.person is not None and found.is_open:
        context |= twins_context(opened.person, actor)
    context["lost"] = _lost(refused or {}, context)
    return render(request, "privacy/requests/request.html", context, status=status)


def _open(found: RightsRequest) -> Opened:
    people = persons_by_id([found.person_id])
    person = people.get(found.person_id) if found.person_id else None
    return Opened(
        request=found,
        line=line_of(found),
        steps=steps_of(found),
        letters=list(
            RequestLetter.objects.filter(request=found).defer("heading", "text").order_by("created_at")
        ),
        person=person if person and not person.is_erased else None,
        names=agent_names(),
    )


def _corrected(opened: Opened) -> list[tuple[Any, str, str | None]]:
    """Label, what is asked, and what stands there now (None where that is not to be compared)."""
    person = opened.person if opened.request.is_open else None
    return [
        (_CORRECTED[key], value, str(getattr(person, key) or "") if person and key != "statement" else None)
        for key, value in (opened.request.correction or {}).items()
    ]


def _childs_words(opened: Opened) -> str:
    """What they say of being a child, where nobody has noted it; whether it is true is for the officer (Art. 8)."""
    person, asked = opened.person, opened.request
    if person is None or person.childhood or not asked.is_open or not asked.words:
        return ""
    stated = age_stated_in(str(asked.words), asked.received_on)
    return stated.words if stated is not None and stated.is_below(asked.received_on) else ""


def _sentence(opened: Opened, *, is_overtaken: bool) -> str:
    request, last = opened.request, _last_turn(opened)
    asked = _say_asked(request, shown_name(opened.person) if opened.person else _("Somebody"))
    if not request.is_open:
        stage, _place = sayings.say_stage(request)
        return f"{asked} {stage}."
    waits = sayings.OVERTAKEN if is_overtaken else sayings.say_waits_for(request, last)
    return f"{asked} " + _("It waits for %(whom)s.") % {"whom": waits}


def _say_asked(request: RightsRequest, name: str) -> str:
    if not request.is_own_decision:
        return _("%(name)s: “%(asks)s.”") % {"name": name, "asks": sayings.say_asks(request.kind)}
    if not request.is_open:
        return _("It was a decision of our own.")
    words = (
        _("We propose to anonymise %(name)s.")
        if keeps_conversations(request)
        else _("We propose to erase %(name)s.")
    )
    return words % {"name": name}


def _said(step: RequestStep, names: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    label = sayings.say_step(step.what)
    return {"when": step.at, "label": label, "who": sayings.say_who(step, names), "text": step.reason}


def _outcome(found: RightsRequest) -> dict[str, Any]:
    made = found.outcome or {}
    waiting = made.get("waits_until") if found.person_id is not None else None
    waits_until = datetime.fromisoformat(waiting) if waiting else None
    return {
        "package": made.get("package", ""),
        "erasure": made.get("erasure", ""),
        "waits_until": waits_until,
        "unsent": 0 if waits_until else made.get("unsent", 0),
        "receipt_link": receipt_link(found) if made.get("unsent") else "",
        "ground": REFUSALS.get(found.refusal, "") if found.state == S.REFUSED else "",
    }


# ------------------------------------------------------------------ the work


def _work(opened: Opened, actor: Actor, name: str, refused: Refusals) -> dict[str, Any]:
    """What may be done now: the main thing, and what else."""
    request = opened.request
    if not may(actor, "rights.handle"):
        return {"main": None, "besides": []}
    if not request.is_open:
        return {"main": None, "besides": _besides(opened, "", refused, (), actor)}
    addresses = _addresses(request)
    main, button = _main(opened, addresses, name)
    context = release_context(opened.request, opened.steps, actor, name, opened.names)
    if request.state == S.APPROVAL:
        main, button = ("release", context["button"]) if context["may_release"] else ("", "")
    if request.state == S.WORKING and RIGHTS[request.kind].plans:
        main = "keep" if keeps_conversations(request) else main
        button = context["freeze_button"] or button
        main = main if not context["blockers"] else ""
    context |= {
        "addresses": [(address, _WHY_NOT.get(address.why_not, address.why_not)) for address in addresses],
        "main": _filled(main, button, request, refused) if main else None,
        "besides": _besides(opened, main, refused, addresses, actor),
    }
    if context["main"] and main == "release":
        context["main"]["is_final"] = bool(context["account"]) and not days_to_take_back(request)
    return context


def _lost(refused: Refusals, context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of what was refused and is not offered any more: the sentences, and what was typed, to be copied."""
    shown = {one["what"] for one in (*context["besides"], *([context["main"]] if context["main"] else ()))}
    return [
        {
            "sentences": [sentence for errors in form.errors.values() for sentence in errors],
            "typed": [form[name].value() for name in ("reason", "how") if name in form.fields],
        }
        for what, form in refused.items()
        if what not in shown
    ]


def _addresses(request: RightsRequest) -> list[KnownAddress]:
    return (
        address_book().addresses(request.person_id) if request.person_id and request.state in _ENTRY else []
    )


def _last_turn(opened: Opened) -> RequestStep | None:
    return next((step for step in reversed(opened.steps) if decides_turn(step)), None)


def _main(opened: Opened, addresses: Sequence[KnownAddress], name: str) -> tuple[str, str]:
    """What is to be done next, and the word of its button: it names the consequence."""
    request = opened.request
    if request.state in _ENTRY and request.person_id is None:
        return "match", _("This is whose request it is")
    usable = next((address for address in addresses if not address.why_not), None)
    if request.state == S.RECEIVED and usable:
        return "ask", _("Send a code to %(address)s") % {"address": usable.masked}
    if request.state == S.RECEIVED or sayings.lacks_our_word(request, _last_turn(opened)):
        return "vouch", _("Note that it is %(name)s") % {"name": name}
    if request.state == S.IDENTITY:
        return "prove", _("Check the code")
    if request.state == S.WORKING:
        return _main_work(request, name)
    if request.state == S.COOLING and opened.line.request.execute_after and _is_over(request):
        return "complete", _("Carry it out now")
    return "", ""


def _main_work(request: RightsRequest, name: str) -> tuple[str, str]:
    if RIGHTS[request.kind].releases:
        return "prepare", _("Prepare %(name)s’s data for a release") % {"name": name}
    words = {
        "rectification": _("Correct %(count)s about %(name)s"),
        "restriction": _("Freeze %(name)s’s data"),
        "objection": _("Stop this use of %(name)s’s data"),
        "withdrawal": _("Withdraw %(name)s’s consent"),
    }.get(request.kind, _("Tell %(name)s it is done"))
    fields = len([key for key in request.correction or {} if key != "statement"])
    count = ngettext("%(count)d field", "%(count)d fields", fields) % {"count": fields}
    return "complete", words % {"name": name, "count": count}


def _is_over(request: RightsRequest) -> bool:
    return request.execute_after is not None and request.execute_after <= now()


def _filled(
    what: str, button: str, request: RightsRequest, refused: Refusals, heading: Any = ""
) -> dict[str, Any]:
    form = refused.get(what) or form_of(what, request)
    if what == "take-back" and request.is_own_decision:
        heading = button = _("Withdraw the proposal")
        form.fields["reason"].label = _("Why")
    return {
        "what": what,
        "button": button,
        "heading": heading,
        "form": form,
        "is_open": what in refused,
        "is_danger": what == "refuse",
    }


def _besides(
    opened: Opened, main: str, refused: Refusals, addresses: Sequence[KnownAddress], actor: Actor
) -> list[dict[str, Any]]:
    request, found = opened.request, []
    for what, states, heading in _BESIDES:
        if what == main or request.state not in states or not _makes_sense(what, opened, addresses, actor):
            continue
        found.append(_filled(what, str(heading), request, refused, heading))
    return [one for one in found if one["what"] in DOINGS]


def _makes_sense(what: str, opened: Opened, addresses: Sequence[KnownAddress], actor: Actor) -> bool:
    """Nothing is offered that could only be refused, or would change nothing."""
    request = opened.request
    if request.is_own_decision and what not in _OF_OUR_OWN:
        return False
    if what == "settle":
        return any(not one.settled for one in notifiable(request))
    if what == "direct":
        return may_go_on(request)
    if what == "send-on":
        return may_go_on(request) and export_of(request.id) is not None
    return {
        "assign": request.owner_id is None or request.owner_id != actor.agent_id,
        "undirect": request.goes_to is not None,
        "pause": not opened.is_paused,
        "resume": opened.is_paused,
        "extend": request.extended_at is None and clock_of(request).extend_until >= today(),
        "vouch": request.person_id is not None,
        "ask": any(not address.why_not for address in addresses),
        "prepare": keeps_conversations(request),
        "keep": request.kind == RequestKind.ERASURE and request.person_id is not None,
    }.get(what, True)


@require_safe
def show_moved(request: HttpRequest, number: int) -> HttpResponse:
    """For an open page: whether the request has steps that it does not show. While one is being carried out
    nobody types, so the page is loaded again."""
    require(actor_of(request), "rights.read")
    found = request_named(str(number))
    seen = request.GET.get("seen", "")
    whats = list(
        RequestStep.objects.filter(request=found).order_by("at", "id").values_list("what", flat=True)
    )
    is_new = str(len(whats)) != seen
    answer = render(request, "privacy/requests/_moved.html", {"is_new": is_new, "number": number})
    if is_new and seen.isdecimal() and whats[: int(seen)][-1:] in (["approved"], ["begun"]):
        answer.headers["HX-Refresh"] = "true"
    return answer
