"""One breach: its clock, what is left to do, what is known, whom it concerns, what was said and when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aureole.kernel.errors import NotFound
from aureole.ledger.record import record
from aureole.people.queries import shown_name
from aureole.privacy.breaches.affected import unreached, waiting_to_be_told
from aureole.privacy.breaches.drafts import letter_draft
from aureole.privacy.breaches.notification import notification_sheet
from aureole.privacy.breaches.register import breach_numbered, duties, is_late, is_ticking
from aureole.privacy.export.sheet import as_pdf
from aureole.privacy.models import Breach, BreachRisk, BreachRole, BreachScope, BreachTelling
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.downloads import as_download
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.privacy.breaches import sayings
from aureole.web.staff.privacy.breaches.doings import DOINGS
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.who import agent_names, say_who
from aureole.web.ui.ages import say_moment
from aureole.web.ui.protection import Fact, Step

PAGE = 50


@require_safe
def show_breach(request: HttpRequest, number: int) -> HttpResponse:
    require(actor_of(request), "privacy.breach")
    return show_page(request, breach_numbered(number), refused={})


def show_page(
    request: HttpRequest, breach: Breach, *, refused: Mapping[str, forms.Form], status: int = 200
) -> HttpResponse:
    """The page, with the forms that were refused open and as they were typed."""
    actor = actor_of(request)
    context = {
        "breach": breach,
        "is_ticking": is_ticking(breach),
        "is_late": is_late(breach),
        "band": sayings.say_band(breach),
        "steps": _steps(breach),
        "facts": _facts(breach),
        "records": sorted(breach.records.items()),
        "forms": {what: refused.get(what) or _form(what, breach) for what in DOINGS},
        "refused": bool(refused),
        "history": _history(breach),
        "told": BreachTelling(breach.telling).label if breach.telling else "",
        "waiting": waiting_to_be_told(breach) if breach.telling == BreachTelling.TOLD else 0,
        "unreached": unreached(breach) if breach.telling == BreachTelling.TOLD else 0,
        "tells": breach.role == BreachRole.CONTROLLER and breach.finding == "found" and not breach.telling,
    }
    return render(
        request, "privacy/breaches/breach.html", frame_context(actor, "breaches") | context, status=status
    )


def _form(what: str, breach: Breach) -> forms.Form:
    initial: dict[str, Any] = {
        "describe": {key: getattr(breach, key) for key in ("facts", "effects", "measures", "contact", "ended_at")},
        "bound": {
            "scope": breach.scope or BreachScope.READS, "account": str(breach.scope_agent or ""),
            "since": breach.scope_since or breach.began_at, "until": breach.scope_until or breach.noticed_at,
            "sealed_only": breach.sealed_only,
        },
        "assess": {"risk": breach.risk, "reason": breach.risk_reason},
        "tell": {"en": letter_draft(breach)},
    }.get(what, {})  # fmt: skip
    return DOINGS[what].form(initial=initial, auto_id=f"{what}-%s")


def _steps(breach: Breach) -> list[Step]:
    """The checklist: what the law wants of this breach, in its order; the first that is open is now."""
    asked = [duty for duty in duties(breach) if duty.is_asked]
    first = next((duty.key for duty in asked if not duty.is_done), "")
    return [
        Step(
            label=str(sayings.DUTIES[duty.key]),
            state="done" if duty.is_done else "now" if duty.key == first else "next",
        )
        for duty in asked
    ]


def _facts(breach: Breach) -> list[Fact]:
    found = [
        (_("Noticed"), say_moment(breach.noticed_at)),
        (_("Began"), say_moment(breach.began_at) if breach.began_at else ""),
        (_("Ended"), say_moment(breach.ended_at) if breach.ended_at else ""),
        (_("The data was"), sayings.say_kinds(breach)),
        (_("We process it"), str(BreachRole(breach.role).label)),
        (_("Risk"), str(BreachRisk(breach.risk).label) if breach.risk else _("not judged yet")),
        (_("First report"), say_moment(breach.notified_at) if breach.notified_at else ""),
        (_("Last report"), say_moment(breach.completed_at) if breach.completed_at else ""),
    ]
    return [Fact(label=label, value=value) for label, value in found if value]


def _history(breach: Breach) -> list[dict[str, Any]]:
    names = agent_names()
    return [
        {
            "id": step.id,
            "at": step.at,
            "words": sayings.STEPS.get(step.what, step.what),
            "who": say_who(step.by_kind, step.by_agent, names),
            "is_report": step.what == "reported",
        }
        for step in breach.steps.all()
    ]


@require_safe
def show_affected(request: HttpRequest, number: int) -> HttpResponse:
    """Who is affected, by name. Opening it is a reading of them all: one entry of the log."""
    actor = actor_of(request)
    require(actor, "privacy.breach")
    breach = breach_numbered(number)
    page = Paginator(breach.persons.order_by("id"), PAGE).get_page(request.GET.get("page"))
    people = persons_by_id(line.person_id for line in page.object_list)
    with transaction.atomic():
        record("privacy.breach_read", by=actor, breach=breach.number, persons=len(people))
    rows = [
        {"id": line.person_id, "name": shown_name(people.get(line.person_id)), "letters": line.letters}
        for line in page.object_list
    ]
    context = {"breach": breach, "page": page, "rows": rows}
    return render(request, "privacy/breaches/affected.html", frame_context(actor, "breaches") | context)


@require_safe
def download_notification(request: HttpRequest, number: int) -> HttpResponse:
    """What the authority is told, as it stands now: PDF."""
    require(actor_of(request), "privacy.breach")
    breach = breach_numbered(number)
    return as_download(as_pdf(notification_sheet(breach)), f"breach-{number}.pdf", kind="application/pdf")


@require_safe
def download_report(request: HttpRequest, number: int, step_id: Any) -> HttpResponse:
    """A report as it was handed in: JSON."""
    require(actor_of(request), "privacy.breach")
    step = breach_numbered(number).steps.filter(pk=step_id, what="reported").first()
    if step is None:
        raise NotFound("report_not_found", "There is no such report of this breach.")
    text = json.dumps(step.said, ensure_ascii=False, indent=2, sort_keys=True)
    return as_download(text.encode(), f"breach-{number}-{step.at:%Y%m%d-%H%M}.json", kind="application/json")
