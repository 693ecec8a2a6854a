"""The frame of every page of the portal, and the one place where refusals become words of its reader's language."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation

from aureole.kernel.errors import NotFound, Refused
from aureole.privacy.rights.letters import LANGUAGES
from aureole.privacy.rights.place import authority
from aureole.web.actor import open_to_all
from aureole.web.portal.brand import brand_of, remember_brand
from aureole.web.portal.language import language_of, remember_choice, texts

_NOT_ALLOWED = 405
View = Callable[..., HttpResponseBase]
_GONE = ("export_not_found", "certificate_not_found")
_SAID_AS = {"code_used": "code_wrong", "pause_none": "request_state"} | dict.fromkeys(_GONE, "gone")


def portal_view(view: View) -> View:
    """Needs no sign-in; what is refused becomes a page of the portal."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer = view(request, *args, **kwargs)
        except Refused as refusal:
            status = 404 if isinstance(refusal, NotFound) else 409
            context = {"sentence": say_refusal(refusal, language_of(request))}
            return render_page(request, "portal/problem.html", context, status=status)
        if (
            answer.status_code == _NOT_ALLOWED
            and request.method in ("GET", "HEAD")
            and "request_id" in kwargs
        ):
            # Where a form was sent to, opened again later: by a bookmark, or a tab that was closed.
            return redirect("portal:request", request_id=kwargs["request_id"])
        return answer

    return cast(View, open_to_all(shown))


def say_refusal(refusal: Refused, language: str) -> str:
    errors = texts(language)["errors"]
    code = _SAID_AS.get(refusal.code, refusal.code)
    return str(errors.get(code, errors["other"]))


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    under_brand: bool = True,
) -> HttpResponse:
    """In the reader's language. `t` are its texts; `errors` are (sentence, id of the field or "")."""
    language, brand = language_of(request), brand_of(request) if under_brand else None
    words = texts(language)
    frame = {
        "t": words,
        "language": language,
        "languages": [(code, texts(code)["name"]) for code in LANGUAGES],
        "help": words["page"]["help"].format(mailbox=brand.address if brand else settings.AUREOLE_MAILBOX),
        "whose": brand.name if brand else settings.AUREOLE_WORKSPACE,
        "controller": words["page"]["controller"].format(
            brand=brand.name, workspace=settings.AUREOLE_WORKSPACE
        )
        if brand
        else "",
        "authority": authority(),
        "workspace": settings.AUREOLE_WORKSPACE,
        "here": request.path,
    }
    with translation.override(language):
        response = render(request, template, frame | context, status=status)
    response.headers["Content-Language"] = language
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Vary"] = "Accept-Language, Cookie"
    remember_choice(request, response)
    if under_brand:
        remember_brand(request, response, brand)
    return response
