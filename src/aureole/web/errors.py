"""Error pages: what happened, what is safe, what to do, and a reference for support."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from aureole.web.portal.problems import is_of_portal, problem_page
from aureole.web.request_id import request_id

log = logging.getLogger(__name__)


def error_page(request: HttpRequest, *, status: int, title: str, sentence: str) -> HttpResponse:
    """A page in our own frame, which is the portal's for whoever uses that; a request by htmx gets the sentence alone,
    to show in place."""
    if is_of_portal(request):
        return problem_page(request, status=status)
    if request.headers.get("HX-Request"):
        return render(request, "web/refusal.html", {"sentence": sentence}, status=status)
    context = {"what_happened": title, "what_is_safe": sentence, "reference": request_id()}
    return render(request, "ui/error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        status=404,
        title="There is no such page",
        sentence="The address leads nowhere, or to something that was erased. Nothing was changed.",
    )


def broken(request: HttpRequest) -> HttpResponse:
    log.error("unexpected error, request %s", request_id())
    return error_page(
        request,
        status=500,
        title="We have a fault",
        sentence="Something on our side does not work. What was saved before is safe; try again in a minute.",
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        status=400,
        title="This could not be taken",
        sentence="The request was damaged or too large (files: 64 MB together). Nothing was saved; send less at once.",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        status=403,
        title="Not for your role",
        sentence="Your role does not include this. Nothing was changed.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(
        request,
        status=403,
        title="This page was open for too long",
        sentence="Nothing was saved, to be sure it is you. Go back, copy what you typed, reload and try again.",
    )
