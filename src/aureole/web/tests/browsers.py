"""Browsers in which an agent is signed in, for tests of pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from aureole.staff.models import Agent
from aureole.testing.personas import Personas


class Browser(Client):
    """Whose it is, says `agent`."""

    agent: Agent


SignIn = Callable[..., Browser]


def signed_in(agent: Agent) -> Browser:
    client = Browser()
    client.agent = agent
    session = client.session
    session[SESSION_KEY] = str(agent.pk)
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.save()
    return client


@pytest.fixture
def sign_in(personas: Personas) -> SignIn:
    """Call it with a role, or with an agent made before."""

    def enter(role: str = "agent", agent: Agent | None = None) -> Browser:
        return signed_in(agent or personas.agent(role=role))

    return enter
