"""The one place where our errors become pages."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from aureole.kernel.errors import AureoleError, Away, Broken, NotFound, NotPermitted, note_refusal
from aureole.web.errors import error_page

log = logging.getLogger(__name__)


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._get_response(request)
        return _say_not_by_link(request, answer) if _is_bare(request, answer) else answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, AureoleError):
            return None
        note_refusal(error)
        if isinstance(error, Away):
            log.error("away: %s", error.code)
            answer = error_page(request, status=503, title="Back in a moment", sentence=error.sentence)
            answer["Retry-After"] = "30"
            return answer
        if isinstance(error, Broken):
            log.error("broken: %s", error.code)
            return error_page(request, status=500, title="We have a fault", sentence=error.sentence)
        status = 404 if isinstance(error, NotFound) else 403 if isinstance(error, NotPermitted) else 409
        title = {404: "Nothing here", 403: "Not for your role"}.get(status, "Not done")
        return error_page(request, status=status, title=title, sentence=error.sentence)


def _is_bare(request: HttpRequest, answer: HttpResponse) -> bool:
    """Whether somebody came by a link, or back from signing in, to where only a form leads: browsers show nothing."""
    return isinstance(answer, HttpResponseNotAllowed) and request.method == "GET" and not answer.content


def _say_not_by_link(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    said = error_page(
        request, status=405, title="Nothing was done",
        sentence="This address only takes what a button sends. Go to the page it stands on and press it again.",
    )  # fmt: skip
    said["Allow"] = answer["Allow"]
    return said
