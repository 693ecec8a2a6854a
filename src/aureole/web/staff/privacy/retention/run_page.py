"""What has run out: counted first, then proposed, let go by a second person, and erased by the worker."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, NotPermitted, Refused
from aureole.privacy.declare import declarations
from aureole.privacy.models import RetentionRun, RunState
from aureole.privacy.retention import log_months
from aureole.privacy.retention.actions.approve_run import approve_run
from aureole.privacy.retention.actions.ask_plan import ask_plan
from aureole.privacy.retention.actions.propose_run import propose_run
from aureole.privacy.retention.standing import COUNTS, CURRENT, counts_of, is_expired, run_named
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.page import initials
from aureole.web.staff.privacy.frame import frame_context, short_hash
from aureole.web.staff.privacy.retention import sayings
from aureole.web.staff.privacy.who import agent_names, say_agent
from aureole.web.ui.ages import say_moment
from aureole.web.ui.protection import Signature, Step
from aureole.web.ui.shell import Face

_UNDECLARED = {
    "desk_change": _l("Changes of tickets"),
    "desk_ticket_tags": _l("Labels of tickets"),
    log_months.TABLE: _l("Entries of the log"),
}
_MOVING = (RunState.LOOKING, RunState.APPROVED, RunState.RUNNING)
_PAST_LOOK = (RunState.PROPOSED, RunState.APPROVED, RunState.RUNNING, RunState.DONE)


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Have it counted; nothing goes by that."""
    actor = actor_of(request)
    require(actor, "privacy.retention")
    return redirect("privacy:retention_run", run_id=ask_plan(by=actor).id)


