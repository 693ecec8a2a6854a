"""What an officer does with a breach: each POST is one action, each refusal a sentence at its form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from aureole.privacy.breaches.register import breach_numbered
from aureole.web.doing import do_one
from aureole.web.staff.privacy.breaches.breach_page import show_page
from aureole.web.staff.privacy.breaches.doings import DOINGS


@require_POST
def do(request: HttpRequest, number: int, what: str) -> HttpResponse:
    return do_one(
        request,
        what,
        DOINGS,
        permission="privacy.breach",
        find=lambda: breach_numbered(number),
        show=show_page,
        after=lambda: redirect("privacy:breach", number=number),
    )
