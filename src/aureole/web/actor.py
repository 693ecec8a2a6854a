"""Who is asking: the signed-in agent as an Actor. A view without `open_to_all` needs one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from aureole.kernel.actor import Actor
from aureole.staff.models import Agent
from aureole.web.staff.accounts.session import agent_in

View = TypeVar("View", bound=Callable[..., Any])


def open_to_all(view: View) -> View:
    """Mark a view that needs no sign-in. Everything else does: forgetting this locks, never opens."""
    view.open_to_all = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def signed_in_agent(request: HttpRequest) -> Agent | None:
    """The signed-in agent's account, None for anybody else."""
    agent = getattr(request, "agent", None)
    return agent if isinstance(agent, Agent) else None


def agent_of(request: HttpRequest) -> Agent:
    """The signed-in agent's account. Only for views behind the middleware."""
    agent = signed_in_agent(request)
    assert agent is not None, "the middleware lets only agents through"
    return agent


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in agent as an actor. Only for views behind the middleware."""
    return agent_of(request).actor


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        request.agent = agent_in(request)  # type: ignore[attr-defined]  # read by `signed_in_agent` only
        if getattr(view, "open_to_all", False) or signed_in_agent(request) is not None:
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": "/sign-in/"})
        return redirect(f"/sign-in/?{urlencode({'next': request.get_full_path()})}")
