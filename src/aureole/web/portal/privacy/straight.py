"""Portability (GDPR Art. 20(2)): having the copy sent straight to another controller that the operator made known.

Chosen behind a code, never on the form anybody may fill in: what nobody proved may not say where data goes.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import RequestKind
from aureole.privacy.rights.actions.direct_request import direct_request
from aureole.web.portal.language import language_of, texts
from aureole.web.portal.page import portal_view, render_page, say_refusal
from aureole.web.portal.privacy.destinations import Place, places
from aureole.web.portal.privacy.passes import is_recent, proof_in, request_for_outsiders
from aureole.web.portal.privacy.request_page import opened_page

_SELF = "self"


@portal_view
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, request_id: uuid.UUID) -> HttpResponseBase:
    """GET asks where it should go; POST shows the choice once more, and with `confirmed` it counts."""
    found = request_for_outsiders(request_id)
    proof = proof_in(request, found)
    offered = {place.id: place for place in places()}
    if proof is None or not offered or found.kind != RequestKind.PORTABILITY:
        return redirect("portal:request", request_id=request_id)
    t = texts(language_of(request))
    context: dict[str, Any] = {
        "title": t["straight"]["title"], "request_id": request_id, "places": list(offered.values()), "self": _SELF,
        "is_recent": is_recent(proof), "errors": [],
    }  # fmt: skip
    wanted = request.POST.get("to", "")
    if request.method != "POST" or not is_recent(proof) or "again" in request.POST:
        return render_page(request, "portal/straight.html", context)
    if wanted != _SELF and wanted not in offered:
        sentence = t["errors"]["peer_not_found" if wanted else "choose_missing"]
        context["errors"] = [(sentence, "to")]
        return render_page(request, "portal/straight.html", context, status=422)
    place = offered.get(wanted)
    if "confirmed" not in request.POST:
        said = t["straight"]["confirm"] if place else t["straight"]["confirm_self"]
        context |= {"wanted": wanted, "place": place, "confirm": said.format(**_named(place))}
        return render_page(request, "portal/straight.html", context)
    errors: list[tuple[str, str]] = []
    try:
        direct_request(
            request_id=found.pk, peer_id=uuid.UUID(place.id) if place else None,
            by=Actor(kind="customer", person_id=found.person_id),
        )  # fmt: skip
    except Refused as refusal:
        errors = [(say_refusal(refusal, language_of(request)), "")]
    said = t["straight"]["chosen" if place else "unchosen"].format(**_named(place))
    return opened_page(request, request_id, found, proof, said="" if errors else said, errors=errors)


def _named(place: Place | None) -> dict[str, str]:
    return {"name": place.name, "domain": place.domain} if place else {}
