"""The link in every letter about a request: "this was not me" stops it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from aureole.kernel.actor import Actor
from aureole.privacy.rights.actions.disown_request import disown_request
from aureole.privacy.rights.letters import request_disowned_by
from aureole.web.portal.language import language_of, texts
from aureole.web.portal.page import portal_view, render_page
from aureole.web.portal.privacy.passes import is_disowned, request_for_outsiders


@portal_view
@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button: mail scanners follow links, and must stop nothing. Pressing it twice is once."""
    found = request_for_outsiders(request_disowned_by(token))
    t = texts(language_of(request))["not_me"]
    was_stopped = is_disowned(found)
    if request.method != "POST" and not was_stopped:
        context = {"title": t["title"], "lead": t["lead"].format(number=found.number)}
        return render_page(request, "portal/not_me.html", context)
    if not was_stopped:
        disown_request(request_id=found.pk, by=Actor(kind="customer"))
    context = {"title": t["stopped_title"], "stopped": t["stopped"].format(number=found.number)}
    return render_page(request, "portal/not_me.html", context)
