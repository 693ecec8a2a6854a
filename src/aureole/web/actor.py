"""Who is asking: the signed-in agent as an Actor. A view without `open_to_all` needs one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from aureole.kernel.actor import Actor
from aureole.staff.models import Agent

View = TypeVar("View", bound=Callable[..., Any])


def open_to_all(view: View) -> View:
    """Mark a view that needs no sign-in. Everything else does: forgetting this locks, never opens."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in agent. Only for views behind the middleware."""
    agent = request.user
    assert isinstance(agent, Agent), "the middleware lets only agents through"
    return agent.actor


def agent_of(request: HttpRequest) -> Agent:
    """The signed-in agent's account."""
    agent = request.user
    assert isinstance(agent, Agent), "the middleware lets only agents through"
    return agent


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if getattr(view, "open_to_all", False) or isinstance(request.user, Agent):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": "/sign-in/"})
        return redirect(f"/sign-in/?{urlencode({'next': request.get_full_path()})}")
