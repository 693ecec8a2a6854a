"""What an erasure came to, for the person it was about. It names nobody, and only the last letter leads to it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_safe

from aureole.kernel.errors import NotFound
from aureole.ledger.giving_away import VERIFIER_NAME, verifier_source
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.export.answer import Told
from aureole.privacy.export.sheet import Counted
from aureole.privacy.models import Erasure, RightsRequest
from aureole.privacy.rights.letters import request_of_receipt
from aureole.web.downloads import as_download
from aureole.web.portal.language import language_of, say_day, texts
from aureole.web.portal.page import portal_view, render_page


@portal_view
@require_safe
def show_receipt(request: HttpRequest, token: str) -> HttpResponse:
    language = language_of(request)
    certificate = _certificate(token)
    t = texts(language)["receipt"]
    if not certificate:
        return render_page(request, "portal/receipt.html", {"title": t["running_title"], "is_running": True})
    context = {"title": t["title"], "token": token, **_said(payload_of(certificate), t, language)}
    return render_page(request, "portal/receipt.html", context)


@portal_view
@require_GET
def download_certificate(request: HttpRequest, token: str) -> HttpResponse:
    certificate = _certificate(token)
    if not certificate:
        raise NotFound(
            "certificate_not_found", "There is no certificate here yet. Try again in some minutes."
        )
    return as_download(certificate, "certificate.json", kind="application/json")


@portal_view
@require_GET
def download_checker(request: HttpRequest) -> HttpResponse:
    """The one file that judges a certificate; the same for everybody."""
    return as_download(verifier_source(), VERIFIER_NAME, kind="text/x-python; charset=utf-8")


def _certificate(token: str) -> str:
    """Empty while the erasure runs. Raises NotFound for a link that is not ours."""
    row = RightsRequest.objects.only("outcome").get(pk=request_of_receipt(token))
    erasure_id = (row.outcome or {}).get("erasure")
    erasure = Erasure.objects.filter(pk=uuid.UUID(erasure_id)).first() if erasure_id else None
    return erasure.certificate if erasure else ""


def _said(payload: dict[str, Any], t: dict[str, str], language: str) -> dict[str, Any]:
    places = len(payload["residue"]["places"])
    unreadable = date.fromisoformat(payload["backups"]["unreadable_after"])
    return {
        "gone": t["gone"].format(count=Counted(sum(item["count"] for item in payload["erased"]), language)),
        "traces": t["traces"].format(count=Counted(places, language)) if places else t["clean"],
        "backups": t["backups"].format(date=say_day(unreadable, language)),
        "kept_away": _kept_away(payload, t, language),
        "kept": [_kept(item, t, language) for item in payload["kept"]],
    }  # fmt: skip


def _kept_away(payload: dict[str, Any], t: dict[str, str], language: str) -> str:
    """Empty for a certificate that says nothing of it."""
    until = payload.get("kept_away", {}).get("until")
    return t["kept_away"].format(date=say_day(date.fromisoformat(until), language)) if until else ""


def _kept(item: dict[str, Any], t: dict[str, str], language: str) -> dict[str, str]:
    """The log is explained in the reader's language; other reasons as the letter of Art. 15 says them there."""
    if item["place"] == "ledger_entry":
        return {"words": t["log"], "reason": "", "article": "", "until": ""}
    try:
        until = t["stays_until"].format(date=say_day(date.fromisoformat(item["until"]), language))
    except ValueError:
        until = item["until"]
    told = Told(language)
    said = {
        name: told.said(item[key])
        for name, key in (("words", "label"), ("reason", "reason"), ("article", "article"))
    }
    return said | {"until": until, "spoken": "en" if said["reason"] == item["reason"] else language}
