from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from aureole.staff.models import Agent
from aureole.testing.personas import Personas

SignIn = Callable[..., Client]


def signed_in(agent: Agent) -> Client:
    """A browser in which this agent is signed in."""
    client = Client()
    session = client.session
    session[SESSION_KEY] = str(agent.pk)
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.save()
    return client


@pytest.fixture
def sign_in(personas: Personas) -> SignIn:
    """Call it with a role, or with an agent made before."""

    def enter(role: str = "agent", agent: Agent | None = None) -> Client:
        return signed_in(agent or personas.agent(role=role))

    return enter
