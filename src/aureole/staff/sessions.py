"""Session engine: Django's database sessions with the agent beside the key."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db.models import QuerySet
from django.utils import timezone

from aureole.kernel.compiled import Compiled
from aureole.staff.models import Agent, AgentSession


def _build_session(*, key: str, now: datetime) -> QuerySet[AgentSession]:
    return AgentSession.objects.filter(session_key=key, expire_date__gt=now).select_related("agent__person")


_sessions: Compiled[AgentSession] = Compiled(_build_session)


class SessionStore(DatabaseSessions):
    _agent: Agent | None = None

    @classmethod
    def get_model_class(cls) -> type[AgentSession]:
        return AgentSession

    def create_model_instance(self, data: dict[str, Any]) -> AgentSession:
        row = cast(AgentSession, super().create_model_instance(data))
        agent = data.get(SESSION_KEY)
        row.agent_id = uuid.UUID(agent) if agent else None
        return row

    def _get_session_from_db(self) -> AgentSession | None:
        """As Django's, and the agent comes along: each page needs both, so it asks once."""
        found = _sessions.objects(key=self.session_key or "", now=timezone.now())
        if not found:
            self._session_key = None
            return None
        self._agent = found[0].agent
        return found[0]

    def agent(self, agent_id: uuid.UUID) -> Agent | None:
        """The account that came with the session, if it is this one and may still sign in."""
        agent = self._agent
        return agent if agent is not None and agent.pk == agent_id and agent.is_active else None
