"""One send per form: a token of random digits, remembered in the session once its form was carried out."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest

_KEY = "sent_forms"
_KEPT = 50


def token_of(request: HttpRequest) -> str:
    return request.POST.get("token", "")[:64]


def is_used(request: HttpRequest) -> bool:
    """Whether this form was sent before, as the session knew when the request began."""
    return bool(token_of(request)) and token_of(request) in request.session.get(_KEY, [])


def claim(request: HttpRequest) -> bool:
    """Whether this request is the first with its token; inside the transaction that carries the form out.

    Two presses at once wait for each other here, and the second one finds what the first has saved.
    """
    token = token_of(request)
    if not token:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [token])
    fresh = type(request.session)(request.session.session_key)
    used = list(fresh.get(_KEY, []))
    if token in used:
        return False
    request.session[_KEY] = [*used, token][-_KEPT:]
    request.session.save()
    return True


def give_back(request: HttpRequest) -> None:
    """The form was refused, so it may be sent again.

    The claim was rolled back in the database, but the session in memory would save it anew.
    """
    used = request.session.get(_KEY, [])
    if token_of(request) in used:
        request.session[_KEY] = [one for one in used if one != token_of(request)]
