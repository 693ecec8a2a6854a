"""Under which brand's name a page stands: asked for in the address a brand's site links to, then kept in a cookie."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aureole.desk.brands import brand_coded
from aureole.desk.models import Brand
from aureole.kernel.errors import NotFound

COOKIE = "aureole_brand"
_LONGEST = 12
_YEAR = 365 * 24 * 3600


def brand_of(request: HttpRequest) -> Brand | None:
    """None: the company's own, also for a code there is no brand of, and once it was taken out of use.

    What the reader came by decides, never who they are (decision 27).
    """
    code = request.GET.get("brand", request.COOKIES.get(COOKIE, ""))
    if not code or len(code) > _LONGEST or "\0" in code:
        return None
    try:
        return brand_coded(code)
    except NotFound:
        return None


def remember_brand(request: HttpRequest, response: HttpResponse, brand: Brand | None) -> None:
    """Keep what was asked for in the address, so that links and forms need not carry it; `?brand=` forgets it."""
    if "brand" not in request.GET:
        return
    if brand is None:
        response.delete_cookie(COOKIE, path=reverse("portal:root"), samesite="Lax")
        return
    response.set_cookie(
        COOKIE, brand.code, max_age=_YEAR, path=reverse("portal:root"), samesite="Lax", httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
