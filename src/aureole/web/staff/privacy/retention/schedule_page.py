"""The schedule: how long each class is kept, where that comes from, and what was let go."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.desk.verdicts import LETTERS
from aureole.privacy.models import RetentionRule, RetentionRun
from aureole.privacy.retention.plan import letters_floor
from aureole.privacy.retention.ports import scopes, settable
from aureole.privacy.retention.standing import CURRENT, is_expired, runs
from aureole.privacy.rights.place import country, today
from aureole.privacy.vocabulary import Retention, retention, retentions
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.retention import sayings
from aureole.web.staff.privacy.who import agent_names, say_agent
from aureole.web.ui.ages import say_moment

MOST_RUNS, MOST_CHANGES = 20, 20


@require_safe
def show_retention(request: HttpRequest) -> HttpResponse:
    """Every class with its period; then runs and changes, the newest first."""
    actor = actor_of(request)
    require(actor, "privacy.retention")
    rules = list(RetentionRule.objects.filter(ended_at=None).order_by("class_key", "scope", "value"))
    changes = list(RetentionRule.objects.order_by("-changed_at", "-id")[:MOST_CHANGES])
    called, names = scope_names([*rules, *changes]), agent_names()
    found = list(runs()[:MOST_RUNS])
    waiting = next((run for run in found if run.state in CURRENT and not is_expired(run)), None)
    context = {
        "sentence": _sentence(rules),
        "classes": [_class(retention(key), rules, called) for key in settable()],
        "elsewhere": [
            {"name": sayings.say_class(r.key), "label": r.label}
            for r in retentions()
            if r.key not in settable()
        ],
        "floor": letters_floor(country(), today()),
        "letters": ", ".join(str(kind.label) for kind in LETTERS),
        "country": settings.AUREOLE_COUNTRY,
        "waiting": waiting,
        "waiting_words": sayings.say_state(waiting)[1] if waiting else "",
        "runs": [run_line(run, names) for run in found],
        "changes": [_change(rule, called, names) for rule in changes],
        "is_automatic": settings.AUREOLE_RETENTION,
        "two_persons": settings.AUREOLE_SECOND_PERSON,
    }
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "privacy/retention/_schedule.html" if is_fragment else "privacy/retention/schedule.html"
    return render(request, template, frame_context(actor, "retention") | context)


def _sentence(rules: Sequence[RetentionRule]) -> str:
    classes = len(settable())
    first = ngettext("%(count)d kind of data runs out here", "%(count)d kinds of data run out here", classes)
    if not rules:
        return f"{first % {'count': classes}}; " + _("all periods are as declared.")
    own = ngettext("%(count)d period is your own.", "%(count)d periods are your own.", len(rules))
    return f"{first % {'count': classes}}; {own % {'count': len(rules)}}"


def scope_names(rules: Sequence[RetentionRule]) -> dict[tuple[str, str], str]:
    """What the values of these rules are called, by scope and value. One query for labels, one for organisations."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        wanted[rule.scope].add(rule.value)
    return {
        (name, value): called
        for name, scope in scopes().items()
        for value, called in scope.names(wanted.get(name, set())).items()
    }


def say_scope(scope: str, value: str, called: Mapping[tuple[str, str], str]) -> str:
    """ "type of ticket: order"; the class as a whole without a scope."""
    if not scope:
        return _("all of it")
    words = scopes()[scope].words if scope in scopes() else scope
    return f"{words}: {called.get((scope, value), _('gone'))}"


def _class(
    declared: Retention, rules: Sequence[RetentionRule], called: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    own = [rule for rule in rules if rule.class_key == declared.key]
    whole = next((rule for rule in own if not rule.scope), None)
    months = whole.months if whole else declared.months or 0
    return {
        "key": declared.key,
        "label": sayings.say_class(declared.key),
        "start": declared.start,
        "months": sayings.say_months(months),
        "origin": _("your own") if whole else _("as declared"),
        "declared": sayings.say_months(declared.months or 0) if whole else "",
        "reason": whole.reason if whole else "",
        "own": [
            {
                "rule": rule,
                "words": say_scope(rule.scope, rule.value, called),
                "months": sayings.say_months(rule.months),
            }
            for rule in own
            if rule.scope
        ],
        "has_floor": declared.key == "direct_contact",
    }


def run_line(run: RetentionRun, names: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """A run as a row of the history."""
    shape, words = sayings.say_state(run)
    rows = sum(count for place, count in run.done.items() if place != "restricted")
    return {
        "run": run,
        "when": say_moment(run.asked_at),
        "shape": shape,
        "words": words,
        "who": sayings.say_releaser(run, names),
        "rows": rows,
        "restricted": run.done.get("restricted", 0),
    }


def _change(
    rule: RetentionRule, called: Mapping[tuple[str, str], str], names: Mapping[uuid.UUID, str]
) -> dict[str, Any]:
    return {
        "rule": rule,
        "label": sayings.say_class(rule.class_key),
        "scope": say_scope(rule.scope, rule.value, called),
        "months": sayings.say_months(rule.months),
        "who": say_agent(rule.changed_by, names),
    }
