"""Which agent a browser session belongs to.

Django's own login() and AuthenticationMiddleware bring its permission and content-type tables
with them, which this product does not use; these few lines keep their rules: a new session key at
sign-in, and every session dead once the password changes.
"""

from __future__ import annotations

import uuid

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare

from aureole.staff.backend import AgentBackend
from aureole.staff.models import Agent
from aureole.staff.sessions import SessionStore


def start_session(request: HttpRequest, agent: Agent) -> None:
    """Sign the browser in as the agent, under a fresh session key and CSRF token."""
    request.session.flush()
    request.session[SESSION_KEY] = str(agent.pk)
    request.session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    rotate_token(request)


def end_session(request: HttpRequest) -> None:
    request.session.flush()


def agent_in(request: HttpRequest) -> Agent | None:
    """The signed-in agent; None for anybody else, and after the password was changed."""
    key = request.session.get(SESSION_KEY)
    agent = _account(request, uuid.UUID(key)) if key else None
    kept = request.session.get(HASH_SESSION_KEY, "")
    if agent is None or not constant_time_compare(kept, agent.get_session_auth_hash()):
        return None
    return agent


def _account(request: HttpRequest, agent_id: uuid.UUID) -> Agent | None:
    """What the session was read with; asked for anew in the request that has just begun one."""
    session = request.session
    came_along = session.agent(agent_id) if isinstance(session, SessionStore) else None
    return came_along or AgentBackend().get_user(agent_id)
