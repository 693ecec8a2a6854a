"""Drafts: kept on the server a second after each pause, so no closed tab loses a word."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aureole.desk.actions.save_draft import save_draft
from aureole.desk.queries import find_ticket
from aureole.web.actor import actor_of
from aureole.web.staff.desk.composing import KINDS, typed
from aureole.web.staff.desk.tokens import is_used
from aureole.web.ui.ages import say_clock


@require_POST
def keep_draft(request: HttpRequest, number: int) -> HttpResponse:
    """Answers with the words beside the button. A draft that arrives after its form was sent is dropped."""
    if is_used(request):
        return HttpResponse("")
    actor = actor_of(request)
    ticket = find_ticket(number, actor)
    kind = KINDS.get(request.POST.get("kind", ""), "")
    draft = save_draft(ticket=ticket, text=typed(request), kind=kind, by=actor)
    # One text box: words that became a note are no longer a half-written reply.
    for other in set(KINDS.values()) - {kind}:
        save_draft(ticket=ticket, text="", kind=other, by=actor)
    words = _("Draft saved %(when)s") % {"when": say_clock(draft.updated_at)} if draft else ""
    return HttpResponse(words, content_type="text/plain; charset=utf-8")
