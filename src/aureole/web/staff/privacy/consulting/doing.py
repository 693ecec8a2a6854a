"""What an officer does with a consultation: each POST is one action, each refusal a sentence at its form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from aureole.privacy.consulting.actions.end_consultation import end_consultation
from aureole.privacy.consulting.actions.extend_consultation import extend_consultation
from aureole.privacy.consulting.actions.pause_consultation import pause_consultation
from aureole.privacy.consulting.actions.resume_consultation import resume_consultation
from aureole.privacy.consulting.register import consultation_numbered
from aureole.privacy.models import Consultation
from aureole.web.doing import Doing, do_one
from aureole.web.staff.privacy.consulting import forms as f

DOINGS: dict[str, Doing[Consultation]] = {
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
    from aureole.web.staff.privacy.consulting.pages import show_page  # shows the forms of this table

    return do_one(
        request,
        what,
        DOINGS,
        permission="privacy.consult",
        find=lambda: consultation_numbered(number),
        show=show_page,
        after=lambda: redirect("privacy:consultation", number=number),
    )
