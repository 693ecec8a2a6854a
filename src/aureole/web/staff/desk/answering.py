"""Sending an answer, adding a note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.desk.models import Message, MessageKind
from aureole.desk.queries import OpenTicket, drafts_of, newer_message, open_conversation
from aureole.desk.writing import NewFile
from aureole.kernel.errors import NotPermitted, Refused
from aureole.kernel.ids import id_in
from aureole.people.queries import shown_name
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.desk.composing import KINDS, answer_context, chosen_copies, typed
from aureole.web.staff.desk.letters import say_ago
from aureole.web.staff.desk.links import queue_of, ticket_url
from aureole.web.staff.desk.ticket_page import conversation_context, page_context
from aureole.web.staff.desk.tokens import claim, give_back

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 20


class Overtaken(Refused):
    """Somebody wrote while this answer was being written."""


@require_POST
def answer_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """Carry out the form. Whatever is refused, what was typed stays where it is and the sentence says why."""
    actor = actor_of(request)
    is_note = KINDS.get(request.POST.get("kind", "")) == MessageKind.NOTE
    require(actor, "desk.note" if is_note else "desk.reply")
    opened = open_conversation(number, actor)
    try:
        with transaction.atomic():
            if claim(request):
                _carry_out(request, opened, is_note)
    except Refused as refusal:
        give_back(request)
        if isinstance(refusal, NotPermitted):
            raise
        return _refused(request, opened, refusal)
    return _done(request, number)


def _carry_out(request: HttpRequest, opened: OpenTicket, is_note: bool) -> None:
    actor, text = actor_of(request), typed(request)
    files = read_files(request.FILES.getlist("files"))
    if is_note:
        add_note(ticket=opened.ticket, text=text, by=actor, files=files)
        return
    if not request.POST.get("anyway"):
        _stop_if_overtaken(request, opened)
    reply(ticket=opened.ticket, text=text, by=actor, files=files, copies=chosen_copies(request, opened))


def _stop_if_overtaken(request: HttpRequest, opened: OpenTicket) -> None:
    newer = newer_message(opened.ticket, actor_of(request), seen=id_in(request.POST.get("seen", "")))
    if newer is not None:
        raise Overtaken("overtaken", _overtaken_words(newer))


def _overtaken_words(newer: Message) -> str:
    words = {
        MessageKind.NOTE: _("%(name)s added a note %(ago)s ago."),
        MessageKind.PUBLIC: _("%(name)s wrote %(ago)s ago."),
    }
    sentence = words.get(MessageKind(newer.kind), _("A message arrived %(ago)s ago."))
    happened = sentence % {"name": shown_name(newer.author), "ago": say_ago(newer.created_at)}
    return _(
        "%(happened)s Nothing was sent yet. Read it above, then change your answer or send it as it is."
    ) % {"happened": happened}


def read_files(uploads: Sequence[UploadedFile[Any]]) -> list[NewFile]:
    """The chosen files in memory. Raises Refused for too many or too large ones, before any is read."""
    if len(uploads) > MOST_FILES:
        raise Refused(
            "too_many_files", _("At most 20 files go with one answer. Nothing was sent; leave some out.")
        )
    for one in uploads:
        if (one.size or 0) > MOST_BYTES:
            sentence = _(
                "“%(name)s” has %(size)s; a file may have 20 MB. "
                "Nothing was sent; leave it out or share it another way."
            )
            raise Refused(
                "file_too_large", sentence % {"name": one.name, "size": filesizeformat(one.size or 0)}
            )
    return [NewFile(name=one.name or "file", content_type=one.content_type or "application/octet-stream",
                    content=one.read()) for one in uploads]  # fmt: skip


def _refused(request: HttpRequest, opened: OpenTicket, refusal: Refused) -> HttpResponse:
    """With script only the sentence comes back, so text, files and place of the cursor stay untouched."""
    overtaken = isinstance(refusal, Overtaken)
    if request.headers.get("HX-Request"):
        context = {
            **conversation_context(request, opened),
            "error": "" if overtaken else refusal.sentence,
            "warning": refusal.sentence if overtaken else "",
        }
        response = render(request, "desk/_stopped.html", context, status=422)
        response.headers["HX-Retarget"] = "#answer-notice"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    again = _(" Choose your files again, the browser does not keep them.") if request.FILES else ""
    said = {"warning" if overtaken else "error": refusal.sentence + again}
    return render(request, "desk/ticket.html", page_context(request, opened, **said), status=422)


def _done(request: HttpRequest, number: int) -> HttpResponse:
    queue = queue_of(request)
    if not request.headers.get("HX-Request"):
        return redirect(ticket_url(number, queue) + "#thread")
    opened = open_conversation(number, actor_of(request))
    context = {
        **conversation_context(request, opened),
        **answer_context(
            request, opened, actor_of(request), drafts_of(opened.ticket, actor_of(request)), queue=queue
        ),
    }
    return render(request, "desk/_answered.html", context)
