from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from aureole.staff.models import Agent
from aureole.testing.personas import Personas

SignIn = Callable[..., Client]


@pytest.fixture
def sign_in(personas: Personas) -> SignIn:
    """A browser of a new agent with this role, or of the agent given."""

    def make(role: str = "agent", agent: Agent | None = None) -> Client:
        client = Client()
        account = agent or personas.agent(role=role)
        client.force_login(account, backend="aureole.staff.backend.AgentBackend")
        client.agent = account  # type: ignore[attr-defined]
        return client

    return make
