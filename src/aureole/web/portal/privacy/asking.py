"""The tiles and the form of each right. What follows is the same for every address, known or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from aureole.kernel.actor import Actor
from aureole.kernel.jobs import store_job
from aureole.privacy.export.general import holding
from aureole.privacy.export.sheet import Counted
from aureole.privacy.models import RequestKind, RightsRequest
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.place import today
from aureole.web.portal.language import language_of, say_day, texts
from aureole.web.portal.page import portal_view, render_page
from aureole.web.portal.privacy.destinations import places
from aureole.web.portal.privacy.forms import AskForm
from aureole.web.portal.privacy.limits import Blocked, count_request

TILES = (
    RequestKind.ACCESS, RequestKind.PORTABILITY, RequestKind.RECTIFICATION, RequestKind.ERASURE,
    RequestKind.OBJECTION, RequestKind.RESTRICTION, RequestKind.REVIEW,
)  # fmt: skip
_ICONS = {
    RequestKind.ACCESS: "eye", RequestKind.PORTABILITY: "download", RequestKind.RECTIFICATION: "pencil",
    RequestKind.ERASURE: "trash-2", RequestKind.OBJECTION: "ban", RequestKind.RESTRICTION: "pause",
    RequestKind.REVIEW: "user",
}  # fmt: skip


@portal_view
@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    t = texts(language_of(request))
    tiles = [
        {"href": reverse("portal:ask", args=[kind]), "icon": _ICONS[kind], **t["tiles"][kind]} for kind in TILES
    ]  # fmt: skip
    held, post = holding(language_of(request)), settings.AUREOLE_POSTAL_ADDRESS
    context = {
        "tiles": tiles, "lead": t["home"]["lead"].format(workspace=settings.AUREOLE_WORKSPACE),
        "held": held, "held_groups": ((t["held"]["given"], held.given), (t["held"]["noticed"], held.noticed)),
        "paper_to": t["home"]["paper_to"].format(address=post) if post else "",
        "paper": t["home"]["paper_words"].format(mailbox=settings.AUREOLE_MAILBOX),
    }  # fmt: skip
    return render_page(request, "portal/home.html", context)


@portal_view
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, kind: str) -> HttpResponseBase:
    """GET shows the form, POST takes the request in; who it is is found out afterwards, by the worker."""
    if kind == RequestKind.WITHDRAWAL:  # the address in records of consents; asked in the form of a no
        return redirect("portal:ask", kind=RequestKind.OBJECTION)
    if kind not in TILES:
        raise Http404
    language = language_of(request)
    form = AskForm(kind, texts(language), request.POST if request.method == "POST" else None)
    sentence = ""
    if request.method == "POST" and form.is_valid():
        try:
            count_request(request, form.cleaned_data["address"])
        except Blocked as blocked:
            sentence = texts(language)["errors"]["blocked"].format(minutes=blocked.minutes)
        else:
            made = _taken_in(kind, form.cleaned_data, language)
            return redirect(f"{reverse('portal:request', args=[made.id])}?asked={made.kind}")
    status = 422 if request.method == "POST" else 200
    return render_page(
        request, "portal/ask.html", _form_context(kind, form, language, sentence), status=status
    )


def _taken_in(kind: str, given: dict[str, Any], language: str) -> RightsRequest:
    """Sealed under the instance's key whoever wrote it: neither the work nor its time depends on who is known."""
    correction = {given["field"]: given["right"]} if "field" in given else None
    with transaction.atomic():
        made = open_request(
            kind=given.get("which") or kind, by=Actor(kind="customer"), channel="portal", contact=given["address"],
            words=given["words"], correction=correction, language=language,
        )  # fmt: skip
        store_job("privacy.recognise_request", request_id=made.id)
    return made


def _form_context(kind: str, form: AskForm, language: str, sentence: str) -> dict[str, Any]:
    t = texts(language)
    errors = [(sentence, "")] if sentence else []
    errors += [(str(words), bound.id_for_label or bound.name) for bound in form for words in bound.errors]
    return {
        "form": form, "kind": kind, "title": t["tiles"][kind]["verb"], "lead": t["ask"]["lead"].get(kind, ""),
        "places": places() if kind == RequestKind.PORTABILITY else (),
        "errors": errors, "deletion": _deletion(t, language) if kind == RequestKind.ERASURE else (),
    }  # fmt: skip


def _deletion(t: dict[str, Any], language: str) -> list[str]:
    """What happens when, with the earliest day on which anything can be deleted."""
    words, days = t["ask"]["deletion"], RIGHTS[RequestKind.ERASURE].cooling_off_days
    date = say_day(today() + timedelta(days=days), language)
    middle = words["cooling"].format(days=Counted(days, language), date=date) if days else words["no_cooling"]
    return [words["first"], middle, words["last"]]
