from __future__ import annotations

import resource
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from aureole.web.roomy import RoomyStackMiddleware

CALLS = 2000
View = Callable[[HttpRequest], HttpResponse]


def _leaf(a: int, b: int) -> int:
    return a + b


def _work(request: HttpRequest) -> HttpResponse:
    """Answers how many pages of memory the kernel had to hand out during many calls."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    total = 0
    for number in range(CALLS):
        total = _leaf(total, number)
    return HttpResponse(str(resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before))


def _at_depth(depth: int, view: View) -> int:
    return _at_depth(depth - 1, view) if depth else int(view(HttpRequest()).content)


def test_however_deep_the_server_calls_us_calls_ask_for_no_memory() -> None:
    # Without room one depth in a hundred or so asks for a page at each call (CPython 3.11 to 3.13).
    assert max(_at_depth(depth, RoomyStackMiddleware(_work)) for depth in range(300)) < CALLS / 10
