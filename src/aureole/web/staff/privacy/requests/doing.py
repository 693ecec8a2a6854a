"""What an officer does with a request: each POST is one action, each refusal a sentence at its form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from aureole.privacy.rights.queue import request_named
from aureole.web.doing import do_one
from aureole.web.staff.privacy.requests.doings import DOINGS, form_of
from aureole.web.staff.privacy.requests.request_page import show_page


@require_POST
def do(request: HttpRequest, number: int, what: str) -> HttpResponse:
    return do_one(
        request,
        what,
        DOINGS,
        permission="rights.handle",
        find=lambda: request_named(str(number)),
        show=show_page,
        after=lambda: redirect("privacy:request", number=number),
        form_of=lambda found: form_of(what, found, request.POST),
    )
