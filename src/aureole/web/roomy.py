"""Requests run with room on Python's stack.

CPython (3.11 and later) keeps its frames in chunks of 16 KiB. When a loop deep in a page happens to stand at the
end of one, each call in it maps a new chunk and each return gives it back, a system call each: drawing a ticket
then took twice its time, for no other reason than how deep the server had called us. A frame too large for any
such chunk gets one of its own size, with room behind it for everything a page calls.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_SLOTS = 40_000  # of 8 bytes: 313 KiB asked for make a chunk of 512 KiB; what is not touched costs no memory


def _call(work: Callable[[HttpRequest], HttpResponse], request: HttpRequest) -> HttpResponse:
    return work(request)


_call.__code__ = _call.__code__.replace(co_stacksize=_SLOTS)


class RoomyStackMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _call(self._get_response, request)
