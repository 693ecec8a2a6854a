"""What every page's frame shows: whose desk it is, who is signed in, where they may go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from aureole.kernel.errors import Away
from aureole.people.queries import shown_name
from aureole.staff.models import Agent
from aureole.staff.permissions import may
from aureole.vault.unlock import unlock
from aureole.web.actor import signed_in_agent
from aureole.web.ui.shell import Area, Face, Shell


def initials(name: str) -> str:
    """Two letters for the circle: first and last word."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [w[:2] for w in words]
    return "".join(letters).upper()[:2] or "?"


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` for signed-in agents, the workspace's name for everybody."""
    agent = signed_in_agent(request)
    if agent is None:
        return {"workspace": settings.AUREOLE_WORKSPACE}
    return {"workspace": settings.AUREOLE_WORKSPACE, "shell": _shell(agent), "me": agent}


def _shell(agent: Agent) -> Shell:
    name = _name_of(agent)
    return Shell(
        workspace=settings.AUREOLE_WORKSPACE,
        home=reverse("desk:list"),
        me=Face(initials=initials(name), name=name),
        areas=_areas(agent),
        finder_url=reverse("finder"),
        live_url="/events/",
        sign_out_url=reverse("accounts:sign_out"),
    )


def _name_of(agent: Agent) -> str:
    """Empty while keys cannot be had: the page that says so needs a frame, too."""
    try:
        unlock([agent.person])
        return shown_name(agent.person)
    except Away:
        return ""


def _areas(agent: Agent) -> list[Area]:
    areas = [
        Area(key="desk", label="Desk", href=reverse("desk:list"), icon="inbox", press="g d"),
        Area(key="people", label="People", href=reverse("people:list"), icon="users", press="g p"),
    ]
    if may(agent.actor, "privacy.map"):
        areas.append(
            Area(key="privacy", label="Privacy", href=reverse("privacy:home"), icon="shield", press="g v")
        )
    if may(agent.actor, "desk.brands"):
        areas.append(
            Area(
                key="settings",
                label="Settings",
                href=reverse("settings:brands"),
                icon="settings",
                press="g s",
            )
        )
    return areas
