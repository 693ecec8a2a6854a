"""What an officer does with a consultation: each POST is one action, each refusal a sentence at its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, NotPermitted, Refused
from aureole.privacy.consulting.actions.end_consultation import end_consultation
from aureole.privacy.consulting.actions.extend_consultation import extend_consultation
from aureole.privacy.consulting.actions.pause_consultation import pause_consultation
from aureole.privacy.consulting.actions.resume_consultation import resume_consultation
from aureole.privacy.consulting.register import consultation_numbered
from aureole.privacy.models import Consultation
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.privacy.consulting import forms as f

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Doing:
    """One thing to do: what is typed, the action, and the words afterwards."""

    form: type[forms.Form]
    run: Callable[[Consultation, Values, Actor], object]
    done: Promise


DOINGS: dict[str, Doing] = {
    "extend": Doing(
        form=f.Extend,
        run=lambda c, v, by: extend_consultation(
            consultation_id=c.id, announced_on=v["announced_on"], reason=v["reason"], by=by
        ),
        done=_l("Noted. The last day has moved."),
    ),
    "pause": Doing(
        form=f.Pause,
        run=lambda c, v, by: pause_consultation(
            consultation_id=c.id, asked_on=v["asked_on"], asked=v["asked"], by=by
        ),
        done=_l("Noted. The authority’s time stands still until it has it."),
    ),
    "resume": Doing(
        form=f.Resume,
        run=lambda c, v, by: resume_consultation(consultation_id=c.id, given_on=v["given_on"], by=by),
        done=_l("Noted. The authority’s time goes on."),
    ),
    "end": Doing(
        form=f.End,
        run=lambda c, v, by: end_consultation(
            consultation_id=c.id, end=v["end"], ended_on=v["ended_on"], answer=v["answer"], by=by
        ),
        done=_l("Noted. It stays in the register."),
    ),
}


@require_POST
def do(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Do one thing; a refusal shows the page again, with the sentence at the form and all that was typed."""
    from aureole.web.staff.privacy.consulting.pages import show_page

    actor, doing = actor_of(request), DOINGS.get(what)
    require(actor, "privacy.consult")
    if doing is None:
        raise NotFound("doing_unknown", "There is nothing of that name to do. Nothing was changed.")
    consultation = consultation_numbered(number)
    form = doing.form(request.POST, auto_id=f"{what}-%s")
    if not form.is_valid():
        return show_page(request, consultation, refused={what: form}, status=422)
    try:
        doing.run(consultation, form.cleaned_data, actor)
    except NotPermitted:
        raise
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return show_page(request, consultation_numbered(number), refused={what: form}, status=409)
    messages.success(request, str(doing.done))
    return redirect("privacy:consultation", number=number)
