"""One request: closed to everybody until a code is given back, then how far it is and what can be done."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.jobs import store_job
from aureole.privacy.export.sheet import Counted
from aureole.privacy.models import ChannelProof, RequestState, RightsRequest
from aureole.privacy.rights.actions.prove_identity import prove_identity
from aureole.privacy.rights.codes import page_purpose, try_code
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.place import clock_of
from aureole.privacy.rights.queue import request_named
from aureole.web.portal.language import language_of, say_day, texts
from aureole.web.portal.page import portal_view, render_page, say_refusal
from aureole.web.portal.privacy.delivery import package_context
from aureole.web.portal.privacy.destinations import straight_context
from aureole.web.portal.privacy.limits import Blocked, count_code_sent, count_wrong_code, refuse_guessing
from aureole.web.portal.privacy.passes import (
    give_pass,
    is_disowned,
    proof_in,
    request_for_outsiders,
    take_pass,
)
from aureole.web.portal.privacy.progress import progress_context
from aureole.web.portal.privacy.yours import may_look


@portal_view
@require_safe
def show_request(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    found = request_for_outsiders(request_id)
    proof = proof_in(request, found)
    return (
        closed_page(request, request_id) if proof is None else opened_page(request, request_id, found, proof)
    )


@portal_view
@require_POST
def send_code(request: HttpRequest, request_id: uuid.UUID) -> HttpResponseBase:
    """The worker sends it, or not: the page says the same."""
    found = request_for_outsiders(request_id)
    proof = proof_in(request, found)
    try:
        count_code_sent(request)
    except Blocked as blocked:
        return _refused(request, request_id, found, proof, blocked)
    store_job("privacy.send_page_code", request_id=found.pk)
    if proof is None:
        return closed_page(request, request_id, said=_t(request)["gate"]["sent"])
    return opened_page(request, request_id, found, proof, said=_t(request)["gate"]["sent"])


@portal_view
@sensitive_post_parameters("code", "answer")
@require_POST
def open_page(request: HttpRequest, request_id: uuid.UUID) -> HttpResponseBase:
    """Give a code back. The page opens in this browser for half an hour; an answer that was written on a page whose
    time was over comes along and stands in its field again."""
    found = request_for_outsiders(request_id)
    code = request.POST.get("code", "")
    try:
        refuse_guessing(request)
        proof = _proof(found, code)
    except Refused as refusal:
        if not isinstance(refusal, Blocked):
            count_wrong_code(request)
        return _refused(
            request, request_id, found, proof_in(request, found), refusal, has_code=bool(code.strip())
        )
    if is_disowned(found):
        return closed_page(request, request_id, said=_t(request)["gate"]["stopped"], is_stopped=True)
    response: HttpResponse = (
        opened_page(request, request_id, found, proof)
        if request.POST.get("answer")
        else redirect("portal:request", request_id=request_id)
    )
    give_pass(response, request_id, proof)
    return response


def _proof(found: RightsRequest, code: str) -> ChannelProof:
    """The code, now used up; it proves identity while that is still open. Raises Refused."""
    purpose = page_purpose(found)
    if purpose != "identity":
        return try_code(found, code, purpose)
    prove_identity(request_id=found.pk, code=code, by=Actor(kind="customer"))
    return (
        ChannelProof.objects.filter(request=found, purpose=purpose)
        .exclude(confirmed_at=None)
        .latest("confirmed_at")
    )


@portal_view
@require_POST
def close_page(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """On a shared device: nobody after this one sees it."""
    request_for_outsiders(request_id)
    response = closed_page(request, request_id, said=_t(request)["request"]["left"])
    take_pass(response, request_id)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def closed_page(
    request: HttpRequest,
    request_id: uuid.UUID,
    *,
    said: str = "",
    errors: list[tuple[str, str]] | None = None,
    is_stopped: bool = False,
) -> HttpResponse:
    """What anybody with the link sees: the reference, and where to type a code, unless none opens it any more."""
    t = _t(request)
    named = RightsRequest.objects.defer("words", "contact", "correction").get(pk=request_id)
    asked = request.GET.get("asked", "")
    context: dict[str, Any] = {
        "title": t["gate"]["title"].format(number=named.number), "number": named.number, "request_id": request_id,
        "here": reverse("portal:request", args=[request_id]), "errors": errors or [], "said": said,
        "typed": _typed(request), "is_stopped": is_stopped,
    }  # fmt: skip
    if asked in RIGHTS:
        due, language = clock_of(named).due_on_strict, language_of(request)
        days = settings.AUREOLE_UNPROVEN_DAYS
        context |= {
            "here_more": f"&asked={asked}",
            "asked": t["tiles"][asked]["verb"], "due": say_day(due, language),
            "closes": t["gate"]["closes"].format(days=Counted(days, language)) if days else "",
        }  # fmt: skip
    return render_page(request, "portal/closed.html", context, status=422 if errors else 200)


def opened_page(
    request: HttpRequest, request_id: uuid.UUID, found: RightsRequest, proof: ChannelProof, *, said: str = "",
    errors: list[tuple[str, str]] | None = None,
) -> HttpResponse:  # fmt: skip
    language = language_of(request)
    row = request_named(str(found.pk))
    if row.state == RequestState.WITHDRAWN and not errors:
        said = said or texts(language)["request"]["taken_back"]
    context = {
        "title": texts(language)["gate"]["title"].format(number=row.number), "request_id": request_id, "row": row,
        "here": reverse("portal:request", args=[request_id]),
        "asked": texts(language)["tiles"][row.kind]["verb"], "said": said, "errors": errors or [],
        "typed": _typed(request), "may_look": may_look(row), **straight_context(row, language),
        **progress_context(row, language), **package_context(row, proof, language),
    }  # fmt: skip
    return render_page(request, "portal/request.html", context, status=422 if errors else 200)


def _refused(
    request: HttpRequest, request_id: uuid.UUID, found: RightsRequest, proof: ChannelProof | None, refusal: Refused,
    *, has_code: bool = True,
) -> HttpResponse:  # fmt: skip
    """The same page again, with what was wrong on top and at the field."""
    language = language_of(request)
    if isinstance(refusal, Blocked):
        sentence = texts(language)["errors"]["blocked"].format(minutes=refusal.minutes)
    else:
        sentence = say_refusal(refusal, language) if has_code else texts(language)["errors"]["code_missing"]
    errors = [(sentence, "code")]
    if proof is None:
        return closed_page(request, request_id, errors=errors)
    return opened_page(request, request_id, found, proof, errors=errors)


def _typed(request: HttpRequest) -> dict[str, str]:
    """What stood in the fields: a page that comes back has it again."""
    return {name: request.POST.get(name, "").strip() for name in ("code", "answer")}


def _t(request: HttpRequest) -> dict[str, Any]:
    return texts(language_of(request))
