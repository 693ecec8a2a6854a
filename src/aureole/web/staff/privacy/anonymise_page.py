"""Keep somebody's conversations and not them: the plan, whether it would single them out, the form that begins it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from aureole.kernel.errors import NotFound, Refused
from aureole.people.models import Person
from aureole.people.queries import first_name, shown_name
from aureole.privacy.anonymising.plan import AnonymisingPlan, make_anonymising_plan
from aureole.privacy.declare import declarations
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.models import Erasure
from aureole.staff.permissions import may, require
from aureole.vault.keys import states
from aureole.vault.keystore.models import KeyState
from aureole.web.actor import actor_of
from aureole.web.staff.privacy.account import lay_out_account
from aureole.web.staff.privacy.deciding import (
    asked_before,
    carry_out_later,
    note_looked,
    person_to_decide_about,
    propose,
    second_person_step,
    set_going,
    signatures_of,
)
from aureole.web.staff.privacy.frame import short_hash
from aureole.web.staff.privacy.plan_page import (
    facts_of,
    key_line,
    say_line,
    says_the_same,
)
from aureole.web.ui.protection import Fact, Step

REASONS = {
    "asked": _l("They asked for it"),
    "left": _l("They left; who it was is no longer needed (GDPR Art. 5(1)(c), (e))"),
}
_FATES = {
    "redacted": _l("Words, cleared"),
    "month": _l("By the month"),
    "hours": _l("In whole hours"),
    "stays": _l("As it is"),
    "given": _l("Made anew"),
    "goes": _l("Goes"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def anonymise(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """GET shows the plan; POST proposes or begins exactly that plan, or says why not and shows what it is now."""
    person = person_to_decide_about(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    return _begin(request, person) if request.method == "POST" else _show_plan(request, person)


def _begin(request: HttpRequest, person: Person) -> HttpResponse:
    if not says_the_same(request.POST.get("confirm", ""), shown_name(person)):
        sentence = _("That is not the name. Nothing was changed; type it as it stands above the box.")
        return _show_plan(request, person, error=sentence, status=422)
    reason = request.POST.get("reason", "asked")
    code = reason if reason in REASONS else "asked"
    try:
        return set_going(request, person, why=str(REASONS[code]), code=code, anonymise=True)
    except NotFound:
        raise
    except Refused as refusal:
        return _show_plan(request, person, refusal=refusal.sentence, status=409)


@require_POST
def erase_instead(request: HttpRequest, erasure_id: uuid.UUID) -> HttpResponse:
    """Of an anonymisation that would single the person out by now: the erasure of what it has not carried over.

    That is not what two people agreed on, so where policy asks for two they agree anew.
    """
    require(actor_of(request), "privacy.erase")
    erasure = Erasure.objects.filter(pk=erasure_id).first()
    if erasure is None:
        raise NotFound("erasure_not_found", "There is no such erasure here.")
    if erasure.person_id is None:
        return redirect("privacy:erasure", erasure_id=erasure_id)
    if settings.AUREOLE_SECOND_PERSON:
        why = _("What stays would point at them by now; the rest goes, too.")
        proposed = propose(request, erasure.person_id, why=why, plan_hash=make_plan(erasure.person_id).hash)
        return redirect("privacy:request", number=proposed.number)
    with transaction.atomic():
        carry_out_later(
            begin_erasure(person_id=erasure.person_id, by=actor_of(request), reason="no_longer_needed")
        )
    return redirect("privacy:erasure", erasure_id=erasure_id)


def _show_plan(
    request: HttpRequest, person: Person, *, error: str = "", refusal: str = "", status: int = 200
) -> HttpResponse:
    plan = make_anonymising_plan(person.id)
    note_looked(plan, person, actor_of(request))
    context = _plan_context(request, person, plan) | {"confirm_error": error, "refusal": refusal}
    return render(request, "privacy/anonymise.html", context, status=status)


def _plan_context(request: HttpRequest, person: Person, plan: AnonymisingPlan) -> dict[str, Any]:
    keys = states(person.id)
    active = sum(state == KeyState.ACTIVE for state in keys.values())
    others = [b for b in plan.blockers if not any(b.reason.startswith(f.sentence) for f in plan.findings)]
    return {
        "nav_current": "privacy", "person_id": person.id, "name": shown_name(person), "plan": plan,
        "sentence": say_plan(plan, first_name(person)), "findings": [f.sentence for f in plan.findings],
        "blockers": others, "said_safe": _say_safe(plan),
        "account": lay_out_account(
            plan, line=_("No way back from here."), line_rest=say_line(active), without=plan.stays,
            read_url=reverse("privacy:mentions", args=[person.id]),
        ),
        "steps": _steps(plan), "signatures": signatures_of(request), "facts": [*_law(plan), *facts_of(plan)[2:]],
        "keys": [key_line(group.word, state) for group, state in sorted(keys.items())],
        "button": _say_proposal(plan, first_name(person)), "asked_before": asked_before(person.id),
        "hidden": [("plan", plan.hash)], "reasons": REASONS.items(),
        "fates": list(_fates()), "may_begin": may(actor_of(request), "privacy.erase") and not plan.blockers,
    }  # fmt: skip


def say_plan(plan: AnonymisingPlan, name: str) -> str:
    """ "9 items stay and are nobody's. 14 items about Ada go." """
    if plan.findings or not plan.stays:
        return _("%(name)s cannot be anonymised.") % {"name": name}
    stays = ngettext(
        "%(count)s item stays and is nobody’s.", "%(count)s items stay and are nobody’s.", plan.kept_rows
    )
    goes = ngettext("%(count)s item about %(name)s goes.", "%(count)s items about %(name)s go.", plan.total)
    return f"{stays % {'count': f'{plan.kept_rows:,}'}} {goes % {'count': f'{plan.total:,}', 'name': name}}"


def say_button(plan: AnonymisingPlan, name: str) -> str:
    words = ngettext(
        "Keep %(stays)s item, erase %(name)s",
        "Keep %(stays)s items, erase %(name)s",
        plan.kept_rows,
    )
    return words % {"stays": f"{plan.kept_rows:,}", "name": name}


def _say_proposal(plan: AnonymisingPlan, name: str) -> str:
    if not settings.AUREOLE_SECOND_PERSON:
        return say_button(plan, name)
    words = ngettext("Propose to keep %(stays)s item", "Propose to keep %(stays)s items", plan.kept_rows)
    return words % {"stays": f"{plan.kept_rows:,}"}


def _say_safe(plan: AnonymisingPlan) -> str:
    first = _("At least %(needed)d people share what stays, so it points at nobody.") % {
        "needed": plan.needed
    }
    if not plan.apart:
        return first
    return f"{first} " + _(
        "Each conversation gets a pseudonym of its own: taken together, the months in which they wrote would tell."
    )


def _steps(plan: AnonymisingPlan) -> list[Step]:
    return [
        Step(label=_("Plan"), state="now", words=_("made now, %(hash)s") % {"hash": short_hash(plan.hash)}),
        second_person_step(),
        Step(label=_("Take the person out"), words=_("of words, ids and times; checked once more")),
        Step(label=_("Erase the person"), words=_("rows, mentions, queue, keys")),
        Step(label=_("Proof"), words=_("search for traces, certificate")),
    ]


def _law(plan: AnonymisingPlan) -> list[Fact]:
    return [
        Fact(label=_("Law"), value=_("GDPR recital 26; WP216")),
        Fact(label=_("Needed"), value=_("%(count)d people who share what stays") % {"count": plan.needed}),
    ]


def _fates() -> Iterator[dict[str, Any]]:
    """What the map says becomes of each column, by table."""
    for declaration in declarations():
        lines = []
        for how, label in _FATES.items():
            names = [n.replace("_", " ") for n, fate in declaration.anonymous.items() if fate.how == how]
            if names:
                lines.append({"label": label, "columns": ", ".join(names)})
        if lines:
            yield {"label": declaration.label, "lines": lines}
