"""The one place where our errors become pages."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from aureole.kernel.errors import AureoleError, Away, Broken, NotFound, NotPermitted, note_refusal
from aureole.web.errors import error_page

log = logging.getLogger(__name__)


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

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
