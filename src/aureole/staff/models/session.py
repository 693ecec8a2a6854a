from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from aureole.staff.models.agent import Agent


class AgentSession(AbstractBaseSession):
    """A signed-in browser. Knows its agent, so that erasing or disabling one ends their sessions."""

    agent = models.ForeignKey(Agent, null=True, on_delete=models.CASCADE, related_name="sessions")

    class Meta:
        db_table = "staff_session"

    @classmethod
    def get_session_store_class(cls) -> type:
        from aureole.staff.sessions import SessionStore

        return SessionStore
