"""What an officer does with a consultation: each POST is one action, each refusal a sentence at its form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from aureole.privacy.consulting.register import consultation_numbered
from aureole.web.doing import do_one
from aureole.web.staff.privacy.consulting.doings import DOINGS
from aureole.web.staff.privacy.consulting.pages import show_page


@require_POST
def do(request: HttpRequest, number: int, what: str) -> HttpResponse:
    return do_one(
        request,
        what,
        DOINGS,
        permission="privacy.consult",
        find=lambda: consultation_numbered(number),
        show=show_page,
        after=lambda: redirect("privacy:consultation", number=number),
    )
