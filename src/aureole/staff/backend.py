from __future__ import annotations

import uuid

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from aureole.kernel.errors import Refused
from aureole.people.normalise import normalise
from aureole.staff.models import Agent
from aureole.vault import blind_index


def agent_with_address(address: str) -> Agent | None:
    """The account whose person has this e-mail address."""
    try:
        person_id = blind_index.find(kind="email", value=normalise("email", address))
    except Refused:
        return None
    return Agent.objects.filter(person_id=person_id).first() if person_id else None


class AgentBackend:
    """Address and password. An unknown address costs as much time as a wrong password."""

    def authenticate(self, request: HttpRequest | None, *, address: str, password: str) -> Agent | None:
        agent = agent_with_address(address)
        if agent is None or not agent.has_usable_password():
            make_password(password)
            return None
        return agent if agent.check_password(password) and agent.is_active else None

    def get_user(self, user_id: uuid.UUID) -> Agent | None:
        return Agent.objects.filter(pk=user_id, is_active=True).select_related("person").first()
