"""A signed-in agent's requests, handed to the WSGI application itself: all middleware, no network."""

from __future__ import annotations

import io
import sys
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler

from aureole.kernel.errors import Broken
from aureole.staff.models import Agent
from aureole.staff.sessions import SessionStore


class Browser:
    def __init__(self, agent: Agent) -> None:
        self._application = WSGIHandler()
        session = SessionStore()
        session[SESSION_KEY] = str(agent.pk)
        session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
        session.save()
        self._cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    def get(self, path: str) -> bytes:
        """The page's bytes. Raises Broken for any answer but 200."""
        statuses: list[str] = []

        def start(status: str, headers: Any, trouble: Any = None) -> Any:
            statuses.append(status)

        response = self._application(self._environ(path), start)
        try:
            body = b"".join(response)
        finally:
            response.close()
        if not statuses[0].startswith("200"):
            raise Broken("bench.page", f"{path} answered {statuses[0]}; nothing was measured.")
        return body

    def timed(self, path: str) -> float:
        begun = time.perf_counter()
        self.get(path)
        return time.perf_counter() - begun

    def _environ(self, path: str) -> dict[str, Any]:
        place, _, query = path.partition("?")
        return {
            "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": place, "QUERY_STRING": query,
            "SERVER_NAME": "localhost", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost:8000", "HTTP_COOKIE": self._cookie, "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
            "wsgi.version": (1, 0), "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