@require_safe
def show_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Asked again by the page itself while the worker is at it, as a fragment."""
    require(actor_of(request), "privacy.retention")
    return _page(request, run_id)


@require_POST
def propose(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    def do(actor: Actor) -> str:
        propose_run(run_id=run_id, by=actor)
        return _("Proposed, signed with your name. A second person lets it go, today.")

    return _do(request, run_id, do)


@require_POST
def approve(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    def do(actor: Actor) -> str:
        approve_run(run_id=run_id, expected_hash=request.POST.get("plan", ""), by=actor)
        return _("Let go, signed with your name. The worker is at it.")

    return _do(request, run_id, do)


def _do(request: HttpRequest, run_id: uuid.UUID, do: Callable[[Actor], str]) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "privacy.retention")
    try:
        messages.success(request, do(actor))
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return _page(request, run_id, refusal=refusal.sentence, status=409)
    return redirect("privacy:retention_run", run_id=run_id)


def _page(request: HttpRequest, run_id: uuid.UUID, *, refusal: str = "", status: int = 200) -> HttpResponse:
    run, actor, names = run_named(run_id), actor_of(request), agent_names()
    is_moving = run.state in _MOVING and not is_expired(run)
    context = {
        "run": run,
        "refusal": refusal,
        "is_moving": is_moving,
        "sentence": _sentence(run),
        "steps": _steps(run, names),
        "tables": table_rows(run),
        "counts": counts_of(run),
        "hash": short_hash(run.hash) if run.hash else "",
        "progress": progress_of(run),
        **_deciding(run, actor, names),
    }
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "privacy/retention/_run.html" if is_fragment else "privacy/retention/run.html"
    return render(request, template, frame_context(actor, "retention") | context, status=status)


def _sentence(run: RetentionRun) -> str:
    if is_expired(run):
        return _("This was counted for a day that is over. Nothing goes by it any more; count again.")
    return {
        RunState.LOOKING: _("What has run out is being counted. Nothing goes by that."),
        RunState.APPROVED: _("Let go. The worker begins at any moment."),
        RunState.RUNNING: _("What has run out is being erased, in batches that are each whole."),
        RunState.DONE: _("Done. What had run out is gone."),
        RunState.CHANGED: _("Something had changed since it was let go, so nothing was erased."),
        RunState.REPLACED: _("This was given up for a later one."),
    }.get(RunState(run.state)) or sayings.say_plan(run)


def _steps(run: RetentionRun, names: Mapping[uuid.UUID, str]) -> list[Step]:
    """Real events only."""
    counted = run.state != RunState.LOOKING
    steps = [_step(_("Counted"), run.asked_at if counted else None, say_agent(run.asked_by, names))]
    is_to_come = settings.AUREOLE_SECOND_PERSON and run.state in (RunState.LOOKING, RunState.LOOKED)
    if run.proposed_at is not None or is_to_come:
        steps.append(_step(_("Proposed"), run.proposed_at, say_agent(run.proposed_by, names)))
    steps.append(_step(_("Let go"), run.approved_at, sayings.say_releaser(run, names)))
    end = run.finished_at if run.state == RunState.DONE else None
    steps.append(_step(_("Erased"), end, ""))
    first = next((place for place, step in enumerate(steps) if step.state != "done"), None)
    if first is not None and run.state in CURRENT and not is_expired(run):
        steps[first] = Step(label=steps[first].label, state="now", words=steps[first].words)
    return steps


def _step(label: str, when: Any, words: str) -> Step:
    return Step(label=label, state="done" if when else "next", words=words if when else "", when=when)


def table_rows(run: RetentionRun) -> list[dict[str, Any]]:
    """By class and table, what was counted; beside it what went, and what there is now where that stopped it."""
    labels = {d.table: d.label for d in declarations()} | {
        table: str(words) for table, words in _UNDECLARED.items()
    }
    now = {(line["class"], line["table"]): line for line in run.plan.get("now", [])}
    rows = []
    for line in run.plan.get("classes", []):
        other = now.pop((line["class"], line["table"]), None)
        rows.append(_row(line, labels, run.plan.get("now") is not None, other))
    return rows + [_row({**line, **dict.fromkeys(COUNTS, 0)}, labels, True, line) for line in now.values()]


def _row(line: Mapping[str, Any], labels: Mapping[str, str], stopped: bool, other: Any) -> dict[str, Any]:
    now = {what: (other or {}).get(what, 0) for what in COUNTS}
    return {
        "label": sayings.say_class(line["class"]),
        "table": labels.get(line["table"], line["table"]),
        **{what: line[what] for what in COUNTS},
        "now": _say_now(now) if stopped and any(now[what] != line[what] for what in COUNTS) else "",
    }


def _say_now(counts: Mapping[str, int]) -> str:
    return _("now %(erase)d go, %(restrict)d are restricted, %(held)d held, %(floor)d kept by law") % counts


def progress_of(run: RetentionRun) -> dict[str, int]:
    """How many rows of how many; of whole persons more goes than was counted, so the count gives way."""
    done = sum(count for place, count in run.done.items() if place != "restricted")
    return {"done": done, "of": max(done, counts_of(run)["erase"])}


def _deciding(run: RetentionRun, actor: Actor, names: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """The slots for names, and the one button."""
    counts = counts_of(run)
    if run.state not in (RunState.LOOKED, RunState.PROPOSED) or is_expired(run):
        return {"signatures": [], "doing": ""}
    if not counts["erase"] and not counts["restrict"]:
        return {"signatures": [], "doing": ""}
    two = settings.AUREOLE_SECOND_PERSON
    doing = "approve" if run.state == RunState.PROPOSED or not two else "propose"
    is_own = two and run.state == RunState.PROPOSED and run.proposed_by == actor.agent_id
    return {
        "signatures": _signatures(run, names) if two else [],
        "doing": "" if is_own else doing,
        "button": _("Propose it") if doing == "propose" else sayings.say_button(run),
        "why_not": _("You proposed it. A second person lets it go, today.") if is_own else "",
    }


def _signatures(run: RetentionRun, names: Mapping[uuid.UUID, str]) -> list[Signature]:
    nobody = Face(initials="2", name=_("nobody"), presence="vacant")
    if run.proposed_at is None:
        first = Signature(
            who=_("A first person"),
            words=_("proposes it"),
            face=Face(initials="1", name=_("nobody"), presence="vacant"),
        )
    else:
        name = say_agent(run.proposed_by, names)
        who = _("%(name)s, proposes it") % {"name": name}
        first = Signature(
            who=who,
            words=say_moment(run.proposed_at),
            face=Face(initials=initials(name), name=name),
            is_signed=True,
        )
    return [first, Signature(who=_("A second person"), words=_("lets it go, before midnight"), face=nobody)]
