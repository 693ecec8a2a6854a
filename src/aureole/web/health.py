"""Liveness and readiness, for whoever watches the process."""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.http import HttpRequest, JsonResponse

from aureole.kernel.errors import AureoleError
from aureole.vault.wrapping_keys import current_head
from aureole.web.actor import open_to_all


@open_to_all
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


@open_to_all
def readyz(request: HttpRequest) -> JsonResponse:
    """Both databases answer and the root key opens a key. 503 with the name of what does not."""
    problems = [alias for alias in ("default", "keys") if not answers(alias)]
    if not problems and not keys_open():
        problems.append("root key")
    return JsonResponse({"ok": not problems, "problems": problems}, status=503 if problems else 200)


def answers(alias: str) -> bool:
    """Whether that database answers."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
            return True
    except DatabaseError:
        return False


def keys_open() -> bool:
    """Whether the root key opens the newest of the keys it wraps."""
    try:
        return bool(current_head())
    except (AureoleError, DatabaseError):
        return False
