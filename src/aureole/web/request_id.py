from __future__ import annotations

import contextvars
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_current: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")


def request_id() -> str:
    """The reference shown on error pages and written in the log, so that one leads to the other."""
    return _current.get()


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reference = secrets.token_hex(6)
        token = _current.set(reference)
        try:
            response = self._get_response(request)
        finally:
            _current.reset(token)
        response.headers["X-Request-Id"] = reference
        return response
