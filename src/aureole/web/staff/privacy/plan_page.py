"""The plan of an erasure, and the one form that sets it going."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.people.actions.discard_child import note_discarding
from aureole.people.models import Childhood, Person
from aureole.people.queries import first_name, shown_name
from aureole.privacy.erasure.plan import Plan, make_plan
from aureole.privacy.erasure.proof import KEY_STORE_BACKUP_DAYS
from aureole.privacy.ports import cautions
from aureole.staff.permissions import may
from aureole.vault.keys import states
from aureole.vault.keystore.models import KeyState
from aureole.web.actor import actor_of
from aureole.web.staff.people.side_by_side import twins_context
from aureole.web.staff.privacy.account import lay_out_account
from aureole.web.staff.privacy.deciding import (
    asked_before,
    note_looked,
    person_to_decide_about,
    second_person_step,
    set_going,
    signatures_of,
)
from aureole.web.staff.privacy.frame import short_hash
from aureole.web.ui.ages import say_whole_day
from aureole.web.ui.protection import Fact, Step

REASONS = {
    "asked": _l("They asked for it (GDPR Art. 17(1)(b), (c))"),
    "no_longer_needed": _l("No longer needed (Art. 17(1)(a))"),
    "unlawful": _l("Should never have been held (Art. 17(1)(d))"),
    "duty": _l("A law says it must go (Art. 17(1)(e))"),
}
CHILD = "child"
_CHILD_REASON = _l("A child below the age of consent, and nobody answered for them (Art. 17(1)(f))")
_KEY_WORDS = {KeyState.ACTIVE: _l("will be destroyed"), KeyState.ERASED: _l("destroyed already")}


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """GET shows the plan; POST proposes or begins exactly that plan, or says why not and shows what it is now."""
    person = person_to_decide_about(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    return _begin(request, person) if request.method == "POST" else _show_plan(request, person)


def _begin(request: HttpRequest, person: Person) -> HttpResponse:
    if not says_the_same(request.POST.get("confirm", ""), shown_name(person)):
        sentence = _("That is not the name. Nothing was erased; type it as it stands above the box.")
        return _show_plan(request, person, error=sentence, status=422)
    reason = request.POST.get("reason", "asked")
    reasons, by = reasons_for(person), actor_of(request)
    code = reason if reason in reasons else "asked"
    note = partial(note_discarding, person=person, by=by) if code == CHILD else None
    try:
        return set_going(request, person, why=str(reasons[code]), code=code, note=note)
    except NotFound:
        raise
    except Refused as refusal:
        return _show_plan(request, person, refusal=refusal.sentence, status=409)


def reasons_for(person: Person) -> dict[str, Any]:
    """By code, the likeliest first: of a child nobody answers for, that."""
    is_waiting = person.childhood == Childhood.WAITING
    return {CHILD: _CHILD_REASON} | REASONS if is_waiting else REASONS


def says_the_same(typed: str, expected: str) -> bool:
    """Compared as the browser compares: blanks, letter case and the spelling of accents do not matter."""
    return bool(typed.strip()) and _tidy(typed) == _tidy(expected)


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()


def _show_plan(
    request: HttpRequest, person: Person, *, error: str = "", refusal: str = "", status: int = 200
) -> HttpResponse:
    plan = make_plan(person.id)
    note_looked(plan, person, actor_of(request))
    context = _plan_context(request, person, plan) | {"confirm_error": error, "refusal": refusal}
    return render(request, "privacy/plan.html", context, status=status)


def _plan_context(request: HttpRequest, person: Person, plan: Plan) -> dict[str, Any]:
    stays = sum(kept.count for kept in plan.keep)
    keys = states(person.id)
    active = sum(state == KeyState.ACTIVE for state in keys.values())
    return {
        "nav_current": "privacy", "person_id": person.id, "name": shown_name(person), "plan": plan, "stays": stays,
        "sentence": say_plan(plan.total, stays, first_name(person)),
        "account": lay_out_account(
            plan, line=_("No way back from here."), line_rest=say_line(active),
            read_url=reverse("privacy:mentions", args=[person.id]),
        ),
        "steps": _steps(plan), "signatures": signatures_of(request),
        "facts": facts_of(plan), "cautions": cautions(person.id),
        "keys": [key_line(group.word, state) for group, state in sorted(keys.items())],
        "button": _say_button(plan), "asked_before": asked_before(person.id),
        "hidden": [("plan", plan.hash)], "reasons": reasons_for(person).items(),
        "may_erase": may(actor_of(request), "privacy.erase") and not plan.blockers,
        **twins_context(person, actor_of(request)),
    }  # fmt: skip


def _say_button(plan: Plan) -> str:
    words = (
        ngettext("Propose to erase %(count)s item", "Propose to erase %(count)s items", plan.total)
        if settings.AUREOLE_SECOND_PERSON
        else ngettext("Erase %(count)s item", "Erase %(count)s items", plan.total)
    )
    return words % {"count": f"{plan.total:,}"}


def say_plan(goes: int, stays: int, name: str) -> str:
    """ "1,404 items about Ada go. 61 stay, each because a law says so." """
    first = ngettext("%(count)s item about %(name)s goes.", "%(count)s items about %(name)s go.", goes)
    second = ngettext(
        "%(count)s stays, because a law says so.", "%(count)s stay, each because a law says so.", stays
    )
    stay = second % {"count": f"{stays:,}"} if stays else _("Nothing stays.")
    return f"{first % {'count': f'{goes:,}', 'name': name}} {stay}"


def say_line(active: int) -> str:
    words = ngettext(
        "%(count)d key is destroyed; old backups cannot be read after %(day)s.",
        "%(count)d keys are destroyed; old backups cannot be read after %(day)s.",
        active,
    )
    return words % {"count": active, "day": say_whole_day(gone_from_backups())}


def gone_from_backups() -> datetime:
    """When the last backup of the key store that still has the person's keys has run out."""
    return now() + timedelta(days=KEY_STORE_BACKUP_DAYS)


def _steps(plan: Plan) -> list[Step]:
    return [
        Step(label=_("Plan"), state="now", words=_("made now, %(hash)s") % {"hash": short_hash(plan.hash)}),
        second_person_step(),
        Step(label=_("Erase"), words=_("rows, mentions, queue, keys")),
        Step(label=_("Proof"), words=_("search for traces, certificate")),
    ]


def facts_of(plan: Plan) -> list[Fact]:
    blockers = "; ".join(blocker.reason for blocker in plan.blockers) or _("none")
    return [
        Fact(label=_("Law"), value=_("GDPR Art. 17")),
        Fact(label=_("In the way"), value=blockers),
        Fact(
            label=_("Backups"),
            value=_("unreadable after %(day)s") % {"day": say_whole_day(gone_from_backups())},
        ),
        Fact(label=_("Plan"), value=short_hash(plan.hash)),
    ]


def key_line(word: str, state: KeyState) -> dict[str, str]:
    return {"word": word, "becomes": str(_KEY_WORDS[state]), "seal": "erased"}
