"""The language of a page: asked for in the address, kept in a cookie, or what the browser says."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation.trans_real import parse_accept_lang_header

from aureole.privacy.export.sheet import written_day
from aureole.privacy.rights.letters import LANGUAGES

COOKIE = "aureole_language"
_WORDS = Path(__file__).parent / "privacy" / "words"
_YEAR = 365 * 24 * 3600


@cache
def texts(language: str) -> dict[str, Any]:
    """Every text of the privacy centre in that language, one of LANGUAGES."""
    return tomllib.loads((_WORDS / f"{language}.toml").read_text("utf-8"))


def language_of(request: HttpRequest) -> str:
    """One of LANGUAGES; English when nothing fits."""
    accepted = [code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    wanted = [request.GET.get("lang", ""), request.COOKIES.get(COOKIE, ""), *accepted]
    codes = (code.lower()[:2] for code in wanted)
    return next((code for code in codes if code in LANGUAGES), LANGUAGES[0])


def remember_choice(request: HttpRequest, response: HttpResponse) -> None:
    """Keep what was asked for in the address, so that links and forms need not carry it."""
    chosen = request.GET.get("lang", "")
    if chosen in LANGUAGES:
        response.set_cookie(
            COOKIE, chosen, max_age=_YEAR, path=reverse("portal:root"), samesite="Lax", httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip


def say_day(day: date, language: str) -> str:
    """4 March 2026, as that language and our letters write it."""
    return written_day(day, language)
