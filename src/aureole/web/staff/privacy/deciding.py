"""What the plans of an erasure and of an anonymisation share: who signs, what waits already, how it is set going.

Where policy asks for two (AUREOLE_SECOND_PERSON), confirming a plan proposes it: a request by our own decision, which a
second person finds in their queue. Otherwise confirming begins it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from aureole.kernel.actor import Actor
from aureole.kernel.jobs import store_job
from aureole.ledger.record import record
from aureole.people.models import Person
from aureole.people.queries import shown_name
from aureole.privacy.anonymising.run import begin_anonymising
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.plan import Plan
from aureole.privacy.models import Erasure, RequestKind, RightsRequest
from aureole.privacy.rights.actions.decide_erasure import decide_erasure
from aureole.privacy.rights.queue import open_requests_of
from aureole.staff.permissions import require
from aureole.web.actor import actor_of, agent_of
from aureole.web.page import initials
from aureole.web.staff.people.finding import person_or_shell
from aureole.web.staff.privacy.requests import sayings
from aureole.web.ui.protection import Signature, Step
from aureole.web.ui.shell import Face


def person_to_decide_about(request: HttpRequest, person_id: uuid.UUID) -> Person | HttpResponse:
    """For a page that shows a plan and, posted to, begins it: the person, or the page that stands in the plan's place.

    Raises NotPermitted, NotFound where there never was such a person.
    """
    require(actor_of(request), "privacy.erase" if request.method == "POST" else "privacy.plan")
    return _under_way(person_id) or person_or_shell(request, person_id)


def _under_way(person_id: uuid.UUID) -> HttpResponse | None:
    """Where an erasure that runs, or one that was proposed, goes on."""
    running = Erasure.objects.filter(person_id=person_id).only("id").first()
    if running is not None:
        return redirect("privacy:erasure", erasure_id=running.id)
    proposed = [found for found in open_requests_of(person_id) if found.is_own_decision]
    return redirect("privacy:request", number=proposed[0].number) if proposed else None


def note_looked(plan: Plan, person: Person, actor: Actor) -> None:
    """A plan tells where somebody is held, and how much: looking at it is a reading."""
    with transaction.atomic():
        record(
            "privacy.traced", by=actor, person=person.id, places=len(plan.erase), records=plan.total,
        )  # fmt: skip


def set_going(
    request: HttpRequest,
    person: Person,
    *,
    why: str,
    code: str,
    anonymise: bool = False,
    note: Callable[[], object] | None = None,
) -> HttpResponse:
    """Propose exactly the plan that was looked at, or begin it. Raises Refused when it is another by now.

    why, code  the reason as words for the request, and as a code for the log
    note       an entry of the log that goes with the decision
    """
    plan_hash = request.POST.get("plan", "")
    begin = begin_anonymising if anonymise else begin_erasure
    with transaction.atomic():  # the frozen person and the job that erases them: both or neither
        if note is not None:
            note()
        if settings.AUREOLE_SECOND_PERSON:
            proposed = propose(request, person.id, why=why, plan_hash=plan_hash, anonymise=anonymise)
            return redirect("privacy:request", number=proposed.number)
        begun = begin(person_id=person.id, by=actor_of(request), reason=code, expected_hash=plan_hash)
        carry_out_later(begun)
    return redirect("privacy:erasure", erasure_id=begun.id)


def propose(
    request: HttpRequest, person_id: uuid.UUID, *, why: str, plan_hash: str, anonymise: bool = False
) -> RightsRequest:
    proposed = decide_erasure(
        person_id=person_id, by=actor_of(request), reason=why, expected_hash=plan_hash, anonymise=anonymise
    )
    said = _("Proposed as request no. %(number)d. Nothing happens before a second person releases it.")
    messages.success(request, said % {"number": proposed.number})
    return proposed


def carry_out_later(begun: Erasure) -> None:
    """One after another, should the job ever be there twice."""
    store_job("privacy.carry_out_erasure", erasure_id=begun.id, lock=f"erasure:{begun.id}")


def say_second_person() -> str:
    if settings.AUREOLE_SECOND_PERSON:
        return _("releases it, from their queue")
    return _("not asked by this instance’s policy")


def second_person_step() -> Step:
    return Step(label=_("Second person"), words=say_second_person())


def signatures_of(request: HttpRequest) -> list[Signature]:
    name = shown_name(agent_of(request).person)
    nobody = Face(initials="2", name=_("nobody"), presence="vacant")
    return [
        Signature(
            who=_("%(name)s, proposes it") % {"name": name}
            if settings.AUREOLE_SECOND_PERSON
            else _("%(name)s, prepares it") % {"name": name},
            words=_("signs by confirming"),
            face=Face(initials=initials(name), name=name),
            is_signed=True,
        ),
        Signature(who=_("A second person"), words=say_second_person(), face=nobody),
    ]


def asked_before(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """What the person asked for and is still open: it ends with an erasure, answered or not."""
    return [
        {
            "number": found.number,
            "asks": sayings.say_asks(found.kind),
            "is_answered": found.kind == RequestKind.ERASURE,
        }
        for found in open_requests_of(person_id)
        if not found.is_own_decision
    ]
