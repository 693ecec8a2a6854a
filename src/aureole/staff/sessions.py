"""Session engine: Django's database sessions with the agent beside the key."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from aureole.staff.models import AgentSession


class SessionStore(DatabaseSessions):
    @classmethod
    def get_model_class(cls) -> type[AgentSession]:
        return AgentSession

    def create_model_instance(self, data: dict[str, Any]) -> AgentSession:
        row = cast(AgentSession, super().create_model_instance(data))
        agent = data.get(SESSION_KEY)
        row.agent_id = uuid.UUID(agent) if agent else None
        return row
