"""What is going to happen, shown as it is frozen, and the two lines it is signed on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aureole.kernel.actor import Actor
from aureole.privacy.anonymising.plan import AnonymisingPlan
from aureole.privacy.erasure.plan import Kept, Plan
from aureole.privacy.models import RequestState, RequestStep, RightsRequest
from aureole.privacy.ports import Blocker, Count, cautions
from aureole.privacy.rights.kinds import RIGHTS, days_to_take_back
from aureole.privacy.rights.plans import (
    Difference,
    changes_since_frozen,
    keeps_conversations,
    plan_now,
)
from aureole.privacy.rights.releasing import proposers
from aureole.staff.permissions import may
from aureole.web.page import initials
from aureole.web.staff.privacy.account import lay_out_account
from aureole.web.staff.privacy.anonymise_page import say_button
from aureole.web.staff.privacy.anonymise_page import say_plan as say_what_stays
from aureole.web.staff.privacy.plan_page import say_plan
from aureole.web.staff.privacy.requests import sayings
from aureole.web.ui.protection import Signature
from aureole.web.ui.shell import Face

S = RequestState


def release_context(
    request: RightsRequest,
    steps: Sequence[RequestStep],
    actor: Actor,
    name: str,
    names: Mapping[uuid.UUID, str],
) -> dict[str, Any]:
    """Plan and signatures; `may_release` when this reader is the one it waits for.

    changed  what is not as it was frozen any more: nothing of it would be carried out, so it is not released either
    """
    right = RIGHTS[request.kind]
    plan = _plan(request) if right.plans and request.person_id else None
    changed = _changed(request, plan)
    is_mine = (actor.kind, actor.agent_id) in proposers(request)
    own = request.person_id is not None and actor.person_id == request.person_id
    return {
        "account": _account(plan, request) if plan else None,
        "plan_says": _say(plan, name),
        "is_frozen": bool(request.plan_hash) and request.state != S.WORKING,
        "changed": changed,
        "cautions": cautions(request.person_id) if plan and request.person_id and request.is_open else (),
        "blockers": plan.blockers if plan and request.state == S.WORKING else (),
        "releases": right.releases,
        "signatures": _signatures(request, steps, names)
        if right.releases and request.state in (S.APPROVAL, S.COOLING, S.EXECUTING)
        else [],
        "may_release": may(actor, "rights.release")
        and not own
        and not changed
        and not (is_mine and right.second_person),
        "why_not": _why_not(is_mine and right.second_person, own, changed=bool(changed)),
        "button": _button(request, plan, name),
        "freeze_button": _freeze_button(plan),
        "hash": request.plan_hash,
    }


def _changed(request: RightsRequest, plan: Plan | None) -> Sequence[Difference]:
    """`plan` is as things stand now while it is worked on, and as it was frozen from then on."""
    return changes_since_frozen(request, plan if request.state == S.WORKING else None) if plan else ()


def _plan(request: RightsRequest) -> Plan | None:
    """As it is frozen; while nothing is, as things stand now."""
    if request.person_id is None:
        return None
    if request.plan is None or request.state == S.WORKING:
        anonymise = keeps_conversations(request)
        return plan_now(request.person_id, anonymise=anonymise) if request.state == S.WORKING else None
    frozen: dict[str, Any] = request.plan
    plan = Plan(
        person_id=request.person_id,
        erase=tuple(Count(**count) for count in frozen["erase"]),
        keep=tuple(Kept(**kept) for kept in frozen["keep"]),
        blockers=tuple(Blocker(**blocker) for blocker in frozen["blockers"]),
    )
    return _with_what_stays(plan, frozen) if keeps_conversations(request) else plan


def _with_what_stays(plan: Plan, frozen: Mapping[str, Any]) -> AnonymisingPlan:
    return AnonymisingPlan(
        person_id=plan.person_id, erase=plan.erase, keep=plan.keep, blockers=plan.blockers,
        stays=tuple(Count(**count) for count in frozen["stays"]), findings=(), apart=frozen["apart"],
        needed=frozen["needed"],
    )  # fmt: skip


def _account(plan: Plan, request: RightsRequest) -> Any:
    line_rest = _("From the moment it is carried out, and not before it is released.")
    read_url = reverse("privacy:mentions", args=[request.person_id])
    stays = plan.stays if isinstance(plan, AnonymisingPlan) else ()
    return lay_out_account(
        plan, line=_("No way back from here."), line_rest=line_rest, read_url=read_url, without=stays
    )


def _say(plan: Plan | None, name: str) -> str:
    if plan is None:
        return ""
    if isinstance(plan, AnonymisingPlan):
        return say_what_stays(plan, name)
    return say_plan(plan.total, sum(k.count for k in plan.keep), name)


def _items(plan: Plan) -> str:
    return ngettext("%(count)s item", "%(count)s items", plan.total) % {"count": f"{plan.total:,}"}


def _button(request: RightsRequest, plan: Plan | None, name: str) -> str:
    if plan is None:
        return _("Release %(name)s’s data to them") % {"name": name}
    days = days_to_take_back(request)
    if isinstance(plan, AnonymisingPlan):
        return say_button(plan, name)
    if days:
        words = ngettext("Delete %(items)s in %(days)d day", "Delete %(items)s in %(days)d days", days)
        return words % {"items": _items(plan), "days": days}
    return _("Delete %(items)s") % {"items": _items(plan)}


def _freeze_button(plan: Plan | None) -> str:
    if isinstance(plan, AnonymisingPlan):
        stays = ngettext("%(count)s item stays", "%(count)s items stay", plan.kept_rows)
        return _("Freeze this plan: %(stays)s, the person goes") % {
            "stays": stays % {"count": f"{plan.kept_rows:,}"}
        }
    return _("Freeze this plan: %(items)s go") % {"items": _items(plan)} if plan else ""


def _why_not(is_mine: bool, own: bool, *, changed: bool) -> str:
    if changed:
        return _("Things have changed since it was frozen. Send it back, and prepare it anew.")
    if own:
        return _("This is your own request; somebody else releases it.")
    return (
        _("You prepared it, so a second person releases it. They find it in their queue.") if is_mine else ""
    )


def _signatures(
    request: RightsRequest, steps: Sequence[RequestStep], names: Mapping[uuid.UUID, str]
) -> list[Signature]:
    return [
        _signature(_last(steps, ("prepared",)), names, _("%(name)s, prepared it"), _("Nobody yet")),
        _signature(
            _last(steps, ("approved", "approved_to_wait")) if request.state != S.APPROVAL else None,
            names,
            _("%(name)s, released it"),
            _("A second person") if RIGHTS[request.kind].second_person else _("Whoever releases it"),
        ),
    ]


def _last(steps: Sequence[RequestStep], kinds: tuple[str, ...]) -> RequestStep | None:
    return next((step for step in reversed(steps) if step.what in kinds), None)


def _signature(
    step: RequestStep | None, names: Mapping[uuid.UUID, str], signed: str, vacant: str
) -> Signature:
    if step is None:
        face = Face(initials="2", name=_("nobody"), presence="vacant")
        return Signature(who=vacant, words=_("signs by releasing it"), face=face)
    name = sayings.say_who(step, names)
    return Signature(
        who=signed % {"name": name}, words=f"{localtime(step.at):%-d %b %H:%M}",
        face=Face(initials=initials(name), name=name), is_signed=True,
    )  # fmt: skip
